//! What `event/next` answers.

use std::time::{Duration, SystemTime};

use lambda_core::{Environment, WireError};
use serde::Deserialize;

/// An event in the life of an execution environment, as an extension receives it.
///
/// Source: AWS Lambda developer guide, "Using the Lambda Extensions API".
///
/// ```
/// use lambda_extension::{LifecycleEvent, ShutdownReason};
///
/// let body = br#"{"eventType":"SHUTDOWN","shutdownReason":"spindown","deadlineMs":1581512138111}"#;
/// let LifecycleEvent::Shutdown(shutdown) = LifecycleEvent::from_json(body)? else {
///     panic!("expected a shutdown");
/// };
/// assert_eq!(shutdown.reason, ShutdownReason::Spindown);
/// # Ok::<(), lambda_core::WireError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LifecycleEvent {
    /// An invocation begins.
    Invoke(InvokeEvent),
    /// The environment ends.
    Shutdown(ShutdownEvent),
    /// An event of a type that this version does not know: to be passed over.
    Unknown(String),
}

/// An invocation, without its payload, which extensions do not receive.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvokeEvent {
    /// When the function times out, in milliseconds since the Unix epoch; 0 when it was not said.
    pub deadline_ms: u64,
    /// The id of the invocation.
    pub request_id: String,
    /// The ARN as invoked.
    pub invoked_function_arn: String,
    /// The X-Ray trace header as it came in; absent when there is no trace.
    pub trace: Option<String>,
}

/// The end of the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShutdownEvent {
    /// When the extension is killed, in milliseconds since the Unix epoch; 0 when it was not said.
    pub deadline_ms: u64,
    /// Why the environment ends.
    pub reason: ShutdownReason,
}

/// Why an environment ends. The service writes the words in lower case; they are read without case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShutdownReason {
    /// It was idle.
    Spindown,
    /// An invocation or the init phase ran out of time.
    Timeout,
    /// The runtime or an extension failed.
    Failure,
    /// A word that this version does not know, or none.
    Unknown(String),
}

impl InvokeEvent {
    /// How much time is left until the function times out; zero once it has.
    pub fn remaining_time(&self, environment: &Environment) -> Duration {
        remaining(self.deadline_ms, environment)
    }
}

impl ShutdownEvent {
    /// How much time is left until the extension is killed; zero once it is up.
    pub fn remaining_time(&self, environment: &Environment) -> Duration {
        remaining(self.deadline_ms, environment)
    }
}

/// By the clock of the environment, so that it is right in virtual time too.
fn remaining(deadline_ms: u64, environment: &Environment) -> Duration {
    let deadline = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(deadline_ms));
    let left = deadline.and_then(|deadline| deadline.duration_since(environment.now()).ok());
    // Beyond that it is none of ours, and an instant it is added to could not hold it.
    left.unwrap_or_default().min(Duration::from_secs(366 * 86_400))
}

impl From<&str> for ShutdownReason {
    fn from(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "spindown" => Self::Spindown,
            "timeout" => Self::Timeout,
            "failure" => Self::Failure,
            _ => Self::Unknown(word.to_owned()),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    event_type: String,
    #[serde(default)]
    deadline_ms: Option<u64>,
    #[serde(default)]
    request_id: Option<String>,
    #[serde(default)]
    invoked_function_arn: Option<String>,
    #[serde(default)]
    tracing: Option<Tracing>,
    #[serde(default)]
    shutdown_reason: Option<String>,
}

#[derive(Deserialize)]
struct Tracing {
    #[serde(default)]
    value: Option<String>,
}

impl LifecycleEvent {
    /// Reads the body of an answer of `event/next`.
    ///
    /// # Errors
    ///
    /// The body is no JSON object with an `eventType`.
    pub fn from_json(body: &[u8]) -> Result<Self, WireError> {
        let body: Body = serde_json::from_slice(body).map_err(|_| {
            let length = format!("{} bytes", body.len());
            WireError::new("body of `event/next`", length, "a JSON object with `eventType`")
        })?;
        let deadline_ms = body.deadline_ms.unwrap_or_default();
        Ok(match body.event_type.as_str() {
            "INVOKE" => Self::Invoke(InvokeEvent {
                deadline_ms,
                request_id: body.request_id.unwrap_or_default(),
                invoked_function_arn: body.invoked_function_arn.unwrap_or_default(),
                trace: body.tracing.and_then(|tracing| tracing.value),
            }),
            "SHUTDOWN" => Self::Shutdown(ShutdownEvent {
                deadline_ms,
                reason: body.shutdown_reason.as_deref().unwrap_or_default().into(),
            }),
            _ => Self::Unknown(body.event_type),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: Option<LifecycleEvent>) {
        assert_eq!(LifecycleEvent::from_json(body.as_bytes()).ok(), expected, "{body}");
    }

    fn shutdown(reason: ShutdownReason) -> Option<LifecycleEvent> {
        Some(LifecycleEvent::Shutdown(ShutdownEvent { deadline_ms: 0, reason }))
    }

    #[test]
    fn an_invocation_may_have_no_trace() {
        let invoke = |trace: Option<&str>| {
            Some(LifecycleEvent::Invoke(InvokeEvent {
                deadline_ms: 7,
                request_id: "id".to_owned(),
                invoked_function_arn: "arn".to_owned(),
                trace: trace.map(str::to_owned),
            }))
        };
        let body =
            r#"{"eventType":"INVOKE","deadlineMs":7,"requestId":"id","invokedFunctionArn":"arn""#;
        check(&format!("{body}}}"), invoke(None));
        check(
            &format!(r#"{body},"tracing":{{"type":"X-Amzn-Trace-Id","value":"Root=1"}}}}"#),
            invoke(Some("Root=1")),
        );
    }

    #[test]
    fn reasons_are_read_without_case_and_unknown_ones_are_kept() {
        check(
            r#"{"eventType":"SHUTDOWN","shutdownReason":"SPINDOWN"}"#,
            shutdown(ShutdownReason::Spindown),
        );
        check(
            r#"{"eventType":"SHUTDOWN","shutdownReason":"ReleaseFail"}"#,
            shutdown(ShutdownReason::Unknown("ReleaseFail".to_owned())),
        );
        check(r#"{"eventType":"SHUTDOWN"}"#, shutdown(ShutdownReason::Unknown(String::new())));
    }

    #[test]
    fn an_unknown_event_is_no_error() {
        check(r#"{"eventType":"MOVE"}"#, Some(LifecycleEvent::Unknown("MOVE".to_owned())));
        check("{}", None);
        check("", None);
    }
}
