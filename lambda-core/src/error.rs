//! What breaks the contract, in words.

use std::{error::Error, fmt};

/// An error of any kind, as it crosses the seams between crates.
pub type BoxError = Box<dyn Error + Send + Sync + 'static>;

/// A value from outside that breaks the contract: what it is, what it was, what was expected.
///
/// ```
/// let error = lambda_core::RequestId::parse("a b").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "request id is `a b`: expected 1 to 256 letters, digits and `-`, `_`, `.`, `~`",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireError {
    thing: &'static str,
    value: String,
    expected: &'static str,
}

impl WireError {
    /// `thing` is `value`: expected `expected`. Only the first 64 characters of the value are kept.
    #[cold]
    pub fn new(thing: &'static str, value: impl Into<String>, expected: &'static str) -> Self {
        let value: String = value.into();
        let value = match value.char_indices().nth(64) {
            Some((end, _)) => format!("{}…", &value[..end]),
            None => value,
        };
        Self { thing, value, expected }
    }

    /// What was wrong: the name of a header, a variable or an identifier.
    pub fn thing(&self) -> &str {
        self.thing
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { thing, value, expected } = self;
        write!(f, "{thing} is `{}`: expected {expected}", value.escape_debug())
    }
}

impl Error for WireError {}

/// An error with its causes, on one line: for logs, where nobody asks further.
#[derive(Debug)]
pub struct Chain<'a>(pub &'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut next = self.0.source();
        while let Some(cause) = next {
            write!(f, ": {cause}")?;
            next = cause.source();
        }
        Ok(())
    }
}
