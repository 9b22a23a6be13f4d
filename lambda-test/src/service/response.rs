//! What the caller of an invocation heard: the part that an answer and an outcome have in common.

use std::{fmt, ops::Range, time::Duration};

use lambda_core::FunctionError;
use serde::Deserialize;
use serde_json::Value;

use super::ServiceError;
use crate::{
    kernel::{Recorder, Timeline},
    lifecycle::{Answer, Failure, Payload},
};

/// What the caller of an invocation heard.
#[derive(Clone)]
pub(super) struct Heard {
    pub(super) payload: Payload,
    pub(super) failure: Option<FunctionFailure>,
    pub(super) latency: Duration,
    pub(super) recorder: Recorder,
    /// Where its part of the timeline begins and ends.
    pub(super) part: Range<usize>,
}

/// Why there is no answer of the function.
#[derive(Clone)]
pub(super) enum FunctionFailure {
    Function { error: FunctionError, timeout: bool },
    Service(ServiceError),
}

impl Heard {
    pub(super) fn new(
        answer: Result<Answer, ServiceError>,
        latency: Duration,
        recorder: Recorder,
        part: Range<usize>,
    ) -> Self {
        let (payload, failure) = match answer {
            Ok(Ok(payload)) => (payload, None),
            Ok(Err(failure)) => {
                let error = posted(&failure);
                (
                    failure.payload,
                    Some(FunctionFailure::Function { error, timeout: failure.timeout }),
                )
            }
            Err(error) => (error.payload(), Some(FunctionFailure::Service(error))),
        };
        Self { payload, failure, latency, recorder, part }
    }

    /// What the caller got, in a few words.
    pub(super) fn words(&self) -> String {
        match &self.failure {
            None => format!("the answer {:?}", Excerpt(&self.payload.bytes)),
            Some(FunctionFailure::Function { timeout: true, .. }) => "a timeout".to_owned(),
            Some(FunctionFailure::Function { error, .. }) => {
                format!("`{}`: {}", error.error_type, error.error_message)
            }
            Some(FunctionFailure::Service(error)) => format!("a refusal of the service: {error}"),
        }
    }

    /// Everything up to its end, since what went wrong may have begun before it.
    pub(super) fn conversation(&self) -> Timeline {
        self.recorder.part(0..self.part.end)
    }
}

/// The error that was posted, in any language: frames may be objects, and names may be missing.
fn posted(failure: &Failure) -> FunctionError {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Posted {
        error_type: String,
        error_message: String,
        stack_trace: Vec<Value>,
    }
    impl Default for Posted {
        fn default() -> Self {
            Self {
                error_type: "Runtime.Unknown".to_owned(),
                error_message: String::new(),
                stack_trace: Vec::new(),
            }
        }
    }
    let frame = |frame: Value| match frame {
        Value::String(line) => line,
        other => other.to_string(),
    };
    match serde_json::from_slice::<Posted>(&failure.payload.bytes) {
        Ok(Posted { error_type, error_message, stack_trace }) => {
            let frames = stack_trace.into_iter().map(frame).collect();
            FunctionError::new(error_type, error_message).with_stack_trace(frames)
        }
        Err(_) => FunctionError::new(failure.error_type.to_string(), ""),
    }
}

/// The beginning of a payload, for messages.
pub(super) struct Excerpt<'a>(pub(super) &'a [u8]);

impl fmt::Debug for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 500;
        let text = String::from_utf8_lossy(self.0);
        if text.len() <= MOST {
            return write!(f, "{text:?}");
        }
        let mut end = MOST;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        write!(f, "{:?}", format!("{}… ({} bytes)", &text[..end], self.0.len()))
    }
}

impl fmt::Display for FunctionFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Function { error, .. } => write!(f, "the function failed: {error}"),
            Self::Service(error) => write!(f, "the service refused the invocation: {error}"),
        }
    }
}

/// An answer or an outcome is not what the test wanted of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeError(pub(super) String);

impl fmt::Display for OutcomeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OutcomeError {}

/// What can be asked of an answer and of an outcome alike; both have a field `heard`.
macro_rules! heard {
    ($type:ident) => {
        impl $type {
            /// What the caller received: the answer of the function, or the payload of the error.
            pub fn payload(&self) -> &bytes::Bytes {
                &self.heard.payload.bytes
            }

            /// The content type that the runtime gave for it; empty when it gave none.
            pub fn content_type(&self) -> &str {
                &self.heard.payload.content_type
            }

            /// The answer, read from JSON.
            ///
            /// # Errors
            ///
            /// The function failed, the service refused the invocation, or the answer is something
            /// else.
            pub fn json<T: serde::de::DeserializeOwned>(
                &self,
            ) -> Result<T, $crate::service::OutcomeError> {
                use $crate::service::OutcomeError;
                match &self.heard.failure {
                    Some(failure) => Err(OutcomeError(failure.to_string())),
                    None => serde_json::from_slice(self.payload())
                        .map_err(|error| OutcomeError(format!("the answer does not fit: {error}"))),
                }
            }

            /// How the function failed; absent when it answered, and when the service refused the
            /// invocation. A payload that is no error object has an empty message.
            pub fn function_error(&self) -> Option<&lambda_core::FunctionError> {
                match &self.heard.failure {
                    Some($crate::service::response::FunctionFailure::Function {
                        error, ..
                    }) => Some(error),
                    _ => None,
                }
            }

            /// Why the service refused the invocation; absent when a function took it.
            pub fn service_error(&self) -> Option<&$crate::service::ServiceError> {
                match &self.heard.failure {
                    Some($crate::service::response::FunctionFailure::Service(error)) => Some(error),
                    _ => None,
                }
            }

            /// Whether the function timed out before it answered.
            pub fn is_timeout(&self) -> bool {
                use $crate::service::response::FunctionFailure;
                matches!(self.heard.failure, Some(FunctionFailure::Function { timeout: true, .. }))
            }

            /// The error of the function, if it failed with one of this type.
            ///
            /// # Panics
            ///
            /// It did not; the message holds what the caller got and the whole conversation.
            #[track_caller]
            pub fn assert_error(&self, error_type: &str) -> &lambda_core::FunctionError {
                match self.function_error() {
                    Some(error) if error.error_type == error_type => error,
                    _ => self.not_as_expected(&format!("an error of type `{error_type}`")),
                }
            }

            /// The same, if the function timed out before it answered.
            ///
            /// # Panics
            ///
            /// It did not; the message holds what the caller got and the whole conversation.
            #[track_caller]
            pub fn assert_timeout(&self) -> &Self {
                if !self.is_timeout() {
                    self.not_as_expected("a timeout");
                }
                self
            }

            /// The error of the service, if it refused the invocation with this status.
            ///
            /// # Panics
            ///
            /// It did not; the message holds what the caller got and the whole conversation.
            #[track_caller]
            pub fn assert_service_error(&self, status: u16) -> &$crate::service::ServiceError {
                match self.service_error() {
                    Some(error) if error.status == status => error,
                    _ => self.not_as_expected(&format!("the service to refuse with {status}")),
                }
            }

            #[track_caller]
            fn not_as_expected(&self, expected: &str) -> ! {
                let (got, conversation) = (self.heard.words(), self.heard.conversation());
                panic!("expected {expected}, got {got}\n\n{conversation}")
            }

            /// How long the caller waited for the answer. The invocation may have gone on after it.
            pub fn latency(&self) -> std::time::Duration {
                self.heard.latency
            }
        }
    };
}
pub(super) use heard;
