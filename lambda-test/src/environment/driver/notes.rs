//! What is recorded, and who is told of it.

use std::sync::Arc;

use super::{Driver, Telemetry, View};
use crate::{
    environment::flight::Finished,
    ground::{Done, Fact, Party, Record, Wanted},
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

    pub(super) fn done(&mut self, request_id: RequestId, mut done: Done) {
        self.hear_last();
        done.max_memory_used_mb = self.memory();
        let done = Arc::new(done);
        let flight = self.flights.iter().position(|flight| flight.request_id == request_id);
        self.note(None, Some(request_id), Fact::Done(done.clone()));
        let cold_starts = &self.settings.cold_starts;
        cold_starts.set(cold_starts.get() + usize::from(done.cold_start));
        (self.on_idle)();
        let logs = self.log.take();
        if let Some(flight) = flight {
            self.flights.swap_remove(flight).finish(Finished { done, logs });
        }
    }

    pub(super) fn subscribe(&mut self, party: Party, wanted: Wanted) {
        let (clock, view) = (self.world.clock, self.view());
        let earlier = self.world.recorder.of_environment(self.number, self.begun);
        let dispatch = self.engine.dispatch();
        self.telemetry.subscribe(party, clock, wanted, (view, &earlier), dispatch);
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
        for (party, events) in self.telemetry.take_sent() {
            self.note_in_flight(party, Fact::TelemetrySent { events });
        }
    }

    /// By a party, or to it, within the invocation that is in hand, if any.
    pub(super) fn note_in_flight(&mut self, party: Party, fact: Fact) {
        self.note(Some(party), self.engine.in_hand().cloned(), fact);
    }

    pub(super) fn note(&mut self, party: Option<Party>, request_id: Option<Arc<str>>, fact: Fact) {
        let begins = matches!(fact, Fact::InitStarted | Fact::InvocationStarted);
        if begins && self.running.is_empty() {
            self.begun = self.world.recorder.length();
            self.telemetry = self.listen();
        }
        let (at, environment) = (self.world.clock.elapsed(), Some(self.number));
        let record = Record { at, environment, party, request_id, fact };
        if self.telemetry.is_heard() {
            self.telemetry.say(&record, self.engine.dispatch());
        }
        self.world.recorder.note(record);
    }
}
