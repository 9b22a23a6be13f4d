//! One timer of a poller, which is set anew only where it must fire earlier.

use std::{pin::Pin, time::Duration};

use tokio::time::Sleep;

use crate::kernel::Clock;

/// A timer. It may fire before it is due, since setting one anew costs as much as a part of an invocation.
pub(super) struct Alarm {
    clock: Clock,
    /// With the time at which it fires, since the service began.
    set: Option<(Duration, Pin<Box<Sleep>>)>,
}

impl Alarm {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, set: None }
    }

    /// Waits until this time or an earlier one; for ever where there is none.
    pub(super) async fn wait(&mut self, due: Option<Duration>) {
        let Some(due) = due else {
            self.set = None;
            return std::future::pending().await;
        };
        let now = self.clock.elapsed();
        let is_earlier = |(at, _): &(Duration, _)| now < *at && *at <= due;
        if !self.set.as_ref().is_some_and(is_earlier) {
            match &mut self.set {
                Some((at, sleep)) => {
                    *at = due;
                    sleep.as_mut().reset(self.clock.instant(due));
                }
                None => {
                    let sleep = tokio::time::sleep_until(self.clock.instant(due));
                    self.set = Some((due, Box::pin(sleep)));
                }
            }
        }
        if let Some((_, sleep)) = &mut self.set {
            sleep.await;
        }
    }
}
