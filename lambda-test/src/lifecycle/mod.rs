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
//! With extensions every way to `Down` and `Ended` leads through `Stopping`: they are told, and have
//! time.
//!
//! Within a phase the process is in one of the states of [`RuntimeState`].

mod cause;
mod extension;
mod failure;
mod runtime;
mod standard;
#[cfg(test)]
mod table;
#[cfg(test)]
mod table_of_extensions;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;

use crate::kernel::{
    ApiCall, Exit, InvocationEnd, Payload, ProcessRole, RecordKind, ShutdownReason,
    TelemetrySubscription,
};

pub(crate) use extension::{Extension, ExtensionState};
pub(crate) use failure::Failure;
pub(crate) use runtime::RuntimeState;
pub(crate) use standard::Engine;

/// The id of an invocation, as the function and its caller know it.
pub(crate) type RequestId = Arc<str>;

/// One call of a process that waits for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CallId(pub(crate) u64);

/// What happens to an environment.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    /// The service makes the environment: the init phase begins.
    Start,
    /// The service hands it an invocation. It never hands it a second one before the first is done.
    Invoke(Arc<Dispatch>),
    /// The service reclaims it.
    ShutDown,
    /// A process calls.
    Call(CallId, ApiCall),
    /// A body that was asked for has been read.
    Body(CallId, Body),
    /// A process ended.
    Exited(ProcessRole, Exit),
    /// What was said is with all who subscribed, or nobody waits for it any more.
    Flushed,
    /// A timer that was set fell due.
    Timer(Timer),
}

/// What a timer limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// The init phase.
    Init,
    /// An invocation.
    Invocation(RequestId),
    /// The end of processes that were asked to end.
    Stop,
}

/// An invocation on its way to the runtime: made once, and shared by all that hand it on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dispatch {
    pub(crate) request_id: RequestId,
    pub(crate) invoked_function_arn: Arc<str>,
    /// The trace header.
    pub(crate) trace: String,
    /// Whether segments are written of it.
    pub(crate) is_traced: bool,
    /// JSON, as the caller gave it.
    pub(crate) client_context: Option<String>,
    /// JSON, as the service makes it.
    pub(crate) cognito_identity: Option<String>,
    pub(crate) tenant: Option<String>,
    pub(crate) content_type: String,
    pub(crate) payload: Bytes,
    /// How long it may take, in place of the timeout of the function.
    pub(crate) timeout: Option<Duration>,
    /// By how much the clock that its deadline is stated by is ahead, and behind.
    pub(crate) clock: (Duration, Duration),
}

/// How a body ended.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// So many bytes came. The engine sees them where they are an error or a small request; a response goes around it.
    Whole {
        length: usize,
        payload: Payload,
        /// The cause for X-Ray that was posted with an error.
        cause: Option<Arc<str>>,
    },
    /// A response ended with an error in its trailers.
    Failed {
        error_type: Arc<str>,
        object: Payload,
    },
    Truncated,
    TooLarge,
}

/// What a function returned to its caller, so many bytes or a failure.
pub(crate) type Responded = Result<usize, Failure>;

/// What is to be done.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    StartProcess(ProcessRole),
    KillProcess(ProcessRole),
    /// SIGTERM.
    Terminate(ProcessRole),
    /// An extension hears telemetry from now on.
    Subscribe(ProcessRole, TelemetrySubscription),
    /// What was said so far is to go out, and `Flushed` to come.
    Flush,
    Reply(CallId, Reply),
    /// A timer is set anew, or taken away.
    Timer(Timer, Option<Duration>),
    /// The environment can take so many invocations: warm where it has a process, which waits in `next`;
    /// otherwise the next invocation starts one.
    Available {
        tokens: usize,
        warm: bool,
    },
    /// Every process is suspended.
    Freeze,
    Thaw,
    /// The caller receives the response, though the invocation may not be over: once for each invocation,
    /// and before `InvocationEnded`.
    Responded(RequestId, Box<Responded>),
    /// The invocation is over.
    InvocationEnded(RequestId, Box<InvocationEnd>),
    /// For the timeline.
    Record(Option<ProcessRole>, Option<RequestId>, RecordKind),
}

/// The answer to a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Reply {
    /// 200 with the event and its deadline, since the service was made.
    Event(Arc<Dispatch>, Duration),
    /// 200 with the identifier of the extension, and the account where it was asked for.
    Registered { identifier: Arc<str>, account_id: bool },
    /// 200 with the invocation, for an extension, and its deadline.
    InvokeEvent(Arc<Dispatch>, Duration),
    /// 200 with the end of the environment, and when what is left is killed.
    ShutdownEvent(ShutdownReason, Duration),
    /// 200 `"OK"`.
    Subscribed,
    /// 202.
    Accepted,
    /// The head is accepted: read the body and come back.
    ReadBody,
    /// A refusal.
    Refused(u16, &'static str, String),
}

/// What the service was told of an environment when it was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) init: Duration,
    pub(crate) timeout: Duration,
}
