//! The lifecycle of an environment with one invocation at a time: `(state, input, now) → (state,
//! effects)`.
//!
//! `mod` has the states and what the service asks for, `calls` what the runtime calls, `extensions` what
//! extensions call, `ends` how processes and invocations end, `stop` how an environment ends that has
//! extensions.

mod calls;
mod ends;
mod extensions;
mod stop;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use super::{
    Answer, CallId, Dispatch, Effect, Extension, ExtensionState, Fault, Input, Limits, Reply,
    RequestId, RuntimeState, Timer,
};
use crate::ground::{Call, Done, Fact, Party, ReportStatus, ResetReason, ShutdownReason};
use stop::Stopping;

/// One execution environment.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    limits: Limits,
    phase: Phase,
    runtime: RuntimeState,
    /// The names of those with a process of their own.
    external: Arc<[Arc<str>]>,
    /// Of the processes that run.
    extensions: Vec<Extension>,
    /// Whether the runtime has asked for its first event.
    registration_closed: bool,
    /// Calls of `next` without an answer, the oldest first.
    waiting: VecDeque<CallId>,
    /// The post whose body is being read.
    upload: Option<(CallId, Call)>,
    /// Posts that came while another one's body was being read.
    queued: Vec<(CallId, Call)>,
    /// What `init/error` posted in this generation of the process.
    init_error: Option<Fault>,
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
    Invoke(Box<Current>),
    /// Processes were asked to end, and have time.
    Stopping(Box<Stopping>),
    /// The processes are gone; the next invocation begins with an init phase of its own.
    Down,
    Ended,
}

/// The invocation under way.
#[derive(Clone, Debug)]
struct Current {
    dispatch: Arc<Dispatch>,
    started: Duration,
    deadline: Duration,
    cold_start: bool,
    /// Whether the event went out.
    handed_out: bool,
    answered: Option<Answered>,
}

/// What the caller has heard already, and when.
#[derive(Clone, Debug)]
struct Answered {
    at: Duration,
    result: Result<usize, Arc<str>>,
}

