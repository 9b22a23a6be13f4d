//! What the caller of an invocation heard: the part that an answer and an outcome have in common.

use std::{fmt, ops::Range, time::Duration};

use lambda_core::FunctionError;

use super::ServiceError;
use crate::{
    ground::{Recorder, Timeline},
    lifecycle::{Answer, Payload},
};

/// What the caller of an invocation heard.
#[derive(Clone)]
pub(super) struct Heard {
    pub(super) payload: Payload,
    pub(super) failure: Option<Failure>,
    pub(super) latency: Duration,
    pub(super) recorder: Recorder,
    /// Where its part of the timeline begins and ends.
    pub(super) part: Range<usize>,
}

/// Why there is no answer of the function.
#[derive(Clone)]
pub(super) enum Failure {
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
            Ok(Err(fault)) => {
                let error = serde_json::from_slice(&fault.payload.bytes)
                    .unwrap_or_else(|_| FunctionError::new(fault.error_type.to_string(), ""));
                (fault.payload, Some(Failure::Function { error, timeout: fault.timeout }))
            }
            Err(error) => (error.payload(), Some(Failure::Service(error))),
        };
        Self { payload, failure, latency, recorder, part }
    }

    /// Everything up to its end, since what went wrong may have begun before it.
    pub(super) fn conversation(&self) -> Timeline {
        self.recorder.part(0..self.part.end)
    }
}

impl fmt::Display for Failure {
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
                    Some($crate::service::heard::Failure::Function { error, .. }) => Some(error),
                    _ => None,
                }
            }

            /// Why the service refused the invocation; absent when a function took it.
            pub fn service_error(&self) -> Option<&$crate::service::ServiceError> {
                match &self.heard.failure {
                    Some($crate::service::heard::Failure::Service(error)) => Some(error),
                    _ => None,
                }
            }

            /// Whether the function timed out before it answered.
            pub fn is_timeout(&self) -> bool {
                use $crate::service::heard::Failure;
                matches!(self.heard.failure, Some(Failure::Function { timeout: true, .. }))
            }

            /// How long the caller waited for the answer. The invocation may have gone on after it.
            pub fn latency(&self) -> std::time::Duration {
                self.heard.latency
            }
        }
    };
}
pub(super) use heard;
