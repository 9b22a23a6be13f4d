//! A failed invocation, as it is told to the service.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use crate::ErrorCause;

/// What the caller of the function receives as payload when an invocation or the init phase fails.
///
/// On the wire it is the JSON object `{"errorType", "errorMessage", "stackTrace"}`.
/// Source: AWS Lambda developer guide, "Using the Lambda runtime API", `ErrorRequest`.
///
/// ```
/// use lambda_core::FunctionError;
///
/// let error = FunctionError::new("OrderError", "no such article");
/// assert_eq!(
///     String::from_utf8(error.to_json())?,
///     r#"{"errorType":"OrderError","errorMessage":"no such article","stackTrace":[]}"#,
/// );
/// assert_eq!(error.header_type(), "Function.OrderError");
/// # Ok::<(), std::string::FromUtf8Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FunctionError {
    /// The kind of error, free text: what Step Functions and callers branch on.
    pub error_type: String,
    /// What happened, for people.
    pub error_message: String,
    /// Where it happened or what caused it, one line each; empty when unknown.
    #[serde(default)]
    pub stack_trace: Vec<String>,
    /// What X-Ray shows; no part of the payload. Absent, the trace shows type and message.
    #[serde(skip)]
    pub cause: Option<Box<ErrorCause>>,
}

/// Managed instances refuse an error of more than 1 MiB, and let the invocation time out.
const MOST_BYTES: usize = 1_000_000;

/// The bytes of a text in JSON, its quotes included.
fn written_length(text: &str) -> usize {
    2 + text.chars().map(written_bytes).sum::<usize>()
}

fn written_bytes(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        other => other.len_utf8(),
    }
}

/// As much of a text as takes so many bytes in JSON.
fn cut(text: &str, room: usize) -> String {
    if written_length(text) <= room {
        return text.to_owned();
    }
    let mut left = room.saturating_sub(50);
    let end = text.char_indices().find(|(_, character)| {
        let bytes = written_bytes(*character);
        let fits = bytes <= left;
        left = left.saturating_sub(bytes);
        !fits
    });
    let end = end.map_or(text.len(), |(at, _)| at);
    format!("{} … ({} bytes more)", &text[..end], text.len() - end)
}

impl FunctionError {
    /// An error of this type with this message and no stack trace.
    pub fn new(error_type: impl Into<String>, error_message: impl Into<String>) -> Self {
        Self {
            error_type: error_type.into(),
            error_message: error_message.into(),
            stack_trace: Vec::new(),
            cause: None,
        }
    }

    /// The same error with these lines of stack trace.
    pub fn with_stack_trace(mut self, stack_trace: Vec<String>) -> Self {
        self.stack_trace = stack_trace;
        self
    }

    /// The same error with this cause for X-Ray.
    pub fn with_cause(mut self, cause: ErrorCause) -> Self {
        self.cause = Some(Box::new(cause));
        self
    }

    /// The body of the report: at most 1,000,000 bytes, since the service takes no more of an error
    /// everywhere. Of what is larger the message and the stack trace are cut, and say so at their ends.
    pub fn to_json(&self) -> Vec<u8> {
        let body = serde_json::to_vec(self).expect("text always serializes");
        if body.len() <= MOST_BYTES {
            return body;
        }
        serde_json::to_vec(&self.cut()).expect("text always serializes")
    }

    /// The type and the message have half of the room each at most, the stack trace what is left.
    #[cold]
    fn cut(&self) -> Self {
        let mut room = MOST_BYTES - 1_000;
        let error_type = cut(&self.error_type, 1_000);
        room -= written_length(&error_type);
        let message_room = if self.stack_trace.is_empty() { room } else { room / 2 };
        let error_message = cut(&self.error_message, message_room);
        room -= written_length(&error_message);
        let mut stack_trace = Vec::new();
        for line in &self.stack_trace {
            // With its comma, and room for the last line.
            let length = written_length(line) + 1;
            if room < length + 100 {
                let left_out = self.stack_trace.len() - stack_trace.len();
                stack_trace.push(format!("… ({left_out} lines more)"));
                break;
            }
            room -= length;
            stack_trace.push(line.clone());
        }
        Self { error_type, error_message, stack_trace, cause: None }
    }

