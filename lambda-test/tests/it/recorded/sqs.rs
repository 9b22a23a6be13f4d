//! Event source mappings of queues, as recorded.

use std::{cell::RefCell, rc::Rc, time::Duration};

use lambda_runtime::{Context, Error, Runtime};
use lambda_test::{Function, Lambda, Lint, MappingState};
use serde_json::{Value, json};

use super::{fails_if, recorded_json, without_status};
use crate::recordings::{check, scenario};

const FIVE: Duration = Duration::from_secs(5);

/// A function that keeps its events, with a timeout of 5 s, and answers so.
pub(super) fn keeping(
    lambda: &Lambda,
    name: &str,
    answer: impl Fn(&Value) -> Result<Value, Error> + 'static,
) -> (Function, Rc<RefCell<Vec<Value>>>) {
    let events = Rc::new(RefCell::new(Vec::new()));
    let (kept, answer) = (events.clone(), Rc::new(answer));
    let app = move || {
        let (kept, answer) = (kept.clone(), answer.clone());
        Runtime::new(async move |event: Value| {
            kept.borrow_mut().push(event.clone());
            answer(&event)
        })
    };
    (lambda.function(name, app).timeout(FIVE).create(), events)
}

/// The API's answer without what SDKs add.
fn shown(lambda: &Lambda, operation: &str, parameters: Value, recorded: &Value) -> Value {
    let response = lambda.api_call(operation, parameters).expect("the service takes it");
    assert_eq!(json!(response.status), recorded["_http_status"]);
    check(&response.body, &without_status(recorded));
    response.body
}

#[lambda_test::test]
async fn a_failed_message_comes_back_after_the_visibility_timeout() {
    let recorded = scenario("sqs-failed-message-comes-back");
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |event| {
        fails_if(event["Records"][0]["attributes"]["ApproximateReceiveCount"] == "1")
    });
    let queue = lambda.queue("q").visibility_timeout(FIVE);
    let mapping = function.on(&queue).batch_size(1).allow(Lint::ShortVisibilityTimeout).create();
    queue.send(r#"{"destination": "https://sqs.us-east-1.amazonaws.com/1/q", "fail_attempts": 1}"#);
    lambda.until_idle().await;
    let events = events.borrow();
    assert_eq!((events.len(), lambda.elapsed(), queue.messages().len()), (2, FIVE, 0));
    check_sqs(&events[0], &recorded.block("first event"));
    check_sqs(&events[1], &recorded.block("second event"));
    let of = |event: &Value, key: &str| event["Records"][0][key].clone();
    assert_eq!(of(&events[0], "messageId"), of(&events[1], "messageId"));
    assert_ne!(of(&events[0], "receiptHandle"), of(&events[1], "receiptHandle"));
    let recorded = recorded.block("mapping");
    let get = json!({"UUID": mapping.uuid()});
    shown(&lambda, "GetEventSourceMapping", get, &recorded);
}

/// `sent-timestamp` and `sender-id` stand for values that differ from run to run.
fn check_sqs(event: &Value, recorded: &Value) {
    let text = recorded.to_string().replace("\"sent-timestamp\"", "\"<sent>\"");
    let text = text.replace("\"sender-id\"", "\"<sender>\"");
    check(event, &serde_json::from_str(&text).expect("JSON"));
}

#[lambda_test::test]
async fn a_message_has_its_attributes() {
    scenario("sqs-message-attributes").says("No binaryValue key");
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |_| Ok(json!(null)));
    let queue = lambda.queue("q").visibility_timeout(FIVE);
    function.on(&queue).batch_size(1).allow(Lint::ShortVisibilityTimeout).create();
    let message = queue.message(r#"{"destination": "https://q", "fail_attempts": 0}"#);
    let message = message.attribute("Title", "The Whistler").attribute("Author", "John Grisham");
    message.attribute_of("WeeksOn", "Number", "6").send();
    lambda.until_idle().await;
    check_sqs(&events.borrow()[0], &recorded_json("sqs/sqs-message-attributes.event.json"));
}

#[lambda_test::test]
async fn an_answer_with_a_wrong_key_fails_the_batch() {
    scenario("sqs-partial-failure-wrong-key").says("receive counts 1 and 2");
    let lambda = Lambda::new();
    let (function, events) =
        keeping(&lambda, "f", |_| Ok(json!({"batchItemFailures": [{"foo": "notvalid"}]})));
    let dead = lambda.queue("dead");
    let queue = lambda.queue("q").redrive(&dead, 2);
    function.on(&queue).report_batch_item_failures().create();
    queue.send("{}");
    lambda.until_idle().await;
    let events = events.borrow();
    let counts = events.iter();
    let counts: Vec<&Value> =
        counts.map(|it| &it["Records"][0]["attributes"]["ApproximateReceiveCount"]).collect();
    assert_eq!(counts, ["1", "2"]);
    assert_eq!(dead.messages().len(), 1);
}

