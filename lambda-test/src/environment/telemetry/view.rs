//! What the records of an environment are in telemetry.

use std::{rc::Rc, sync::Arc, time::Duration};

use lambda_core::{Sampled, TraceHeader};
use serde_json::{Value, json};

use super::events::{self, Event, with};
use crate::{
    environment::FunctionInfo,
    kernel::{
        ApiCall, Clock, ExtensionStatus, InvocationEnd, ProcessRole, Record, RecordKind,
        ReportStatus,
    },
    lifecycle::Dispatch,
};

/// A reader of the records of an environment, from the one that began its init phase on.
pub(in crate::environment) struct View {
    clock: Clock,
    info: Rc<FunctionInfo>,
    /// Whether extensions are started before the runtime is.
    external: bool,
    /// The init phase under way; absent before the first record, and after its end.
    init: Option<Init>,
    begun: bool,
    invocation: Invocation,
}

/// An init phase under way.
struct Init {
    since: Duration,
    /// `init`, or `invoke` where it is a part of an invocation.
    phase: &'static str,
    runtime: Starting,
    /// Where extensions stand at its end, which is said after what the runtime did.
    extensions: Vec<Event>,
}

/// How far the runtime is in an init phase.
#[derive(PartialEq)]
enum Starting {
    NotYet,
    Started,
    InvocationEnd,
}

/// What is known of the invocation under way.
#[derive(Default)]
struct Invocation {
    request_id: Option<Arc<str>>,
    trace: String,
    tenant: Option<String>,
    /// When the service began it, and when the runtime could: after an init phase within it.
    started: Duration,
    began: Duration,
    /// When its answer began.
    responding: Option<Duration>,
    runtime_done: Option<Duration>,
    /// Whether extensions were told of it.
    told: bool,
}

impl View {
    pub(in crate::environment) fn new(
        clock: Clock,
        info: Rc<FunctionInfo>,
        external: bool,
    ) -> Self {
        let invocation = Invocation::default();
        Self { clock, info, external, init: None, begun: false, invocation }
    }

    /// What the next record is. `dispatch` is the invocation under way, if it is the one of the record.
    pub(in crate::environment) fn read(
        &mut self,
        record: &Record,
        dispatch: Option<&Dispatch>,
    ) -> Vec<Event> {
        let (at, time) = (record.at, self.clock.iso_at(record.at));
        let one = |kind, record| vec![events::platform(&time, kind, &record)];
        match (&record.kind, &record.process) {
            (RecordKind::Logged(text), Some(ProcessRole::Runtime)) => {
                vec![events::line(&time, "function", text, self.info.has_json_log())]
            }
            (RecordKind::Logged(text), Some(ProcessRole::Extension(_))) => {
                vec![events::line(&time, "extension", text, self.info.has_json_log())]
            }
            (RecordKind::InitStarted, _) => vec![self.begin_init(at, "init")],
            (RecordKind::RuntimeStarted, _) => self.runtime(Starting::Started, None, at),
            // "When the runtime's first `next` arrives, before extensions are ready."
            (RecordKind::Called(ApiCall::Next), Some(ProcessRole::Runtime)) => {
                self.runtime(Starting::InvocationEnd, None, at)
            }
            (RecordKind::ExtensionState(standing), Some(ProcessRole::Extension(name))) => {
                let ExtensionStatus { state, events, error_type } = &**standing;
                let record = json!({"name": &**name, "state": state, "events": events});
                let event = one("extension", with(record, "errorType", *error_type));
                if let Some(init) = &mut self.init {
                    init.extensions.extend(event);
                }
                Vec::new()
            }
            (RecordKind::Subscribed(types), Some(ProcessRole::Extension(name))) => {
                let types: Vec<&str> = types.iter().map(|kind| &**kind).collect();
                let record = json!({"name": &**name, "state": "Subscribed", "types": types});
                one("telemetrySubscription", record)
            }
            (RecordKind::InitDone { duration }, _) => self.end_init(*duration, None, record),
            (RecordKind::InitFailed { after, status }, _) => {
                self.end_init(*after, Some(status), record)
            }
            (RecordKind::InvocationStarted, _) => {
                self.invocation = Invocation {
                    request_id: record.request_id.clone(),
                    trace: dispatch.map(|dispatch| dispatch.trace.clone()).unwrap_or_default(),
                    tenant: dispatch.and_then(|dispatch| dispatch.tenant.clone()),
                    started: at,
                    began: at,
                    ..Invocation::default()
                };
                // "Init done again inside an invocation": START comes after it.
                match self.begun {
                    false => vec![self.begin_init(at, "invoke")],
                    true => vec![self.start(record)],
                }
            }
            (RecordKind::Called(ApiCall::Response { .. } | ApiCall::Error { .. }), _) => {
                self.invocation.responding.get_or_insert(at);
                Vec::new()
            }
            (RecordKind::Told(_), _) => {
                self.invocation.told = true;
                Vec::new()
            }
            (RecordKind::RuntimeDone { responded_after, result }, _) => {
                let answered = self.invocation.started + *responded_after;
                vec![self.runtime_done(record, answered, result.as_ref().ok())]
            }
            (RecordKind::InvocationEnded(done), _)
                if self.invocation.request_id == record.request_id =>
            {
                self.done(record, done)
            }
            // It ended before it began, and has no telemetry: the environment was taken away.
            _ => Vec::new(),
        }
    }

