//! Any number, as its text.

use std::{fmt, str::FromStr};

use super::{leaf, scalar::scalar};
use crate::codec::{Fidelity, Field, Reader, Writer, error::Read, reader::is_number};

/// A number of any size and precision, kept as it was written: `1.50` stays `1.50`.
///
/// Two are equal when their texts are.
///
/// ```
/// use lambda_events::Number;
///
/// let threshold: Number = serde_json::from_str("1.50")?;
/// assert_eq!((threshold.as_str(), threshold.to_f64()), ("1.50", 1.5));
/// assert_eq!(Number::from(7).to_i64(), Some(7));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Number(Box<str>);

/// A text that is no number as JSON writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotANumber;

impl_display!(NotANumber, |_, f| {
    f.write_str(
        "no number as JSON writes it: digits, perhaps with a minus sign, a fraction, an exponent",
    )
});

impl std::error::Error for NotANumber {}

impl Number {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number, if it is whole, written without fraction and exponent, and fits.
    pub fn to_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// The number, if it is whole, written without fraction and exponent, and fits.
    pub fn to_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// The nearest floating-point number; infinite beyond its range.
    pub fn to_f64(&self) -> f64 {
        // Every number of JSON is one of Rust.
        self.0.parse().unwrap_or(f64::NAN)
    }
}

impl Default for Number {
    fn default() -> Self {
        Self("0".into())
    }
}

macro_rules! from {
    ($($type:ty)*) => {$(
        impl From<$type> for Number {
            fn from(number: $type) -> Self {
                Self(number.to_string().into())
            }
        }
    )*};
}

from!(i32 u32 i64 u64);

impl FromStr for Number {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Self, NotANumber> {
        if is_number(text) { Ok(Self(text.into())) } else { Err(NotANumber) }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Field for Number {
    const EXPECTED: &'static str = "a number";

    fn read(&mut self, reader: &mut Reader<'_>, json_string: bool) -> Read<Fidelity> {
        let Some((text, in_quotes)) = scalar(reader)? else { return Ok(Fidelity::Unrepresentable) };
        if !is_number(&text) {
            return Ok(Fidelity::Unrepresentable);
        }
        self.0 = text.into();
        Ok(if in_quotes == json_string { Fidelity::Canonical } else { Fidelity::NonCanonical })
    }

    fn write(&self, writer: &mut Writer, json_string: bool) {
        writer.in_quotes(json_string, |writer| writer.raw(&self.0));
    }

    fn is_empty(&self) -> bool {
        &*self.0 == "0"
    }
}

leaf!(Number);

#[cfg(test)]
mod tests {
    use super::{super::check::*, *};

    fn number(text: &str) -> Number {
        text.parse().expect("a number")
    }

    #[test]
    fn exact_form() {
        for text in ["7", "1.50", "-0", "1E400", "123456789012345678901234567890"] {
            exact(text, number(text));
        }
        exact_quoted("\"1.50\"", number("1.50"));
    }

    #[test]
    fn null_and_absent_form() {
        null_and_absent::<Number>();
    }

    #[test]
    fn odd_forms() {
        non_canonical("\"1.50\"", number("1.50"));
        edited(number("2"), "2", &["\"1.50\"", "1"]);
    }

    #[test]
    fn no_number() {
        for json in ["\"\"", "\"1.\"", "\"+1\"", "\"NaN\"", "true", "{}"] {
            unrepresentable::<Number>(json);
        }
        assert_eq!("1.".parse::<Number>(), Err(NotANumber));
    }

    #[test]
    fn conversions_are_exact_or_none() {
        assert_eq!(number("18446744073709551615").to_u64(), Some(u64::MAX));
        assert_eq!(number("18446744073709551615").to_i64(), None);
        assert_eq!(number("1.0").to_i64(), None);
        assert_eq!(number("1E400").to_f64(), f64::INFINITY);
    }
}
