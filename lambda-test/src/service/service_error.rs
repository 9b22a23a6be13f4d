//! What the service itself refuses.

use std::fmt;

use serde_json::json;

use super::json_error;
use crate::kernel::Payload;

const NOT_FOUND: &str = "ResourceNotFoundException";

const RECURSIVE: &str = "RecursiveInvocationException";

const VALIDATION: &str = "ValidationException";

/// What the service refused: an invocation, which no function has seen then, or a function.
///
/// Source: AWS Lambda API reference, "Invoke", errors.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceError {
    /// The status: 400, 404, 409, 412, 413, 429 or 500.
    pub status: u16,
    /// The type, as SDKs show it: `RequestEntityTooLargeException` and so on.
    pub error_type: &'static str,
    /// The message.
    pub message: String,
    /// Why an invocation was throttled; absent for other errors.
    pub reason: Option<&'static str>,
    /// Further members of the body, for most errors none.
    pub(super) details: Option<Box<Details>>,
    /// Whether its body has a `Type`.
    pub(super) has_type: bool,
}

/// Members of the body of an error, such as `ArgumentName` of S3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Details(Vec<(&'static str, String)>);

impl ServiceError {
    /// Returns a further member of the body, such as `ArgumentName` of S3. Absent where it has none of this name.
    pub fn detail(&self, name: &str) -> Option<&str> {
        let details = self.details.as_ref()?;
        details.0.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str())
    }

    /// Sets the further members of the body.
    #[cfg(feature = "push")]
    pub(crate) fn with_details(self, details: Vec<(&'static str, String)>) -> Self {
        Self { details: Some(Box::new(Details(details))), ..self }
    }

    fn new(status: u16, error_type: &'static str, message: String) -> Self {
        let has_type = error_type != VALIDATION;
        Self { status, error_type, message, reason: None, details: None, has_type }
    }

    /// 413, if the event is too large.
    pub(super) fn too_large(event: &[u8], most: usize) -> Option<Self> {
        (most < event.len()).then(|| {
            let message = format!(
                "Request must be smaller than {most} bytes for the InvokeFunction operation"
            );
            Self::new(413, "RequestEntityTooLargeException", message)
        })
    }

    /// 400, if the event is not JSON.
    pub(super) fn not_json(event: &[u8]) -> Option<Self> {
        let reason = json_error::reason(event)?;
        let message = format!(
            "Could not parse request body into json: Could not parse payload into json: {reason}"
        );
        Some(Self::new(400, "InvalidRequestContentException", message))
    }

    /// 400, of the configuration of a function.
    pub(crate) fn invalid(message: String) -> Self {
        Self::new(400, "InvalidParameterValueException", message)
    }

    /// 400, of the configuration of a function, in a body without a `Type`.
    pub(super) fn invalid_without_type(message: String) -> Self {
        Self { has_type: false, ..Self::invalid(message) }
    }

    /// 400, of a value that has another type than is expected.
    pub(super) fn serialization(message: String) -> Self {
        Self { has_type: false, ..Self::new(400, "SerializationException", message) }
    }

    /// 400, of a message that SQS refuses.
    pub(super) fn of_queue(error_type: &'static str, message: String) -> Self {
        Self::new(400, error_type, message)
    }

    /// 400, of what another service refuses: EventBridge, SNS or S3.
    #[cfg(feature = "sources")]
    pub(crate) fn of_source(error_type: &'static str, message: String) -> Self {
        Self { has_type: false, ..Self::new(400, error_type, message) }
    }

    /// 412, of a change that is meant for another revision.
    pub(super) fn precondition(message: String) -> Self {
        Self::new(412, "PreconditionFailedException", message)
    }

    /// 400, of values that break the rules of the API.
    pub(crate) fn validation(violations: &[String]) -> Self {
        let errors = if violations.len() == 1 { "error" } else { "errors" };
        let (count, violations) = (violations.len(), violations.join("; "));
        let message = format!("{count} validation {errors} detected: {violations}");
        Self::new(400, VALIDATION, message)
    }

    /// 400, of a tenant where the function has no tenant isolation, and the other way about.
    pub(super) fn tenancy(isolated: bool) -> Self {
        let message = match isolated {
            true => {
                "The invoked function is enabled with tenancy configuration. \
                 Add a valid tenant ID in your request and try again."
            }
            false => {
                "The invoked function is not enabled with tenancy configuration. \
                 Remove the tenant ID from your request and try again."
            }
        };
        Self::invalid(message.to_owned())
    }

    /// 404, of a function in this version: the ARN has a qualifier, whether or not the request had one.
    pub(super) fn not_found(qualified_arn: &str) -> Self {
        Self::new(404, NOT_FOUND, format!("Function not found: {qualified_arn}"))
    }

    /// 404, of anything else.
    pub(crate) fn missing(message: String) -> Self {
        Self::new(404, NOT_FOUND, message)
    }

    /// 409.
    pub(super) fn exists(name: &str) -> Self {
        Self::conflict(format!("Function already exist: {name}"))
    }

    /// 409.
    pub(crate) fn conflict(message: String) -> Self {
        Self::new(409, "ResourceConflictException", message)
    }

    /// 500.
    pub(super) fn internal() -> Self {
        let message = "An error occurred and the request cannot be processed.";
        Self::new(500, "ServiceException", message.to_owned())
    }

    /// 400, of an invocation that comes from a loop.
    pub(super) fn recursive() -> Self {
        let message = "Lambda has detected your function being invoked in a recursive loop with other AWS \
                       resources and stopped your function's invocation.";
        Self::new(400, RECURSIVE, message.to_owned())
    }

    /// Returns whether the invocation came from a loop.
    pub(crate) fn is_recursive(&self) -> bool {
        self.error_type == RECURSIVE
    }

    /// 429, for this reason.
    pub(super) fn too_many_requests(reason: &'static str) -> Self {
        let reason = Some(reason);
        let message = "Rate Exceeded.".to_owned();
        Self { reason, ..Self::new(429, "TooManyRequestsException", message) }
    }

    /// Returns the body of the service's response.
    pub fn body(&self) -> serde_json::Value {
        // The letters of the keys are as the service writes them.
        let key = if self.error_type == NOT_FOUND { "Message" } else { "message" };
        let mut body = json!({ key: self.message });
        if self.has_type {
            body["Type"] = if self.status < 500 { "User" } else { "Service" }.into();
        }
        if let Some(reason) = self.reason {
            body["Reason"] = reason.into();
        }
        body
    }

    pub(super) fn payload(&self) -> Payload {
        Payload::new(self.body().to_string(), "application/json")
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status, self.error_type, self.message)
    }
}

impl std::error::Error for ServiceError {}