impl Engine {
    pub(crate) fn new(limits: Limits, external: Arc<[Arc<str>]>) -> Self {
        Self {
            limits,
            phase: Phase::New,
            runtime: RuntimeState::Dead,
            external,
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

    /// Phase and state of the runtime, for tables.
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
        format!("{phase}/{}", self.runtime.name())
    }

    /// Takes one input; what is to be done comes in the order in which it is to be done.
    pub(crate) fn step(&mut self, input: Input, now: Duration) -> Vec<Effect> {
        self.now = now;
        match input {
            Input::Start => self.start(),
            Input::Invoke(dispatch) => self.invoke(dispatch),
            Input::ShutDown => self.shut_down(),
            Input::Call(
                id,
                call @ (Call::Register(_)
                | Call::NextEvent { .. }
                | Call::ExtensionInitError { .. }
                | Call::ExtensionExitError { .. }),
            ) => self.extension_call(id, call),
            Input::Call(id, call) => self.call(id, call),
            Input::Body(id, body) => self.body(id, body),
            Input::Exited(Party::Runtime, exit) => self.exited(&exit),
            Input::Exited(Party::Extension(name), exit) => self.extension_exited(&name, &exit),
            Input::Timer(timer) => self.timer(&timer),
        }
        std::mem::take(&mut self.effects)
    }

    fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// The invocation under way.
    pub(crate) fn in_hand(&self) -> Option<&RequestId> {
        match &self.phase {
            Phase::Invoke(current) => Some(current.request_id()),
            _ => None,
        }
    }

    fn note(&mut self, fact: Fact) {
        let request_id = self.in_hand().cloned();
        self.push(Effect::Fact(None, request_id, fact));
    }

    fn start(&mut self) {
        if let Phase::New = self.phase {
            self.phase = Phase::Init { pending: None };
            self.note(Fact::InitStarted);
            self.start_processes();
            self.push(Effect::Timer(Timer::Init, Some(self.now + self.limits.init)));
            self.too_many();
        }
    }

    /// Starts the extensions, and the runtime once all of them have registered.
    fn start_processes(&mut self) {
        self.runtime = RuntimeState::Dead;
        self.init_error = None;
        self.init_started = self.now;
        self.fresh = true;
        self.registration_closed = false;
        let few = self.external.len() <= extensions::MOST;
        let external = self.external.iter().filter(|_| few);
        self.extensions = external.cloned().map(Extension::external).collect();
        for at in 0..self.extensions.len() {
            let party = self.extensions[at].party();
            self.push(Effect::StartProcess(party));
        }
        self.settle();
    }

    /// Goes on where what was waited for has come.
    fn settle(&mut self) {
        let extensions = self.extensions.iter();
        let registered = || extensions.clone().all(|it| it.state != ExtensionState::Started);
        let ready = || extensions.clone().all(|it| it.state == ExtensionState::Ready);
        let done = || extensions.clone().all(|it| it.state != ExtensionState::Running);
        match (&self.phase, self.runtime) {
            (Phase::Init { .. } | Phase::Invoke(_), RuntimeState::Dead) if registered() => {
                self.runtime = RuntimeState::Started;
                self.push(Effect::StartProcess(Party::Runtime));
            }
            (Phase::Init { .. }, RuntimeState::Ready) if ready() => self.init_done(),
            (Phase::Invoke(current), RuntimeState::Ready) => match current.handed_out {
                false if ready() => self.hand_out(),
                // "When the runtime's next `next` and every INVOKE-subscribed extension's next
                // `event/next` have arrived."
                true if done() => {
                    self.stop_timer();
                    self.finish(None, None);
                    self.push(Effect::Freeze);
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn init_done(&mut self) {
        let Phase::Init { pending } = &mut self.phase else { return };
        let pending = pending.take();
        let duration = self.now - self.init_started;
        self.init_duration = Some(duration);
        self.phase = Phase::Idle;
        self.note(Fact::InitDone { duration });
        self.push(Effect::Timer(Timer::Init, None));
        match pending {
            Some(dispatch) => self.begin(dispatch),
            None => self.push(Effect::Freeze),
        }
    }

    fn invoke(&mut self, dispatch: Arc<Dispatch>) {
        match &mut self.phase {
            Phase::Init { pending } => *pending = Some(dispatch),
            Phase::Idle => self.begin(dispatch),
            Phase::Stopping(stopping) if !stopping.for_good => stopping.pending = Some(dispatch),
            Phase::Down => self.begin_with_init(dispatch),
            // The service never does it: the environment is not made yet, busy, or gone.
            Phase::New | Phase::Invoke(_) | Phase::Stopping(_) | Phase::Ended => {
                self.refuse(dispatch);
            }
        }
    }

    /// Hands the event to the `next` that waits, or to the one that will come.
    fn begin(&mut self, dispatch: Arc<Dispatch>) {
        let cold_start = std::mem::take(&mut self.fresh);
        let timer = self.enter(dispatch, cold_start);
        self.push(Effect::Thaw);
        self.push(timer);
        self.hand_out();
    }

    /// "Init done again inside an invocation": its time counts to the invocation.
    fn begin_with_init(&mut self, dispatch: Arc<Dispatch>) {
        let timer = self.enter(dispatch, true);
        self.start_processes();
        self.fresh = false;
        self.push(timer);
        self.too_many();
    }

    /// "More than 10 files in `/opt/extensions`: init fails."
    fn too_many(&mut self) {
        if self.external.len() <= extensions::MOST {
            return;
        }
        let error_type = "Extension.TooManyExtensions";
        match &self.phase {
            Phase::Init { .. } => self.init_failed(ReportStatus::Error(error_type.into())),
            Phase::Invoke(current) => {
                let fault = Fault::too_many_extensions(current.request_id());
                let status = ReportStatus::Error(error_type.into());
                self.reset(ResetReason::Failure, fault, status);
            }
            _ => {}
        }
    }

    /// Enters the phase of an invocation, whose timer it returns.
    fn enter(&mut self, dispatch: Arc<Dispatch>, cold_start: bool) -> Effect {
        let (started, deadline) = (self.now, self.now + self.limits.timeout);
        let timer = Timer::Invocation(dispatch.request_id.clone());
        let current =
            Current { dispatch, started, deadline, cold_start, handed_out: false, answered: None };
        self.phase = Phase::Invoke(Box::new(current));
        self.note(Fact::InvocationStarted);
        Effect::Timer(timer, Some(deadline))
    }

    fn hand_out(&mut self) {
        if let (Phase::Invoke(current), Some(call)) = (&mut self.phase, self.waiting.pop_front()) {
            self.runtime = RuntimeState::Running;
            current.handed_out = true;
            let event = current.event();
            self.push(Effect::Reply(call, event));
            self.tell_invoke();
        }
    }

    /// "The caller of the function gets its answer as soon as the response is complete."
    fn answer(&mut self, answer: Answer) {
        let now = self.now;
        if let Phase::Invoke(current) = &mut self.phase {
            self.effects.extend(current.answer(answer, now));
        }
    }

    /// "Without an extension the process gets SIGKILL with no notice."
    fn shut_down(&mut self) {
        if let Phase::Stopping(stopping) = &mut self.phase {
            stopping.for_good = true;
            if let Some(dispatch) = stopping.pending.take() {
                self.refuse(dispatch);
            }
            return;
        }
        if let Phase::Ended = self.phase {
            return;
        }
        let alone = self.is_alone();
        if alone {
            self.lose_process();
        }
        self.stop_timer();
        self.note(Fact::ShutDown);
        self.shut_down_in_phase();
        if !alone {
            self.stop(ShutdownReason::Spindown, true);
        }
    }

    fn shut_down_in_phase(&mut self) {
        match std::mem::replace(&mut self.phase, Phase::Ended) {
            Phase::Init { pending: Some(dispatch) } => self.refuse(dispatch),
            Phase::Invoke(current) => {
                let fault = Fault::shut_down(current.request_id());
                let init_duration = self.init_duration.take();
                self.done(*current, Some(fault), None, init_duration);
            }
            Phase::New
            | Phase::Init { pending: None }
            | Phase::Idle
            | Phase::Stopping(_)
            | Phase::Down
            | Phase::Ended => {}
        }
    }

    /// Whether it takes nothing more.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.phase, Phase::Ended)
    }

    /// An invocation that was not begun fails.
    fn refuse(&mut self, dispatch: Arc<Dispatch>) {
        let fault = Fault::shut_down(&dispatch.request_id);
        let now = self.now;
        let current = Current {
            dispatch,
            started: now,
            deadline: now,
            cold_start: false,
            handed_out: false,
            answered: None,
        };
        self.done(current, Some(fault), None, None);
    }

    /// An invocation is over; the fault is for a caller who has no answer yet.
    fn done(
        &mut self,
        mut current: Current,
        fault: Option<Fault>,
        status: Option<ReportStatus>,
        init_duration: Option<Duration>,
    ) {
        let now = self.now;
        if let Some(fault) = fault {
            self.effects.extend(current.answer(Err(fault), now));
        }
        let Current { dispatch, started, cold_start, answered, .. } = current;
        // A runtime that asks for the next event has answered, so this is there.
        let Answered { at, result } = answered.unwrap_or(Answered { at: now, result: Ok(0) });
        let done = Done {
            result,
            answered_after: at - started,
            duration: now - started,
            init_duration,
            cold_start,
            status,
            max_memory_used_mb: None,
        };
        self.push(Effect::Done(dispatch.request_id.clone(), Box::new(done)));
    }
}

impl Current {
    fn event(&self) -> Reply {
        Reply::Event(self.dispatch.clone(), self.deadline)
    }

    fn request_id(&self) -> &RequestId {
        &self.dispatch.request_id
    }

    /// "If the runtime has answered, the caller keeps the response it got."
    fn answer(&mut self, answer: Answer, now: Duration) -> Option<Effect> {
        if self.answered.is_some() {
            return None;
        }
        let result = match &answer {
            Ok(payload) => Ok(payload.bytes.len()),
            Err(fault) => Err(fault.error_type.clone()),
        };
        self.answered = Some(Answered { at: now, result });
        Some(Effect::Answered(self.request_id().clone(), Box::new(answer)))
    }
}
