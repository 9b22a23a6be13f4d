//! What happened in a simulated service: once, typed, and shared by all who look at it.

use std::{sync::Arc, time::Duration};

use serde::{Serialize, Serializer};

/// One thing that happened; a [`Timeline`](crate::Timeline) has them in their order.
///
/// As JSON its times are milliseconds: it is what `lambda-test invoke --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Record {
    /// When, since the service began.
    #[serde(rename = "atMs", serialize_with = "millis")]
    pub at: Duration,
    /// The number of the environment, from 1 in the order in which they were made. Absent where no
    /// environment was concerned: an invocation that the service refused.
    pub environment: Option<usize>,
    /// The process that did it, or that it happened to. Absent where it concerns the whole
    /// environment.
    pub party: Option<Party>,
    /// The invocation that was under way. Absent between invocations.
    pub request_id: Option<Arc<str>>,
    /// What it was.
    pub fact: Fact,
}

/// Who does something in an execution environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Party {
    /// The function's own process, which speaks the Runtime API.
    Runtime,
    /// The extension of this name: a process of its own, or a part of the runtime's.
    Extension(Arc<str>),
}

/// What can happen in an execution environment. `Display` writes it as the timeline shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Fact {
    /// The runtime called the Runtime API, or an extension the Extensions API.
    Called(Call),
    /// The process wrote a line to its log.
    Logged(Arc<str>),
    /// The process ended by itself.
    Exited(Exit),
    /// The service refused a call of an API.
    Refused {
        /// The status that it answered with: 400, 403 or 413.
        status: u16,
        /// The error type in its answer, as in `InvalidStateTransition`.
        error_type: &'static str,
    },
    /// The service refused an invocation before any environment took it.
    Rejected {
        /// The status that the caller got: 400, 404, 413 or 429.
        status: u16,
        /// The error type that the caller got, as in `TooManyRequestsException`.
        error_type: &'static str,
    },
    /// The environment was made, and its init phase began.
    InitStarted,
    /// The runtime asked for its first event, and all extensions are ready: the init phase is over. Where
    /// there are extensions, one within an invocation is recorded too.
    InitDone {
        /// How long it took.
        #[serde(rename = "durationMs", serialize_with = "millis")]
        duration: Duration,
    },
    /// The init phase failed. The next invocation begins with another one.
    InitFailed {
        /// After how long.
        #[serde(rename = "afterMs", serialize_with = "millis")]
        after: Duration,
        /// How.
        status: ReportStatus,
    },
    /// The environment took an invocation.
    InvocationStarted,
    /// An invocation is over.
    Done(Arc<Done>),
    /// The process was killed; the next invocation starts another one.
    Reset(ResetReason),
    /// The environment was frozen, and so many tasks of the application go on all the same, since it
    /// gave them to `tokio::spawn` and not to its environment.
    TasksEscaped {
        /// How many live.
        count: usize,
    },
    /// The process got SIGTERM: from outside of the service, or since the environment ends and has an
    /// extension.
    Terminated,
    /// The application held its thread for longer than an invocation may take, in one go and in real
    /// time, as with `std::thread::sleep`: nothing else could happen meanwhile, not even its timeout.
    Blocked,
    /// The service took the environment away.
    ShutDown,
    /// All extensions with a process of their own have registered, so the runtime's process was started.
    /// It is recorded where there are such extensions.
    RuntimeStarted,
    /// The runtime has done the invocation that it had in hand. It is recorded where there are extensions,
    /// for which the invocation may go on.
    RuntimeDone {
        /// From the beginning of the invocation until the caller had its answer.
        #[serde(rename = "answeredAfterMs", serialize_with = "millis")]
        answered_after: Duration,
        /// What the caller received: an answer of so many bytes, or an error of this type.
        #[serde(serialize_with = "bytes_or_error")]
        result: Result<usize, Arc<str>>,
    },
    /// Where an extension stands at the end of an init phase.
    ExtensionState(Box<ExtensionStanding>),
    /// An extension was sent telemetry.
    TelemetrySent {
        /// So many events, in one batch or several.
        events: usize,
    },
    /// An extension hears its own log, and writes a line for each batch of it: that goes on for ever.
    TelemetryLoop,
    /// An extension has subscribed to these types of telemetry.
    Subscribed(Vec<Arc<str>>),
    /// An extension got an event: `INVOKE`, or `SHUTDOWN` with its reason.
    Told(ExtensionEvent),
}

/// Where an extension stands at the end of an init phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExtensionStanding {
    /// `Ready` where the phase went well.
    pub state: &'static str,
    /// What it is told of: `INVOKE`, `SHUTDOWN`.
    pub events: Vec<&'static str>,
    /// The error type that it reported.
    pub error_type: Option<&'static str>,
}

/// An event that extensions are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ExtensionEvent {
    /// An invocation begins.
    Invoke,
    /// The environment ends.
    Shutdown(ShutdownReason),
}

/// Why an environment with extensions ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ShutdownReason {
    /// It is reclaimed.
    Spindown,
    /// The init phase or an invocation took too long.
    Timeout,
    /// A process ended by itself.
    Failure,
}

