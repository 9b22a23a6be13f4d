//! `(state, input, now) → (state, effects)`.

use std::{collections::VecDeque, time::Duration};

use super::{
    Answer, Body, Call, CallId, Dispatch, Done, Effect, Exit, Fact, Fault, Input, Limits, Lost,
    Reply, ResponseMode, RuntimeState, fault::normalised,
};

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
}

#[derive(Clone, Debug)]
enum Phase {
    /// Made, or not yet.
    New,
    Init {
        pending: Option<Dispatch>,
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
    dispatch: Dispatch,
    started: Duration,
    deadline: Duration,
    cold_start: bool,
    answer: Option<(Duration, Answer)>,
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
        let mut effects = Vec::new();
        match input {
            Input::Start => self.start(now, &mut effects),
            Input::Invoke(dispatch) => self.invoke(dispatch, now, &mut effects),
            Input::ShutDown => self.shut_down(now, &mut effects),
            Input::Call(id, call) => self.call(id, call, now, &mut effects),
            Input::Body(id, body) => self.body(id, body, now, &mut effects),
            Input::Exited(exit) => self.exited(&exit, now, &mut effects),
            Input::Timer => self.timer(now, &mut effects),
        }
        effects
    }

    fn start(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        if let Phase::New = self.phase {
            self.phase = Phase::Init { pending: None };
            effects.push(Effect::Fact(Fact::InitStarted));
            self.start_process(now, effects);
            effects.push(Effect::Timer(Some(now + self.limits.init)));
        }
    }

    fn start_process(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        self.runtime = RuntimeState::Started;
        self.init_error = None;
        self.init_started = now;
        self.fresh = true;
        effects.push(Effect::StartProcess);
    }

    fn invoke(&mut self, dispatch: Dispatch, now: Duration, effects: &mut Vec<Effect>) {
        match &mut self.phase {
            Phase::Init { pending } => *pending = Some(dispatch),
            Phase::Idle => self.begin(dispatch, now, effects),
            Phase::Down => self.begin_with_init(dispatch, now, effects),
            // The service never does it: the environment is not made yet, busy, or gone.
            Phase::New | Phase::Invoke(_) | Phase::Ended => {
                let fault = Fault::shut_down(&dispatch.request_id);
                let current = Current::new(dispatch, now, now, false);
                effects.push(current.done(Some(Err(fault)), None, now, None));
            }
        }
    }

    /// Hands the event to the `next` that waits, or to the one that will come.
    fn begin(&mut self, dispatch: Dispatch, now: Duration, effects: &mut Vec<Effect>) {
        let deadline = now + self.limits.timeout;
        let cold_start = std::mem::take(&mut self.fresh);
        effects.push(Effect::Fact(Fact::InvocationStarted(dispatch.request_id.clone())));
        effects.push(Effect::Thaw);
        effects.push(Effect::Timer(Some(deadline)));
        self.phase = Phase::Invoke(Box::new(Current::new(dispatch, now, deadline, cold_start)));
        self.hand_out(effects);
    }

    fn hand_out(&mut self, effects: &mut Vec<Effect>) {
        if let (Phase::Invoke(current), Some(call)) = (&self.phase, self.waiting.pop_front()) {
            self.runtime = RuntimeState::Running;
            effects.push(Effect::Reply(call, current.event()));
        }
    }

    /// "Init done again inside an invocation": its time counts to the invocation.
    fn begin_with_init(&mut self, dispatch: Dispatch, now: Duration, effects: &mut Vec<Effect>) {
        let deadline = now + self.limits.timeout;
        effects.push(Effect::Fact(Fact::InvocationStarted(dispatch.request_id.clone())));
        self.start_process(now, effects);
        self.fresh = false;
        effects.push(Effect::Timer(Some(deadline)));
        self.phase = Phase::Invoke(Box::new(Current::new(dispatch, now, deadline, true)));
    }

    fn call(&mut self, id: CallId, call: Call, now: Duration, effects: &mut Vec<Effect>) {
        use RuntimeState as S;
        // "The id check (400) precedes the state check (403) on `response` and `error`."
        if let Call::Response { request_id, .. } | Call::Error { request_id, .. } = &call {
            if !self.is_current(request_id) {
                let message = "Invalid request ID".to_owned();
                effects.push(Effect::Reply(id, Reply::Refused(400, "InvalidRequestID", message)));
                return;
            }
        }
        match (&call, self.runtime) {
            (Call::Next, S::Started | S::Ready | S::ResponseSent) => self.next(id, now, effects),
            // "200 with the same invocation again. Not an error."
            (Call::Next, S::Running) => {
                if let Phase::Invoke(current) = &self.phase {
                    effects.push(Effect::Reply(id, current.event()));
                }
            }
            (Call::Response { mode: ResponseMode::Unknown, .. }, S::Running) => {
                // "In standard core the runtime is then stuck until the timeout."
                self.runtime = S::InvocationResponse;
                let message = "Invalid function response mode".to_owned();
                let refusal = Reply::Refused(400, "InvalidFunctionResponseMode", message);
                effects.push(Effect::Reply(id, refusal));
                self.answer(Err(Fault::invalid_mode()), now, effects);
            }
            (Call::Response { .. }, S::Running) => {
                self.runtime = S::InvocationResponse;
                self.begin_upload(id, call, effects);
            }
            (Call::Error { .. }, S::Running) => {
                self.runtime = S::InvocationErrorResponse;
                self.begin_upload(id, call, effects);
            }
            (Call::InitError { .. }, S::Started) => {
                self.runtime = S::InitError;
                self.begin_upload(id, call, effects);
            }
            // "Standard core keeps it waiting until that upload ends, then 403."
            (Call::Response { .. } | Call::Error { .. }, S::InvocationResponse)
                if self.upload.is_some() =>
            {
                self.queued.push((id, call));
            }
            (_, state) => effects.push(Effect::Reply(id, state.refuse(&call))),
        }
    }

