//! Bytes that travel as a list of numbers.

use std::{fmt, ops::Deref};

use super::leaf;
use crate::codec::{Fidelity, Field, Reader, Writer, error::Read};

/// Bytes, in JSON as a list of numbers: the values of Kafka's headers.
///
/// They come from 0 to 255, or, written by a language whose bytes have a sign, from -128 to 127.
///
/// ```
/// use lambda_events::ByteList;
///
/// let value: ByteList = serde_json::from_str("[104, 105, -1]")?;
/// assert_eq!(&**value, b"hi\xFF");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct ByteList(pub Vec<u8>);

impl Deref for ByteList {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl fmt::Debug for ByteList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

impl Field for ByteList {
    const EXPECTED: &'static str = "a list of bytes";

    fn read(&mut self, reader: &mut Reader<'_>, json_string: bool) -> Read<Fidelity> {
        if reader.peek()? != b'[' {
            return Ok(Fidelity::Unrepresentable);
        }
        let mut worst = Fidelity::Canonical;
        let mut more = reader.enter(b']')?;
        while more {
            let mut number = 0i32;
            worst = worst.max(number.read(reader, json_string)?);
            match (u8::try_from(number), i8::try_from(number)) {
                _ if worst == Fidelity::Unrepresentable => return Ok(Fidelity::Unrepresentable),
                (Ok(byte), _) => self.0.push(byte),
                (_, Ok(signed)) => {
                    self.0.push(signed as u8);
                    worst = Fidelity::NonCanonical;
                }
                _ => return Ok(Fidelity::Unrepresentable),
            }
            more = reader.more(b']')?;
        }
        Ok(worst)
    }

    fn write(&self, writer: &mut Writer, _: bool) {
        writer.raw("[");
        for byte in &self.0 {
            writer.comma();
            writer.integer(*byte);
        }
        writer.raw("]");
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

leaf!(ByteList);

#[cfg(test)]
mod tests {
    use super::{super::check::*, *};

    fn bytes(bytes: &[u8]) -> ByteList {
        ByteList(bytes.to_vec())
    }

    #[test]
    fn exact_form() {
        exact("[104,105,255,0]", bytes(b"hi\xFF\0"));
        exact("[]", bytes(b""));
    }

    #[test]
    fn null_and_absent_form() {
        null_and_absent::<ByteList>();
    }

    #[test]
    fn odd_forms() {
        non_canonical("[-1,-128,127]", bytes(&[255, 128, 127]));
        non_canonical("[\"7\"]", bytes(&[7]));
        edited(bytes(b"a"), "[97]", &["[-1]", "[1]"]);
    }

    #[test]
    fn no_bytes() {
        for json in ["[256]", "[-129]", "[1.5]", "[null]", "\"aGk=\"", "7"] {
            unrepresentable::<ByteList>(json);
        }
    }
}
