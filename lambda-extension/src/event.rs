//! What `event/next` answers.

use std::time::{Duration, SystemTime};

use lambda_core::{Environment, WireError};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

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

#[derive(Default, Deserialize)]
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

impl Body {
    /// Reads an object of which not every field fits.
    #[cold]
    fn from_readable_fields(body: &[u8], mut note: impl FnMut(String)) -> Result<Self, WireError> {
        fn read<T: DeserializeOwned>(
            fields: &mut Map<String, Value>,
            name: &str,
            expected: &str,
            note: &mut impl FnMut(String),
        ) -> Option<T> {
            let value = fields.remove(name).filter(|value| !value.is_null())?;
            let read = serde_json::from_value(value.clone()).ok();
            if read.is_none() {
                note(format!("`{name}` of the event is `{value}`: expected {expected}; left out"));
            }
            read
        }
        let mut fields: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
        let Some(Value::String(event_type)) = fields.remove("eventType") else {
            let length = format!("{} bytes", body.len());
            let expected = "a JSON object with `eventType`";
            return Err(WireError::new("body of `event/next`", length, expected));
        };
        let (fields, note) = (&mut fields, &mut note);
        Ok(Self {
            event_type,
            deadline_ms: read(fields, "deadlineMs", "milliseconds since the Unix epoch", note),
            request_id: read(fields, "requestId", "text", note),
            invoked_function_arn: read(fields, "invokedFunctionArn", "text", note),
            tracing: read(fields, "tracing", "an object with `value`", note),
            shutdown_reason: read(fields, "shutdownReason", "text", note),
        })
    }
}

impl LifecycleEvent {
    /// Reads the body of a response of `event/next`. A field that cannot be read is left out, as a deadline that
    /// is not a whole number of milliseconds: the event is dealt with all the same.
    ///
    /// # Errors
    ///
    /// The body is no JSON object with an `eventType`.
    pub fn from_json(body: &[u8]) -> Result<Self, WireError> {
        Self::from_json_noting(body, |_| {})
    }

    /// As [`from_json`](Self::from_json). The second function receives a sentence on each field that is left out.
    pub(crate) fn from_json_noting(
        body: &[u8],
        note: impl FnMut(String),
    ) -> Result<Self, WireError> {
        let body = match serde_json::from_slice(body) {
            Ok(body) => body,
            Err(_) => Body::from_readable_fields(body, note)?,
        };
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
            r#"{"eventType":"SHUTDOWN","shutdownReason":"timeout"}"#,
            shutdown(ShutdownReason::Timeout),
        );
        check(
            r#"{"eventType":"SHUTDOWN","shutdownReason":"failure"}"#,
            shutdown(ShutdownReason::Failure),
        );
        check(
            r#"{"eventType":"SHUTDOWN","shutdownReason":"ReleaseFail"}"#,
            shutdown(ShutdownReason::Unknown("ReleaseFail".to_owned())),
        );
        check(r#"{"eventType":"SHUTDOWN"}"#, shutdown(ShutdownReason::Unknown(String::new())));
    }

    #[track_caller]
    fn check_noted(fields: &str, expected: ShutdownEvent, note: &str) {
        let body = format!(r#"{{"eventType":"SHUTDOWN",{fields}}}"#);
        let mut notes = Vec::new();
        let read = LifecycleEvent::from_json_noting(body.as_bytes(), |note| notes.push(note));
        assert_eq!(read, Ok(LifecycleEvent::Shutdown(expected)), "{body}");
        assert_eq!(notes, [note], "{body}");
    }

    /// The extension ended with exit code 1, and its handler did not run.
    #[test]
    fn a_field_that_cannot_be_read_is_left_out_and_noted() {
        let spindown = ShutdownEvent { deadline_ms: 0, reason: ShutdownReason::Spindown };
        for deadline in ["-5", "1.5", r#""x""#, "[]"] {
            check_noted(
                &format!(r#""shutdownReason":"spindown","deadlineMs":{deadline}"#),
                spindown.clone(),
                &format!(
                    "`deadlineMs` of the event is `{deadline}`: \
                     expected milliseconds since the Unix epoch; left out"
                ),
            );
        }
        let unknown = ShutdownReason::Unknown(String::new());
        check_noted(
            r#""shutdownReason":7,"deadlineMs":7"#,
            ShutdownEvent { deadline_ms: 7, reason: unknown },
            "`shutdownReason` of the event is `7`: expected text; left out",
        );
    }

    #[test]
    fn an_unknown_event_is_no_error() {
        check(r#"{"eventType":"MOVE"}"#, Some(LifecycleEvent::Unknown("MOVE".to_owned())));
        check("{}", None);
        check(r#"{"eventType":7}"#, None);
        check("[]", None);
        check("", None);
    }
}
