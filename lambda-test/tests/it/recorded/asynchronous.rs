//! Asynchronous invocations.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use lambda_runtime::{Context, Environment, Error, Runtime};
use lambda_test::{Lambda, Message};
use serde_json::{Value, json};

use super::{event_and_context, initialization, recorded_json, shape_of_log_line};
use crate::recordings::{check, scenario};

/// What a destination has received, one message.
#[track_caller]
fn received(messages: &[Message]) -> Message {
    assert_eq!(messages.len(), 1, "{messages:?}");
    messages[0].clone()
}

/// Replaces what a Python client writes into its errors by what this SDK's runtime does: the stack, and the type.
fn without_client(mut record: Value) -> Value {
    if let Some(payload) = record["responsePayload"].as_object_mut() {
        for own in ["stackTrace", "requestId", "errorType"] {
            payload.remove(own);
        }
    }
    record
}

async fn raises(event: Value, context: Context) -> Result<Value, Error> {
    match event["raise_error"] == json!(1) || event.get("message").is_some() {
        true if event.get("message").is_some() => Err("intentional failure".into()),
        true => Err("Test exception (this is intentional)".into()),
        false => event_and_context(event, context).await,
    }
}

#[lambda_test::test]
async fn an_event_is_accepted_and_runs_later() {
    scenario("invoke-event-accepted")
        .says("HTTP 202, body empty (zero bytes). No X-Amz-Executed-Version header");
    scenario("invoke-returns-nothing-event").says("HTTP 202, empty body; the function runs.");
    let lambda = Lambda::new();
    let ran = Rc::new(Cell::new(0));
    let counter = ran.clone();
    let nothing = Runtime::new(move |_: Value| {
        counter.set(counter.get() + 1);
        async { Ok::<_, Error>(()) }
    });
    let function = lambda.function("f", nothing).create();
    for invoke in [lambda.invoke(function.arn().as_str(), json!({})), function.invoke(json!({}))] {
        let outcome = invoke.event().await;
        let response = outcome.response();
        assert_eq!((response.status(), response.payload().len()), (202, 0));
        assert_eq!((response.executed_version(), response.function_error_kind()), (None, None));
    }
    lambda.until_idle().await;
    assert_eq!(ran.get(), 2);
}

#[lambda_test::test]
async fn what_became_of_an_event_is_sent_to_its_destination() {
    for (id, event, retries) in [
        (scenario("async-destination-success"), json!({}), Some(0)),
        (scenario("async-destination-failure-no-retry"), json!({"raise_error": 1}), Some(0)),
        (scenario("async-default-retries"), json!({"raise_error": 1}), None),
    ] {
        let lambda = Lambda::new();
        let queue = lambda.queue("results");
        let mut function = lambda.function("f", Runtime::new(raises));
        if let Some(retries) = retries {
            function = function.maximum_retry_attempts(retries);
        }
        let function = function.on_success(&queue).on_failure(&queue).create();
        function.invoke(&event).event().await.assert_ok();
        lambda.until_idle().await;
        let recorded = recorded_json(&format!("async/{}.record.json", id.id()));
        check(
            &without_client(received(&queue.messages()).json().expect("JSON")),
            &without_client(recorded),
        );
        // "After at least 3 minutes one record arrives."
        assert_eq!(lambda.elapsed().as_secs(), if retries.is_none() { 180 } else { 0 });
    }
}

