//! How fast the environments of a function become more, and how many requests come each second.

use std::{cell::Cell, time::Duration};

/// "Up to 1,000 new environments per 10 s per function, refilled continuously."
/// Source: AWS Lambda developer guide, "Understanding Lambda function scaling".
pub(super) const BURST: usize = 1000;

/// In which time so many new environments may be made.
pub(super) const BURST_IN: Duration = Duration::from_secs(10);

/// How many synchronous invocations may come each second for each of the concurrency.
/// Source: AWS Lambda developer guide, "Lambda quotas", invocation requests per second.
pub(super) const REQUESTS: usize = 10;

/// What is left of something of which so much may be taken in a time, refilled continuously.
pub(super) struct Rate {
    left: Cell<f64>,
    at: Cell<Duration>,
}

impl Default for Rate {
    fn default() -> Self {
        Self { left: Cell::new(f64::INFINITY), at: Cell::new(Duration::ZERO) }
    }
}

impl Rate {
    /// Takes one, if one is left of so many in so long.
    pub(super) fn take(&self, now: Duration, most: usize, within: Duration) -> bool {
        let most = most as f64;
        let passed = now.saturating_sub(self.at.get()).as_secs_f64() / within.as_secs_f64();
        let left = (self.left.get() + passed * most).min(most);
        self.at.set(now);
        let takes = 1.0 <= left;
        self.left.set(if takes { left - 1.0 } else { left });
        takes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "Scaling rate: up to 1,000 new environments per 10 s per function."
    #[test]
    fn a_thousand_environments_at_once_and_then_a_hundred_each_second() {
        let rate = Rate::default();
        let takes = |now: u64| {
            let now = Duration::from_millis(now);
            (0..).take_while(|_| rate.take(now, BURST, BURST_IN)).count()
        };
        assert_eq!(takes(0), 1000);
        assert_eq!(takes(0), 0);
        assert_eq!(takes(1000), 100);
        assert_eq!(takes(1500), 50);
        assert_eq!(takes(11_500), 1000);
        assert_eq!(takes(3_600_000), 1000);
    }
}
