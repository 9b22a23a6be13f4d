//! What the caller of an invocation receives.

use std::{fmt, ops::Range, rc::Rc, sync::Arc, time::Duration};

use lambda_core::FunctionError;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Report, ServiceError};
use crate::{
    environment::FunctionResponse,
    kernel::{Payload, Recorder, Timeline},
    lifecycle::{Failure, RequestId},
};

/// The response to an invocation, as its caller receives it: what `invoke(event).response().await` returns.
/// The invocation may continue, until the runtime asks for the next event.
///
/// Source: AWS Lambda API reference, "Invoke", response elements.
#[derive(Clone)]
pub struct InvokeResponse {
    payload: Payload,
    failure: Option<FunctionFailure>,
    /// The version that was executed; absent where none was.
    version: Option<Arc<str>>,
    status: u16,
    request_id: RequestId,
    latency: Duration,
    pub(super) place: Place,
    /// Absent until the invocation is over.
    pub(super) end: Option<Rc<End>>,
}

/// What a caller receives.
pub(super) enum Received {
    Function(FunctionResponse),
    /// Nothing but this status.
    Accepted(u16),
    Refused(ServiceError),
}

/// Where the records of an invocation are.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) recorder: Recorder,
    /// Their sequence numbers.
    pub(super) part: Range<u64>,
    /// The environment that it ran in.
    pub(super) environment: Option<usize>,
}

impl Place {
    /// The invocation is over.
    pub(super) fn end(&mut self) {
        self.part.end = self.recorder.next();
    }
}

/// What is known once an invocation is over.
pub(super) struct End {
    pub(super) logs: Vec<Arc<str>>,
    pub(super) report: Report,
    /// Where the log is JSON: what the service wrote before and after them.
    pub(super) system: Option<[Option<String>; 2]>,
}

/// Why the function did not return a response.
#[derive(Clone)]
enum FunctionFailure {
    Function { error: FunctionError, timeout: bool },
    Service(ServiceError),
}

impl InvokeResponse {
    pub(super) fn new(
        received: Received,
        request_id: RequestId,
        version: Option<Arc<str>>,
        latency: Duration,
        place: Place,
    ) -> Self {
        let (status, payload, failure) = match received {
            Received::Function(Ok(payload)) => (200, payload, None),
            Received::Function(Err(failure)) => {
                let (error, timeout) = (posted(&failure), failure.timeout);
                (200, failure.payload, Some(FunctionFailure::Function { error, timeout }))
            }
            Received::Accepted(status) => (status, Payload::default(), None),
            Received::Refused(error) => {
                (error.status, error.payload(), Some(FunctionFailure::Service(error)))
            }
        };
        Self { payload, failure, version, status, request_id, latency, place, end: None }
    }

