//! Virtual time and real time, kept apart by type.

use std::time::{Duration, SystemTime};

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

    pub(crate) fn wall(&self) -> SystemTime {
        self.wall_at(self.elapsed())
    }

    pub(crate) fn wall_at(&self, since: Duration) -> SystemTime {
        self.wall + since
    }

    /// The date on the wall, as it stands in the names of log streams: `2026/01/01`.
    pub(crate) fn date(&self) -> String {
        let since = self.wall().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        // Years begin in March here, so that the leap day is the last one; 719,468 days before the
        // epoch such a year began, and with it 400 years of 146,097 days.
        let days = since.as_secs() / 86_400 + 719_468;
        let (era, day) = (days / 146_097, days % 146_097);
        let year_of_era = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day + 2) / 153;
        let day_of_month = day - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        format!("{year:04}/{month:02}/{day_of_month:02}")
    }

    /// As the service writes an instant: `2026-01-01T00:00:00.000Z`.
    pub(crate) fn iso_at(&self, since: Duration) -> String {
        let date = Self { wall: self.wall_at(since), began: Instant::now() }.date();
        let ms = self.epoch_ms_at(since) % 86_400_000;
        let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
        let date = date.replace('/', "-");
        format!("{date}T{hours:02}:{minutes:02}:{seconds:02}.{:03}Z", ms % 1_000)
    }

    pub(crate) fn epoch_ms_at(&self, since: Duration) -> u128 {
        let wall = self.wall_at(since);
        wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis()
    }
}

/// Whether tokio's clock stands still unless it is advanced: it does when time passes and it shows
/// none of it.
pub(crate) fn is_paused() -> bool {
    let (virtual_before, real_before) = (Instant::now(), std::time::Instant::now());
    while real_before.elapsed() < Duration::from_micros(2) {
        std::hint::spin_loop();
    }
    Instant::now() == virtual_before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_date_is_that_of_the_gregorian_calendar() {
        for (seconds, date) in [
            (0, "1970/01/01"),
            (951_782_400, "2000/02/29"),
            (1_767_225_599, "2025/12/31"),
            (1_767_225_600, "2026/01/01"),
            (4_107_542_400, "2100/03/01"),
        ] {
            let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(Clock::starting_at(wall).date(), date);
        }
    }
}
