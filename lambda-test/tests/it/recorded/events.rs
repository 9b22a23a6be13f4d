//! Event patterns, transformers and schedules: `eventbridge.jsonl` and its like, and the scenarios of `events.txt`.

use std::{
    collections::HashMap,
    time::{Duration, SystemTime},
};

use lambda_test::{DeliveryStatus, EventPattern, Lambda, ScheduleExpression, ServiceError};
use serde_json::{Value, json, value::RawValue};

use super::sqs::keeping;
use crate::recordings::{check, scenario};

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

/// A bus with a rule whose targets are a function and a queue, to which an event was sent.
async fn routed(pattern: &Value, detail: &Value) -> (Lambda, Vec<Value>) {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |_| Ok(Value::Null));
    let bus = lambda.event_bus("b");
    bus.rule("r").pattern(pattern).create().target(&function).create();
    bus.put("core.update-account-command", "core.update-account-command", detail);
    lambda.until_idle().await;
    let events = events.borrow().clone();
    (lambda, events)
}

#[lambda_test::test]
async fn a_function_receives_what_a_rule_matches() {
    let any = json!({"source": ["core.update-account-command"], "detail-type": ["core.update-account-command"]});
    let exists = json!({"detail": {"payload": {"automations": {"id": [{"exists": true}]}}}});
    for (id, pattern) in [
        ("events-rule-to-function", &any),
        ("events-rule-matches-object-in-list", &exists),
        ("events-rule-matches-one-of-mixed-list", &exists),
    ] {
        let recorded = scenario(id).block("event");
        let (_, events) = routed(pattern, &recorded["detail"]).await;
        assert_eq!(events.len(), 1, "{id}");
        check(&events[0], &recorded);
        let time = events[0]["time"].as_str().expect("a time");
        assert_eq!(time, "2026-01-01T00:00:00Z", "{id}");
    }
}

