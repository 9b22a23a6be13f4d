//! The bytes of an event, a response or an error, with their content type.

use std::{fmt, ops::Deref, sync::Arc};

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::cut;

/// The payload of a response or of an error: bytes, which are shown as text.
///
/// It dereferences to its bytes, compares with text and with bytes, and `Display` writes it as text, with
/// replacement characters where it is not UTF-8.
///
/// ```
/// use lambda_test::Payload;
///
/// let payload = Payload::from(r#"{"total":2899}"#);
/// assert_eq!(payload, r#"{"total":2899}"#);
/// assert_eq!(payload.to_string().len(), payload.len());
/// assert_eq!(payload.json::<serde_json::Value>()?["total"], 2899);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Payload {
    bytes: Bytes,
    /// Empty where none was given.
    content_type: Arc<str>,
}

impl Payload {
    pub(crate) fn new(bytes: impl Into<Bytes>, content_type: impl Into<Arc<str>>) -> Self {
        Self { bytes: bytes.into(), content_type: content_type.into() }
    }

    /// Returns the bytes, which share their memory with the payload.
    pub fn as_bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Returns the content type that was given for the payload; empty where none was.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// Reads the payload as JSON.
    ///
    /// # Errors
    ///
    /// The payload is not JSON, or does not fit the type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.bytes)
    }
}

impl<T: Into<Vec<u8>>> From<T> for Payload {
    fn from(bytes: T) -> Self {
        Self::new(bytes.into(), "")
    }
}

impl Deref for Payload {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl AsRef<[u8]> for Payload {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

macro_rules! equal_to {
    ($($other:ty),*) => {$(
        impl PartialEq<$other> for Payload {
            fn eq(&self, other: &$other) -> bool {
                let other: &[u8] = other.as_ref();
                *self.bytes == *other
            }
        }
    )*};
}

equal_to!(str, &str, String, [u8], &[u8], Vec<u8>, Bytes);

impl<const N: usize> PartialEq<&[u8; N]> for Payload {
    fn eq(&self, other: &&[u8; N]) -> bool {
        *self.bytes == other[..]
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.bytes))
    }
}

/// Writes the first 500 bytes, as text in quotes.
impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 500;
        let text = String::from_utf8_lossy(&self.bytes);
        if text.len() <= MOST {
            return write!(f, "{text:?}");
        }
        write!(f, "{:?}", format!("{}… ({} bytes)", cut(&text, MOST), self.bytes.len()))
    }
}
