//! How many batches of a queue are in flight at once. Pure.
//!
//! Source: AWS Lambda developer guide, "Configuring scaling behavior for SQS event source mappings".

use std::time::Duration;

use super::config::Config;

/// "Starts with 5 concurrent invocations, +300 per minute to 1,250."
const FIRST: f64 = 5.0;
const EACH_SECOND: f64 = 300.0 / 60.0;
const MOST: f64 = 1250.0;

/// Provisioned: each poller has up to 10 batches in flight, and "+1,000 concurrent per minute, 20,000 at most".
const OF_POLLER: f64 = 10.0;
const PROVISIONED_EACH_SECOND: f64 = 1000.0 / 60.0;
const PROVISIONED_MOST: f64 = 20_000.0;

/// How many batches may be in flight.
#[derive(Clone, Debug)]
pub(super) struct Scaling {
    allowed: f64,
    least: f64,
    most: f64,
    each_second: f64,
    at: Duration,
}

impl Scaling {
    pub(super) fn new(config: &Config, now: Duration) -> Self {
        let (least, most, each_second) = match config.provisioned {
            Some((least, most)) => (
                f64::from(least) * OF_POLLER,
                (f64::from(most) * OF_POLLER).min(PROVISIONED_MOST),
                PROVISIONED_EACH_SECOND,
            ),
            None => {
                let most = config.maximum_concurrency.map_or(MOST, f64::from);
                (FIRST.min(most), most, EACH_SECOND)
            }
        };
        Self { allowed: least, least, most, each_second, at: now }
    }

    /// Returns how many may be in flight. It grows for as long as there are as many, and more to read.
    pub(super) fn allowed(&mut self, now: Duration, in_flight: usize, has_more: bool) -> usize {
        if has_more && self.allowed.floor() <= in_flight as f64 {
            let passed = now.saturating_sub(self.at).as_secs_f64();
            self.allowed = (self.allowed + passed * self.each_second).min(self.most);
        }
        self.at = now;
        self.allowed as usize
    }

    /// When one more may be in flight, where there are as many as may be.
    pub(super) fn grows(&self, in_flight: usize) -> Option<Duration> {
        let missing = self.allowed.floor() + 1.0 - self.allowed;
        let grows = self.allowed.floor() <= in_flight as f64 && self.allowed < self.most;
        grows.then(|| {
            self.at + Duration::from_secs_f64(missing / self.each_second) + Duration::from_nanos(1)
        })
    }

    /// "On errors or throttles it backs off": to half of what it was, and then grows again.
    pub(super) fn back_off(&mut self) {
        self.allowed = (self.allowed / 2.0).max(self.least.min(FIRST) / 2.0).max(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After so many seconds of messages that wait, so many batches are in flight.
    #[track_caller]
    fn check(config: &Config, expected: &[(u64, usize)]) {
        let mut scaling = Scaling::new(config, Duration::ZERO);
        let mut in_flight = 0;
        for (seconds, allowed) in expected {
            in_flight = scaling.allowed(Duration::from_secs(*seconds), in_flight, true);
            assert_eq!(in_flight, *allowed, "after {seconds} s");
        }
    }

    #[test]
    fn five_batches_then_three_hundred_more_each_minute() {
        let standard =
            [(0, 5), (1, 10), (60, 305), (120, 605), (240, 1205), (300, 1250), (900, 1250)];
        check(&Config::default(), &standard);
        let limited = Config { maximum_concurrency: Some(2), ..Config::default() };
        check(&limited, &[(0, 2), (60, 2)]);
        let limited = Config { maximum_concurrency: Some(20), ..Config::default() };
        check(&limited, &[(0, 5), (1, 10), (60, 20)]);
        let provisioned = Config { provisioned: Some((2, 200)), ..Config::default() };
        check(&provisioned, &[(0, 20), (60, 1020), (120, 2000), (600, 2000)]);
        let provisioned = Config { provisioned: Some((200, 10_000)), ..Config::default() };
        check(&provisioned, &[(0, 2000), (60, 3000), (3600, 20_000)]);
    }

    #[test]
    fn what_is_not_needed_does_not_grow() {
        let mut scaling = Scaling::new(&Config::default(), Duration::ZERO);
        assert_eq!(scaling.allowed(Duration::from_secs(3600), 1, false), 5);
        assert_eq!(scaling.allowed(Duration::from_secs(7200), 1, true), 5);
    }

    #[test]
    fn it_backs_off_and_grows_again() {
        let mut scaling = Scaling::new(&Config::default(), Duration::ZERO);
        assert_eq!(scaling.allowed(Duration::from_secs(60), 5, true), 305);
        scaling.back_off();
        assert_eq!(scaling.allowed(Duration::from_secs(60), 152, true), 152);
        assert_eq!(scaling.allowed(Duration::from_secs(61), 152, true), 157);
        for _ in 0..20 {
            scaling.back_off();
        }
        assert_eq!(scaling.allowed(Duration::from_secs(61), 0, true), 2);
        assert_eq!(scaling.grows(1), None);
        let next = scaling.grows(2).expect("it grows");
        assert!(next <= Duration::from_millis(61_200), "{next:?}");
    }
}
