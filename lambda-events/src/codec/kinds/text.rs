//! Text. A number or a truth value in its place is its text; half a surrogate pair fits no text.

use crate::codec::{Fidelity, Field, Reader, Writer, error::Read};

impl Field for String {
    const EXPECTED: &'static str = "text";

    #[inline]
    fn read(&mut self, reader: &mut Reader<'_>, _: bool) -> Read<Fidelity> {
        match reader.peek()? {
            b'"' => match reader.string()? {
                Some(text) => {
                    *self = text.into_owned();
                    Ok(Fidelity::Canonical)
                }
                None => Ok(Fidelity::Unrepresentable),
            },
            b'{' | b'[' => Ok(Fidelity::Unrepresentable),
            _ => {
                *self = reader.skip()?.to_owned();
                Ok(Fidelity::NonCanonical)
            }
        }
    }

    fn write(&self, writer: &mut Writer, _: bool) {
        writer.string(self);
    }

    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::*;

    fn text(text: &str) -> String {
        text.to_owned()
    }

    #[test]
    fn exact_form() {
        exact("\"a\"", text("a"));
        exact("\"\"", text(""));
        exact("\"\u{fc} \\\"\\\\ \\n\"", text("\u{fc} \"\\ \n"));
    }

    #[test]
    fn null_and_absent_form() {
        null_and_absent::<String>();
    }

    #[test]
    fn a_number_for_text_is_kept_as_written() {
        for number in ["7", "1.50", "123456789012345678901234567890", "1E400", "-0", "true"] {
            non_canonical(number, text(number));
        }
        edited(text("b"), "\"b\"", &["7", "1E400", "\"a\""]);
    }

    #[test]
    fn odd_escapes_are_read() {
        let escaped: String = serde_json::from_str("\"\\u0041\\/\\ud83d\\ude00\"").expect("a text");
        assert_eq!(escaped, "A/\u{1F600}");
    }

    #[test]
    fn no_text() {
        for json in ["{\"a\":1}", "[]", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"a\\udc00\""] {
            unrepresentable::<String>(json);
        }
    }
}
