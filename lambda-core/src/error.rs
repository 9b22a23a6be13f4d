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

/// The most causes of an error that are looked at: an error may name itself as its source.
pub(crate) const MOST_CAUSES: usize = 32;

/// What stands in the place of the causes beyond the 32nd.
const MORE_CAUSES: &str = "… (more causes)";

/// The causes of an error, the nearest first: at most 32, then a last line that states that there are more.
pub(crate) fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = String> + 'a {
    let mut next = error.source();
    (0..=MOST_CAUSES).map_while(move |index| {
        let cause = next?;
        next = cause.source();
        Some(if index == MOST_CAUSES { MORE_CAUSES.to_owned() } else { cause.to_string() })
    })
}

/// An error with its causes, on one line: for logs, where nobody asks further. At most 32 causes are written,
/// and then that there are more.
#[derive(Debug)]
pub struct Chain<'a>(pub &'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        causes(self.0).try_for_each(|cause| write!(f, ": {cause}"))
    }
}

/// The beginning of a body that is text for people: at most 1,024 bytes, without blanks around it.
pub(crate) fn excerpt(body: &[u8]) -> String {
    const MOST: usize = 1024;
    let text = String::from_utf8_lossy(&body[..body.len().min(MOST)]);
    let cut = if body.len() > MOST { "…" } else { "" };
    format!("{}{cut}", text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error_type;

    /// An error with so many causes; `None` is one whose cause is itself.
    #[derive(Debug)]
    struct Deep(Option<u32>, Option<Box<Deep>>);

    impl Deep {
        fn new(causes: u32) -> Self {
            let deepest = Self(Some(0), None);
            (1..=causes).fold(deepest, |cause, depth| Self(Some(depth), Some(Box::new(cause))))
        }
    }

    impl fmt::Display for Deep {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{:?}", self.0)
        }
    }

    impl Error for Deep {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            match self {
                Self(None, _) => Some(self),
                Self(Some(_), cause) => cause.as_deref().map(|cause| cause as _),
            }
        }
    }

    #[track_caller]
    fn check(error: &Deep, causes: usize, last: &str) {
        let report = error_type::report(error);
        assert_eq!(report.stack_trace.len(), causes);
        assert_eq!(report.stack_trace.last().map_or("", |last| last), last);
        let chain = Chain(error).to_string();
        assert_eq!(chain.matches(": ").count(), causes, "{chain}");
        assert!(chain.ends_with(last), "{chain}");
        // It does not walk for ever either.
        assert_eq!(error_type::of_root(error), "Deep");
    }

    #[test]
    fn at_most_32_causes_are_reported_and_that_there_are_more() {
        check(&Deep::new(0), 0, "");
        check(&Deep::new(5), 5, "Some(0)");
        check(&Deep::new(32), 32, "Some(0)");
        check(&Deep::new(33), 33, MORE_CAUSES);
        check(&Deep::new(1_000), 33, MORE_CAUSES);
        check(&Deep(None, None), 33, MORE_CAUSES);
    }

    #[test]
    fn an_excerpt_is_the_beginning_of_a_text() {
        assert_eq!(excerpt(b" no such path\n"), "no such path");
        assert_eq!(excerpt(b""), "");
        assert_eq!(excerpt(&[b'x'; 1025]), format!("{}…", "x".repeat(1024)));
    }
}
