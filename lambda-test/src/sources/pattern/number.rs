//! Numbers of patterns and events. Pure.
//!
//! The service compares numbers as binary64, and only those that binary64 has: `0.1`, and not an integer beyond 2^53 that
//! lies between two of them. What it has not it compares as it is written.

use serde_json::Number;

/// A number as it is written, and its value where numbers can be compared with it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Written {
    pub(super) value: Option<f64>,
    pub(super) text: String,
}

impl Written {
    pub(super) fn parse(text: &str) -> Self {
        Self { value: comparable(text), text: text.to_owned() }
    }

    /// Whether both are one number.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.text == other.text || self.value.is_some() && self.value == other.value
    }
}

impl From<&Number> for Written {
    fn from(number: &Number) -> Self {
        Self::parse(&number.to_string())
    }
}

/// Returns the value of a number, if binary64 has it.
fn comparable(text: &str) -> Option<f64> {
    let value: f64 = text.parse().ok()?;
    if !value.is_finite() {
        return None;
    }
    // Most numbers are short, and those all differ, but for those that are too small.
    let is_short = value != 0.0 && text.bytes().filter(u8::is_ascii_digit).count() <= 15;
    // The shortest text that binary64 has for it means the same.
    (is_short || digits(text) == digits(&format!("{value:e}"))).then_some(value)
}

/// Returns the digits of a number without zeros around them, and the power of ten of the first one.
fn digits(text: &str) -> (bool, String, i64) {
    let (text, is_negative) = match text.strip_prefix('-') {
        Some(text) => (text, true),
        None => (text, false),
    };
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let significant = all.trim_start_matches('0');
    let zeros = i64::try_from(all.len() - significant.len()).unwrap_or(i64::MAX);
    let significant = significant.trim_end_matches('0');
    if significant.is_empty() {
        return (false, String::new(), 0);
    }
    let exponent: i64 = exponent.parse().unwrap_or(i64::MAX / 4);
    let first = i64::try_from(whole.len()).unwrap_or(i64::MAX / 4) - zeros;
    (is_negative, significant.to_owned(), exponent.saturating_add(first))
}

/// Numbers between two, either of which may be absent.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) low: Option<Bound>,
    pub(super) high: Option<Bound>,
}

/// An end of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bound {
    pub(super) value: f64,
    /// Whether the range has it.
    pub(super) is_included: bool,
}

impl Range {
    pub(super) fn contains(&self, number: f64) -> bool {
        let after = |low: Bound| low.value < number || low.is_included && low.value == number;
        let before = |high: Bound| number < high.value || high.is_included && high.value == number;
        self.low.is_none_or(after) && self.high.is_none_or(before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_where_binary64_has_them() {
        for (text, value) in [
            ("300", Some(300.0)),
            ("300.0", Some(300.0)),
            ("3.018e2", Some(301.8)),
            ("-0.1", Some(-0.1)),
            ("0", Some(0.0)),
            ("-0.000", Some(0.0)),
            ("123456789012", Some(123_456_789_012.0)),
            ("9007199254740992", Some(9_007_199_254_740_992.0)),
            ("9007199254740993", None),
            ("0.10000000000000000555", None),
            ("1e400", None),
            ("1e-400", None),
            ("00000000000000000000001.50000000000000000000", Some(1.5)),
        ] {
            assert_eq!(comparable(text), value, "{text}");
        }
        assert!(Written::parse("3e2").is(&Written::parse("300.00")));
        assert!(Written::parse("9007199254740993").is(&Written::parse("9007199254740993")));
        assert!(!Written::parse("9007199254740993").is(&Written::parse("9007199254740992")));
    }
}
