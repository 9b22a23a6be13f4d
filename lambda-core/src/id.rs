//! Identifiers that check themselves.

use std::fmt;

use crate::WireError;

/// The id of one invocation, as `Lambda-Runtime-Aws-Request-Id` gives it.
///
/// The service sends a UUID as text; emulators send what they like, so anything is taken that can
/// stand in the path of an URL as it is: 1 to 256 letters, digits and `-`, `_`, `.`, `~`.
///
/// ```
/// use lambda_core::RequestId;
///
/// let id = RequestId::parse("8476a536-e9f4-11e8-9739-2dfe598c3fcd")?;
/// assert_eq!(id.as_str(), "8476a536-e9f4-11e8-9739-2dfe598c3fcd");
/// assert!(RequestId::parse("a/b").is_err());
/// # Ok::<(), lambda_core::WireError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(String);

impl RequestId {
    /// Takes the text of an id.
    ///
    /// # Errors
    ///
    /// The text is empty, longer than 256 bytes, or holds a character that cannot stand in a path.
    pub fn parse(text: impl Into<String>) -> Result<Self, WireError> {
        let text = text.into();
        Self::check(&text).map(|()| Self(text))
    }

    /// Checks the text of an id without taking it.
    ///
    /// # Errors
    ///
    /// As [`RequestId::parse`].
    #[inline]
    pub fn check(text: &str) -> Result<(), WireError> {
        let allowed = |byte: u8| matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' | b'~');
        if text.is_empty() || 256 < text.len() || !text.bytes().all(allowed) {
            return Err(WireError::new(
                "request id",
                text,
                "1 to 256 letters, digits and `-`, `_`, `.`, `~`",
            ));
        }
        Ok(())
    }

    /// The id as it was sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as owned text.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, accepted: bool) {
        let id = RequestId::parse(text);
        assert_eq!(id.is_ok(), accepted, "{text:?}");
        // What is accepted stays as it was sent.
        if let Ok(id) = id {
            assert_eq!((id.as_str(), id.to_string()), (text, text.to_owned()));
            assert_eq!(id.into_string(), text);
        }
    }

    #[test]
    fn a_request_id_can_stand_in_a_path() {
        check("8476a536-e9f4-11e8-9739-2dfe598c3fcd", true);
        check("1", true);
        check(&"a".repeat(256), true);
        check(&"a".repeat(257), false);
        check("", false);
        check("a b", false);
        check("a/b", false);
        check("a?b", false);
        check("a%20b", false);
        check("a\r\nb", false);
        check("ä", false);
    }
}
