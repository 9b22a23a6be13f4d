//! Instants as texts.

use super::Seconds;

/// The instant that a text of RFC 3339 names; none if it names none or one that does not fit.
///
/// An offset without a colon, as CodeCommit and CloudWatch alarms write it, is understood too:
/// `2016-01-01T23:59:59.000+0000`. A leap second is the second after it. What is finer than a
/// nanosecond is refused, not cut.
pub fn parse_rfc3339(text: &str) -> Option<Seconds> {
    let (date, rest) = text.split_at_checked(10)?;
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, rest) = rest.split_at_checked(8)?;
    let [year, month, day] = parts(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = parts(clock, ':', [2, 2, 2])?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_of_month = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days_of_month).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (nanos, rest) = fraction(rest)?;
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    let seconds = seconds - offset(rest)?;
    let nanos = seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?;
    Some(Seconds::from_unix_nanos(nanos))
}

/// Three numbers of so many digits, with a sign between.
fn parts(text: &str, between: char, digits: [usize; 3]) -> Option<[i64; 3]> {
    let mut parts = text.split(between);
    let numbers = digits.map(|digits| number(parts.next()?, digits));
    let [Some(a), Some(b), Some(c)] = numbers else { return None };
    parts.next().is_none().then_some([a, b, c])
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let all = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok())?
}

/// The nanoseconds of a fraction, and what follows.
fn fraction(text: &str) -> Option<(i64, &str)> {
    let Some(text) = text.strip_prefix('.') else { return Some((0, text)) };
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let digits = match digits.len() {
        0 => return None,
        _ => digits.trim_end_matches('0'),
    };
    let nanos: i64 = format!("{digits:0<9}").parse().ok()?;
    (digits.len() <= 9).then_some((nanos, rest))
}

/// The seconds by which a clock is ahead.
fn offset(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_at_checked(2)?;
    let hours = number(hours, 2)?;
    let minutes = number(minutes.strip_prefix(':').unwrap_or(minutes), 2)?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Days from the Unix epoch to a date of the Gregorian calendar. Years begin in March here, so that
/// the leap day is the last one.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, nanos: Option<i64>) {
        assert_eq!(parse_rfc3339(text).map(Seconds::unix_nanos), nanos, "{text}");
    }

    #[test]
    fn instants() {
        const SECOND: i64 = 1_000_000_000;
        check("1970-01-01T00:00:00Z", Some(0));
        check("1970-01-01T00:00:00.123Z", Some(123_000_000));
        check("2016-01-01T23:59:59.000+0000", Some(1_451_692_799 * SECOND));
        check("2023-08-04T12:56:46.138+0200", Some(1_691_146_606_138_000_000));
        check("2020-02-29T12:00:00-00:30", Some(1_582_979_400 * SECOND));
        check("1969-12-31T23:59:59.999999999z", Some(-1));
        check("2016-12-31t23:59:60Z", Some(1_483_228_800 * SECOND));
        check("2000-01-01T00:00:00.1000000000000Z", Some(946_684_800_100_000_000));
    }

    #[test]
    fn no_instants() {
        for text in [
            "",
            "2020-01-01",
            "2020-01-01T00:00:00",
            "2019-02-29T00:00:00Z",
            "2020-13-01T00:00:00Z",
            "2020-01-01T24:00:00Z",
            "2020-01-01T00:00:00.Z",
            "2020-01-01T00:00:00.0000000001Z",
            "2020-01-01T00:00:00+1",
            "2020-01-01T00:00:00+00:00:00",
            "+020-01-01T00:00:00Z",
            "9999-01-01T00:00:00Z",
            "2020-01-01T00:00:0üZ",
        ] {
            check(text, None);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[.0-9+Z-]*") {
            let _ = parse_rfc3339(&text);
        }
    }
}
