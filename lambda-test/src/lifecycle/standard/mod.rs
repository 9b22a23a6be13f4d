//! The lifecycle of an environment with one invocation at a time: `(state, input, now) → (state,
//! effects)`.
//!
//! `mod` has the states and what the service asks for, `calls` what the runtime calls, `ends` how
//! processes and invocations end.

mod calls;
mod ends;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use super::{
    Answer, CallId, Dispatch, Effect, Fault, Input, Limits, Reply, RequestId, RuntimeState, Timer,
};
use crate::ground::{Call, Done, Fact, Party, ReportStatus};

/// One execution environment.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    limits: Limits,
    phase: Phase,
    runtime: RuntimeState,
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
    answered: Option<Answered>,
}

/// What the caller has heard already, and when.
#[derive(Clone, Debug)]
struct Answered {
    at: Duration,
    result: Result<usize, Arc<str>>,
}

impl Engine {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            phase: Phase::New,
            runtime: RuntimeState::Dead,
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
            Input::Call(Party::Runtime, id, call) => self.call(id, call),
            Input::Body(Party::Runtime, id, body) => self.body(id, body),
            Input::Exited(Party::Runtime, exit) => self.exited(&exit),
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
            self.start_process();
            self.push(Effect::Timer(Timer::Init, Some(self.now + self.limits.init)));
        }
    }

    fn start_process(&mut self) {
        self.runtime = RuntimeState::Started;
        self.init_error = None;
        self.init_started = self.now;
        self.fresh = true;
        self.push(Effect::StartProcess(Party::Runtime));
    }

    fn invoke(&mut self, dispatch: Arc<Dispatch>) {
        match &mut self.phase {
            Phase::Init { pending } => *pending = Some(dispatch),
            Phase::Idle => self.begin(dispatch),
            Phase::Down => self.begin_with_init(dispatch),
            // The service never does it: the environment is not made yet, busy, or gone.
            Phase::New | Phase::Invoke(_) | Phase::Ended => self.refuse(dispatch),
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
        self.start_process();
        self.fresh = false;
        self.push(timer);
    }

    /// Enters the phase of an invocation, whose timer it returns.
    fn enter(&mut self, dispatch: Arc<Dispatch>, cold_start: bool) -> Effect {
        let (started, deadline) = (self.now, self.now + self.limits.timeout);
        let timer = Timer::Invocation(dispatch.request_id.clone());
        let current = Current { dispatch, started, deadline, cold_start, answered: None };
        self.phase = Phase::Invoke(Box::new(current));
        self.note(Fact::InvocationStarted);
        Effect::Timer(timer, Some(deadline))
    }

    fn hand_out(&mut self) {
        if let (Phase::Invoke(current), Some(call)) = (&self.phase, self.waiting.pop_front()) {
            self.runtime = RuntimeState::Running;
            let event = current.event();
            self.push(Effect::Reply(call, event));
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
        if let Phase::Ended = self.phase {
            return;
        }
        self.lose_process();
        self.stop_timer();
        self.note(Fact::ShutDown);
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
            | Phase::Down
            | Phase::Ended => {}
        }
    }

    /// An invocation that was not begun fails.
    fn refuse(&mut self, dispatch: Arc<Dispatch>) {
        let fault = Fault::shut_down(&dispatch.request_id);
        let now = self.now;
        let current =
            Current { dispatch, started: now, deadline: now, cold_start: false, answered: None };
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