#[lambda_test::test]
async fn an_entry_that_is_wrong_is_refused_and_others_are_not() {
    let recorded = scenario("events-put-entry-errors");
    let lambda = Lambda::new();
    let bus = lambda.event_bus("b");
    let whole = json!({"Source": "s", "DetailType": "t", "Detail": "{}"});
    let error = |entry: Value| {
        let response = bus.put_events(&json!([entry, whole])).expect("it is taken");
        assert_eq!(response["FailedEntryCount"], 1);
        assert!(response["Entries"][1]["EventId"].is_string());
        response["Entries"][0].clone()
    };
    for (missing, words) in
        [("Source", "No Source"), ("Detail", "No Detail:"), ("DetailType", "No DetailType")]
    {
        let mut entry = whole.clone();
        entry.as_object_mut().expect("an object").remove(missing);
        let line = recorded.line(words);
        let (_, rest) = line.split_once('`').expect("JSON");
        let (expected, _) = rest.split_once('`').expect("JSON");
        assert_eq!(error(entry), serde_json::from_str::<Value>(expected).expect("JSON"));
    }
    for detail in ["a text", r#"["a"]"#, r#"{"a""#, r#""{\"a\": 1}""#] {
        let refused = error(json!({"Source": "s", "DetailType": "t", "Detail": detail}));
        assert_eq!(refused["ErrorCode"], "MalformedDetail");
        recorded.says(refused["ErrorMessage"].as_str().expect("a message"));
    }
    assert_eq!(bus.sent().len(), 7);

    let large = json!({"Source": "s", "DetailType": "t", "Detail": format!(r#"{{"a": "{}"}}"#, "a".repeat(262_144))});
    let error = bus.put_events(&json!([large])).expect_err("it is too large");
    assert_eq!((error.status, error.error_type), (400, "ValidationException"));
    recorded.says(&error.message);

    let recorded = scenario("events-put-more-than-ten");
    let eleven = Value::Array(vec![whole; 11]);
    let error = bus.put_events(&eleven).expect_err("there are too many");
    let (begin, end) = error.message.split_once("time=").expect("the entries");
    recorded.says(begin);
    let (_, end) = end.split_once("' at").expect("the end");
    let end = &format!("' at{end}");
    recorded.says(end);
}

#[lambda_test::test]
async fn an_event_is_accepted_whatever_becomes_of_it() {
    let recorded = scenario("events-target-missing-still-accepted");
    recorded.says("FailedEntryCount 0, with an EventId");
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", |_| Ok(Value::Null));
    let (bus, dead) = (lambda.event_bus("b"), lambda.queue("dead"));
    let rule = bus.rule("r").pattern(&json!({"source": ["s"]})).create();
    let target = rule.target(&function).dead_letter(&dead).create();
    function.delete().await;
    let entry = json!({"Source": "s", "DetailType": "t", "Detail": "{}"});
    let response = bus.put_events(&json!([entry])).expect("it is taken");
    assert_eq!(response["FailedEntryCount"], 0);
    assert!(response["Entries"][0]["EventId"].is_string());
    lambda.until_idle().await;
    assert_eq!(target.deliveries()[0].status, DeliveryStatus::DeadLettered);
    assert_eq!(dead.messages()[0].attributes["ERROR_CODE"].value, "NO_RESOURCE");
}

#[lambda_test::test]
async fn a_target_receives_its_input() {
    let recorded = scenario("events-scheduled-with-input");
    let (_, rest) = recorded.line("target with Input").split_once("Input `").expect("the input");
    let input: Value = serde_json::from_str(rest.split('`').next().expect("JSON")).expect("JSON");
    let lambda = Lambda::new();
    let queue = lambda.queue("q");
    let rule = lambda.event_bus("default").rule("r").schedule("rate(1 minute)").create();
    rule.target(&queue).input(&input).create();
    lambda.advance(Duration::from_secs(121)).await;
    assert_eq!(queue.messages().len(), 2);
    assert_eq!(queue.messages()[0].json::<Value>().expect("JSON"), input);

    let recorded = scenario("events-schedule-on-custom-bus");
    let custom = lambda.event_bus("custom").rule("r").schedule("rate(1 minute)").try_create();
    let error = custom.expect_err("it is refused");
    recorded.says(&format!(
        "HTTP {}, error type `{}`, message `{}`",
        error.status, error.error_type, error.message
    ));

    let recorded = scenario("events-two-targets-own-input");
    let (bus, one, two) = (lambda.event_bus("b"), lambda.queue("one"), lambda.queue("two"));
    let rule = bus.rule("r").pattern(&json!({"source": [{"prefix": "core."}]})).create();
    rule.target(&one).input_path("$.detail").create();
    rule.target(&two).create();
    let name = "core.update-account-command";
    bus.put(name, name, &recorded.block("first"));
    lambda.until_idle().await;
    check(&one.messages()[0].json().expect("JSON"), &recorded.block("first"));
    check(&two.messages()[0].json().expect("JSON"), &recorded.block("second"));
}

/// `transformers.jsonl`.
#[lambda_test::test]
async fn targets_get_what_transformers_make_of_an_event() {
    let cases = cases("transformers.jsonl");
    for case in &cases {
        let lambda = Lambda::new();
        let (bus, queue) = (lambda.event_bus("bus"), lambda.queue("q"));
        let rule = bus.rule("rule").pattern(&json!({"source": [{"exists": true}]})).create();
        let mut target = rule.target(&queue).id("t");
        if let Some(path) = case["InputPath"].as_str() {
            target = target.input_path(path);
        }
        if let Some(template) = case["InputTemplate"].as_str() {
            let paths = case["InputPathsMap"].as_object().into_iter().flatten();
            let paths = paths.map(|(name, path)| (name.as_str(), path.as_str().expect("a path")));
            target = target.input_transformer(paths, template);
        }
        let created = target.try_create();
        if let Some(error) = case["error"].as_object() {
            let refused = created.expect_err("it is refused");
            let message = refused
                .message
                .replace("target t ", "target <target-id> ")
                .replace("target t.", "target <target-id>.");
            assert_eq!(error["message"], message, "{}", case["id"]);
            assert_eq!(error["type"], refused.error_type, "{}", case["id"]);
            continue;
        }
        created.expect("it is taken");
        let name = "core.update-account-command";
        bus.put(name, name, &case["detail"]);
        lambda.until_idle().await;
        let seen = String::from_utf8_lossy(&queue.messages()[0].body).into_owned();
        let seen = seen.replace("2026-01-01T00:00:00Z", "date");
        match &case["target_gets"] {
            Value::String(text) => {
                let text = text.replace("<partition>", "aws").replace("<region>", "us-east-1");
                let text = text.replace("111111111111", "123456789012");
                let text = text.replace("<bus-name>", "bus").replace("<rule-name>", "rule");
                assert_eq!(seen, text, "{}", case["id"]);
            }
            value => {
                let seen: Value = serde_json::from_str(&seen).expect("JSON");
                assert_eq!(seen, *value, "{}", case["id"]);
            }
        }
    }
    assert_eq!(cases.len(), 14);
}

/// `schedules.jsonl`, and a year of each that is accepted.
#[test]
fn schedule_expressions_are_taken_or_refused_as_at_the_service() {
    let begin = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
    let year = begin + Duration::from_secs(365 * 24 * 3600);
    let (cases, mut due) = (cases("schedules.jsonl"), 0);
    for case in &cases {
        let text = case["expression"].as_str().expect("an expression");
        let read = match case["call"].as_str() {
            Some("PutRule") => ScheduleExpression::of_rule(text),
            _ => ScheduleExpression::of_scheduler(text),
        };
        match read {
            Ok(expression) => {
                assert_eq!(case["accepted"], true, "{}", case["id"]);
                due += expression.occurrences(begin).take_while(|at| *at < year).count();
            }
            Err(error) => {
                assert_eq!(case["accepted"], false, "{}", case["id"]);
                assert_eq!(case["error"]["type"], error.error_type, "{}", case["id"]);
                if let Some(message) = case["error"]["message"].as_str() {
                    assert_eq!(message, error.message, "{}", case["id"]);
                }
            }
        }
    }
    assert_eq!(cases.len(), 44);
    assert!(500_000 < due, "{due}");
}
