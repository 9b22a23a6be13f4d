//! What X-Ray shows of a failed invocation.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// The most bytes that the service takes of a cause; it shortens a longer one itself.
const MAX: usize = 64 * 1024;

/// The cause of a failed invocation, as `Lambda-Runtime-Function-XRay-Error-Cause` carries it.
///
/// The service marks the function's segment of the trace as faulted with it. A cause in which
/// everything is empty is ignored. Source: AWS X-Ray developer guide, "Segment documents", `cause`.
///
/// ```
/// use lambda_core::{CauseException, ErrorCause};
///
/// let cause = ErrorCause {
///     exceptions: vec![CauseException::new("OrderError", "no artïcle")],
///     ..ErrorCause::default()
/// };
/// assert_eq!(
///     cause.to_header().as_deref(),
///     Some(r#"{"working_directory":"","paths":[],"exceptions":[{"type":"OrderError","message":"no art\u00efcle","stack":[]}]}"#),
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorCause {
    /// Where the process ran; empty when unknown.
    #[serde(default)]
    pub working_directory: String,
    /// The files that take part.
    #[serde(default)]
    pub paths: Vec<String>,
    /// The error and its causes, the outermost first.
    #[serde(default)]
    pub exceptions: Vec<CauseException>,
}

/// One error of a cause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseException {
    /// Its type.
    #[serde(rename = "type", default)]
    pub error_type: String,
    /// What happened.
    #[serde(default)]
    pub message: String,
    /// Where, the innermost frame first; empty when unknown.
    #[serde(default)]
    pub stack: Vec<StackFrame>,
}

impl CauseException {
    /// An error of this type with this message and no stack.
    pub fn new(error_type: impl Into<String>, message: impl Into<String>) -> Self {
        Self { error_type: error_type.into(), message: message.into(), stack: Vec::new() }
    }
}

/// One frame of a stack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackFrame {
    /// The file.
    #[serde(default)]
    pub path: String,
    /// The line, from 1; 0 when unknown.
    #[serde(default)]
    pub line: u32,
    /// The function.
    #[serde(default)]
    pub label: String,
}

impl ErrorCause {
    /// The value of the header: JSON in visible ASCII. `None` when it is larger than the 64 KiB that
    /// the service takes.
    pub fn to_header(&self) -> Option<String> {
        let json = serde_json::to_string(self).ok()?;
        let mut header = String::with_capacity(json.len());
        for character in json.chars() {
            match character {
                ' '..='~' => header.push(character),
                other => {
                    for unit in other.encode_utf16(&mut [0; 2]) {
                        write!(header, "\\u{unit:04x}").ok()?;
                    }
                }
            }
        }
        Some(header).filter(|header| header.len() <= MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, written: &str) {
        let exceptions = vec![CauseException::new("T", message)];
        let cause = ErrorCause { exceptions, ..ErrorCause::default() };
        let header = cause.to_header().expect("it is small");
        assert!(header.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{header}");
        assert!(header.contains(written), "{header}");
        assert_eq!(serde_json::from_str::<ErrorCause>(&header).expect("JSON"), cause);
    }

    #[test]
    fn a_header_is_visible_ascii_and_reads_as_the_same() {
        check("plain", r#""message":"plain""#);
        check("two\r\nlines", r#""message":"two\r\nlines""#);
        check("a\u{7f}b", r#""message":"a\u007fb""#);
        check("\u{1f980}", r#""message":"\ud83e\udd80""#);
    }

    #[test]
    fn a_cause_over_64_kib_is_left_out() {
        let cause = |length: usize| ErrorCause {
            working_directory: "x".repeat(length),
            ..ErrorCause::default()
        };
        let rest = cause(0).to_header().map_or(0, |header| header.len());
        assert!(cause(MAX - rest).to_header().is_some());
        assert!(cause(MAX - rest + 1).to_header().is_none());
    }
}
