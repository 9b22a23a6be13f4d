//! How processes, init phases and invocations end.

use super::{Engine, Phase};
use crate::{
    kernel::{Exit, ProcessRole, RecordKind, ReportStatus, ResetReason, ShutdownReason},
    lifecycle::{
        Effect, Extension, ExtensionState, Failure, RuntimeState, Timer, failure::error_type,
    },
};

/// The next invocation begins with an init phase.
const AVAILABLE_COLD: Effect = Effect::Available { tokens: 1, warm: false };

impl Engine {
    pub(super) fn exited(&mut self, exit: &Exit) {
        let posted = self.init_error.take();
        if !self.is_alone() && self.runtime != RuntimeState::Dead {
            self.lose_process();
        }
        match &self.phase {
            Phase::Init { .. } => {
                let error_type = posted.map(|failure| failure.error_type);
                let error_type = error_type.unwrap_or_else(|| self.reported(exit).into());
                self.init_failed(ReportStatus::Error(error_type));
            }
            Phase::Invoke(current) => {
                let reported = self.reported(exit);
                let failure = Failure::exit(current.request_id(), reported, exit);
                self.reset(ResetReason::Failure, failure, ReportStatus::Error(reported.into()));
            }
            Phase::Idle => self.lost_while_idle(),
            Phase::Stopping(stopping) if !stopping.runtime_is_gone => self.runtime_is_gone(),
            Phase::New | Phase::Stopping(_) | Phase::Down | Phase::Ended => {}
        }
    }

    /// What the service calls the end of the runtime: "the first fatal error of the environment", which an
    /// extension may have reported.
    fn reported(&self, exit: &Exit) -> &'static str {
        let reported = self.extensions.iter().find_map(|extension| extension.reported);
        reported.unwrap_or_else(|| error_type(exit))
    }

    /// "Process exits, any code (0 too), outside shutdown: `Extension.Crash`, unless an error was reported
    /// before."
    pub(super) fn extension_exited(&mut self, name: &str, exit: &Exit) {
        let mut extensions = self.extensions.iter_mut();
        let runs = |it: &&mut Extension| it.external && it.state != ExtensionState::Exited;
        let Some(extension) = extensions.find(|it| runs(it) && &*it.name == name) else { return };
        let error_type = extension.error_type(exit);
        extension.state = ExtensionState::Exited;
        extension.waiting = None;
        let role = extension.role();
        self.push(Effect::KillProcess(role));
        match &self.phase {
            Phase::Init { .. } => self.init_failed(ReportStatus::Error(error_type.into())),
            Phase::Invoke(current) => {
                let failure = Failure::extension_exit(current.request_id(), error_type, exit);
                let status = ReportStatus::Error(error_type.into());
                self.reset(ResetReason::Failure, failure, status);
            }
            Phase::Idle => self.lost_while_idle(),
            Phase::Stopping(stopping) if stopping.runtime_is_gone => self.stopped(),
            Phase::New | Phase::Stopping(_) | Phase::Down | Phase::Ended => {}
        }
    }

    fn lost_while_idle(&mut self) {
        let alone = self.is_alone();
        if alone {
            self.lose_process();
        }
        self.phase = Phase::Down;
        self.note(RecordKind::Reset(ResetReason::Failure));
        if !alone {
            self.stop(ShutdownReason::Failure, false);
        }
        self.push(AVAILABLE_COLD);
    }

    pub(super) fn timer(&mut self, timer: &Timer) {
        match (&self.phase, timer) {
            // "10 s gone: INIT stopped; all processes killed."
            (Phase::Init { .. }, Timer::Init) => self.init_failed(ReportStatus::Timeout),
            (Phase::Invoke(current), Timer::Invocation(request_id))
                if current.request_id() == request_id =>
            {
                let timeout = current.dispatch.timeout.unwrap_or(self.limits.timeout);
                let failure = Failure::timeout(request_id, timeout);
                self.reset(ResetReason::Timeout, failure, ReportStatus::Timeout);
            }
            (Phase::Stopping(_), Timer::Stop) => self.stop_due(),
            // It was taken away meanwhile.
            _ => {}
        }
    }

    /// "After a failed INIT the environment is not thrown away: processes are killed and init runs
    /// again inside the first invocation."
    pub(super) fn init_failed(&mut self, status: ReportStatus) {
        let Phase::Init { pending } = std::mem::replace(&mut self.phase, Phase::Down) else {
            return;
        };
        let after = self.now - self.init_started;
        let alone = self.is_alone();
        let reason = match status {
            ReportStatus::Timeout => ShutdownReason::Timeout,
            ReportStatus::Error(_) => ShutdownReason::Failure,
        };
        if alone {
            self.lose_process();
        }
        self.push(Effect::Timer(Timer::Init, None));
        self.note_extensions();
        self.note(RecordKind::InitFailed { after, status });
        if !alone {
            self.stop(reason, false);
        }
        match pending {
            Some(dispatch) => self.invoke(dispatch),
            None => self.push(AVAILABLE_COLD),
        }
    }

    /// "If the runtime has answered, the caller keeps the response it got; REPORT shows the error."
    pub(super) fn reset(&mut self, reason: ResetReason, failure: Failure, status: ReportStatus) {
        let alone = self.is_alone();
        if alone {
            self.lose_process();
        }
        self.stop_timer();
        if self.is_in_late_init() {
            self.note_extensions();
        }
        self.note(RecordKind::Reset(reason));
        self.finish(Some(failure), Some(status));
        self.phase = Phase::Down;
        if !alone {
            let reason = match reason {
                ResetReason::Timeout => ShutdownReason::Timeout,
                ResetReason::Failure => ShutdownReason::Failure,
            };
            self.stop(reason, false);
        }
        self.push(AVAILABLE_COLD);
    }

    /// The invocation under way is over; the fault is for a caller who has no answer yet.
    pub(super) fn finish(&mut self, failure: Option<Failure>, status: Option<ReportStatus>) {
        let init_duration = self.init_duration.take();
        if let Phase::Invoke(current) = std::mem::replace(&mut self.phase, Phase::Idle) {
            self.done(*current, failure, status, init_duration);
        }
    }

    /// Takes away what limits the phase under way.
    pub(super) fn stop_timer(&mut self) {
        let timer = match &self.phase {
            Phase::Init { .. } => Timer::Init,
            Phase::Invoke(current) => Timer::Invocation(current.request_id().clone()),
            Phase::New | Phase::Idle | Phase::Stopping(_) | Phase::Down | Phase::Ended => return,
        };
        self.push(Effect::Timer(timer, None));
    }

    /// Every open call dies with the process.
    pub(super) fn lose_process(&mut self) {
        self.runtime = RuntimeState::Dead;
        self.waiting.clear();
        self.upload = None;
        self.queued.clear();
        self.push(Effect::KillProcess(ProcessRole::Runtime));
    }
}