    /// How long the init phase that has begun takes.
    pub(in crate::environment) fn since_init(&self, at: Duration) -> Duration {
        self.init.as_ref().map_or(Duration::ZERO, |init| at - init.since)
    }

    fn time(&self, at: Duration) -> String {
        self.clock.iso_at(at)
    }

    fn begin_init(&mut self, at: Duration, phase: &'static str) -> Event {
        let runtime = if self.external { Starting::NotYet } else { Starting::Started };
        (self.begun, self.init) =
            (true, Some(Init { since: at, phase, runtime, extensions: Vec::new() }));
        events::platform(&self.time(at), "initStart", &events::init_start(&self.info, phase))
    }

    /// The runtime gets further in its init phase, or fails.
    fn runtime(&mut self, to: Starting, failed: Option<&ReportStatus>, at: Duration) -> Vec<Event> {
        let time = self.time(at);
        let Some(init) = &mut self.init else { return Vec::new() };
        let is_done = to == Starting::InvocationEnd && init.runtime != Starting::InvocationEnd;
        init.runtime = to;
        let record = is_done.then(|| events::init_runtime_done(&self.info, init.phase, failed));
        record
            .map(|record| events::platform(&time, "initRuntimeDone", &record))
            .into_iter()
            .collect()
    }

    fn end_init(
        &mut self,
        took: Duration,
        failed: Option<&ReportStatus>,
        record: &Record,
    ) -> Vec<Event> {
        let runs = self.init.as_ref().is_some_and(|init| init.runtime == Starting::Started);
        let mut events = match runs {
            true => self.runtime(Starting::InvocationEnd, failed, record.at),
            false => Vec::new(),
        };
        let Some(init) = self.init.take() else { return events };
        events.extend(init.extensions);
        let report = events::init_report(&self.info, init.phase, took, failed);
        events.push(events::platform(&self.time(record.at), "initReport", &report));
        if init.phase == "invoke" {
            self.invocation.began = record.at;
            events.push(self.start(record));
        }
        events
    }

    fn start(&self, record: &Record) -> Event {
        let start = events::start(record.request_id.as_deref().unwrap_or_default(), &self.info);
        let start = self.traced(self.of_tenant(start));
        events::platform(&self.time(record.at), "start", &start)
    }

    fn runtime_done(
        &mut self,
        record: &Record,
        answered: Duration,
        bytes: Option<&usize>,
    ) -> Event {
        let (clock, at) = (self.clock, record.at);
        let Invocation { began, responding, .. } = self.invocation;
        self.invocation.runtime_done = Some(at);
        let id = record.request_id.as_deref().unwrap_or_default();
        let done = events::runtime_done(id, at - began, bytes.copied(), None);
        let spans = responding.map(|responding| {
            Value::from(vec![
                events::span(clock, "responseLatency", began, responding),
                events::span(clock, "responseDuration", responding, answered),
                events::span(clock, "runtimeOverhead", answered, at),
            ])
        });
        let done = self.traced(self.of_tenant(with(done, "spans", spans)));
        events::platform(&self.time(at), "runtimeDone", &done)
    }

    /// The invocation is over. Where the runtime was not done, it is by that.
    fn done(&mut self, record: &Record, done: &Arc<InvocationEnd>) -> Vec<Event> {
        let at = record.at;
        // The REPORT line is silent where the environment was taken away, and telemetry is not.
        let cut = match (&done.status, &done.result) {
            (None, Err(error)) if error.starts_with("Sandbox.") => {
                Some(ReportStatus::Error(error.clone()))
            }
            _ => None,
        };
        let failed = done.status.as_ref().or(cut.as_ref());
        let id = record.request_id.as_deref().unwrap_or_default();
        let init = self.init.as_ref().map(|init| at - init.since);
        let mut events = match init {
            Some(took) => self.end_init(took, failed, record),
            None => Vec::new(),
        };
        let began = self.invocation.began;
        if self.invocation.runtime_done.is_none() && init.is_none() {
            let record = events::runtime_done(id, at - began, None, failed);
            let record = self.traced(self.of_tenant(record));
            events.push(events::platform(&self.time(at), "runtimeDone", &record));
        }
        let extensions = self.invocation.runtime_done.filter(|_| self.invocation.told);
        let spans =
            extensions.map(|since| vec![events::span(self.clock, "extensionOverhead", since, at)]);
        let report = with(events::report(id, done, failed, &self.info), "spans", spans);
        events.push(events::platform(&self.time(at), "report", &self.traced(report)));
        events
    }

    /// "Telemetry `tracing` is present only if the root is known and `Sampled` is `1`."
    fn traced(&self, record: Value) -> Value {
        let trace = &self.invocation.trace;
        let header: TraceHeader = trace.parse().unwrap_or_default();
        let is_traced = header.root().is_some() && header.sampled() == Sampled::Yes;
        let tracing = is_traced.then(|| json!({"type": "X-Amzn-Trace-Id", "value": trace}));
        with(record, "tracing", tracing)
    }

    fn of_tenant(&self, record: Value) -> Value {
        with(record, "tenantId", self.invocation.tenant.as_deref())
    }
}
