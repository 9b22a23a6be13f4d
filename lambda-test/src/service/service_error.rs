//! What the service itself refuses.

use std::fmt;

use lambda_core::FunctionArn;
use serde_json::json;

use crate::kernel::Payload;

/// "6 MB each (6,291,456 bytes)."
const MAX_REQUEST: usize = 6 * 1024 * 1024;

/// What the service refused: an invocation, which no function has seen then, or a function.
///
/// Source: AWS Lambda API reference, "Invoke", errors.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceError {
    /// The status: 400, 404, 413 or 429.
    pub status: u16,
    /// The type, as SDKs show it: `RequestEntityTooLargeException` and so on.
    pub error_type: &'static str,
    /// The message.
    pub message: String,
    /// Why an invocation was throttled; absent for other errors.
    pub reason: Option<&'static str>,
}

impl ServiceError {
    fn new(status: u16, error_type: &'static str, message: String) -> Self {
        Self { status, error_type, message, reason: None }
    }

    /// 413, if the event is too large.
    pub(super) fn too_large(event: &[u8]) -> Option<Self> {
        (MAX_REQUEST < event.len()).then(|| {
            let message = format!(
                "Request must be smaller than {MAX_REQUEST} bytes for the InvokeFunction operation"
            );
            Self::new(413, "RequestEntityTooLargeException", message)
        })
    }

    /// 400, if the event is not JSON.
    pub(super) fn not_json(event: &[u8]) -> Option<Self> {
        // What is skipped is not looked at for UTF-8.
        let reason = match std::str::from_utf8(event) {
            Ok(text) => serde_json::from_str::<serde::de::IgnoredAny>(text).err()?.to_string(),
            Err(error) => format!("Invalid UTF-8 at byte {}", error.valid_up_to() + 1),
        };
        let message = format!(
            "Could not parse request body into json: Could not parse payload into json: {reason}"
        );
        Some(Self::new(400, "InvalidRequestContentException", message))
    }

    /// 400, of the configuration of a function.
    pub(super) fn invalid(message: String) -> Self {
        Self::new(400, "InvalidParameterValueException", message)
    }

    /// 404.
    pub(super) fn not_found(arn: &FunctionArn) -> Self {
        Self::new(404, "ResourceNotFoundException", format!("Function not found: {arn}"))
    }

    /// 429, by the concurrency that the function has reserved.
    pub(super) fn too_many_requests() -> Self {
        let reason = Some("ReservedFunctionConcurrentInvocationLimitExceeded");
        let message = "Rate Exceeded.".to_owned();
        Self { reason, ..Self::new(429, "TooManyRequestsException", message) }
    }

    /// The body of the service's response.
    pub(super) fn payload(&self) -> Payload {
        let mut body = json!({ "Type": "User", "message": self.message });
        if let Some(reason) = self.reason {
            body["Reason"] = reason.into();
        }
        Payload::new(body.to_string(), "application/json")
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status, self.error_type, self.message)
    }
}

impl std::error::Error for ServiceError {}
