//! Reports as metrics of CloudWatch, in the Embedded Metric Format.

use std::time::SystemTime;

use lambda_core::rt::civil;
use serde_json::{Map, Value, json};

use super::{Report, Status, TelemetryEvent, TelemetryRecord};
use crate::FunctionInfo;

/// Makes a line of the Embedded Metric Format of each report of an invocation: written to the log, CloudWatch
/// makes metrics of it.
///
/// | metric | unit | when |
/// |---|---|---|
/// | `Duration`, `BilledDuration` | milliseconds | the first always |
/// | `InitDuration` | milliseconds | of a cold start |
/// | `MemoryUsed` | megabytes | where it is known |
/// | `Failures` | count | always: 1 where the invocation did not end well |
///
/// Source: Amazon CloudWatch user guide, "Specification: Embedded metric format".
///
/// ```
/// use lambda_extension::{FunctionInfo, telemetry::{Emf, TelemetryEvent}};
///
/// # fn lines(function: &FunctionInfo, events: &[TelemetryEvent]) -> Vec<String> {
/// let emf = Emf::new("Shop", function);
/// events.iter().filter_map(|event| emf.line(event)).collect()
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Emf {
    namespace: String,
    function: String,
}

impl Emf {
    /// Metrics of this namespace, with the name of the function as their dimension.
    pub fn new(namespace: impl Into<String>, function: &FunctionInfo) -> Self {
        Self { namespace: namespace.into(), function: function.name.clone() }
    }

    /// The line of a report; none of any other event, and of one without a time.
    pub fn line(&self, event: &TelemetryEvent) -> Option<String> {
        let TelemetryRecord::Report(report) = &event.record else { return None };
        let at = millis_since_epoch(civil::parse(&event.time)?);
        let metrics = metrics(report);
        let about: Vec<Value> =
            metrics.iter().map(|(name, unit, _)| json!({"Name": name, "Unit": unit})).collect();
        let mut line = Map::new();
        line.insert(
            "_aws".to_owned(),
            json!({"Timestamp": at, "CloudWatchMetrics": [{
                "Namespace": self.namespace, "Dimensions": [["FunctionName"]], "Metrics": about,
            }]}),
        );
        line.insert("FunctionName".to_owned(), self.function.clone().into());
        line.insert("RequestId".to_owned(), report.request_id.clone().into());
        line.extend(metrics.into_iter().map(|(name, _, value)| (name.to_owned(), value)));
        Some(Value::from(line).to_string())
    }
}

fn millis_since_epoch(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn metrics(report: &Report) -> Vec<(&'static str, &'static str, Value)> {
    let of = &report.metrics;
    let failed = report.status.as_ref().is_some_and(|status| *status != Status::Success);
    let all = [
        ("Duration", "Milliseconds", Some(json!(of.duration_ms))),
        ("BilledDuration", "Milliseconds", of.billed_duration_ms.map(Value::from)),
        ("InitDuration", "Milliseconds", of.init_duration_ms.map(Value::from)),
        ("MemoryUsed", "Megabytes", of.max_memory_used_mb.map(Value::from)),
        ("Failures", "Count", Some(json!(u8::from(failed)))),
    ];
    all.into_iter().filter_map(|(name, unit, value)| Some((name, unit, value?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_line_and_others_are_none() {
        let function = FunctionInfo { name: "orders".to_owned(), ..FunctionInfo::default() };
        let emf = Emf::new("Shop", &function);
        let events = br#"[
            {"time":"2026-01-01T00:00:00.000Z","type":"platform.report","record":{"requestId":"7","status":"timeout","metrics":{"durationMs":3000.0,"billedDurationMs":3000,"memorySizeMB":128,"initDurationMs":10.5}}},
            {"time":"2026-01-01T00:00:00.000Z","type":"function","record":"a line"}
        ]"#;
        let events = TelemetryEvent::batch(events).expect("a list");
        let lines: Vec<String> = events.iter().filter_map(|event| emf.line(event)).collect();
        assert_eq!(lines.len(), 1);
        let line: Value = serde_json::from_str(&lines[0]).expect("JSON");
        let metric = |name: &str, unit: &str| json!({"Name": name, "Unit": unit});
        let expected = json!({
            "_aws": {"Timestamp": 1_767_225_600_000_i64, "CloudWatchMetrics": [{
                "Namespace": "Shop",
                "Dimensions": [["FunctionName"]],
                "Metrics": [
                    metric("Duration", "Milliseconds"),
                    metric("BilledDuration", "Milliseconds"),
                    metric("InitDuration", "Milliseconds"),
                    metric("Failures", "Count"),
                ],
            }]},
            "FunctionName": "orders", "RequestId": "7",
            "Duration": 3000.0, "BilledDuration": 3000, "InitDuration": 10.5, "Failures": 1,
        });
        assert_eq!(line, expected);
    }
}
