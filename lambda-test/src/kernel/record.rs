//! What happened in a simulated service: once, typed, and shared by all who look at it.

use std::{sync::Arc, time::Duration};

use serde::Serialize;

use super::{
    ApiCall, EventEnd, Exit, Fault, InvocationEnd, ReportStatus, ResetReason, SourceEvent,
    TracedInvocation, Waits, endings::bytes_or_error, millis::millis,
};

/// One thing that happened; a [`Timeline`](crate::Timeline) has them in their order.
///
/// As JSON its times are milliseconds: it is what `lambda-test invoke --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Record {
    /// The number of the record in its service, from 0 and without gaps.
    pub sequence: u64,
    /// When, since the service began.
    #[serde(rename = "atMs", serialize_with = "millis")]
    pub at: Duration,
    /// The name of the function. Absent where no function was concerned.
    pub function: Option<Arc<str>>,
    /// The number of the environment, from 1 in the order in which they were made. Absent where no
    /// environment was concerned: an invocation that the service refused.
    pub environment: Option<usize>,
    /// The process that did it, or that it happened to. Absent where it concerns the whole
    /// environment.
    pub process: Option<ProcessRole>,
    /// The invocation that was under way. Absent between invocations.
    pub request_id: Option<Arc<str>>,
    /// What it was.
    pub kind: RecordKind,
    /// What the processes waited for when their time was up. Absent where it was not, or where that cannot be known.
    #[serde(skip)]
    pub(crate) waits: Option<Arc<[Waits]>>,
}

impl Record {
    /// Whether a time ran out while a process may have waited for something that virtual time does not wait for.
    pub(super) fn may_be_overtaken(&self) -> bool {
        let within =
            self.waits.as_ref().is_some_and(|all| all.iter().all(Waits::are_for_virtual_time));
        self.kind.is_timeout() && !within
    }

    /// Returns about how much memory the record takes, with its texts.
    pub(super) fn bytes(&self) -> usize {
        let text = match &self.kind {
            RecordKind::Logged(line) => line.len(),
            RecordKind::InvocationEnded(end) => {
                size_of::<InvocationEnd>() + end.cause.as_ref().map_or(0, |cause| cause.len())
            }
            _ => 0,
        };
        size_of::<Self>() + text
    }
}

/// Who does something in an execution environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ProcessRole {
    /// The function's own process, which speaks the Runtime API.
    Runtime,
    /// The extension of this name: a process of its own, or a part of the runtime's.
    Extension(Arc<str>),
}

/// What can happen in an execution environment. `Display` writes it as the timeline shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum RecordKind {
    /// The runtime called the Runtime API, or an extension the Extensions API.
    Called(ApiCall),
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
    /// The service accepted the event of an asynchronous invocation.
    EventAccepted,
    /// The function called another machine, which the test does not allow: a child process that was refused, or an
    /// application whose connection stays open when its environment is frozen.
    CalledOutside {
        /// The host, or the address with its port.
        host: Arc<str>,
    },
    /// Something goes wrong with the invocation by order of the test.
    FaultInjected(Fault),
    /// The invocation is traced and sampled.
    Traced(Arc<TracedInvocation>),
    /// The event of an asynchronous invocation is tried again, since the function failed or was throttled.
    EventRetried {
        /// After how long.
        #[serde(rename = "afterMs", serialize_with = "millis")]
        after: Duration,
    },
    /// The event of an asynchronous invocation is not tried any more.
    EventEnded(EventEnd),
    /// The record of an asynchronous invocation was sent.
    RecordSent {
        /// The ARN that receives it.
        destination: Arc<str>,
    },
    /// The record of an asynchronous invocation could not be sent: nothing has this ARN.
    DestinationDeliveryFailed {
        /// The ARN that was to receive it.
        destination: Arc<str>,
    },
    /// An event that failed was sent to a dead-letter queue.
    DeadLetterSent {
        /// The ARN of the queue or the topic.
        destination: Arc<str>,
    },
    /// An event that failed could not be sent to a dead-letter queue: nothing has this ARN.
    DeadLetterFailed {
        /// The ARN that was to receive it.
        destination: Arc<str>,
    },
    /// Something happened between a source of events and the function.
    Source {
        /// The ARN of the queue, stream, topic, broker or cluster; `kafka://SERVERS/TOPIC` where the cluster of a topic is
        /// not AWS's.
        source: Arc<str>,
        /// What.
        event: SourceEvent,
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
    InvocationEnded(Arc<InvocationEnd>),
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
        responded_after: Duration,
        /// What the caller received: an answer of so many bytes, or an error of this type.
        #[serde(serialize_with = "bytes_or_error")]
        result: Result<usize, Arc<str>>,
    },
    /// Where an extension stands at the end of an init phase.
    ExtensionState(Box<ExtensionStatus>),
    /// An extension registered under a name that no extension with a process of its own has, while one of
    /// those has not registered: the service takes it for an internal one, and waits for the other for ever.
    UnexpectedName {
        /// The name in the registration.
        registered: Arc<str>,
        /// The names of those that have not registered.
        expected: Vec<Arc<str>>,
    },
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
pub struct ExtensionStatus {
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
