//! Instants that travel as numbers: integers all the way, so that nothing is a millisecond early.

use super::{leaf, scalar::scalar};
use crate::codec::{Fidelity, Field, Reader, Writer, error::Read, reader::is_number};

/// An instant in JSON as seconds since the Unix epoch with a fraction, in nanoseconds.
///
/// Years 1677 to 2262. What is finer, or further away, does not fit and stays in `extra`.
///
/// ```
/// use lambda_events::Seconds;
///
/// let at: Seconds = serde_json::from_str("1643638425.16")?;
/// assert_eq!(at.unix_millis(), 1_643_638_425_160);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds(i64);

/// An instant in JSON as milliseconds since the Unix epoch.
///
/// ```
/// use lambda_events::Millis;
///
/// let at: Millis = serde_json::from_str("1545084650987")?;
/// assert_eq!(at.unix_millis(), 1_545_084_650_987);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(i64);

impl Seconds {
    /// The instant so many nanoseconds after the Unix epoch.
    pub const fn from_unix_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the Unix epoch.
    pub const fn unix_nanos(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since the Unix epoch, the earlier one where there is a fraction.
    pub const fn unix_millis(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
}

impl Millis {
    /// The instant so many milliseconds after the Unix epoch.
    pub const fn from_unix_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn unix_millis(self) -> i64 {
        self.0
    }
}

/// A decimal number times 10^9, and whether it is written as this module writes it; none if it
/// does not fit or has more than nine places.
fn nanos(text: &str) -> Option<(i64, bool)> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let negative = whole.starts_with('-');
    let mut value = 0i128;
    for digit in whole.bytes().chain(fraction.bytes()).filter(u8::is_ascii_digit) {
        value = value.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
    }
    let plain =
        mantissa.len() == text.len() && !fraction.ends_with('0') && !(negative && value == 0);
    let shift = exponent.checked_add(9)?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let factor = 10i128.checked_pow(shift.unsigned_abs())?;
    let value = match shift {
        0.. => value.checked_mul(factor)?,
        _ if value % factor == 0 => value / factor,
        _ => return None,
    };
    Some((i64::try_from(if negative { -value } else { value }).ok()?, plain))
}

impl Field for Seconds {
    const EXPECTED: &'static str = "seconds since 1970";

    fn read(&mut self, reader: &mut Reader<'_>, json_string: bool) -> Read<Fidelity> {
        let Some((text, in_quotes)) = scalar(reader)? else { return Ok(Fidelity::Unrepresentable) };
        if !is_number(&text) {
            return Ok(Fidelity::Unrepresentable);
        }
        let Some((nanos, plain)) = nanos(&text) else { return Ok(Fidelity::Unrepresentable) };
        self.0 = nanos;
        Ok(if plain && in_quotes == json_string {
            Fidelity::Canonical
        } else {
            Fidelity::NonCanonical
        })
    }

    fn write(&self, writer: &mut Writer, json_string: bool) {
        const SECOND: u64 = 1_000_000_000;
        writer.in_quotes(json_string, |writer| {
            if self.0 < 0 {
                writer.raw("-");
            }
            let nanos = self.0.unsigned_abs();
            writer.integer(nanos / SECOND);
            if nanos % SECOND != 0 {
                let digits = format!(".{:09}", nanos % SECOND);
                writer.raw(digits.trim_end_matches('0'));
            }
        });
    }

    fn is_empty(&self) -> bool {
        self.0 == 0
    }
}

impl Field for Millis {
    const EXPECTED: &'static str = "milliseconds since 1970";

    fn read(&mut self, reader: &mut Reader<'_>, json_string: bool) -> Read<Fidelity> {
        self.0.read(reader, json_string)
    }

    fn write(&self, writer: &mut Writer, json_string: bool) {
        self.0.write(writer, json_string);
    }

    fn is_empty(&self) -> bool {
        self.0 == 0
    }
}

leaf!(Seconds);
leaf!(Millis);

#[cfg(test)]
mod tests {
    use super::{super::check::*, *};

    fn seconds(nanos: i64) -> Seconds {
        Seconds::from_unix_nanos(nanos)
    }

    #[test]
    fn exact_form() {
        exact("1643638425.16", seconds(1_643_638_425_160_000_000));
        exact("1643638425.1234", seconds(1_643_638_425_123_400_000));
        exact("1643638425", seconds(1_643_638_425_000_000_000));
        exact("-0.000000001", seconds(-1));
        exact("0", seconds(0));
        exact("1545084650987", Millis::from_unix_millis(1_545_084_650_987));
        exact_quoted("\"1545084650987\"", Millis::from_unix_millis(1_545_084_650_987));
        exact_quoted("\"1.5\"", seconds(1_500_000_000));
    }

    #[test]
    fn null_and_absent_form() {
        null_and_absent::<Seconds>();
        null_and_absent::<Millis>();
    }

    #[test]
    fn odd_forms() {
        non_canonical("1.5E9", seconds(1_500_000_000_000_000_000));
        non_canonical("15e-1", seconds(1_500_000_000));
        non_canonical("1.50", seconds(1_500_000_000));
        non_canonical("1.0", seconds(1_000_000_000));
        non_canonical("-0", seconds(0));
        non_canonical("\"1.5\"", seconds(1_500_000_000));
        non_canonical("\"7\"", Millis::from_unix_millis(7));
        edited(seconds(2_000_000_000), "2", &["1.50", "\"1\""]);
    }

    #[test]
    fn what_is_finer_or_further_away_than_a_time_goes() {
        for json in ["0.0000000001", "1e30", "1e-400", "9999999999999", "\"now\"", "\"1.\""] {
            unrepresentable::<Seconds>(json);
        }
        for json in ["1.5", "1e3", "\"now\""] {
            unrepresentable::<Millis>(json);
        }
    }

    #[test]
    fn every_millisecond_is_that_millisecond() {
        for millis in (1_545_084_650_000..1_545_084_653_000).chain(-2000..2000) {
            let (whole, part) = (millis / 1000, millis % 1000);
            let sign = if millis < 0 { "-" } else { "" };
            let text = format!("{sign}{}.{:03}", i64::abs(whole), i64::abs(part));
            let at: Seconds = serde_json::from_str(&text).expect("seconds");
            assert_eq!(at.unix_millis(), millis, "{text}");
        }
    }
}
