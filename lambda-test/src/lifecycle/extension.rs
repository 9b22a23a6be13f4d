//! The states of an extension, and what each call means in each of them.

use std::sync::Arc;

use super::{CallId, Reply};
use crate::kernel::{Exit, ProcessRole};

/// Where an extension stands, by the names that the service prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExtensionState {
    /// Its process runs and has not registered yet.
    Started,
    /// It has registered.
    Registered,
    /// It waits in `event/next`.
    Ready,
    /// It has an event in hand.
    Running,
    /// It posted an init error.
    InitError,
    /// It posted an exit error.
    ExitError,
    /// Its process has ended.
    Exited,
}

impl ExtensionState {
    /// The name in messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Started => "Started",
            Self::Registered => "Registered",
            Self::Ready => "Ready",
            Self::Running => "Running",
            Self::InitError => "InitError",
            Self::ExitError => "ExitError",
            Self::Exited => "Exited",
        }
    }
}

/// An extension of an environment.
#[derive(Clone, Debug)]
pub(crate) struct Extension {
    pub(crate) name: Arc<str>,
    /// Whether it has a process of its own.
    pub(crate) external: bool,
    pub(crate) state: ExtensionState,
    /// Under which it is known once it has registered.
    pub(crate) identifier: Option<Arc<str>>,
    /// Whether it is told of invocations.
    pub(crate) invoke: bool,
    /// Whether it is told of the end.
    pub(crate) shutdown: bool,
    /// The call of `event/next` that has no answer yet.
    pub(crate) waiting: Option<CallId>,
    /// Whether it has been told of the end.
    pub(crate) told: bool,
    /// Whether it hears telemetry.
    pub(crate) subscribed: bool,
    /// The fatal error type that it reported itself.
    pub(crate) reported: Option<&'static str>,
}

impl Extension {
    pub(crate) fn external(name: Arc<str>) -> Self {
        Self {
            name,
            external: true,
            state: ExtensionState::Started,
            identifier: None,
            invoke: false,
            shutdown: false,
            waiting: None,
            told: false,
            subscribed: false,
            reported: None,
        }
    }

    pub(crate) fn internal(name: Arc<str>) -> Self {
        Self { external: false, ..Self::external(name) }
    }

    pub(crate) fn role(&self) -> ProcessRole {
        ProcessRole::Extension(self.name.clone())
    }

    /// "State transition from {state} to {target} failed for extension {identifier}."
    ///
    /// It is called by its identifier, and by its name where it would register again.
    pub(crate) fn refuse(&self, target: &str) -> Reply {
        let identifier = self.identifier.as_ref().filter(|_| target != "Registered");
        let (state, name) = (self.state.name(), identifier.unwrap_or(&self.name));
        let message = format!(
            "State transition from {state} to {target} failed for extension {name}. \
             Error: State transition is not allowed"
        );
        Reply::Refused(403, "Extension.InvalidExtensionState", message)
    }

    /// What the service calls it where its process ended like this.
    pub(crate) fn error_type(&self, exit: &Exit) -> &'static str {
        match (self.reported, exit) {
            (Some(reported), _) => reported,
            (None, Exit::NotStarted(_)) => "Extension.LaunchError",
            (None, Exit::Status(_) | Exit::Signal(_)) => "Extension.Crash",
        }
    }
}
