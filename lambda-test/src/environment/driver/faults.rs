//! What goes wrong by order in an environment.

use super::{ApiCall, Driver, Fault, FromProcess, Message, ProcessEvent};
use crate::kernel::{Exit, ProcessRole, RecordKind};

impl Driver {
    /// Returns what goes wrong with the invocation in flight.
    pub(super) fn fault(&self) -> Option<Fault> {
        let request_id = self.engine.in_flight()?;
        self.in_flight.iter().find(|it| it.request_id == *request_id)?.fault
    }

    /// Returns whether this invocation is in flight.
    pub(super) fn holds(&self, request_id: &str) -> bool {
        self.engine.in_flight().is_some_and(|in_flight| **in_flight == *request_id)
    }

    /// The process of the runtime ends, as one that is killed.
    pub(super) fn break_down(&self) {
        if let Some(running) = self.of(&ProcessRole::Runtime) {
            let exited = ProcessEvent::Exited(Exit::Signal("killed".into()));
            // To itself: after what is being done.
            let _ = self.messages.send(Message::Process(running.number, exited));
        }
    }

    /// Returns a call, unless it is the response of an invocation whose fault is that it does not arrive.
    pub(super) fn before_response(
        &mut self,
        process: u64,
        call: FromProcess,
    ) -> Option<FromProcess> {
        let fault = self
            .fault()
            .filter(|fault| matches!(fault, Fault::CrashBeforeResponse | Fault::Timeout));
        match (fault, call) {
            (Some(fault), FromProcess::Call(call, waiting)) if responds(&call) => {
                if let Some(role) = self.role(process) {
                    self.note_in_flight(role, RecordKind::Called(call));
                }
                self.withheld.push(waiting);
                if fault == Fault::CrashBeforeResponse {
                    self.break_down();
                }
                None
            }
            (_, call) => Some(call),
        }
    }
}

fn responds(call: &ApiCall) -> bool {
    matches!(call, ApiCall::Response { .. } | ApiCall::Error { .. })
}