    /// The value of `Lambda-Runtime-Function-Error-Type`.
    ///
    /// It is the [`error_type`](Self::error_type) of the body where the contract lets it be: the service keeps
    /// `Runtime.…` and `Function.…`, followed by a capital and another letter, and turns every other text into
    /// `Runtime.Unknown`. So any other type gets `Function.` put before it and a capital at its beginning, and
    /// loses all that is neither a letter nor a digit nor `_`: `OrderError` becomes `Function.OrderError`, and
    /// `serde_json::Error` becomes `Function.Serde_jsonError`. Callers receive the body alone.
    pub fn header_type(&self) -> Cow<'_, str> {
        let error_type = self.error_type.as_str();
        for category in ["Runtime.", "Function."] {
            let Some(reason) = error_type.strip_prefix(category) else { continue };
            let mut letters = reason.bytes();
            if letters.next().is_some_and(|byte| byte.is_ascii_uppercase())
                && letters.next().is_some_and(|byte| byte.is_ascii_alphabetic())
                && reason.bytes().all(|byte| byte.is_ascii_graphic())
            {
                return Cow::Borrowed(error_type);
            }
        }
        let word = error_type.strip_prefix("Function.").unwrap_or(error_type);
        let word: String = word
            .chars()
            .filter(|character| character.is_ascii_alphanumeric() || *character == '_')
            .skip_while(|character| !character.is_ascii_alphabetic())
            .take(128)
            .collect();
        let second_is_letter = word.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic);
        if !second_is_letter {
            return Cow::Borrowed("Function.Error");
        }
        let (first, rest) = word.split_at(1);
        Cow::Owned(format!("Function.{}{rest}", first.to_ascii_uppercase()))
    }
}

impl fmt::Display for FunctionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error_type, self.error_message)
    }
}

impl std::error::Error for FunctionError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(error_type: &str, header: &str) {
        assert_eq!(FunctionError::new(error_type, "").header_type(), header, "{error_type:?}");
    }

    #[test]
    fn the_header_carries_a_type_that_the_service_keeps() {
        check("OrderError", "Function.OrderError");
        check("serde_json::Error", "Function.Serde_jsonError");
        check("Runtime.Panic", "Runtime.Panic");
        check("Function.SoftTimeout", "Function.SoftTimeout");
        check("Runtime.unmarshal", "Function.Runtimeunmarshal");
        check("not found", "Function.Notfound");
        check("Function.x", "Function.Error");
        check("Öl", "Function.Error");
        check("", "Function.Error");
        check("a\r\nx-injected: 1", "Function.Axinjected1");
        check("Runtime.Panic\r\nx: 1", "Function.RuntimePanicx1");
    }

    /// An error message of 6.3 MB led to exit 1.
    #[test]
    fn an_error_of_any_size_is_cut_to_what_the_service_accepts() {
        let long = |text: &str| text.repeat(7_000_000 / text.len());
        let lines = |count: usize| vec!["at main.rs:7 \u{1}".to_owned(); count];
        for (message, stack_trace) in [
            (long("x"), vec![]),
            (long("\u{1}\"ü"), lines(3)),
            ("short".to_owned(), lines(100_000)),
            (long("ü"), lines(100_000)),
            ("short".to_owned(), vec![long("x")]),
        ] {
            let error = FunctionError::new("Type", message).with_stack_trace(stack_trace);
            let body = error.to_json();
            assert!(body.len() <= MOST_BYTES, "{} bytes", body.len());
            let read: FunctionError = serde_json::from_slice(&body).expect("JSON");
            let mut told = read.stack_trace.iter().chain([&read.error_message]);
            assert!(told.any(|text| text.ends_with(" more)")), "{read:.60?}");
            assert_eq!(read.error_type, "Type");
            // As much of it as there is room for: half for the message where there are frames.
            assert!(!error.stack_trace.is_empty() || MOST_BYTES - 1_100 < body.len());
            let half = MOST_BYTES / 2 - 2_000..MOST_BYTES / 2;
            let message = written_length(&read.error_message);
            let both = error.stack_trace.len() > 3 && message > 100;
            assert!(!both || half.contains(&message) && MOST_BYTES - 1_200 < body.len());
        }
        let error = FunctionError::new("t".repeat(7_000_000), "m");
        assert!(error.to_json().len() <= MOST_BYTES);
        let whole = FunctionError::new("Type", "x".repeat(900_000));
        assert_eq!(serde_json::from_slice::<FunctionError>(&whole.to_json()).expect("JSON"), whole);
    }
}
