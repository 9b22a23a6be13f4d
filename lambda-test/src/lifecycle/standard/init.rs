//! How processes, init phases and invocations begin.

use std::sync::Arc;

use super::{Engine, Phase, extensions, invocation::InvocationState};
use crate::{
    kernel::{ProcessRole, RecordKind, ReportStatus, ResetReason},
    lifecycle::{Dispatch, Effect, Extension, ExtensionState, Failure, RuntimeState, Timer},
};

/// The runtime waits in `next`.
const AVAILABLE: Effect = Effect::Available { tokens: 1, warm: true };

impl Engine {
    pub(super) fn start(&mut self) {
        if let Phase::New = self.phase {
            self.phase = Phase::Init { pending: None };
            self.note(RecordKind::InitStarted);
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
            let role = self.extensions[at].role();
            self.push(Effect::StartProcess(role));
        }
        self.settle();
    }

    /// Goes on where what was waited for has come.
    pub(super) fn settle(&mut self) {
        let extensions = self.extensions.iter();
        let registered = || extensions.clone().all(|it| it.state != ExtensionState::Started);
        let ready = || extensions.clone().all(|it| it.state == ExtensionState::Ready);
        match (&self.phase, self.runtime) {
            (Phase::Init { .. } | Phase::Invoke(_), RuntimeState::Dead) if registered() => {
                self.runtime = RuntimeState::Started;
                if !self.external.is_empty() {
                    self.note(RecordKind::RuntimeStarted);
                }
                self.push(Effect::StartProcess(ProcessRole::Runtime));
            }
            (Phase::Init { .. }, RuntimeState::Ready) if ready() => self.init_done(),
            (Phase::Invoke(current), RuntimeState::Ready) => match current.handed_out {
                false if ready() => {
                    self.note_late_init();
                    self.hand_out();
                }
                // "When the runtime's next `next` and every INVOKE-subscribed extension's next
                // `event/next` have arrived."
                true if ready() => {
                    self.stop_timer();
                    self.finish(None, None);
                    self.push(Effect::Freeze);
                    self.push(AVAILABLE);
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// Whether an init phase within an invocation is under way.
    pub(super) fn is_in_late_init(&self) -> bool {
        matches!(&self.phase, Phase::Invoke(current) if !current.handed_out)
    }

    /// An init phase within an invocation is over, of which extensions hear.
    fn note_late_init(&mut self) {
        if self.records_telemetry() {
            self.note_extensions();
            self.note(RecordKind::InitDone { duration: self.now - self.init_started });
        }
    }

    fn init_done(&mut self) {
        let Phase::Init { pending } = &mut self.phase else { return };
        let pending = pending.take();
        let duration = self.now - self.init_started;
        self.init_duration = Some(duration);
        self.phase = Phase::Idle;
        self.note_extensions();
        self.note(RecordKind::InitDone { duration });
        self.push(Effect::Timer(Timer::Init, None));
        match pending {
            Some(dispatch) => self.begin(dispatch),
            None => {
                self.push(Effect::Freeze);
                self.push(AVAILABLE);
            }
        }
    }

    pub(super) fn invoke(&mut self, dispatch: Arc<Dispatch>) {
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
    pub(super) fn begin_with_init(&mut self, dispatch: Arc<Dispatch>) {
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
                let failure = Failure::too_many_extensions(current.request_id());
                let status = ReportStatus::Error(error_type.into());
                self.reset(ResetReason::Failure, failure, status);
            }
            _ => {}
        }
    }

    /// Enters the phase of an invocation, whose timer it returns.
    fn enter(&mut self, dispatch: Arc<Dispatch>, cold_start: bool) -> Effect {
        let started = self.now;
        let deadline = started + dispatch.timeout.unwrap_or(self.limits.timeout);
        let timer = Timer::Invocation(dispatch.request_id.clone());
        let current = InvocationState {
            dispatch,
            started,
            deadline,
            cold_start,
            handed_out: false,
            responded: None,
        };
        self.phase = Phase::Invoke(Box::new(current));
        self.note(RecordKind::InvocationStarted);
        Effect::Timer(timer, Some(deadline))
    }

    pub(super) fn hand_out(&mut self) {
        if let (Phase::Invoke(current), Some(call)) = (&mut self.phase, self.waiting.pop_front()) {
            self.runtime = RuntimeState::Running;
            current.handed_out = true;
            let event = current.event();
            self.push(Effect::Reply(call, event));
            self.tell_invoke();
        }
    }
}
