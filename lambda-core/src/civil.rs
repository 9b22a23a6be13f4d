//! Dates of the Gregorian calendar, as the service writes them.
//!
//! Years begin in March here, so that the leap day is the last one: 719,468 days before the Unix epoch such a
//! year began, and with it 400 years of 146,097 days.

use std::time::{Duration, SystemTime};

/// Days from 1 March of the year 0 to the Unix epoch.
const EPOCH: u64 = 719_468;

/// Returns year, month and day of an instant, in UTC; those of the Unix epoch for an earlier one.
pub fn date(time: SystemTime) -> (u64, u64, u64) {
    let days = since_epoch(time).as_secs() / 86_400 + EPOCH;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let leap_days = day_of_era / 1_460 + day_of_era / 146_096 - day_of_era / 36_524;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

/// Writes an instant as `2026-01-01T00:00:00.000Z`.
pub fn rfc3339(time: SystemTime) -> String {
    let (year, month, day) = date(time);
    let since_epoch = since_epoch(time);
    let (seconds, millis) = (since_epoch.as_secs(), since_epoch.subsec_millis());
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// Reads `2026-01-01T00:00:00.000Z`, down to microseconds. `None` where the text is not such an instant.
pub fn parse(text: &str) -> Option<SystemTime> {
    let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<u64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut clock = clock.splitn(3, ':');
    let hours: u64 = clock.next()?.parse().ok()?;
    let minutes: u64 = clock.next()?.parse().ok()?;
    let (seconds, fraction) = match clock.next()? {
        seconds if seconds.contains('.') => seconds.split_once('.')?,
        seconds => (seconds, "0"),
    };
    let seconds: u64 = seconds.parse().ok()?;
    let micros: u64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    let is_date = (1970..=9999).contains(&year) && (1..=12).contains(&month);
    let is_clock = hours < 24 && minutes < 60 && seconds <= 60;
    if !is_date || !is_clock || !(1..=31).contains(&day) {
        return None;
    }
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    let seconds = (((days - EPOCH) * 24 + hours) * 60 + minutes) * 60 + seconds;
    let since_epoch = Duration::from_secs(seconds) + Duration::from_micros(micros);
    SystemTime::UNIX_EPOCH.checked_add(since_epoch)
}

fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(millis: u64, text: &str) {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
        assert_eq!(rfc3339(time), text);
        assert_eq!(parse(text), Some(time));
    }

    #[test]
    fn an_instant_is_written_as_rfc_3339_in_utc_and_read_as_the_same() {
        check(0, "1970-01-01T00:00:00.000Z");
        check(951_782_400_001, "2000-02-29T00:00:00.001Z");
        check(951_868_799_999, "2000-02-29T23:59:59.999Z");
        check(951_868_800_000, "2000-03-01T00:00:00.000Z");
        check(1_767_225_599_999, "2025-12-31T23:59:59.999Z");
        check(1_767_225_600_000, "2026-01-01T00:00:00.000Z");
        check(4_107_542_400_000, "2100-03-01T00:00:00.000Z");
        assert_eq!(date(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), (1970, 1, 1));
    }

    #[track_caller]
    fn check_parsed(text: &str, micros: Option<u64>) {
        let time = micros.map(|micros| SystemTime::UNIX_EPOCH + Duration::from_micros(micros));
        assert_eq!(parse(text), time, "{text}");
    }

    #[test]
    fn instants_are_read_to_the_microsecond() {
        check_parsed("2026-01-01T00:00:00Z", Some(1_767_225_600_000_000));
        check_parsed("2026-01-01T00:00:00.5Z", Some(1_767_225_600_500_000));
        check_parsed("2026-01-01T00:00:00.123456789Z", Some(1_767_225_600_123_456));
        for not_an_instant in [
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
            check_parsed(not_an_instant, None);
        }
    }
}
