//! One execution environment as a state machine, without I/O, clock or randomness.
//!
//! ```text
//!             ┌──────── reset: process ended, timeout ────────┐
//!             ▼                                               │
//!  Init ──▶ Idle ◀─────── next ─────── Invoke ◀──── invoke ───┤
//!    │        └────────── invoke ────────▲                    │
//!    │ failed, 10 s                      │ suppressed init    │
//!    └──────────────▶ Down ── invoke ────┘                    │
//!                      ▲──────────────────────────────────────┘
//!  from anywhere: shut down ──▶ Ended
//! ```
//!
//! Within a phase the process is in one of the states of [`RuntimeState`].

mod engine;
mod fault;
mod runtime;
#[cfg(test)]
mod table;
mod words;

use std::time::Duration;

use bytes::Bytes;

pub(crate) use engine::Engine;
pub(crate) use fault::Fault;
pub(crate) use runtime::RuntimeState;

/// One call of the runtime that waits for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CallId(pub(crate) u64);

/// What happens to an environment.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    /// The service makes the environment: the init phase begins.
    Start,
    /// The service hands it an invocation. It never hands it a second one before the first is done.
    Invoke(Dispatch),
    /// The service reclaims it.
    ShutDown,
    /// The runtime calls.
    Call(CallId, Call),
    /// A body that was asked for has been read.
    Body(CallId, Body),
    /// The process ended.
    Exited(Exit),
    /// The timer that was set fell due.
    Timer,
}

/// An invocation on its way to the runtime.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dispatch {
    pub(crate) request_id: String,
    pub(crate) payload: Bytes,
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// The heads of the calls a runtime may make.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    Next,
    Response { request_id: String, mode: ResponseMode },
    Error { request_id: String, error_type: Option<String> },
    InitError { error_type: Option<String> },
}

/// `Lambda-Runtime-Function-Response-Mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResponseMode {
    /// Absent, empty or `streaming`; a stream is collected.
    Known,
    Unknown,
}

/// A body as it arrived.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Whole { bytes: Bytes, content_type: String },
    Truncated,
    TooLarge,
}

/// What a caller receives: bytes and their content type, or a fault.
pub(crate) type Answer = Result<(Bytes, String), Fault>;

/// How the environment was lost during an invocation, and the error type for the report.
pub(crate) type Lost = (&'static str, Option<&'static str>);

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Status(i32),
    Signal(String),
    /// It never began.
    NotStarted(String),
}

/// What is to be done.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    StartProcess,
    KillProcess,
    Reply(CallId, Reply),
    /// The one timer of the environment: set anew, or off.
    Timer(Option<Duration>),
    Freeze,
    Thaw,
    /// The caller has its answer, though the invocation may not be over.
    Answered,
    /// The invocation is over.
    Done(Box<Done>),
    /// A fact for the log and the timeline.
    Fact(Fact),
}

/// The answer to a call of the runtime.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Reply {
    /// 200 with the event and its deadline, since the service was made.
    Event(Box<Dispatch>, Duration),
    /// 202.
    Accepted,
    /// The head is accepted: read the body and come back.
    ReadBody,
    /// A refusal.
    Refused(u16, &'static str, String),
}

/// What the service writes down about an environment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fact {
    InitStarted,
    InitDone(Duration),
    InitFailed { after: Duration, status: &'static str, error_type: Option<String> },
    InvocationStarted(String),
    Reset(&'static str),
    ShutDown,
}

/// An invocation that is over.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    pub(crate) request_id: String,
    pub(crate) result: Answer,
    /// Set when the environment was lost during the invocation.
    pub(crate) status: Option<Lost>,
    pub(crate) started: Duration,
    pub(crate) answered: Duration,
    pub(crate) ended: Duration,
    /// Of the init phase before the first invocation.
    pub(crate) init_duration: Option<Duration>,
    pub(crate) cold_start: bool,
}

/// What the service was told of an environment when it was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) init: Duration,
    pub(crate) timeout: Duration,
}
