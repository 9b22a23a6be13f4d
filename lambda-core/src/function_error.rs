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

    /// The body of the report.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("text always serializes")
    }

    /// The value of `Lambda-Runtime-Function-Error-Type`.
    ///
    /// The service keeps `Runtime.…` and `Function.…` and turns every other word into
    /// `Runtime.Unknown`, so a bare word gets `Function.` put before it, and characters that the
    /// service's pattern does not know are left out.
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
}