#[lambda_test::test]
async fn retries_come_after_one_minute_and_two_more_while_there_is_time() {
    for (id, age, at) in [
        (scenario("async-retry-timing"), None, vec![0, 60, 180]),
        (scenario("async-max-age-no-time-for-retry"), Some(60), vec![0]),
        (scenario("async-max-age-one-retry"), Some(90), vec![0, 60]),
    ] {
        let lambda = Lambda::new();
        let queue = lambda.queue("failed");
        let runs = Rc::new(RefCell::new(Vec::new()));
        let (noting, clock) = (runs.clone(), lambda.clone());
        let handler = move |event: Value, context: Context| {
            let stream = context.env_config.log_stream.clone();
            noting.borrow_mut().push((
                clock.elapsed().as_secs(),
                context.request_id.clone(),
                stream,
            ));
            raises(event, context)
        };
        let function = lambda.function("f", Runtime::new(handler));
        let function = function.maximum_retry_attempts(2).on_failure(&queue);
        let function = match age {
            Some(age) => function.maximum_event_age(Duration::from_secs(age)),
            None => function,
        };
        let function = function.create();
        function.invoke(json!({"message": "id"})).event().await.assert_ok();
        lambda.until_idle().await;
        let message = received(&queue.messages());
        let recorded = recorded_json(&format!("async/{}.record.json", id.id()));
        check(&without_client(message.json().expect("JSON")), &without_client(recorded));
        assert!(message.trace_header.is_some(), "the queue message carries AWSTraceHeader");
        let runs = runs.borrow();
        assert_eq!(runs.iter().map(|(at, ..)| *at).collect::<Vec<_>>(), at, "{}", id.id());
        // One request id, one log stream.
        assert!(runs.iter().all(|(_, id, stream)| (id, stream) == (&runs[0].1, &runs[0].2)));
    }
}

#[lambda_test::test]
async fn without_concurrency_an_event_goes_to_the_destination_at_once() {
    let lambda = Lambda::new();
    let queue = lambda.queue("failed");
    let function = lambda.function("f", Runtime::new(raises)).reserved_concurrency(0);
    let function = function.maximum_retry_attempts(0).on_failure(&queue).create();
    assert_eq!(function.invoke(json!({})).event().await.response().status(), 202);
    lambda.until_idle().await;
    let message = received(&queue.messages());
    let recorded = scenario("async-reserved-zero-destination").block("record");
    check(&message.json().expect("JSON"), &recorded);
    assert!(message.trace_header.is_some() && lambda.elapsed().is_zero());
}

#[lambda_test::test]
async fn an_event_that_is_throttled_runs_later() {
    let recorded = scenario("async-throttled-event-runs-later");
    let lambda = Lambda::new();
    let done = lambda.queue("done");
    let function = lambda.function("f", initialization).reserved_concurrency(1).on_success(&done);
    let function = function.timeout(Duration::from_secs(60)).create();
    let first = function.invoke(15).event().await.response().request_id().to_owned();
    let second = function.invoke(0).event().await.response().request_id().to_owned();
    lambda.advance(Duration::from_secs(1)).await;
    let refused = function.invoke(0).await;
    let response = refused.response();
    recorded.says(&format!("HTTP {}, error type `TooManyRequestsException`", response.status()));
    check(&response.payload().json().expect("JSON"), &recorded.body());
    function.reserved_concurrency(3);
    function.invoke(0).await.assert_ok();
    lambda.until_idle().await;
    let ids: Vec<Value> = done
        .messages()
        .iter()
        .map(|message| {
            let record: Value = message.json().expect("JSON");
            record["requestContext"]["requestId"].clone()
        })
        .collect();
    assert_eq!(ids, [second, first]);
}

#[lambda_test::test]
async fn the_log_has_both_runs_of_an_event() {
    // Of the client's own line the text aside.
    scenario("async-error-log-lines").says("One log stream for both runs, same request id.");
    let recorded = recorded_json("async/async-error-log-lines.log.json");
    let recorded: Vec<&str> =
        recorded.as_array().expect("lines").iter().filter_map(Value::as_str).collect();
    let lambda = Lambda::new();
    let function = lambda.function("f", Runtime::new(raises)).maximum_retry_attempts(1).create();
    let outcome = function.invoke(json!({"raise_error": 1})).event().await;
    lambda.until_idle().await;
    let log = function.log_events();
    let shapes = |lines: &mut dyn Iterator<Item = &str>| -> Vec<String> {
        let lines = lines.filter(|line| !line.contains("some error occurred"));
        lines.filter(|line| !line.contains("Error: ")).map(shape_of_log_line).collect()
    };
    assert_eq!(
        shapes(&mut log.iter().map(|event| &*event.message)),
        shapes(&mut recorded.iter().copied())
    );
    assert!(log.iter().all(|event| event.stream == log[0].stream));
    let id = outcome.response().request_id();
    let starts = log.iter().filter(|event| event.message.starts_with("START"));
    assert!(starts.clone().all(|event| event.message.contains(id)));
    assert_eq!(starts.count(), 2);
}

