//! How processes, init phases and invocations end.

use super::{Engine, Phase};
use crate::{
    ground::{Exit, Fact, Party, ReportStatus, ResetReason},
    lifecycle::{Effect, Fault, RuntimeState, Timer, fault::error_type},
};

impl Engine {
    pub(super) fn exited(&mut self, exit: &Exit) {
        let posted = self.init_error.take();
        match &self.phase {
            Phase::Init { .. } => {
                let error_type =
                    posted.map_or_else(|| error_type(exit).into(), |fault| fault.error_type);
                self.init_failed(ReportStatus::Error(error_type));
            }
            Phase::Invoke(current) => {
                let fault = Fault::exit(current.request_id(), exit);
                let status = ReportStatus::Error(error_type(exit).into());
                self.reset(ResetReason::Failure, fault, status);
            }
            Phase::Idle => {
                self.lose_process();
                self.phase = Phase::Down;
                self.note(Fact::Reset(ResetReason::Failure));
            }
            Phase::New | Phase::Down | Phase::Ended => {}
        }
    }

    pub(super) fn timer(&mut self, timer: &Timer) {
        match (&self.phase, timer) {
            // "10 s gone: INIT stopped; all processes killed."
            (Phase::Init { .. }, Timer::Init) => self.init_failed(ReportStatus::Timeout),
            (Phase::Invoke(current), Timer::Invocation(request_id))
                if current.request_id() == request_id =>
            {
                let fault = Fault::timeout(request_id, self.limits.timeout);
                self.reset(ResetReason::Timeout, fault, ReportStatus::Timeout);
            }
            // It was taken away meanwhile.
            _ => {}
        }
    }

    /// "After a failed INIT the environment is not thrown away: processes are killed and init runs
    /// again inside the first invocation."
    fn init_failed(&mut self, status: ReportStatus) {
        let Phase::Init { pending } = std::mem::replace(&mut self.phase, Phase::Down) else {
            return;
        };
        let after = self.now - self.init_started;
        self.lose_process();
        self.push(Effect::Timer(Timer::Init, None));
        self.note(Fact::InitFailed { after, status });
        if let Some(dispatch) = pending {
            self.begin_with_init(dispatch);
        }
    }

    /// "If the runtime has answered, the caller keeps the response it got; REPORT shows the error."
    fn reset(&mut self, reason: ResetReason, fault: Fault, status: ReportStatus) {
        self.lose_process();
        self.stop_timer();
        self.note(Fact::Reset(reason));
        self.finish(Some(fault), Some(status));
        self.phase = Phase::Down;
    }

    /// The invocation under way is over; the fault is for a caller who has no answer yet.
    pub(super) fn finish(&mut self, fault: Option<Fault>, status: Option<ReportStatus>) {
        let init_duration = self.init_duration.take();
        if let Phase::Invoke(current) = std::mem::replace(&mut self.phase, Phase::Idle) {
            self.done(*current, fault, status, init_duration);
        }
    }

    /// Takes away what limits the phase under way.
    pub(super) fn stop_timer(&mut self) {
        let timer = match &self.phase {
            Phase::Init { .. } => Timer::Init,
            Phase::Invoke(current) => Timer::Invocation(current.request_id().clone()),
            Phase::New | Phase::Idle | Phase::Down | Phase::Ended => return,
        };
        self.push(Effect::Timer(timer, None));
    }

    /// Every open call dies with the process.
    pub(super) fn lose_process(&mut self) {
        self.runtime = RuntimeState::Dead;
        self.waiting.clear();
        self.upload = None;
        self.queued.clear();
        self.push(Effect::KillProcess(Party::Runtime));
    }
}
