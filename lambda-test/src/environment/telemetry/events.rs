//! The shapes of events, as the Telemetry API says them.
//!
//! Source: AWS Lambda developer guide, "Lambda Telemetry API Event schema reference".

use std::{collections::HashMap, time::Duration};

use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::{
    environment::FunctionInfo,
    kernel::{Clock, InvocationEnd, ReportStatus, billed},
};

/// An event, by its type of subscription: a line of JSON.
pub(in crate::environment) struct Event {
    pub(super) kind: &'static str,
    pub(in crate::environment) text: String,
    /// In the first version of the schema, where it is another there.
    pub(super) first: Option<String>,
}

/// An event of the service.
pub(super) fn platform(time: &str, kind: &str, record: &Value) -> Event {
    let event = json!({"time": time, "type": format!("platform.{kind}"), "record": record});
    Event { kind: "platform", text: event.to_string(), first: None }
}

/// A line of a log: `function` or `extension`. Where the format of the log is JSON, one that is an object is
/// told as it is.
pub(super) fn line(time: &str, kind: &'static str, line: &str, json_log: bool) -> Event {
    let text = json!({"time": time, "type": kind, "record": line}).to_string();
    if json_log && serde_json::from_str::<HashMap<String, IgnoredAny>>(line).is_ok() {
        let object = format!(r#"{{"time":"{time}","type":"{kind}","record":{line}}}"#);
        return Event { kind, text: object, first: Some(text) };
    }
    Event { kind, text, first: None }
}

/// What was lost since an extension could not keep up.
pub(super) fn logs_dropped(time: &str, records: usize, bytes: usize) -> Event {
    let record = json!({
        "droppedBytes": bytes, "droppedRecords": records,
        "reason": "Consumer seems to have fallen behind as it has not acknowledged receipt of logs.",
    });
    platform(time, "logsDropped", &record)
}

/// A record with one more field, where there is one.
pub(super) fn with(mut record: Value, name: &str, value: Option<impl Into<Value>>) -> Value {
    if let Some(value) = value {
        record[name] = value.into();
    }
    record
}

/// In milliseconds, with three decimals.
fn millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

/// How something went; `failed` is absent where it went well. `late` is what one that took too long has as
/// its error type, if anything.
fn with_status(record: Value, failed: Option<&ReportStatus>, late: Option<&str>) -> Value {
    let (status, error_type) = match failed {
        None => ("success", None),
        Some(ReportStatus::Timeout) => ("timeout", late),
        // "`failure`: the environment broke something."
        Some(ReportStatus::Error(error_type)) if error_type.starts_with("Sandbox.") => {
            ("failure", Some(&**error_type))
        }
        Some(ReportStatus::Error(error_type)) => ("error", Some(&**error_type)),
    };
    with(with(record, "status", Some(status)), "errorType", error_type)
}

/// "For a timed-out init."
const LATE_INIT: Option<&str> = Some("Runtime.Unknown");

/// An invocation on demand that took too long has none; on managed instances it has.
const LATE: Option<&str> = None;

/// A part of an invocation.
pub(super) fn span(clock: Clock, name: &str, start: Duration, end: Duration) -> Value {
    let duration = millis(end.saturating_sub(start));
    json!({"name": name, "start": clock.iso_at(start), "durationMs": duration})
}

fn initialization(info: &FunctionInfo, phase: &str) -> Value {
    json!({"initializationType": info.initialization_type, "phase": phase})
}

pub(super) fn init_start(info: &FunctionInfo, phase: &str) -> Value {
    let mut record = initialization(info, phase);
    record["functionName"] = (*info.name).into();
    record["functionVersion"] = (*info.version).into();
    record["instanceMaxMemory"] = (u64::from(info.memory_mb) * 1024 * 1024).into();
    record
}

pub(super) fn init_runtime_done(
    info: &FunctionInfo,
    phase: &str,
    failed: Option<&ReportStatus>,
) -> Value {
    with_status(initialization(info, phase), failed, LATE_INIT)
}

pub(super) fn init_report(
    info: &FunctionInfo,
    phase: &str,
    took: Duration,
    failed: Option<&ReportStatus>,
) -> Value {
    let metrics = json!({"durationMs": millis(took)});
    with(with_status(initialization(info, phase), failed, LATE_INIT), "metrics", Some(metrics))
}

pub(super) fn start(request_id: &str, info: &FunctionInfo) -> Value {
    json!({"requestId": request_id, "version": info.version})
}

/// `produced` is how many bytes were answered; absent where there was no answer.
pub(super) fn runtime_done(
    request_id: &str,
    took: Duration,
    produced: Option<usize>,
    failed: Option<&ReportStatus>,
) -> Value {
    let metrics = with(json!({"durationMs": millis(took)}), "producedBytes", produced);
    let record = json!({"requestId": request_id, "metrics": metrics});
    with_status(record, failed, LATE)
}

pub(super) fn report(
    request_id: &str,
    done: &InvocationEnd,
    failed: Option<&ReportStatus>,
    info: &FunctionInfo,
) -> Value {
    let whole = done.duration + done.init_duration.unwrap_or_default();
    let metrics = json!({
        "durationMs": millis(done.duration),
        "billedDurationMs": u64::try_from(billed(whole).as_millis()).unwrap_or(u64::MAX),
        "memorySizeMB": info.memory_mb,
    });
    let metrics = with(metrics, "maxMemoryUsedMB", done.max_memory_used_mb);
    let metrics = with(metrics, "initDurationMs", done.init_duration.map(millis));
    with_status(json!({"requestId": request_id, "metrics": metrics}), failed, LATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json_log: bool, text: &str, record: &str, first: Option<&str>) {
        let event = line("t", "function", text, json_log);
        let of = |record: &str| format!(r#"{{"time":"t","type":"function","record":{record}}}"#);
        let parsed = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        assert_eq!(parsed(&event.text), parsed(&of(record)), "{text}");
        assert!(first.is_some() || event.text.contains(record), "{}", event.text);
        assert_eq!(event.first.as_deref().map(parsed), first.map(|first| parsed(&of(first))));
    }

    #[test]
    fn an_object_is_sent_as_it_is_where_the_log_is_json_and_the_schema_is_not_the_first() {
        let object = r#"{"n":1e3}"#;
        let text = r#""{\"n\":1e3}""#;
        check(true, object, object, Some(text));
        check(false, object, text, None);
        check(true, "[1]", r#""[1]""#, None);
        check(true, "plain", r#""plain""#, None);
        // Its number stays as it was written.
        assert!(line("t", "function", object, true).text.contains("1e3"));
    }
}
