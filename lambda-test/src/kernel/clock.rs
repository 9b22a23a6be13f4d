//! Virtual time and real time, kept apart by type.

use std::time::{Duration, SystemTime};

use lambda_core::rt::civil;
use tokio::time::Instant;

/// The time that passes for the simulated service: [`Virtual`] or [`Real`].
pub trait Time: sealed::Sealed + 'static {
    /// Whether the Runtime API is served over sockets, not over pipes.
    #[doc(hidden)]
    const SOCKETS: bool;
}

/// Time that passes at once: tokio's paused clock. For applications in this process.
#[derive(Clone, Copy, Debug)]
pub enum Virtual {}

/// The time of the day. For child processes and sockets.
#[derive(Clone, Copy, Debug)]
pub enum Real {}

impl Time for Virtual {
    const SOCKETS: bool = false;
}

impl Time for Real {
    const SOCKETS: bool = true;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Virtual {}
    impl Sealed for super::Real {}
}

/// When the service began, on the clock of timers and on the wall.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    began: Instant,
    wall: SystemTime,
}

impl Clock {
    /// A clock whose wall shows this time now.
    pub(crate) fn starting_at(wall: SystemTime) -> Self {
        Self { began: Instant::now(), wall }
    }

    #[expect(clippy::disallowed_methods, reason = "real time is what is asked for")]
    pub(crate) fn real() -> Self {
        Self::starting_at(SystemTime::now())
    }

    /// Since the service began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// When something falls due.
    pub(crate) fn instant(&self, since: Duration) -> Instant {
        self.began + since
    }

    /// Returns a clock whose wall is ahead and behind by as much.
    pub(crate) fn skewed(&self, (ahead, behind): (Duration, Duration)) -> Self {
        Self { wall: self.wall + ahead - behind, ..*self }
    }

    pub(crate) fn wall(&self) -> SystemTime {
        self.wall_at(self.elapsed())
    }

    pub(crate) fn wall_at(&self, since: Duration) -> SystemTime {
        self.wall + since
    }

    /// Returns the date on the wall, as in the names of log streams: `2026/01/01`.
    pub(crate) fn date_at(&self, since: Duration) -> String {
        let (year, month, day) = civil::date(self.wall_at(since));
        format!("{year:04}/{month:02}/{day:02}")
    }

    /// Returns an instant as the service writes it: `2026-01-01T00:00:00.000Z`.
    pub(crate) fn iso_at(&self, since: Duration) -> String {
        civil::rfc3339(self.wall_at(since))
    }

    /// Returns an instant in whole seconds: `2026-01-01T00:00:00Z`.
    pub(crate) fn iso_seconds_at(&self, since: Duration) -> String {
        let text = self.iso_at(since);
        format!("{}Z", text.split('.').next().unwrap_or_default())
    }

    pub(crate) fn epoch_ms_at(&self, since: Duration) -> u128 {
        let wall = self.wall_at(since);
        wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis()
    }
}

/// Whether tokio's clock stands still unless it is advanced: a clock that runs shows another time within a hundred looks, some
/// microseconds.
pub(crate) fn is_paused() -> bool {
    let first = Instant::now();
    (0..100).all(|_| Instant::now() == first)
}
