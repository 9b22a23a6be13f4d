//! What came of an invocation, as JSON for machines.

use std::time::Duration;

use lambda_test::{FunctionError, Outcome, Record};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{output::print, show::environment_ended};

/// All that is known, as one line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    status: u16,
    executed_version: Option<&'a str>,
    function_error_kind: Option<&'a str>,
    payload: Payload<'a>,
    content_type: &'a str,
    function_error: Option<&'a FunctionError>,
    service_error: Option<ServiceError<'a>>,
    timeout: bool,
    /// How the environment ended though the function had responded.
    environment_ended: Option<String>,
    latency_ms: f64,
    logs: Vec<&'a str>,
    log_tail: Option<String>,
    report: Option<Report<'a>>,
    timeline: Vec<&'a Record>,
    seed: u64,
}

/// As it is where it is JSON, else as text.
#[derive(Serialize)]
#[serde(untagged)]
enum Payload<'a> {
    Json(Box<RawValue>),
    Text(std::borrow::Cow<'a, str>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServiceError<'a> {
    status: u16,
    error_type: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    request_id: &'a str,
    duration_ms: f64,
    billed_duration_ms: f64,
    memory_mb: u32,
    max_memory_used_mb: Option<u32>,
    init_duration_ms: Option<f64>,
    cold_start: bool,
    status: Option<String>,
}

/// Everything, as one line on stdout.
pub(crate) fn as_json(outcome: &Outcome, seed: u64) {
    let timeline = outcome.timeline();
    let service_error = outcome.service_error().map(|error| ServiceError {
        status: error.status,
        error_type: error.error_type,
        message: &error.message,
    });
    let response = outcome.response();
    let line = Line {
        status: response.status(),
        executed_version: response.executed_version(),
        function_error_kind: response.function_error_kind(),
        log_tail: response.log_tail(),
        payload: payload(outcome.payload()),
        content_type: outcome.content_type(),
        function_error: outcome.function_error(),
        report: service_error.is_none().then(|| report(outcome)),
        service_error,
        timeout: outcome.is_timeout(),
        environment_ended: environment_ended(outcome),
        latency_ms: millis(outcome.latency()),
        logs: outcome.logs(),
        timeline: timeline.iter().collect(),
        seed,
    };
    print(&serde_json::to_vec(&line).expect("texts and numbers always serialize"));
}

fn report(outcome: &Outcome) -> Report<'_> {
    let report = outcome.report();
    Report {
        request_id: &report.request_id,
        duration_ms: millis(report.duration),
        billed_duration_ms: millis(report.billed_duration),
        memory_mb: report.memory_mb,
        max_memory_used_mb: report.max_memory_used_mb,
        init_duration_ms: report.init_duration.map(millis),
        cold_start: report.cold_start(),
        status: report.status.as_ref().map(ToString::to_string),
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

fn payload(bytes: &[u8]) -> Payload<'_> {
    let text = String::from_utf8_lossy(bytes);
    match serde_json::from_str::<&RawValue>(&text) {
        Ok(json) => Payload::Json(
            RawValue::from_string(in_one_line(json.get())).expect("white space says nothing"),
        ),
        Err(_) => Payload::Text(text),
    }
}

/// JSON without the white space between its words; numbers and texts stay as they are.
fn in_one_line(json: &str) -> String {
    let (mut in_text, mut escaped) = (false, false);
    let kept = |character: &char| {
        let keep = in_text || !character.is_ascii_whitespace();
        match character {
            '"' if !escaped => in_text = !in_text,
            _ => {}
        }
        escaped = in_text && *character == '\\' && !escaped;
        keep
    };
    json.chars().filter(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::in_one_line;

    #[test]
    fn white_space_goes_and_texts_stay() {
        let pretty = "{\n  \"a b\": [1.50, \"c \\\" d\\\\\" ,\t\"\"]\n}";
        assert_eq!(in_one_line(pretty), r#"{"a b":[1.50,"c \" d\\",""]}"#);
    }
}
