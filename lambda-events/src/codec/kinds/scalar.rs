//! Truth values and whole numbers, in quotes or bare: the form that a field does not usually have is
//! odd, and so is any way of writing a number but its own.

use std::borrow::Cow;

use crate::codec::{Fidelity, Field, Reader, Writer, error::Read};

/// The text of a scalar, and whether it is in quotes; none for anything else.
pub(super) fn scalar<'a>(reader: &mut Reader<'a>) -> Read<Option<(Cow<'a, str>, bool)>> {
    Ok(match reader.peek()? {
        b'"' => reader.string()?.map(|text| (text, true)),
        b'{' | b'[' => None,
        _ => Some((reader.skip()?.into(), false)),
    })
}

impl Field for bool {
    const EXPECTED: &'static str = "a boolean";

    fn read(&mut self, reader: &mut Reader<'_>, json_string: bool) -> Read<Fidelity> {
        let Some((text, in_quotes)) = scalar(reader)? else { return Ok(Fidelity::Unrepresentable) };
        *self = match &*text {
            "true" => true,
            "false" => false,
            other if other.eq_ignore_ascii_case("true") => {
                *self = true;
                return Ok(Fidelity::NonCanonical);
            }
            other if other.eq_ignore_ascii_case("false") => return Ok(Fidelity::NonCanonical),
            _ => return Ok(Fidelity::Unrepresentable),
        };
        Ok(if in_quotes == json_string { Fidelity::Canonical } else { Fidelity::NonCanonical })
    }

    fn write(&self, writer: &mut Writer, json_string: bool) {
        writer.in_quotes(json_string, |writer| writer.raw(if *self { "true" } else { "false" }));
    }

    fn is_empty(&self) -> bool {
        !*self
    }
}

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl Field for $type {
            const EXPECTED: &'static str = concat!("a whole number (", stringify!($type), ")");

            fn read(&mut self, reader: &mut Reader<'_>, json_string: bool) -> Read<Fidelity> {
                let Some((text, in_quotes)) = scalar(reader)? else { return Ok(Fidelity::Unrepresentable) };
                let Ok(number) = text.parse() else { return Ok(Fidelity::Unrepresentable) };
                *self = number;
                let non_canonical = in_quotes != json_string || !is_canonical(&text);
                Ok(if non_canonical { Fidelity::NonCanonical } else { Fidelity::Canonical })
            }

            fn write(&self, writer: &mut Writer, json_string: bool) {
                writer.in_quotes(json_string, |writer| writer.integer(*self));
            }

            fn is_empty(&self) -> bool {
                *self == 0
            }
        }
    )*};
}

integers!(u16 u32 i32 u64 i64);

/// Neither `+7` nor `007` nor `-0`.
fn is_canonical(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.starts_with('+') && (!digits.starts_with('0') || text == "0")
}

#[cfg(test)]
mod tests {
    use super::super::check::*;

    #[test]
    fn exact_form() {
        exact("7", 7_u32);
        exact("-7", -7_i64);
        exact("0", 0_u64);
        exact("true", true);
        exact("false", false);
        exact_quoted("\"7\"", 7_u64);
        exact_quoted("\"true\"", true);
    }

    #[test]
    fn null_and_absent_form() {
        null_and_absent::<u64>();
        null_and_absent::<bool>();
        null_and_absent::<Option<i32>>();
    }

    #[test]
    fn odd_forms() {
        non_canonical("\"7\"", 7_u64);
        non_canonical("-0", 0_i64);
        non_canonical("\"007\"", 7_u16);
        non_canonical("\"+7\"", 7_i32);
        non_canonical("\"true\"", true);
        non_canonical("\"False\"", false);
        edited(8_u64, "8", &["\"7\"", "7"]);
        edited(true, "true", &["\"FALSE\"", "false"]);
    }

    #[test]
    fn no_whole_number_and_no_truth() {
        for json in ["1.5", "1e3", "123456789012345678901234567890", "\"x\"", "true", "[]", "-1"] {
            unrepresentable::<u32>(json);
        }
        for json in ["1", "\"yes\"", "\"\"", "{}"] {
            unrepresentable::<bool>(json);
        }
    }
}
