//! How fast the environments of a function become more.

use std::{cell::Cell, time::Duration};

/// "Up to 1,000 new environments per 10 s per function, refilled continuously."
/// Source: AWS Lambda developer guide, "Understanding Lambda function scaling".
pub(super) const BURST: usize = 1000;
const REFILL_S: f64 = 10.0;

/// What is left of the environments that may be made.
pub(super) struct Scaling {
    left: Cell<f64>,
    at: Cell<Duration>,
}

impl Default for Scaling {
    fn default() -> Self {
        Self { left: Cell::new(f64::INFINITY), at: Cell::new(Duration::ZERO) }
    }
}

impl Scaling {
    /// Takes one, if one is left.
    pub(super) fn take(&self, now: Duration, burst: usize) -> bool {
        let burst = burst as f64;
        let refilled = (now.saturating_sub(self.at.get())).as_secs_f64() * burst / REFILL_S;
        let left = (self.left.get() + refilled).min(burst);
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
        let scaling = Scaling::default();
        let takes = |now: u64| {
            let now = Duration::from_millis(now);
            (0..).take_while(|_| scaling.take(now, BURST)).count()
        };
        assert_eq!(takes(0), 1000);
        assert_eq!(takes(0), 0);
        assert_eq!(takes(1000), 100);
        assert_eq!(takes(1500), 50);
        assert_eq!(takes(11_500), 1000);
        assert_eq!(takes(3_600_000), 1000);
    }
}