    fn is_current(&self, request_id: &str) -> bool {
        let handed_out = matches!(
            self.runtime,
            RuntimeState::Running
                | RuntimeState::InvocationResponse
                | RuntimeState::InvocationErrorResponse
                | RuntimeState::ResponseSent
        );
        match &self.phase {
            Phase::Invoke(current) => handed_out && current.dispatch.request_id == request_id,
            _ => false,
        }
    }

    fn next(&mut self, id: CallId, now: Duration, effects: &mut Vec<Effect>) {
        let before = std::mem::replace(&mut self.runtime, RuntimeState::Ready);
        self.waiting.push_back(id);
        match &mut self.phase {
            Phase::Init { pending } => {
                let pending = pending.take();
                let duration = now - self.init_started;
                self.init_duration = Some(duration);
                self.phase = Phase::Idle;
                effects.push(Effect::Fact(Fact::InitDone(duration)));
                effects.push(Effect::Timer(None));
                match pending {
                    Some(dispatch) => self.begin(dispatch, now, effects),
                    None => effects.push(Effect::Freeze),
                }
            }
            // The suppressed init is done: the event follows at once.
            Phase::Invoke(_) if before == RuntimeState::Started => self.hand_out(effects),
            // "Call after a posted response or error: the previous invocation is over."
            Phase::Invoke(_) if before == RuntimeState::ResponseSent => {
                effects.push(Effect::Timer(None));
                self.finish(None, None, now, effects);
                self.phase = Phase::Idle;
                effects.push(Effect::Freeze);
            }
            // A second `next` while idle hangs on beside the first.
            Phase::New | Phase::Idle | Phase::Invoke(_) | Phase::Down | Phase::Ended => {}
        }
    }

    fn begin_upload(&mut self, id: CallId, call: Call, effects: &mut Vec<Effect>) {
        self.upload = Some((id, call));
        effects.push(Effect::Reply(id, Reply::ReadBody));
    }

    fn body(&mut self, id: CallId, body: Body, now: Duration, effects: &mut Vec<Effect>) {
        let Some((_, call)) = self.upload.take_if(|(upload, _)| *upload == id) else {
            // Its process is gone, and with it the invocation.
            return;
        };
        let (reply, result) = match (&call, body) {
            (_, Body::Truncated) => {
                let message = "HTTP request detected as truncated".to_owned();
                let refusal = Reply::Refused(400, "TruncatedHTTPRequest", message);
                (refusal, Err(Fault::truncated()))
            }
            (_, Body::TooLarge) => {
                let message = "Exceeded maximum allowed payload size (6291556 bytes).".to_owned();
                let refusal = Reply::Refused(413, "RequestEntityTooLarge", message);
                (refusal, Err(Fault::too_large()))
            }
            (
                Call::Error { error_type, .. } | Call::InitError { error_type },
                Body::Whole { bytes, content_type },
            ) => {
                let error_type = normalised(error_type.as_deref());
                (Reply::Accepted, Err(Fault::posted(error_type, bytes, content_type)))
            }
            (_, Body::Whole { bytes, content_type }) => {
                (Reply::Accepted, Ok((bytes, content_type)))
            }
        };
        effects.push(Effect::Reply(id, reply));
        if let Call::InitError { .. } = call {
            // "The post alone does not end the init phase." In an init phase inside an invocation
            // it is the caller's answer.
            if let Phase::Invoke(_) = self.phase {
                self.answer(result.clone(), now, effects);
            }
            self.init_error = result.err();
            return;
        }
        self.runtime = RuntimeState::ResponseSent;
        self.answer(result, now, effects);
        for (id, call) in std::mem::take(&mut self.queued) {
            effects.push(Effect::Reply(id, self.runtime.refuse(&call)));
        }
    }

    /// "The caller of the function gets its answer as soon as the response is complete."
    fn answer(&mut self, result: Answer, now: Duration, effects: &mut Vec<Effect>) {
        if let Phase::Invoke(current) = &mut self.phase {
            if current.answer.is_none() {
                current.answer = Some((now, result));
                effects.push(Effect::Answered);
            }
        }
    }