#[lambda_test::test]
async fn the_tail_of_the_log_of_a_failure_has_its_lines() {
    let recorded = scenario("async-tail-log-of-failure").block("log lines");
    let recorded: Vec<&str> =
        recorded.as_array().expect("lines").iter().filter_map(Value::as_str).collect();
    let lambda = Lambda::new();
    let app = async |environment: Environment| {
        let handler = async move |_: Value| {
            environment.log("Lambda log message - print function");
            Err::<(), Error>("Test exception (this is intentional)".into())
        };
        Ok::<_, Error>(Runtime::new(handler))
    };
    let outcome = lambda.function("f", app).create().invoke(json!({"raise_error": 1})).await;
    let tail = outcome.response().log_tail().expect("it is over");
    let lines: Vec<&str> = tail.lines().collect();
    let id = outcome.response().request_id();
    let expected = |line: &str| line.replace("<uuid:4>", id);
    assert_eq!(lines[..2], [expected(recorded[0]), expected(recorded[1])]);
    assert!(lines[2].contains("Test exception (this is intentional)"));
    assert_eq!(lines[3], expected(recorded[recorded.len() - 1]));
}

#[lambda_test::test]
async fn a_dead_letter_queue_receives_the_event_unchanged() {
    let recorded = scenario("async-dlq-message").block("message");
    let lambda = Lambda::new();
    let queue = lambda.queue("dead");
    let function = lambda.function("f", Runtime::new(raises)).dead_letter(&queue).create();
    let accepted = function.invoke(json!({"raise_error": 1})).event().await;
    lambda.until_idle().await;
    assert!(lambda.elapsed() < Duration::from_secs(6 * 60));
    let message = received(&queue.messages());
    assert_eq!(message.json::<Value>()?, recorded["Body"]);
    let attributes: serde_json::Map<String, Value> = message
        .attributes
        .iter()
        .map(|(name, it)| {
            ((*name).to_owned(), json!({"DataType": it.data_type, "StringValue": it.value}))
        })
        .collect();
    check(&Value::from(attributes), &recorded["MessageAttributes"]);
    assert_eq!(message.attributes["RequestID"].value, accepted.response().request_id());
}

#[lambda_test::test]
async fn an_event_bus_receives_the_record_in_an_event() {
    for (id, event) in [
        (scenario("async-destination-eventbridge-success"), json!({"mode": "success"})),
        (scenario("async-destination-eventbridge-failure"), json!({"mode": "failure"})),
    ] {
        let lambda = Lambda::new();
        let bus = lambda.event_bus("results");
        let handler = async |event: Value| match event["mode"] == "success" {
            true => Ok(json!({"hello": "world", "test": "abc", "val": 5, "success": true})),
            false => Err::<_, Error>("intentional failure!".into()),
        };
        let function = lambda.function("f", Runtime::new(handler)).maximum_retry_attempts(0);
        let function = function.on_success(&bus).on_failure(&bus).create();
        function.invoke(event).event().await.assert_ok();
        lambda.until_idle().await;
        let mut recorded = recorded_json(&format!("async/{}.event.json", id.id()));
        recorded["detail"] = without_client(recorded["detail"].take());
        let mut seen: Value = received(&bus.sent()).json()?;
        seen["detail"] = without_client(seen["detail"].take());
        check(&seen, &recorded);
    }
}
