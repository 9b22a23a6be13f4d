//! What is recorded, and who is told of it.

use std::sync::Arc;

use super::{Driver, Telemetry, View};
use crate::{
    environment::in_flight::Finished,
    kernel::{InvocationEnd, ProcessRole, Record, RecordKind, TelemetrySubscription},
    lifecycle::{Answer, RequestId},
};

impl Driver {
    pub(super) fn answered(&mut self, request_id: &RequestId, answer: Answer) {
        if let Some(flight) =
            self.flights.iter_mut().find(|flight| flight.request_id == *request_id)
        {
            flight.answer(self.world.clock.elapsed(), answer);
        }
    }

    pub(super) fn done(&mut self, request_id: RequestId, mut done: InvocationEnd) {
        self.hear_last();
        done.max_memory_used_mb = self.memory();
        let done = Arc::new(done);
        let flight = self.flights.iter().position(|flight| flight.request_id == request_id);
        self.note(None, Some(request_id), RecordKind::InvocationEnded(done.clone()));
        let cold_starts = &self.settings.cold_starts;
        cold_starts.set(cold_starts.get() + usize::from(done.cold_start));
        (self.on_idle)();
        let logs = self.log.take();
        if let Some(flight) = flight {
            self.flights.swap_remove(flight).finish(Finished { done, logs });
        }
    }

    pub(super) fn subscribe(&mut self, role: ProcessRole, wanted: TelemetrySubscription) {
        let (clock, view) = (self.world.clock, self.view());
        let earlier = self.world.recorder.of_environment(self.number, self.begun);
        let dispatch = self.engine.dispatch();
        self.telemetry.subscribe(role, clock, wanted, (view, &earlier), dispatch);
    }

    /// Of processes that start now.
    pub(super) fn listen(&self) -> Telemetry {
        let on_event = self.settings.on_telemetry.clone();
        on_event.map_or_else(Telemetry::default, |on_event| Telemetry::heard(self.view(), on_event))
    }

    pub(super) fn view(&self) -> View {
        let external = !self.settings.extensions.is_empty();
        View::new(self.world.clock, self.settings.about.clone(), external)
    }

    pub(super) fn note_sent(&mut self) {
        for (role, events) in self.telemetry.take_sent() {
            self.note_in_flight(role, RecordKind::TelemetrySent { events });
        }
    }

    /// By a party, or to it, within the invocation that is in hand, if any.
    pub(super) fn note_in_flight(&mut self, role: ProcessRole, kind: RecordKind) {
        self.note(Some(role), self.engine.in_hand().cloned(), kind);
    }

    pub(super) fn note(
        &mut self,
        role: Option<ProcessRole>,
        request_id: Option<Arc<str>>,
        kind: RecordKind,
    ) {
        let begins = matches!(kind, RecordKind::InitStarted | RecordKind::InvocationStarted);
        if begins && self.running.is_empty() {
            self.begun = self.world.recorder.length();
            self.telemetry = self.listen();
        }
        let (at, environment) = (self.world.clock.elapsed(), Some(self.number));
        let record = Record { at, environment, process: role, request_id, kind };
        if self.telemetry.is_heard() {
            self.telemetry.say(&record, self.engine.dispatch());
        }
        self.world.recorder.note(record);
    }
}
