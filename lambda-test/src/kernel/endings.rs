//! How processes and invocations end.

use std::{sync::Arc, time::Duration};

use serde::{Serialize, Serializer};

use super::millis::{millis, perhaps_millis};

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Exit {
    /// With this status. An application in this process that returns has 0, with an error 1, and 101
    /// where it panics.
    Status(i32),
    /// By this signal: `killed`, `aborted`, `segmentation fault`, `terminated`, and so on, or `signal 40`.
    Signal(Arc<str>),
    /// It could not be started, for this reason.
    NotStarted(Arc<str>),
}

/// An invocation that is over. What [`Report`](crate::Report) says is made of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InvocationEnd {
    /// What the caller received: an answer of so many bytes, or an error of this type.
    #[serde(serialize_with = "bytes_or_error")]
    pub result: Result<usize, Arc<str>>,
    /// From handing out the event until the caller had its answer.
    #[serde(rename = "answeredAfterMs", serialize_with = "millis")]
    pub responded_after: Duration,
    /// From handing out the event until the runtime asked for the next one, or was lost.
    #[serde(rename = "durationMs", serialize_with = "millis")]
    pub duration: Duration,
    /// The init phase before it, on the first invocation of an environment whose init phase did not
    /// fail.
    #[serde(rename = "initDurationMs", serialize_with = "perhaps_millis")]
    pub init_duration: Option<Duration>,
    /// Whether a process was started for it.
    pub cold_start: bool,
    /// How the environment was lost; absent when it was not.
    pub status: Option<ReportStatus>,
    /// The configured memory, in MB, by which it is billed.
    pub memory_mb: u32,
    /// The most memory that the process used, in MB; absent for an application in this process.
    pub max_memory_used_mb: Option<u32>,
    /// What X-Ray states of a failure that the runtime posted, as JSON. Absent where the invocation is not traced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Arc<str>>,
}

/// "Billed: whole ms rounded up."
pub(crate) fn billed(duration: Duration) -> Duration {
    Duration::from_millis(duration.as_micros().div_ceil(1000).try_into().unwrap_or(u64::MAX))
}

/// How an environment was lost during an invocation, or its init phase failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum ReportStatus {
    /// It took too long.
    Timeout,
    /// The process ended; with the service's error type.
    Error(Arc<str>),
}

/// How an event of an asynchronous invocation ended: the `condition` in the record of a destination.
/// Source: AWS Lambda developer guide, "Capturing records of Lambda asynchronous invocations".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum EventEnd {
    /// The function returned a response.
    Success,
    /// The function failed as often as it is tried.
    RetriesExhausted,
    /// The next attempt would have been later than an event is kept.
    EventAgeExceeded,
    /// The function reserves a concurrency of 0.
    ZeroReservedConcurrency,
}

impl EventEnd {
    /// Returns the word in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "Success",
            Self::RetriesExhausted => "RetriesExhausted",
            Self::EventAgeExceeded => "EventAgeExceeded",
            Self::ZeroReservedConcurrency => "ZeroReservedConcurrency",
        }
    }
}

/// Why the process of an environment was killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ResetReason {
    /// The function timed out.
    Timeout,
    /// The process ended by itself.
    Failure,
}

/// `{"bytes": 14}` or `{"errorType": "Function.Error"}`.
pub(super) fn bytes_or_error<S: Serializer>(
    result: &Result<usize, Arc<str>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    enum Received<'a> {
        Bytes(usize),
        ErrorType(&'a str),
    }
    match result {
        Ok(bytes) => Received::Bytes(*bytes).serialize(serializer),
        Err(error_type) => Received::ErrorType(error_type).serialize(serializer),
    }
}
