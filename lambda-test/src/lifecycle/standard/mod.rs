//! The lifecycle of an environment with one invocation at a time: `(state, input, now) → (state,
//! effects)`.
//!
//! `mod` has the states, `init` how phases begin, `invocation` the one in flight, `api_calls` the calls of the
//! runtime, `extensions` those of extensions, `exits` how processes and invocations end, `stop` how an
//! environment ends.

mod api_calls;
mod exits;
mod extensions;
mod init;
mod invocation;
mod stop;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use super::{
    CallId, Dispatch, Effect, Extension, Failure, Input, Limits, RequestId, RuntimeState, Timer,
};
use crate::kernel::{ApiCall, ProcessRole, RecordKind, note_cell};
use invocation::InvocationState;
use stop::Stopping;

/// One execution environment.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    limits: Limits,
    phase: Phase,
    runtime: RuntimeState,
    /// The names of those with a process of their own.
    external: Arc<[Arc<str>]>,
    /// Whether what only telemetry needs is recorded without an extension too.
    for_telemetry: bool,
    /// Of the processes that run.
    extensions: Vec<Extension>,
    /// Whether the runtime has asked for its first event.
    registration_closed: bool,
    /// Calls of `next` without an answer, the oldest first.
    waiting: VecDeque<CallId>,
    /// The post whose body is being read.
    upload: Option<(CallId, ApiCall)>,
    /// Posts that came while another one's body was being read.
    queued: Vec<(CallId, ApiCall)>,
    /// What `init/error` posted in this generation of the process.
    init_error: Option<Failure>,
    /// When the init phase that is under way began.
    init_started: Duration,
    /// Of the init phase, until the first invocation reports it.
    init_duration: Option<Duration>,
    /// Whether the process has had no invocation yet.
    fresh: bool,
    /// Of the step under way.
    now: Duration,
    /// Of the step under way, in the order in which they are to be performed.
    effects: Vec<Effect>,
}

#[derive(Clone, Debug)]
enum Phase {
    /// Made, or not yet.
    New,
    Init {
        pending: Option<Arc<Dispatch>>,
    },
    Idle,
    Invoke(Box<InvocationState>),
    /// Processes were asked to end, and have time.
    Stopping(Box<Stopping>),
    /// The processes are gone; the next invocation begins with an init phase of its own.
    Down,
    Ended,
}

impl Phase {
    fn number(&self) -> u32 {
        match self {
            Self::New => 0,
            Self::Init { .. } => 1,
            Self::Idle => 2,
            Self::Invoke(_) => 3,
            Self::Stopping(_) => 4,
            Self::Down => 5,
            Self::Ended => 6,
        }
    }
}

/// The number of the kind of an input.
fn number(input: &Input) -> u32 {
    match input {
        Input::Start => 0,
        Input::Invoke(_) => 1,
        Input::ShutDown => 2,
        Input::Call(_, ApiCall::Next) => 3,
        Input::Call(_, ApiCall::Response { .. }) => 4,
        Input::Call(_, ApiCall::Error { .. }) => 5,
        Input::Call(_, ApiCall::InitError { .. }) => 6,
        Input::Call(_, ApiCall::Register(_)) => 7,
        Input::Call(_, ApiCall::NextEvent { .. }) => 8,
        Input::Call(_, ApiCall::Subscribe(_)) => 9,
        Input::Call(_, ApiCall::ExtensionInitError { .. } | ApiCall::ExtensionExitError { .. }) => {
            10
        }
        Input::Body(..) => 11,
        Input::Exited(ProcessRole::Runtime, _) => 12,
        Input::Exited(ProcessRole::Extension(_), _) => 13,
        Input::Flushed => 14,
        Input::Timer(Timer::Init) => 15,
        Input::Timer(Timer::Invocation(_)) => 16,
        Input::Timer(Timer::Stop) => 17,
    }
}

impl Engine {
    pub(crate) fn new(limits: Limits, external: Arc<[Arc<str>]>) -> Self {
        Self {
            limits,
            phase: Phase::New,
            runtime: RuntimeState::Dead,
            external,
            for_telemetry: false,
            extensions: Vec::new(),
            registration_closed: false,
            waiting: VecDeque::new(),
            upload: None,
            queued: Vec::new(),
            init_error: None,
            init_started: Duration::ZERO,
            init_duration: None,
            fresh: true,
            now: Duration::ZERO,
            effects: Vec::new(),
        }
    }

    /// Records what only telemetry needs, also where there are no extensions.
    pub(crate) fn for_telemetry(self, for_telemetry: bool) -> Self {
        Self { for_telemetry, ..self }
    }

    /// Returns whether an extension may subscribe to telemetry now: until the runtime has its first event.
    pub(crate) fn accepts_subscriptions(&self) -> bool {
        match &self.phase {
            Phase::Init { .. } => true,
            Phase::Invoke(current) => !current.handed_out,
            _ => false,
        }
    }

    /// Returns whether what only telemetry needs is recorded.
    fn records_telemetry(&self) -> bool {
        self.for_telemetry || !self.extensions.is_empty()
    }

    /// Phase and states, for tables.
    #[cfg(test)]
    pub(crate) fn place(&self) -> String {
        let phase = match self.phase {
            Phase::New => "New",
            Phase::Init { .. } => "Init",
            Phase::Idle => "Idle",
            Phase::Invoke(_) => "Invoke",
            Phase::Stopping(_) => "Stopping",
            Phase::Down => "Down",
            Phase::Ended => "Ended",
        };
        let extensions = self.extensions.iter();
        let extensions: String =
            extensions.map(|it| format!(" {}:{}", it.name, it.state.name())).collect();
        format!("{phase}/{}{extensions}", self.runtime.name())
    }

    /// Takes one input; what is to be done comes in the order in which it is to be done.
    pub(crate) fn step(&mut self, input: Input, now: Duration) -> Vec<Effect> {
        self.now = now;
        note_cell(self.phase.number(), number(&input));
        match input {
            Input::Start => self.start(),
            Input::Invoke(dispatch) => self.invoke(dispatch),
            Input::ShutDown => self.shut_down(),
            Input::Call(
                id,
                call @ (ApiCall::Register(_)
                | ApiCall::NextEvent { .. }
                | ApiCall::Subscribe(_)
                | ApiCall::ExtensionInitError { .. }
                | ApiCall::ExtensionExitError { .. }),
            ) => self.extension_call(id, call),
            Input::Call(id, call) => self.call(id, call),
            Input::Body(id, body) => self.body(id, body),
            Input::Exited(ProcessRole::Runtime, exit) => self.exited(&exit),
            Input::Exited(ProcessRole::Extension(name), exit) => {
                self.extension_exited(&name, &exit)
            }
            Input::Flushed => self.flushed(),
            Input::Timer(timer) => self.timer(&timer),
        }
        std::mem::take(&mut self.effects)
    }

    fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// The invocation under way.
    pub(crate) fn in_flight(&self) -> Option<&RequestId> {
        match &self.phase {
            Phase::Invoke(current) => Some(current.request_id()),
            _ => None,
        }
    }

    /// The same, as it was handed over.
    pub(crate) fn dispatch(&self) -> Option<&Dispatch> {
        match &self.phase {
            Phase::Invoke(current) => Some(&current.dispatch),
            _ => None,
        }
    }

    fn note(&mut self, kind: RecordKind) {
        let request_id = self.in_flight().cloned();
        self.push(Effect::Record(None, request_id, kind));
    }

    /// Whether it takes nothing more.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.phase, Phase::Ended)
    }
}
