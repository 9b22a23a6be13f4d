//! A failed invocation as its caller sees it, and the failures that the service itself makes.

use std::{sync::Arc, time::Duration};

use serde::Serialize;

use super::cause;
use crate::kernel::{Exit, Payload};

/// The payload of a failed invocation, and what failed in the service's words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure {
    pub(crate) error_type: Arc<str>,
    pub(crate) payload: Payload,
    /// The error object, where the payload is what came of a response before it failed.
    pub(crate) object: Option<Payload>,
    pub(crate) timeout: bool,
    by: FailedBy,
}

/// Who states that it failed.
#[derive(Clone, Debug, PartialEq)]
enum FailedBy {
    Service,
    /// With the cause for X-Ray, as it was posted.
    Runtime(Option<Arc<str>>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorObject<'a> {
    error_type: &'a str,
    error_message: &'a str,
}

impl Failure {
    /// What the runtime posted: "the invoker receives exactly those bytes as payload".
    pub(crate) fn posted(error_type: Arc<str>, payload: Payload, cause: Option<Arc<str>>) -> Self {
        let by = FailedBy::Runtime(cause);
        Self { error_type, payload, object: None, timeout: false, by }
    }

    /// What X-Ray states of it, as JSON. Absent where the runtime posted nothing of it.
    pub(super) fn cause(&self) -> Option<Arc<str>> {
        let FailedBy::Runtime(posted) = &self.by else { return None };
        let cause = posted.as_deref().and_then(cause::posted).unwrap_or_else(|| {
            cause::of_error(&self.error_type, self.object.as_ref().unwrap_or(&self.payload))
        });
        Some(cause.into())
    }

    /// What stood in the trailers of a response: "error trailers still make it an error".
    pub(crate) fn in_trailers(error_type: Arc<str>, object: Payload) -> Self {
        Self { object: Some(object), ..Self::posted(error_type, Payload::default(), None) }
    }

    fn by_service(error_type: &str, error_message: &str) -> Self {
        let object = ErrorObject { error_type, error_message };
        let bytes = serde_json::to_vec(&object).expect("text always serializes");
        let payload = Payload::new(bytes, "application/json");
        Self { by: FailedBy::Service, ..Self::posted(error_type.into(), payload, None) }
    }

    /// "Task timed out after 3.00 seconds".
    pub(crate) fn timeout(request_id: &str, timeout: Duration) -> Self {
        let seconds = timeout.as_secs_f64();
        let text =
            format!("RequestId: {request_id} Error: Task timed out after {seconds:.2} seconds");
        Self { timeout: true, ..Self::by_service("Sandbox.Timedout", &text) }
    }

    /// "Runtime exited with error: exit status 1", or without one where it exited with 0.
    pub(crate) fn exit(request_id: &str, error_type: &str, exit: &Exit) -> Self {
        let text = match exit {
            Exit::Status(0) => "Runtime exited without providing a reason".to_owned(),
            Exit::Status(status) => format!("Runtime exited with error: exit status {status}"),
            Exit::Signal(signal) => format!("Runtime exited with error: signal: {signal}"),
            Exit::NotStarted(reason) => reason.to_string(),
        };
        Self::by_service(error_type, &format!("RequestId: {request_id} Error: {text}"))
    }

    /// "RequestId: <id> Error: exit status 1", or `exit code 0`.
    pub(crate) fn extension_exit(request_id: &str, error_type: &str, exit: &Exit) -> Self {
        let text = match exit {
            Exit::Status(0) => "exit code 0".to_owned(),
            exit => exit.to_string(),
        };
        Self::by_service(error_type, &format!("RequestId: {request_id} Error: {text}"))
    }

    /// "Extension limit (10) reached."
    pub(crate) fn too_many_extensions(request_id: &str) -> Self {
        let text = format!("RequestId: {request_id} Error: Extension limit (10) reached");
        Self::by_service("Extension.TooManyExtensions", &text)
    }

    /// The environment was taken away.
    pub(crate) fn shut_down(request_id: &str) -> Self {
        let text = format!("RequestId: {request_id} Error: the environment was shut down");
        Self::by_service("Sandbox.Failure", &text)
    }

    pub(crate) fn too_large() -> Self {
        Self::by_service(
            "Function.ResponseSizeTooLarge",
            "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
        )
    }

    pub(crate) fn truncated() -> Self {
        Self::by_service("Runtime.TruncatedResponse", "HTTP request detected as truncated")
    }

    /// "payload empty (standard)".
    pub(crate) fn invalid_mode() -> Self {
        let error_type = "Runtime.InvalidResponseModeHeader".into();
        Self { by: FailedBy::Service, ..Self::posted(error_type, Payload::default(), None) }
    }
}

/// What the service calls a process that ended like this.
pub(super) fn error_type(exit: &Exit) -> &'static str {
    match exit {
        Exit::NotStarted(_) => "Runtime.InvalidEntrypoint",
        Exit::Status(_) | Exit::Signal(_) => "Runtime.ExitError",
    }
}

/// What telemetry and reports show of an error type header.
///
/// "If the value contains a match of `(Runtime|Function)\.[A-Z][a-zA-Z]+` anywhere, the whole value
/// is kept. Else if it starts with `Function.`: `Function.Unknown`. Else: `Runtime.Unknown`."
pub(crate) fn normalised(error_type: Option<&str>) -> Arc<str> {
    let error_type = error_type.unwrap_or_default();
    let matches = ["Runtime.", "Function."].iter().any(|category| {
        error_type.match_indices(category).any(|(at, _)| {
            let mut rest = error_type[at + category.len()..].bytes();
            rest.next().is_some_and(|byte| byte.is_ascii_uppercase())
                && rest.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        })
    });
    match (matches, error_type.starts_with("Function.")) {
        (true, _) => error_type,
        (false, true) => "Function.Unknown",
        (false, false) => "Runtime.Unknown",
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: Option<&str>, shown: &str) {
        assert_eq!(&*normalised(header), shown, "{header:?}");
    }

    #[test]
    fn types_are_normalised_as_the_service_does() {
        check(None, "Runtime.Unknown");
        check(Some(""), "Runtime.Unknown");
        check(Some("Foo"), "Runtime.Unknown");
        check(Some("Unhandled"), "Runtime.Unknown");
        check(Some("Runtime.abc"), "Runtime.Unknown");
        check(Some("Function.x"), "Function.Unknown");
        check(Some("Function.My_1"), "Function.My_1");
        check(Some("aa Runtime.Abc yy"), "aa Runtime.Abc yy");
    }
}
