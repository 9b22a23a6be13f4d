//! Why an item does not fit a type, and where. Values stay out of messages.

use serde::de;

use crate::codec::error::Path;

/// Why an item does not fit a type, and where.
#[derive(Debug)]
pub struct FromItemError {
    what: String,
    path: Path,
}

impl_display!(FromItemError, |Self { what, path }, f| write!(f, "{what}{path}"));

impl std::error::Error for FromItemError {}

impl FromItemError {
    fn new(what: String) -> Self {
        Self { what, path: Path::default() }
    }

    pub(super) fn at_key(mut self, key: &str) -> Self {
        self.path.push_key(key);
        self
    }

    pub(super) fn at_index(mut self, index: usize) -> Self {
        self.path.push_index(index);
        self
    }
}

impl de::Error for FromItemError {
    fn custom<T: std::fmt::Display>(words: T) -> Self {
        Self::new(words.to_string())
    }

    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(format!("expected {expected}, found another value"))
    }

    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(format!("expected {expected}, found another value"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("expected one of {expected:?}, found another word"))
    }
}
