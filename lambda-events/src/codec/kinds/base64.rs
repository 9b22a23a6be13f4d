//! Bytes that travel as base64.

use std::{fmt, ops::Deref};

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};

use serde::de::DeserializeOwned;

use super::{NotJson, leaf};
use crate::codec::{Fidelity, Field, Reader, Writer, error::Read};

/// Bytes, in JSON as base64.
///
/// Without padding, in the alphabet for URLs, or with spare bits they are understood too, and
/// written back as they came.
///
/// ```
/// use lambda_events::Base64;
///
/// let bytes: Base64 = serde_json::from_str(r#""aGVsbG8=""#)?;
/// assert_eq!(&**bytes, b"hello");
/// assert_eq!(serde_json::to_string(&Base64(b"hello".to_vec()))?, r#""aGVsbG8=""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Base64(pub Vec<u8>);

impl Base64 {
    /// Reads the bytes as JSON.
    ///
    /// # Errors
    ///
    /// They do not fit the type, or are no JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, NotJson> {
        serde_json::from_slice(&self.0).map_err(NotJson::from)
    }
}

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// The bytes, and whether they would be written so.
pub(crate) fn decode_base64(text: &str) -> Option<(Vec<u8>, bool)> {
    if let Ok(bytes) = STANDARD.decode(text) {
        return Some((bytes, true));
    }
    // Both alphabets may be mixed: what is in one is made the other's.
    let url_safe: String = text
        .chars()
        .map(|c| match c {
            '+' => '-',
            '/' => '_',
            c => c,
        })
        .collect();
    let bytes = GeneralPurpose::new(&URL_SAFE, LENIENT).decode(url_safe).ok()?;
    Some((bytes, false))
}

pub(crate) fn encode_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

impl Deref for Base64 {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl AsRef<[u8]> for Base64 {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl<T: Into<Vec<u8>>> From<T> for Base64 {
    fn from(bytes: T) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Debug for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

impl Field for Base64 {
    const EXPECTED: &'static str = "base64";

    fn read(&mut self, reader: &mut Reader<'_>, _: bool) -> Read<Fidelity> {
        if reader.peek()? != b'"' {
            return Ok(Fidelity::Unrepresentable);
        }
        let Some(text) = reader.string()? else { return Ok(Fidelity::Unrepresentable) };
        let Some((bytes, plain)) = decode_base64(&text) else {
            return Ok(Fidelity::Unrepresentable);
        };
        self.0 = bytes;
        Ok(if plain { Fidelity::Canonical } else { Fidelity::NonCanonical })
    }

    fn write(&self, writer: &mut Writer, _: bool) {
        writer.in_quotes(true, |writer| writer.raw(&encode_base64(&self.0)));
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

leaf!(Base64);

#[cfg(test)]
mod tests {
    use super::{super::check::*, *};

    fn bytes(bytes: &[u8]) -> Base64 {
        Base64(bytes.to_vec())
    }

    #[test]
    fn exact_form() {
        exact("\"aGVsbG8=\"", bytes(b"hello"));
        exact("\"\"", bytes(b""));
        exact("\"+/+/\"", bytes(&[0xFB, 0xFF, 0xBF]));
    }

    #[test]
    fn null_and_absent_form() {
        null_and_absent::<Base64>();
    }

    #[test]
    fn odd_forms() {
        non_canonical("\"aGVsbG8\"", bytes(b"hello"));
        non_canonical("\"-_-_\"", bytes(&[0xFB, 0xFF, 0xBF]));
        non_canonical("\"-/-_\"", bytes(&[0xFB, 0xFF, 0xBF]));
        non_canonical("\"aGVsbG9=\"", bytes(b"hello"));
        edited(bytes(b"b"), "\"Yg==\"", &["\"aGVsbG8\"", "\"aGVsbG8=\""]);
    }

    #[test]
    fn no_base64() {
        for json in ["\"a\"", "\"a b=\"", "\"\u{fc}\u{fc}\"", "7", "{}", "\"====\""] {
            unrepresentable::<Base64>(json);
        }
    }
}
