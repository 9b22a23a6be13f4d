//! Truth values and whole numbers, in quotes or bare: the form that a field does not usually have is
//! odd, and so is any way of writing a number but its own.

use std::borrow::Cow;

use crate::codec::{Came, Field, Reader, Writer, error::Read};

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

    fn read(&mut self, reader: &mut Reader<'_>, quoted: bool) -> Read<Came> {
        let Some((text, in_quotes)) = scalar(reader)? else { return Ok(Came::Misfit) };
        *self = match &*text {
            "true" => true,
            "false" => false,
            other if other.eq_ignore_ascii_case("true") => {
                *self = true;
                return Ok(Came::Odd);
            }
            other if other.eq_ignore_ascii_case("false") => return Ok(Came::Odd),
            _ => return Ok(Came::Misfit),
        };
        Ok(if in_quotes == quoted { Came::Plain } else { Came::Odd })
    }

    fn write(&self, writer: &mut Writer, quoted: bool) {
        writer.in_quotes(quoted, |writer| writer.raw(if *self { "true" } else { "false" }));
    }

    fn is_empty(&self) -> bool {
        !*self
    }
}

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl Field for $type {
            const EXPECTED: &'static str = concat!("a whole number (", stringify!($type), ")");

            fn read(&mut self, reader: &mut Reader<'_>, quoted: bool) -> Read<Came> {
                let Some((text, in_quotes)) = scalar(reader)? else { return Ok(Came::Misfit) };
                let Ok(number) = text.parse() else { return Ok(Came::Misfit) };
                *self = number;
                let odd = in_quotes != quoted || !is_canonical(&text);
                Ok(if odd { Came::Odd } else { Came::Plain })
            }

            fn write(&self, writer: &mut Writer, quoted: bool) {
                writer.in_quotes(quoted, |writer| writer.integer(*self));
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
        odd("\"7\"", 7_u64);
        odd("-0", 0_i64);
        odd("\"007\"", 7_u16);
        odd("\"+7\"", 7_i32);
        odd("\"true\"", true);
        odd("\"False\"", false);
        edited(8_u64, "8", &["\"7\"", "7"]);
        edited(true, "true", &["\"FALSE\"", "false"]);
    }

    #[test]
    fn no_whole_number_and_no_truth() {
        for json in ["1.5", "1e3", "123456789012345678901234567890", "\"x\"", "true", "[]", "-1"] {
            misfit::<u32>(json);
        }
        for json in ["1", "\"yes\"", "\"\"", "{}"] {
            misfit::<bool>(json);
        }
    }
}
