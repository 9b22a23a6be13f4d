//! What is recorded, and who is notified of it.

use std::sync::Arc;

use lambda_core::LogFormat;
use serde_json::{Value, json};

use super::{Driver, Telemetry, View};
use crate::{
    environment::{
        EnvironmentEvent,
        in_flight::{Finished, Sink},
        telemetry,
    },
    kernel::{Fault, InvocationEnd, ProcessRole, RecordKind, TelemetrySubscription, TestScope},
    lifecycle::{RequestId, Responded},
};

/// How many records of an init phase are kept for a subscriber.
const INIT_RECORDS: usize = 10_000;

impl Driver {
    pub(super) fn responded(&mut self, request_id: &RequestId, response: Responded) {
        let mut in_flight = self.in_flight.iter_mut();
        if let Some(invocation) = in_flight.find(|it| it.request_id == *request_id) {
            let read = std::mem::take(&mut self.response);
            let response = match response {
                Ok(_) => Ok(read),
                // The caller has what came before it.
                Err(mut failure) if failure.object.is_some() => {
                    failure.payload = read;
                    Err(failure)
                }
                Err(failure) => Err(failure),
            };
            invocation.respond(self.context.clock.elapsed(), response);
        }
    }

    /// Where the body of a response goes as it comes, if its caller receives it so.
    pub(super) fn sink(&mut self) -> Option<Sink> {
        let request_id = self.engine.in_flight()?;
        let mut in_flight = self.in_flight.iter_mut();
        in_flight.find(|it| it.request_id == *request_id)?.sink.take()
    }

    pub(super) fn done(&mut self, request_id: RequestId, mut end: InvocationEnd) {
        self.flush_logs();
        end.memory_mb = self.settings.info.memory_mb;
        end.max_memory_used_mb = self.memory();
        if let Some(Fault::OutOfMemory) =
            self.in_flight.iter().find(|it| it.request_id == request_id).and_then(|it| it.fault)
        {
            end.max_memory_used_mb = Some(end.memory_mb);
        }
        // An init phase that was made ahead is not the invocation's.
        if end.init_duration.is_some() && !self.settings.info.is_on_demand() {
            end.init_duration = None;
            end.cold_start = false;
        }
        let end = Arc::new(end);
        let place = self.in_flight.iter().position(|it| it.request_id == request_id);
        self.note(None, Some(request_id), RecordKind::InvocationEnded(end.clone()));
        (self.on_event)(EnvironmentEvent::InvocationEnded { cold_start: end.cold_start });
        let logs = self.log.take();
        if let Some(place) = place {
            let in_flight = self.in_flight.swap_remove(place);
            let system = self.system_lines(&in_flight.request_id, &end);
            in_flight.finish(Finished { end, logs, system });
        }
    }

    /// What the service writes around the lines of an invocation that ends now, where the log is JSON.
    fn system_lines(&self, request_id: &str, end: &InvocationEnd) -> Option<[Option<String>; 2]> {
        let info = &self.settings.info;
        let logging = info.logging;
        let (clock, now) = (self.context.clock, self.context.clock.elapsed());
        let line = |at, (kind, record): (&str, Value)| {
            let time = clock.iso_at(at);
            let event = json!({"time": time, "type": format!("platform.{kind}"), "record": record});
            logging.keeps_event(kind, &record).then(|| event.to_string())
        };
        (logging.format == LogFormat::Json).then(|| {
            let [start, report] = telemetry::around(request_id, end, info);
            [line(now.saturating_sub(end.duration), start), line(now, report)]
        })
    }

    pub(super) fn subscribe(&mut self, role: ProcessRole, wanted: TelemetrySubscription) {
        let (clock, view) = (self.context.clock, self.view());
        let dispatch = self.engine.dispatch();
        let earlier = (view, &*self.init_records);
        self.telemetry.subscribe(role, clock, wanted, earlier, dispatch);
    }

    /// The telemetry of processes that start now.
    pub(super) fn listen(&self) -> Telemetry {
        let on_event = self.settings.observers.on_telemetry.clone();
        on_event
            .map_or_else(Telemetry::default, |on_event| Telemetry::observed(self.view(), on_event))
    }

    pub(super) fn view(&self) -> View {
        let external = !self.settings.extensions.is_empty();
        View::new(self.context.clock, self.settings.info.clone(), external)
    }

    /// It is in the log too, since the init phase waits for the missing extension until it times out.
    pub(super) fn log_unexpected_name(&self, kind: &RecordKind) {
        if let (RecordKind::UnexpectedName { registered, .. }, Some(on_log)) =
            (kind, &self.settings.observers.on_log)
        {
            on_log(&format!("{registered}: {kind}"));
        }
    }

    pub(super) fn note_sent(&mut self) {
        for (role, events) in self.telemetry.take_sent() {
            self.note_in_flight(role, RecordKind::TelemetrySent { events });
        }
    }

    /// Records that a process called another machine, for which the test fails.
    pub(super) fn called_outside(&mut self, role: ProcessRole, host: Arc<str>) {
        TestScope::called_outside(self.settings.info.name.clone(), host.clone());
        self.note_in_flight(role, RecordKind::CalledOutside { host });
    }

    /// Records something of a process within the invocation in flight, if any.
    pub(super) fn note_in_flight(&mut self, role: ProcessRole, kind: RecordKind) {
        self.note(Some(role), self.engine.in_flight().cloned(), kind);
    }

    pub(super) fn note(
        &mut self,
        role: Option<ProcessRole>,
        request_id: Option<Arc<str>>,
        kind: RecordKind,
    ) {
        let begins = matches!(kind, RecordKind::InitStarted | RecordKind::InvocationStarted);
        if begins && self.running.is_empty() {
            self.init_records.clear();
            self.telemetry = self.listen();
        }
        let (at, recorder) = (self.context.clock.elapsed(), &self.context.recorder);
        let mut record = recorder.record(at, self.number, role, request_id, kind);
        if record.kind.is_timeout() {
            record.waits = self.waits.take();
        }
        if self.telemetry.is_observed() {
            self.telemetry.push(&record, self.engine.dispatch());
        }
        if self.engine.accepts_subscriptions() {
            if self.init_records.len() < INIT_RECORDS {
                self.init_records.push(record.clone());
            }
        } else if !self.init_records.is_empty() {
            self.init_records = Vec::new();
        }
        recorder.keep(record);
    }
}