    fn exited(&mut self, exit: &Exit, now: Duration, effects: &mut Vec<Effect>) {
        let posted = self.init_error.take();
        match &self.phase {
            Phase::Init { .. } => {
                let error_type = match posted {
                    Some(fault) => fault.error_type,
                    None => exit.error_type().to_owned(),
                };
                self.init_failed("error", Some(error_type), now, effects);
            }
            Phase::Invoke(current) => {
                let fault = Fault::exit(&current.dispatch.request_id, exit);
                let status = ("error", Some(exit.error_type()));
                self.reset("failure", fault, status, now, effects);
            }
            Phase::Idle => {
                self.lose_process(effects);
                self.phase = Phase::Down;
                effects.push(Effect::Fact(Fact::Reset("failure")));
            }
            Phase::New | Phase::Down | Phase::Ended => {}
        }
    }

    fn timer(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        match &self.phase {
            // "10 s gone: INIT stopped; all processes killed."
            Phase::Init { .. } => self.init_failed("timeout", None, now, effects),
            Phase::Invoke(current) => {
                let fault = Fault::timeout(&current.dispatch.request_id, self.limits.timeout);
                self.reset("timeout", fault, ("timeout", None), now, effects);
            }
            Phase::New | Phase::Idle | Phase::Down | Phase::Ended => {}
        }
    }

    /// "After a failed INIT the environment is not thrown away: processes are killed and init runs
    /// again inside the first invocation."
    fn init_failed(
        &mut self,
        status: &'static str,
        error_type: Option<String>,
        now: Duration,
        effects: &mut Vec<Effect>,
    ) {
        let Phase::Init { pending } = std::mem::replace(&mut self.phase, Phase::Down) else {
            return;
        };
        let after = now - self.init_started;
        self.lose_process(effects);
        effects.push(Effect::Timer(None));
        effects.push(Effect::Fact(Fact::InitFailed { after, status, error_type }));
        if let Some(dispatch) = pending {
            self.begin_with_init(dispatch, now, effects);
        }
    }

    /// "If the runtime has answered, the caller keeps the response it got; REPORT shows the error."
    fn reset(
        &mut self,
        reason: &'static str,
        fault: Fault,
        status: Lost,
        now: Duration,
        effects: &mut Vec<Effect>,
    ) {
        self.lose_process(effects);
        effects.push(Effect::Timer(None));
        effects.push(Effect::Fact(Fact::Reset(reason)));
        self.finish(Some(Err(fault)), Some(status), now, effects);
        self.phase = Phase::Down;
    }

    fn finish(
        &mut self,
        result: Option<Answer>,
        status: Option<Lost>,
        now: Duration,
        effects: &mut Vec<Effect>,
    ) {
        let init_duration = self.init_duration.take();
        if let Phase::Invoke(current) = std::mem::replace(&mut self.phase, Phase::Idle) {
            effects.push(current.done(result, status, now, init_duration));
        }
    }

    /// Every open call dies with the process.
    fn lose_process(&mut self, effects: &mut Vec<Effect>) {
        self.runtime = RuntimeState::Dead;
        self.waiting.clear();
        self.upload = None;
        self.queued.clear();
        effects.push(Effect::KillProcess);
    }

    /// "Without an extension the process gets SIGKILL with no notice."
    fn shut_down(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        if let Phase::Ended = self.phase {
            return;
        }
        self.lose_process(effects);
        effects.push(Effect::Timer(None));
        effects.push(Effect::Fact(Fact::ShutDown));
        match std::mem::replace(&mut self.phase, Phase::Ended) {
            Phase::Init { pending: Some(dispatch) } => {
                let fault = Fault::shut_down(&dispatch.request_id);
                let current = Current::new(dispatch, now, now, false);
                effects.push(current.done(Some(Err(fault)), None, now, None));
            }
            Phase::Invoke(current) => {
                let fault = Fault::shut_down(&current.dispatch.request_id);
                let init_duration = self.init_duration.take();
                effects.push(current.done(Some(Err(fault)), None, now, init_duration));
            }
            Phase::New
            | Phase::Init { pending: None }
            | Phase::Idle
            | Phase::Down
            | Phase::Ended => {}
        }
    }
}

impl Current {
    fn new(dispatch: Dispatch, started: Duration, deadline: Duration, cold_start: bool) -> Self {
        Self { dispatch, started, deadline, cold_start, answer: None }
    }

    fn event(&self) -> Reply {
        Reply::Event(Box::new(self.dispatch.clone()), self.deadline)
    }

    /// The answer given before counts; `otherwise` is the result where there was none.
    fn done(
        self,
        otherwise: Option<Answer>,
        status: Option<Lost>,
        now: Duration,
        init_duration: Option<Duration>,
    ) -> Effect {
        let request_id = self.dispatch.request_id;
        let (answered, result) = match (self.answer, otherwise) {
            (Some(answer), _) => answer,
            (None, Some(result)) => (now, result),
            (None, None) => (now, Err(Fault::shut_down(&request_id))),
        };
        Effect::Done(Box::new(Done {
            request_id,
            result,
            status,
            started: self.started,
            answered,
            ended: now,
            init_duration,
            cold_start: self.cold_start,
        }))
    }
}
