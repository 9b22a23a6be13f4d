//! Event patterns, transformers and schedules: `eventbridge.jsonl` and its like, and the scenarios of `events.txt`.

use std::collections::HashMap;

use lambda_test::{EventPattern, ServiceError};
use serde_json::{Value, value::RawValue};

/// The cases of a file.
pub(super) fn cases(name: &str) -> Vec<Value> {
    let text = crate::recordings::read(name);
    let case = |line| {
        let mut case: Value = serde_json::from_str(line).expect("a case");
        // In the order of its keys, in which the service reads it.
        let raw: HashMap<String, &RawValue> = serde_json::from_str(line).expect("a case");
        if let (Some(pattern), None) = (raw.get("pattern"), case.get("pattern_text")) {
            case["pattern_text"] = pattern.get().into();
        }
        case
    };
    text.lines().map(case).collect()
}

/// What a case has under one of two names: a text, or JSON.
pub(super) fn text(case: &Value, name: &str) -> String {
    match &case[format!("{name}_text")] {
        Value::String(text) => text.clone(),
        _ => case[name].to_string(),
    }
}

/// Checks a refusal: type, status, and the first line of its message.
#[track_caller]
pub(super) fn check_error(case: &Value, error: &ServiceError) {
    let recorded = &case["error"];
    let message = recorded["message_first_line"].as_str().or(recorded["message"].as_str());
    let first = error.message.lines().next();
    let id = &case["id"];
    assert_eq!(
        (error.error_type, first),
        (recorded["type"].as_str().expect("a type"), message),
        "{id}"
    );
    assert_eq!(recorded["http_status"], error.status, "{id}");
}

/// `eventbridge.jsonl`.
#[test]
fn event_patterns_match_as_they_do_at_the_service() {
    let cases = cases("eventbridge.jsonl");
    for case in &cases {
        // Those of rules were sent to a bus, which adds what is missing.
        let is_rule = case["id"].as_str().is_some_and(|id| id.starts_with("eb-rule-"));
        let result = match is_rule {
            true => {
                EventPattern::parse(&text(case, "pattern")).map(|it| it.matches(&case["event"]))
            }
            false => EventPattern::test(&text(case, "pattern"), &text(case, "event")),
        };
        match (case["result"].as_str(), result) {
            (Some("match"), Ok(true)) | (Some("no-match"), Ok(false)) => {}
            (Some("error"), Err(error)) => check_error(case, &error),
            (_, result) => panic!("{}: {result:?}", case["id"]),
        }
    }
    assert_eq!(cases.len(), 129);
}

/// The positions are those of another parser, and so not binding; they come out the same all the same.
#[test]
fn a_refusal_states_where_the_service_stopped() {
    let mut same = 0;
    for case in cases("eventbridge.jsonl") {
        let Some(message) = case["error"]["message"].as_str() else { continue };
        let pattern = case["pattern_text"].as_str();
        // The texts were sent by Python, with blanks.
        let sent =
            message.split_once("(String)\"").and_then(|(_, rest)| rest.split_once("\"; line"));
        let Some(pattern) = pattern.or(sent.map(|(sent, _)| sent)) else { continue };
        if message.contains('<') {
            continue;
        }
        if let Err(error) = EventPattern::parse(pattern) {
            assert_eq!(error.message, message, "{}", case["id"]);
            same += 1;
        }
    }
    assert_eq!(same, 28);
}