    /// Returns the HTTP status: 200, also where the function failed; 202 for an event that was accepted, 204 for a
    /// dry run, or that of the service error.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the id of the request, which the function sees too: the header `x-amzn-RequestId`.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Returns the version that was executed, `$LATEST` or a number: the header `X-Amz-Executed-Version`.
    /// Absent where the service refused the invocation, and for an event or a dry run.
    pub fn executed_version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Returns `Unhandled` where the function failed: the header `X-Amz-Function-Error`.
    pub fn function_error_kind(&self) -> Option<&'static str> {
        self.function_error().map(|_| "Unhandled")
    }

    /// Returns the last 4 KB of the log of the invocation, as with `LogType=Tail`: `START`, the lines of the
    /// function, `END` and `REPORT`; where the [format of the log](crate::FunctionBuilder::log_format) is JSON, the events
    /// `platform.start` and `platform.report` in their place. Absent until the invocation is over.
    pub fn log_tail(&self) -> Option<String> {
        const MOST: usize = 4 * 1024;
        let (End { logs, report, system }, version) =
            (&**self.end.as_ref()?, self.version.as_deref()?);
        let id = &report.request_id;
        let [before, after] = match system {
            Some(lines) => lines.clone(),
            None => [
                Some(format!("START RequestId: {id} Version: {version}")),
                Some(format!("END RequestId: {id}\n{report}")),
            ],
        };
        let lines = before.iter().map(|line| &**line).chain(logs.iter().map(|line| &**line));
        let lines = lines.chain(after.iter().map(|line| &**line));
        let mut log: String = lines.flat_map(|line| [line, "\n"]).collect();
        let mut start = log.len().saturating_sub(MOST);
        while !log.is_char_boundary(start) {
            start += 1;
        }
        Some(log.split_off(start))
    }

    /// Returns what the caller received: the response of the function, or the payload of the error.
    pub fn payload(&self) -> &Payload {
        &self.payload
    }

    /// Returns the content type that the runtime gave for the payload; empty when it gave none.
    pub fn content_type(&self) -> &str {
        self.payload.content_type()
    }

    /// Reads the response as JSON.
    ///
    /// # Errors
    ///
    /// The function failed, the service refused the invocation, or the response does not fit the type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, OutcomeError> {
        match &self.failure {
            Some(failure) => Err(OutcomeError(failure.to_string())),
            None => self
                .payload
                .json()
                .map_err(|error| OutcomeError(format!("the response does not fit: {error}"))),
        }
    }

    /// Returns the error of the function; absent when it responded, and when the service refused the
    /// invocation. A payload that is not an error object has an empty message.
    pub fn function_error(&self) -> Option<&FunctionError> {
        match &self.failure {
            Some(FunctionFailure::Function { error, .. }) => Some(error),
            _ => None,
        }
    }

    /// Returns why the service refused the invocation; absent when a function took it.
    pub fn service_error(&self) -> Option<&ServiceError> {
        match &self.failure {
            Some(FunctionFailure::Service(error)) => Some(error),
            _ => None,
        }
    }

    /// Returns whether the function timed out before it responded.
    pub fn is_timeout(&self) -> bool {
        matches!(self.failure, Some(FunctionFailure::Function { timeout: true, .. }))
    }

    /// Returns how long the caller waited for the response. The invocation may have continued after it.
    pub fn latency(&self) -> Duration {
        self.latency
    }

    /// Returns what happened in the service from the call until the response, in every environment.
    pub fn timeline(&self) -> Timeline {
        self.place.recorder.part(self.place.part.clone())
    }

    /// Returns the response, if the function responded.
    ///
    /// # Panics
    ///
    /// Panics if the function failed, or the service refused the invocation; the message has the error, the
    /// log and the end of the timeline of the environment.
    #[track_caller]
    pub fn assert_ok(&self) -> &Self {
        if let Some(failure) = &self.failure {
            let logs = self.end.iter().flat_map(|end| &end.logs);
            let mut logs: Vec<&str> = logs.map(|line| &**line).collect();
            if !logs.is_empty() {
                logs.insert(0, "\nlog:");
                logs.push("");
            }
            panic!("{failure}\n{}\n{}", logs.join("\n"), self.last_records());
        }
        self
    }

    /// Returns the error of the function, if it failed with one of this type.
    ///
    /// # Panics
    ///
    /// Panics if it did not; the message has what the caller received and the end of the timeline of the
    /// environment.
    #[track_caller]
    pub fn assert_error(&self, error_type: &str) -> &FunctionError {
        match self.function_error() {
            Some(error) if error.error_type == error_type => error,
            _ => self.not_as_expected(&format!("an error of type `{error_type}`")),
        }
    }

    /// Returns the response, if the function timed out before it responded.
    ///
    /// # Panics
    ///
    /// Panics if it did not, as [`assert_error`](Self::assert_error) does.
    #[track_caller]
    pub fn assert_timeout(&self) -> &Self {
        if !self.is_timeout() {
            self.not_as_expected("a timeout");
        }
        self
    }

    /// Returns the error of the service, if it refused the invocation with this status.
    ///
    /// # Panics
    ///
    /// Panics if it did not, as [`assert_error`](Self::assert_error) does.
    #[track_caller]
    pub fn assert_service_error(&self, status: u16) -> &ServiceError {
        match self.service_error() {
            Some(error) if error.status == status => error,
            _ => self.not_as_expected(&format!("the service to refuse with {status}")),
        }
    }

    #[track_caller]
    fn not_as_expected(&self, expected: &str) -> ! {
        let (got, timeline) = (self.describe(), self.last_records());
        panic!("expected {expected}, got {got}\n\n{timeline}")
    }

    /// What the caller received, in a few words.
    fn describe(&self) -> String {
        match &self.failure {
            None => format!("the response {:?}", self.payload),
            Some(FunctionFailure::Function { timeout: true, .. }) => "a timeout".to_owned(),
            Some(FunctionFailure::Function { error, .. }) => {
                format!("`{}`: {}", error.error_type, error.error_message)
            }
            Some(FunctionFailure::Service(error)) => format!("a service error: {error}"),
        }
    }

    /// The end of what happened in its environment, also before it, since that may be the cause.
    fn last_records(&self) -> Timeline {
        self.place.recorder.last(self.place.part.end, self.place.environment)
    }

    /// Why there is no response of the function.
    pub(super) fn failure(&self) -> Option<&(dyn fmt::Display + '_)> {
        self.failure.as_ref().map(|failure| failure as &dyn fmt::Display)
    }
}

impl fmt::Debug for InvokeResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvokeResponse")
            .field("payload", &self.payload)
            .field("function_error", &self.function_error())
            .field("service_error", &self.service_error())
            .field("latency", &self.latency)
            .finish_non_exhaustive()
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
    let object = failure.object.as_ref().unwrap_or(&failure.payload);
    match serde_json::from_slice::<Posted>(object) {
        Ok(Posted { error_type, error_message, stack_trace }) => {
            let frames = stack_trace.into_iter().map(frame).collect();
            FunctionError::new(error_type, error_message).with_stack_trace(frames)
        }
        Err(_) => FunctionError::new(failure.error_type.to_string(), ""),
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

/// A response does not fit the type that a test expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeError(String);

impl fmt::Display for OutcomeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OutcomeError {}
