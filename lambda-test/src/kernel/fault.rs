//! What can be made to go wrong.

use std::time::Duration;

use serde::Serialize;

/// Something that goes wrong with an invocation by order: see
/// [`Function::fail_next`](crate::Function::fail_next) and [`Lambda::fail_at_random`](crate::Lambda::fail_at_random).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Fault {
    /// The service throttles the invocation: 429 `TooManyRequestsException`.
    Throttle,
    /// The service fails: 500 `ServiceException`. Nothing runs.
    ServiceError,
    /// The process ends as it receives the event: the handler does not run.
    Crash,
    /// The process ends as it responds: what the handler did is done, and the caller receives an error.
    CrashBeforeResponse,
    /// The process is killed as it receives the event, since the memory is used up.
    OutOfMemory,
    /// The response does not arrive before the timeout of the function: what the handler did is done.
    Timeout,
    /// The environments that wait for an invocation are reclaimed, so this one runs in a new one.
    ColdStart,
    /// The event of an asynchronous invocation is delivered twice, with one request id: "at least once". A batch of a queue
    /// or a stream that was handled comes once more.
    Duplicate,
    /// The event of an asynchronous invocation is not accepted: whoever sends it receives 500 `ServiceException`, and may try
    /// again, as SNS and EventBridge do.
    NotAccepted,
    /// It takes so long until an environment receives the invocation.
    Latency(Duration),
}
