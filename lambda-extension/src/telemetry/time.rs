//! Times, as the Telemetry API writes them.

use std::time::{Duration, SystemTime};

/// Reads `2026-01-01T00:00:00.000Z`, down to microseconds; none where it is no such time.
pub(super) fn read(time: &str) -> Option<SystemTime> {
    let (date, clock) = time.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut clock = clock.splitn(3, ':');
    let hours: i64 = clock.next()?.parse().ok()?;
    let minutes: i64 = clock.next()?.parse().ok()?;
    let (seconds, fraction) = match clock.next()? {
        seconds if seconds.contains('.') => seconds.split_once('.')?,
        seconds => (seconds, "0"),
    };
    let seconds: i64 = seconds.parse().ok()?;
    let micros: u64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    let is_date = (1970..=9999).contains(&year) && (1..=12).contains(&month);
    let is_clock = (0..24).contains(&hours) && (0..60).contains(&minutes);
    if !is_date || !is_clock || !(1..=31).contains(&day) || !(0..=60).contains(&seconds) {
        return None;
    }
    // Years begin in March here, so that the leap day is the last one; 719,468 days before the epoch such a
    // year began.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    let seconds = (((days - 719_468) * 24 + hours) * 60 + minutes) * 60 + seconds;
    let since = Duration::from_secs(u64::try_from(seconds).ok()?) + Duration::from_micros(micros);
    SystemTime::UNIX_EPOCH.checked_add(since)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(time: &str, micros: Option<u64>) {
        let since = micros.map(|micros| SystemTime::UNIX_EPOCH + Duration::from_micros(micros));
        assert_eq!(read(time), since, "{time}");
    }

    #[test]
    fn times_are_read_to_the_microsecond() {
        check("1970-01-01T00:00:00.000Z", Some(0));
        check("2000-02-29T00:00:00.000Z", Some(951_782_400_000_000));
        check("2025-12-31T23:59:59.999Z", Some(1_767_225_599_999_000));
        check("2026-01-01T00:00:00Z", Some(1_767_225_600_000_000));
        check("2026-01-01T00:00:00.5Z", Some(1_767_225_600_500_000));
        check("2026-01-01T00:00:00.123456789Z", Some(1_767_225_600_123_456));
        for no_time in [
            "",
            "2026-01-01",
            "2026-13-01T00:00:00Z",
            "2026-01-32T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00.-1Z",
            "2026-01-01T00:00:00.üZ",
            "xTyZ",
        ] {
            check(no_time, None);
        }
    }
}
