//! How an environment ends: at once, or with extensions in order. The runtime first, then they are told, and
//! all are killed when the time for it is up.

use std::{sync::Arc, time::Duration};

use super::{Engine, Phase};
use crate::{
    kernel::{ExtensionEvent, ProcessRole, RecordKind, ShutdownReason},
    lifecycle::{Dispatch, Effect, ExtensionState, Failure, Reply, RuntimeState, Timer},
};

/// "At least one external: 2,000 ms."
const EXTERNAL: Duration = Duration::from_millis(2000);

/// "The runtime's part of the 2,000 ms: up to 300 ms."
const RUNTIME: Duration = Duration::from_millis(300);

/// "Internal only: 500 ms."
const INTERNAL: Duration = Duration::from_millis(500);

/// How long telemetry may take to be with those who subscribed.
const FLUSH: Duration = Duration::from_secs(1);

/// An end that is under way.
#[derive(Clone, Debug)]
pub(super) struct Stopping {
    reason: ShutdownReason,
    /// When what is left is killed.
    deadline: Duration,
    pub(super) runtime_is_gone: bool,
    /// Whether what was said last is on its way, before anybody is told.
    pub(super) flushing: bool,
    /// Whether the environment itself ends; otherwise the next invocation finds it.
    pub(super) for_good: bool,
    /// The invocation that came meanwhile.
    pub(super) pending: Option<Arc<Dispatch>>,
}

impl Engine {
    /// "Without an extension the process gets SIGKILL with no notice."
    pub(super) fn shut_down(&mut self) {
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
        self.note(RecordKind::ShutDown);
        self.shut_down_in_phase();
        if !alone {
            self.stop(ShutdownReason::Spindown, true);
        }
    }

    fn shut_down_in_phase(&mut self) {
        match std::mem::replace(&mut self.phase, Phase::Ended) {
            Phase::Init { pending: Some(dispatch) } => self.refuse(dispatch),
            Phase::Invoke(current) => {
                let failure = Failure::shut_down(current.request_id());
                let init_duration = self.init_duration.take();
                self.done(*current, Some(failure), None, init_duration);
            }
            Phase::New
            | Phase::Init { pending: None }
            | Phase::Idle
            | Phase::Stopping(_)
            | Phase::Down
            | Phase::Ended => {}
        }
    }

    /// Whether nobody has to be told.
    pub(super) fn is_alone(&self) -> bool {
        self.extensions.iter().all(|extension| extension.state == ExtensionState::Exited)
    }

    /// Begins the end.
    pub(super) fn stop(&mut self, reason: ShutdownReason, for_good: bool) {
        let external = self.extensions.iter().any(|extension| extension.external);
        let (budget, share) = if external { (EXTERNAL, RUNTIME) } else { (INTERNAL, INTERNAL) };
        let stopping = Stopping {
            reason,
            deadline: self.now + budget,
            runtime_is_gone: false,
            flushing: false,
            for_good,
            pending: None,
        };
        self.phase = Phase::Stopping(Box::new(stopping));
        self.push(Effect::Thaw);
        if self.runtime == RuntimeState::Dead {
            self.runtime_is_gone();
            return;
        }
        self.push(Effect::Record(Some(ProcessRole::Runtime), None, RecordKind::Terminated));
        self.push(Effect::Terminate(ProcessRole::Runtime));
        self.push(Effect::Timer(Timer::Stop, Some(self.now + share)));
    }

    /// "The SHUTDOWN event goes out only after the runtime process is gone." Those that do not want it are
    /// killed right away.
    pub(super) fn runtime_is_gone(&mut self) {
        if self.runtime != RuntimeState::Dead {
            self.lose_process();
        }
        let Phase::Stopping(stopping) = &mut self.phase else { return };
        stopping.runtime_is_gone = true;
        if self.extensions.iter().any(|it| it.subscribed && it.state != ExtensionState::Exited) {
            stopping.flushing = true;
            let due = stopping.deadline.min(self.now + FLUSH);
            self.push(Effect::Flush);
            self.push(Effect::Timer(Timer::Stop, Some(due)));
            return;
        }
        self.tell_all();
    }

    /// "Telemetry is flushed, at most 1 s, between the runtime's exit and SHUTDOWN."
    pub(super) fn flushed(&mut self) {
        if let Phase::Stopping(stopping) = &mut self.phase {
            if std::mem::take(&mut stopping.flushing) {
                self.tell_all();
            }
        }
    }

    fn tell_all(&mut self) {
        let Phase::Stopping(stopping) = &self.phase else { return };
        let deadline = stopping.deadline;
        self.push(Effect::Timer(Timer::Stop, Some(deadline)));
        for at in 0..self.extensions.len() {
            let extension = &mut self.extensions[at];
            match (extension.external, extension.state) {
                (_, ExtensionState::Exited) => {}
                // It was a part of the runtime's process.
                (false, _) => extension.state = ExtensionState::Exited,
                (true, ExtensionState::Ready) if extension.shutdown => self.tell_shutdown(at),
                // It is told when it asks.
                (true, _) if extension.shutdown => {}
                (true, _) => {
                    extension.state = ExtensionState::Exited;
                    let role = extension.role();
                    self.push(Effect::KillProcess(role));
                }
            }
        }
        self.stopped();
    }

    pub(super) fn tell_shutdown(&mut self, at: usize) {
        let Phase::Stopping(stopping) = &self.phase else { return };
        let event = Reply::ShutdownEvent(stopping.reason, stopping.deadline);
        let kind = RecordKind::Told(ExtensionEvent::Shutdown(stopping.reason));
        let extension = &mut self.extensions[at];
        if !extension.shutdown || extension.told {
            return;
        }
        extension.told = true;
        extension.state = ExtensionState::Running;
        let (role, waiting) = (extension.role(), extension.waiting.take());
        self.push(Effect::Record(Some(role), None, kind));
        self.effects.extend(waiting.map(|call| Effect::Reply(call, event)));
    }

    /// The time is up: of the runtime, or of all.
    pub(super) fn stop_due(&mut self) {
        let Phase::Stopping(stopping) = &self.phase else { return };
        if !stopping.runtime_is_gone {
            self.runtime_is_gone();
            return;
        }
        if stopping.flushing && self.now < stopping.deadline {
            self.flushed();
            return;
        }
        for at in 0..self.extensions.len() {
            let extension = &mut self.extensions[at];
            if extension.state != ExtensionState::Exited {
                extension.state = ExtensionState::Exited;
                let role = extension.role();
                self.push(Effect::KillProcess(role));
            }
        }
        self.stopped();
    }

    /// Ends the end, once everybody has gone.
    pub(super) fn stopped(&mut self) {
        if !self.extensions.iter().all(|extension| extension.state == ExtensionState::Exited) {
            return;
        }
        let Phase::Stopping(stopping) = &mut self.phase else { return };
        let (for_good, pending) = (stopping.for_good, stopping.pending.take());
        self.push(Effect::Timer(Timer::Stop, None));
        self.phase = if for_good { Phase::Ended } else { Phase::Down };
        match pending {
            Some(dispatch) if for_good => self.refuse(dispatch),
            Some(dispatch) => self.begin_with_init(dispatch),
            None => {}
        }
    }
}
