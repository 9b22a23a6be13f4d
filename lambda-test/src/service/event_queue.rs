//! When an event of an asynchronous invocation is tried again, and when that ends. Pure.
//!
//! Source: AWS Lambda developer guide, "Invoking a Lambda function asynchronously".

use std::time::Duration;

use crate::kernel::EventEnd;

/// "Wait 1 minute before the first retry, 2 minutes before the second."
const RETRY: Duration = Duration::from_secs(60);

/// "Retried with back-off from 1 second up to 5 minutes."
const FIRST_BACK_OFF: Duration = Duration::from_secs(1);
const LAST_BACK_OFF: Duration = Duration::from_secs(300);

/// What is configured of retries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// 0 to 2.
    pub(super) retries: u32,
    /// 60 s to 6 h.
    pub(super) age: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { retries: 2, age: Duration::from_secs(6 * 60 * 60) }
    }
}

/// How often an event was tried.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempts {
    /// When the service accepted the event.
    pub(super) accepted: Duration,
    /// How often the function ran.
    pub(super) invoked: u32,
    /// How often it was throttled since it ran last.
    throttled: u32,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    Succeeded,
    Failed,
    /// Also by an error of the service.
    Throttled,
    /// The function reserves a concurrency of 0.
    NoConcurrency,
    /// It comes from a loop.
    Stopped,
}

/// What is done with an event after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    RetryAfter(Duration),
    End(EventEnd),
}

impl Attempts {
    pub(super) fn new(accepted: Duration) -> Self {
        Self { accepted, invoked: 0, throttled: 0 }
    }

    /// Notes an attempt that ended now, and decides what follows. The age is looked at ahead: an event for which the
    /// next attempt would be too late ends at once.
    pub(super) fn after(&mut self, attempt: Attempt, limits: Limits, now: Duration) -> Next {
        let wait = match attempt {
            Attempt::Succeeded => {
                self.invoked += 1;
                return Next::End(EventEnd::Success);
            }
            Attempt::NoConcurrency => return Next::End(EventEnd::ZeroReservedConcurrency),
            // AWS states no condition of its own.
            Attempt::Stopped => return Next::End(EventEnd::RetriesExhausted),
            Attempt::Failed => {
                self.invoked += 1;
                self.throttled = 0;
                if limits.retries < self.invoked {
                    return Next::End(EventEnd::RetriesExhausted);
                }
                RETRY * self.invoked
            }
            Attempt::Throttled => {
                let wait = FIRST_BACK_OFF * 1_u32.checked_shl(self.throttled.min(16)).unwrap_or(1);
                self.throttled += 1;
                wait.min(LAST_BACK_OFF)
            }
        };
        match now.saturating_sub(self.accepted) + wait < limits.age {
            true => Next::RetryAfter(wait),
            false => Next::End(EventEnd::EventAgeExceeded),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tries an event until it ends, each attempt for so long; returns when it was tried, and how it ended.
    fn run(attempt: Attempt, takes: u64, retries: u32, age: u64) -> (Vec<u64>, EventEnd) {
        let limits = Limits { retries, age: Duration::from_secs(age) };
        let mut attempts = Attempts::new(Duration::ZERO);
        let (mut now, mut tried) = (0, Vec::new());
        loop {
            tried.push(now);
            now += takes;
            match attempts.after(attempt, limits, Duration::from_secs(now)) {
                Next::RetryAfter(wait) => now += wait.as_secs(),
                Next::End(end) => return (tried, end),
            }
        }
    }

    #[track_caller]
    fn check(
        (attempt, takes, retries, age): (Attempt, u64, u32, u64),
        tried: &[u64],
        end: EventEnd,
    ) {
        assert_eq!(run(attempt, takes, retries, age), (tried.to_vec(), end));
    }

    #[test]
    fn an_event_is_tried_until_it_ends() {
        use Attempt::{Failed, NoConcurrency, Succeeded, Throttled};
        use EventEnd::{EventAgeExceeded, RetriesExhausted, Success, ZeroReservedConcurrency};
        check((Succeeded, 1, 2, 21_600), &[0], Success);
        check((Failed, 0, 2, 21_600), &[0, 60, 180], RetriesExhausted);
        check((Failed, 10, 2, 21_600), &[0, 70, 200], RetriesExhausted);
        check((Failed, 0, 1, 21_600), &[0, 60], RetriesExhausted);
        check((Failed, 0, 0, 21_600), &[0], RetriesExhausted);
        // "Age 60 gives one attempt, 90 two."
        check((Failed, 0, 2, 60), &[0], EventAgeExceeded);
        check((Failed, 0, 2, 90), &[0, 60], EventAgeExceeded);
        check((Failed, 0, 2, 180), &[0, 60], EventAgeExceeded);
        check((Failed, 0, 2, 181), &[0, 60, 180], RetriesExhausted);
        check((NoConcurrency, 0, 2, 21_600), &[0], ZeroReservedConcurrency);
        check((Throttled, 0, 0, 60), &[0, 1, 3, 7, 15, 31], EventAgeExceeded);
        let (tried, end) = run(Throttled, 0, 2, 21_600);
        let waits: Vec<u64> = tried.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(waits[..11], [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert_eq!(
            (tried.len(), *tried.last().expect("an attempt"), end),
            (80, 21_511, EventAgeExceeded)
        );
    }

    /// "These do not use up the retry attempts."
    #[test]
    fn throttles_are_no_retries() {
        let (mut attempts, limits) = (Attempts::new(Duration::ZERO), Limits::default());
        let mut after = |attempt| attempts.after(attempt, limits, Duration::ZERO);
        let wait = |seconds| Next::RetryAfter(Duration::from_secs(seconds));
        assert_eq!(after(Attempt::Throttled), wait(1));
        assert_eq!(after(Attempt::Throttled), wait(2));
        assert_eq!(after(Attempt::Failed), wait(60));
        assert_eq!(after(Attempt::Throttled), wait(1));
        assert_eq!(after(Attempt::Failed), wait(120));
        assert_eq!(after(Attempt::Failed), Next::End(EventEnd::RetriesExhausted));
    }
}