/// A call of an API, by its head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Call {
    /// `GET /runtime/invocation/next`.
    Next,
    /// `POST /runtime/invocation/{request_id}/response`.
    Response {
        /// The id in the path, whether or not it is that of the invocation.
        request_id: Arc<str>,
        /// How the answer is sent.
        mode: ResponseMode,
    },
    /// `POST /runtime/invocation/{request_id}/error`.
    Error {
        /// The id in the path, whether or not it is that of the invocation.
        request_id: Arc<str>,
        /// The header `Lambda-Runtime-Function-Error-Type`.
        error_type: Option<Arc<str>>,
    },
    /// `POST /runtime/init/error`.
    InitError {
        /// The header `Lambda-Runtime-Function-Error-Type`.
        error_type: Option<Arc<str>>,
    },
    /// `POST /extension/register`.
    Register(Box<Registration>),
    /// `GET /extension/event/next`.
    NextEvent {
        /// The header `Lambda-Extension-Identifier`.
        identifier: Option<Arc<str>>,
    },
    /// `POST /extension/init/error`.
    ExtensionInitError {
        /// The header `Lambda-Extension-Identifier`.
        identifier: Option<Arc<str>>,
        /// The header `Lambda-Extension-Function-Error-Type`.
        error_type: Option<Arc<str>>,
    },
    /// `PUT /telemetry`.
    Subscribe(Box<Subscribing>),
    /// `POST /extension/exit/error`.
    ExtensionExitError {
        /// The header `Lambda-Extension-Identifier`.
        identifier: Option<Arc<str>>,
        /// The header `Lambda-Extension-Function-Error-Type`.
        error_type: Option<Arc<str>>,
    },
}

/// What an extension asks for when it subscribes to telemetry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Subscribing {
    /// The header `Lambda-Extension-Identifier`.
    pub identifier: Option<Arc<str>>,
    /// What it wants, or what is wrong with that.
    #[serde(skip)]
    pub wanted: Result<Wanted, Arc<str>>,
}

/// A subscription to telemetry that the service takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Wanted {
    /// Whether the schema is of a version that tells lines of a log as objects, where its format is JSON.
    pub objects: bool,
    /// `platform`, `function`, `extension`.
    pub types: Vec<Arc<str>>,
    /// A batch is sent once it has so many events.
    pub max_items: usize,
    /// A batch is sent once it has so many bytes.
    pub max_bytes: usize,
    /// A batch is sent so long after its first event.
    #[serde(rename = "timeoutMs", serialize_with = "millis")]
    pub timeout: Duration,
    /// The port of the extension.
    pub port: u16,
    /// Where posts go; absent over TCP.
    pub path: Option<Arc<str>>,
}

/// What an extension asks for when it registers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Registration {
    /// The header `Lambda-Extension-Name`.
    pub name: Option<Arc<str>>,
    /// The events, as they were written; or what is wrong with the body.
    #[serde(serialize_with = "events_or_error")]
    pub events: Result<Vec<Arc<str>>, Arc<str>>,
    /// Whether the id of the account is asked for.
    pub account_id: bool,
    /// Under which identifier it is known from then on.
    #[serde(skip)]
    pub(crate) identifier: Arc<str>,
}

/// The header `Lambda-Runtime-Function-Response-Mode`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum ResponseMode {
    /// Absent or empty.
    Buffered,
    /// `streaming`. A stream is collected here.
    Streaming,
    /// Anything else, which the service refuses.
    Unknown(Arc<str>),
}

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Exit {
    /// With this status. An application in this process that returns has 0, with an error 1, and 101
    /// where it panics.
    Status(i32),
    /// By this signal: `killed`, `aborted`, `segmentation fault`, `terminated`, or its number.
    Signal(Arc<str>),
    /// It could not be started, for this reason.
    NotStarted(Arc<str>),
}

/// An invocation that is over. What [`Report`](crate::Report) says is made of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Done {
    /// What the caller received: an answer of so many bytes, or an error of this type.
    #[serde(serialize_with = "bytes_or_error")]
    pub result: Result<usize, Arc<str>>,
    /// From handing out the event until the caller had its answer.
    #[serde(rename = "answeredAfterMs", serialize_with = "millis")]
    pub answered_after: Duration,
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
    /// The most memory that the process used, in MB; absent for an application in this process.
    pub max_memory_used_mb: Option<u32>,
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

/// `["INVOKE"]` or what is wrong.
fn events_or_error<S: Serializer>(
    events: &Result<Vec<Arc<str>>, Arc<str>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match events {
        Ok(events) => events.serialize(serializer),
        Err(error) => error.serialize(serializer),
    }
}

/// With three decimals: records are as exact as microseconds.
fn in_millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

fn millis<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(in_millis(*duration))
}

fn perhaps_millis<S: Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    duration.map(in_millis).serialize(serializer)
}

/// `{"bytes": 14}` or `{"errorType": "Function.Error"}`.
fn bytes_or_error<S: Serializer>(
    result: &Result<usize, Arc<str>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    enum Heard<'a> {
        Bytes(usize),
        ErrorType(&'a str),
    }
    match result {
        Ok(bytes) => Heard::Bytes(*bytes).serialize(serializer),
        Err(error_type) => Heard::ErrorType(error_type).serialize(serializer),
    }
}