#[lambda_test::test]
async fn an_empty_object_is_success() {
    scenario("sqs-partial-failure-empty-object").says("`{}` is success");
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |_| Ok(json!({})));
    let dead = lambda.queue("dead");
    let queue = lambda.queue("q").redrive(&dead, 1);
    function.on(&queue).report_batch_item_failures().create();
    queue.send("{}");
    lambda.until_idle().await;
    assert_eq!((events.borrow().len(), dead.messages().len()), (1, 0));
}

#[lambda_test::test]
async fn a_batch_has_ten_messages_and_more_need_a_window() {
    let recorded = scenario("sqs-default-batch-size-and-window-rule");
    let lambda = Lambda::new();
    let _function = keeping(&lambda, "f", |_| Ok(json!(null))).0;
    let queue = lambda.queue("q");
    let create = json!({"FunctionName": "f", "EventSourceArn": queue.arn()});
    let body = shown(&lambda, "CreateEventSourceMapping", create, &recorded.block("create"));
    let update = json!({"UUID": body["UUID"], "BatchSize": 11});
    let updated = lambda.api_call("UpdateEventSourceMapping", update).expect_err("it is refused");
    let other = lambda.queue("other");
    let create = json!({"FunctionName": "f", "EventSourceArn": other.arn(), "BatchSize": 11});
    let created = lambda.api_call("CreateEventSourceMapping", create).expect_err("it is refused");
    for error in [updated, created] {
        assert_eq!((error.status, error.error_type), (400, "InvalidParameterValueException"));
        assert_eq!(error.body(), recorded.body());
    }
}

#[lambda_test::test]
async fn thirty_messages_come_in_two_batches() {
    let recorded = scenario("sqs-batching-with-reserved-concurrency");
    recorded.says("30 records in 2 batches");
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |_| Ok(json!(null)));
    function.reserved_concurrency(2);
    let queue = lambda.queue("q").visibility_timeout(Duration::from_secs(31));
    (0..30).for_each(|n| drop(queue.send(n.to_string())));
    let create = json!({
        "FunctionName": "f",
        "EventSourceArn": queue.arn(),
        "BatchSize": 20,
        "MaximumBatchingWindowInSeconds": 1,
        "ScalingConfig": {"MaximumConcurrency": 2},
    });
    shown(&lambda, "CreateEventSourceMapping", create, &recorded.block("mapping"));
    lambda.until_idle().await;
    let events = events.borrow();
    let sizes = events.iter().map(|event| event["Records"].as_array().map_or(0, Vec::len));
    assert_eq!(sizes.collect::<Vec<_>>(), [20, 10]);
}

#[lambda_test::test]
async fn a_mapping_invokes_another_version() {
    let recorded = scenario("sqs-mapping-target-change");
    let lambda = Lambda::new();
    let versions = Rc::new(RefCell::new(Vec::new()));
    let kept = versions.clone();
    let app = move || {
        let kept = kept.clone();
        Runtime::new(async move |_: Value, context: Context| {
            kept.borrow_mut().push(context.env_config.version.clone());
            Ok::<_, Error>(())
        })
    };
    let function = lambda.function("f", app.clone()).create();
    let first = function.publish();
    lambda.update_code(&function, app);
    let second = function.publish();
    let queue = lambda.queue("q");
    let create = json!({
        "FunctionName": first.arn(),
        "EventSourceArn": queue.arn(),
        "MaximumBatchingWindowInSeconds": 1,
    });
    let created = lambda.api_call("CreateEventSourceMapping", create).expect("it is taken").body;
    queue.send("1");
    lambda.until_idle().await;
    let update = json!({"UUID": created["UUID"], "FunctionName": second.arn()});
    shown(&lambda, "UpdateEventSourceMapping", update, &recorded.block("updated"));
    queue.send("2");
    lambda.until_idle().await;
    assert_eq!(*versions.borrow(), ["1", "2"]);
}

#[lambda_test::test]
async fn a_queue_and_a_function_are_mapped_once() {
    let recorded = scenario("sqs-duplicate-mapping");
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", |_| Ok(json!(null)));
    let (other, _) = keeping(&lambda, "other", |_| Ok(json!(null)));
    let queue = lambda.queue("q");
    let mapping = function.on(&queue).create();
    let error = function.on(&queue).try_create().expect_err("it is refused");
    assert_eq!((error.status, error.error_type), (409, "ResourceConflictException"));
    check(&error.body(), &recorded.body());
    other.on(&queue).create();
    lambda.until_idle().await;
    assert_eq!(mapping.state(), MappingState::Enabled);
}

#[lambda_test::test]
async fn a_queue_that_is_missing_is_refused() {
    let recorded = scenario("sqs-missing-queue");
    let lambda = Lambda::new();
    let _function = keeping(&lambda, "f", |_| Ok(json!(null))).0;
    let arn = "arn:aws:sqs:us-east-1:123456789012:missing";
    let create = json!({"FunctionName": "f", "EventSourceArn": arn});
    let error = lambda.api_call("CreateEventSourceMapping", create).expect_err("it is refused");
    assert_eq!((error.status, error.error_type), (400, "InvalidParameterValueException"));
    assert_eq!(error.body(), recorded.body());
}
