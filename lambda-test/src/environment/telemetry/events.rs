//! Records as the Telemetry API says them.
//!
//! Source: AWS Lambda developer guide, "Lambda Telemetry API Event schema reference".

use std::time::Duration;

use serde_json::{Value, json};

use super::{Happened, Telemetry};
use crate::{
    environment::server::About,
    ground::{Call, Clock, Done, Fact, Party, ReportStatus, billed},
    lifecycle::RequestId,
};

/// In milliseconds, with three decimals.
fn millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

fn status(status: Option<&ReportStatus>) -> (&'static str, Option<&str>) {
    match status {
        None => ("success", None),
        Some(ReportStatus::Timeout) => ("timeout", Some("Sandbox.Timedout")),
        Some(ReportStatus::Error(error_type)) => ("error", Some(error_type)),
    }
}

fn with(mut record: Value, name: &str, value: Option<impl Into<Value>>) -> Value {
    if let Some(value) = value {
        record[name] = value.into();
    }
    record
}

/// An event of the service.
fn platform(clock: Clock, kind: &str, record: &Value) -> (&'static str, String) {
    let time = clock.iso_at(clock.elapsed());
    let event = json!({"time": time, "type": format!("platform.{kind}"), "record": record});
    ("platform", event.to_string())
}

/// A line of a log.
fn line(clock: Clock, kind: &'static str, line: &str) -> (&'static str, String) {
    let time = clock.iso_at(clock.elapsed());
    (kind, json!({"time": time, "type": kind, "record": line}).to_string())
}

impl Telemetry {
    /// What a record is in telemetry, by its type of subscription.
    pub(super) fn events(
        &mut self,
        clock: Clock,
        about: &About,
        Happened { party, dispatch }: Happened<'_>,
        fact: &Fact,
    ) -> Vec<(&'static str, String)> {
        let phase = if dispatch.is_some() { "invoke" } else { "init" };
        let one = |kind, record: Value| vec![platform(clock, kind, &record)];
        match (fact, party, dispatch) {
            (Fact::Logged(text), Some(Party::Runtime), _) => vec![line(clock, "function", text)],
            (Fact::Logged(text), Some(Party::Extension(_)), _) => {
                vec![line(clock, "extension", text)]
            }
            (Fact::InitStarted, ..) => one("initStart", init_start(about, phase)),
            (
                Fact::ExtensionState { state, events, error_type },
                Some(Party::Extension(name)),
                _,
            ) => {
                let record = json!({"name": &**name, "state": state, "events": events});
                one("extension", with(record, "errorType", *error_type))
            }
            (Fact::Subscribed(types), Some(Party::Extension(name)), _) => {
                let types: Vec<&str> = types.iter().map(|kind| &**kind).collect();
                let record = json!({"name": &**name, "state": "Subscribed", "types": types});
                one("telemetrySubscription", record)
            }
            // The first of the process: "core emits `initRuntimeDone` when the runtime's first `next`
            // arrives, before extensions are ready".
            (Fact::Called(Call::Next), Some(Party::Runtime), None) if self.open => {
                let record = json!({
                    "initializationType": "on-demand", "phase": phase, "status": "success",
                });
                one("initRuntimeDone", record)
            }
            (Fact::InitDone { duration }, ..) => one("initReport", init_report(*duration, None)),
            (Fact::InitFailed { after, status }, ..) => {
                one("initReport", init_report(*after, Some(status)))
            }
            (Fact::InvocationStarted, _, Some(dispatch)) => {
                (self.began, self.runtime_done) = (clock.elapsed(), false);
                let record = json!({"requestId": &*dispatch.request_id, "version": about.version});
                let trace = &dispatch.trace;
                let trace = json!({"type": "X-Amzn-Trace-Id", "value": trace});
                let trace = Some(trace).filter(|_| !dispatch.trace.is_empty());
                one("start", with(record, "tracing", trace))
            }
            (Fact::RuntimeDone, _, Some(dispatch)) => {
                self.runtime_done = true;
                let metrics = json!({"durationMs": millis(clock.elapsed() - self.began)});
                let id = &*dispatch.request_id;
                one(
                    "runtimeDone",
                    json!({"requestId": id, "status": "success", "metrics": metrics}),
                )
            }
            _ => Vec::new(),
        }
    }

    /// An invocation is over; where the runtime was not done, it is by that.
    pub(super) fn done(
        &mut self,
        clock: Clock,
        about: &About,
        id: &RequestId,
        done: &Done,
    ) -> Vec<(&'static str, String)> {
        let mut events = Vec::new();
        if !std::mem::replace(&mut self.runtime_done, true) {
            let (status, error_type) = status(done.status.as_ref());
            let record = json!({
                "requestId": &**id, "status": status,
                "metrics": {"durationMs": millis(done.duration)},
            });
            events.push(platform(clock, "runtimeDone", &with(record, "errorType", error_type)));
        }
        events.push(platform(clock, "report", &report(id, done, about)));
        events
    }
}

fn init_start(about: &About, phase: &str) -> Value {
    json!({
        "initializationType": "on-demand", "phase": phase,
        "functionName": about.function, "functionVersion": about.version,
        "instanceMaxMemory": u64::from(about.memory_mb) * 1024 * 1024,
    })
}

fn init_report(duration: Duration, failed: Option<&ReportStatus>) -> Value {
    let (status, error_type) = status(failed);
    let record = json!({
        "initializationType": "on-demand", "phase": "init", "status": status,
        "metrics": {"durationMs": millis(duration)},
    });
    with(record, "errorType", error_type)
}

fn report(request_id: &RequestId, done: &Done, about: &About) -> Value {
    let (status, error_type) = status(done.status.as_ref());
    let whole = done.duration + done.init_duration.unwrap_or_default();
    let metrics = json!({
        "durationMs": millis(done.duration),
        "billedDurationMs": u64::try_from(billed(whole).as_millis()).unwrap_or(u64::MAX),
        "memorySizeMB": about.memory_mb,
    });
    let metrics = with(metrics, "maxMemoryUsedMB", done.max_memory_used_mb);
    let metrics = with(metrics, "initDurationMs", done.init_duration.map(millis));
    let record = json!({"requestId": &**request_id, "status": status, "metrics": metrics});
    with(record, "errorType", error_type)
}
