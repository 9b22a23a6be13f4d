//! The states of the runtime process, and what each call means in each of them.

use super::Reply;
use crate::kernel::ApiCall;

/// Where the runtime process stands, by the names that the service prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RuntimeState {
    /// There is no process.
    Dead,
    /// It runs and has not called yet.
    Started,
    /// It posted an init error.
    InitError,
    /// It waits in `next`.
    Ready,
    /// It has an invocation in hand.
    Running,
    /// It is posting a response, or is stuck after one whose mode was refused.
    InvocationResponse,
    /// It is posting an error.
    InvocationErrorResponse,
    /// It has answered.
    ResponseSent,
}

impl RuntimeState {
    /// The name in messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Dead => "Dead",
            Self::Started => "Started",
            Self::InitError => "InitError",
            Self::Ready => "Ready",
            Self::Running => "Running",
            Self::InvocationResponse => "InvocationResponse",
            Self::InvocationErrorResponse => "InvocationErrorResponse",
            Self::ResponseSent => "RuntimeResponseSentState",
        }
    }

    /// "State transition from {state} to {target} failed for runtime."
    pub(crate) fn refuse(self, call: &ApiCall) -> Reply {
        let target = match call {
            ApiCall::Next => "Ready",
            ApiCall::Response { .. } => "InvocationResponse",
            ApiCall::Error { .. } => "InvocationErrorResponse",
            ApiCall::InitError { .. } => "InitError",
            // Of extensions, which are asked about theirs.
            ApiCall::Register(_)
            | ApiCall::NextEvent { .. }
            | ApiCall::Subscribe(_)
            | ApiCall::ExtensionInitError { .. }
            | ApiCall::ExtensionExitError { .. } => "Registered",
        };
        let state = self.name();
        let message = format!(
            "State transition from {state} to {target} failed for runtime. \
             Error: State transition is not allowed"
        );
        Reply::Refused(403, "InvalidStateTransition", message)
    }
}
