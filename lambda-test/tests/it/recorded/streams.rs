//! Event source mappings of streams, as recorded.

use std::time::Duration;

use lambda_events::dynamodb::DynamoDbView;
use lambda_runtime::Error;
use lambda_test::{Lambda, Queue, StartingPosition, Table};
use serde_json::{Value, json};

use super::{fails_if, recorded_json, sqs::keeping, without_status};
use crate::recordings::{check, scenario};

const TRIM: StartingPosition = StartingPosition::TrimHorizon;

/// The records of each event.
fn records(events: &[Value]) -> Vec<usize> {
    events.iter().map(|event| event["Records"].as_array().map_or(0, Vec::len)).collect()
}

/// The one message of a queue, as JSON.
#[track_caller]
fn one(queue: &Queue) -> Value {
    let messages = queue.messages();
    assert_eq!(messages.len(), 1, "{messages:?}");
    messages[0].json().expect("JSON")
}

/// The record of a failure, whose table is named otherwise in the recordings.
fn recorded_record(name: &str) -> Value {
    recorded_json(&format!("streams/{name}.record.json"))
}

#[lambda_test::test]
async fn a_record_of_a_stream_has_its_members() {
    let recorded = scenario("kinesis-basic-event");
    let lambda = Lambda::new();
    let (_function, events) = keeping(&lambda, "f", |event| Ok(event.clone()));
    let stream = lambda.stream("s");
    let create = json!({
        "FunctionName": "f", "EventSourceArn": stream.arn(), "StartingPosition": "LATEST",
    });
    let created = lambda.api_call("CreateEventSourceMapping", create).expect("it is taken");
    let mapping = recorded_json("streams/kinesis-basic-event.mapping.json");
    check(&created.body, &without_status(&mapping));
    (0..10).for_each(|n| drop(stream.put(&format!("test_{n}"), "hello")));
    lambda.until_idle().await;
    let events = events.borrow();
    assert_eq!(records(&events), [10]);
    check(&events[0]["Records"][0], &recorded.block("one record"));
}

#[lambda_test::test]
async fn records_from_before_the_mapping_are_read() {
    scenario("kinesis-trim-horizon").says("Three invocations with 10 records each");
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |_| Ok(json!(null)));
    let stream = lambda.stream("s");
    let put = || (0..10).for_each(|n| drop(stream.put(&format!("test_{n}"), "hello")));
    put();
    put();
    function.on(&stream).starting_position(TRIM).batch_size(10).create();
    lambda.until_idle().await;
    put();
    lambda.until_idle().await;
    assert_eq!(records(&events.borrow()), [10, 10, 10]);
}

#[lambda_test::test]
async fn each_mapping_of_a_stream_reads_all_of_it() {
    scenario("kinesis-two-mappings-one-stream").says("Both get the same record");
    let lambda = Lambda::new();
    let (first, first_events) = keeping(&lambda, "first", |_| Ok(json!(null)));
    let (second, second_events) = keeping(&lambda, "second", |_| Ok(json!(null)));
    let stream = lambda.stream("s");
    first.on(&stream).starting_position(TRIM).create();
    second.on(&stream).starting_position(TRIM).create();
    stream.put("key", "hello");
    lambda.until_idle().await;
    let number = |events: &[Value]| events[0]["Records"][0]["kinesis"]["sequenceNumber"].clone();
    assert_eq!(number(&first_events.borrow()), number(&second_events.borrow()));
    assert_eq!((first_events.borrow().len(), second_events.borrow().len()), (1, 1));
}

#[lambda_test::test]
async fn a_stream_and_a_function_are_mapped_once() {
    let recorded = scenario("kinesis-duplicate-mapping");
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", |_| Ok(json!(null)));
    let stream = lambda.stream("s");
    function.on(&stream).starting_position(TRIM).create();
    let error = function.on(&stream).starting_position(TRIM).try_create().expect_err("refused");
    assert_eq!((error.status, error.error_type), (409, "ResourceConflictException"));
    check(&error.body(), &recorded.body());
}

fn raises(_: &Value) -> Result<Value, Error> {
    fails_if(true)
}

#[lambda_test::test]
async fn a_batch_that_failed_too_often_has_a_record() {
    scenario("kinesis-failure-record-sqs").says("approximateInvokeCount 2");
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", raises);
    let (stream, failed) = (lambda.stream("s"), lambda.queue("failed"));
    let mapping = function.on(&stream).starting_position(TRIM).batch_size(1);
    let mapping = mapping.window(Duration::from_secs(1)).maximum_retry_attempts(1);
    mapping.on_failure(&failed).create();
    stream.put("key", "hello");
    lambda.until_idle().await;
    check(&one(&failed), &recorded_record("kinesis-failure-record-sqs"));
}

#[lambda_test::test]
async fn a_record_that_is_too_old_has_a_record() {
    scenario("kinesis-record-age-while-retrying").says("number not fixed");
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", raises);
    let (stream, failed) = (lambda.stream("s"), lambda.queue("failed"));
    stream.put("key", "hello");
    let age = Duration::from_secs(60);
    let mapping = function.on(&stream).starting_position(TRIM).batch_size(1);
    mapping.maximum_record_age(age).on_failure(&failed).create();
    lambda.until_idle().await;
    let mut record = one(&failed);
    assert!(1 < record["requestContext"]["approximateInvokeCount"].as_u64().unwrap_or_default());
    record["requestContext"]["approximateInvokeCount"] = 8.into();
    check(&record, &recorded_record("kinesis-record-age-while-retrying"));

    scenario("kinesis-record-age-before-first-read").says("approximateInvokeCount **1**");
    let (stream, failed) = (lambda.stream("old"), lambda.queue("failed-before"));
    stream.put("key", "hello");
    lambda.advance(Duration::from_secs(61)).await;
    let mapping = function.on(&stream).starting_position(TRIM).batch_size(1);
    let mapping = mapping.maximum_record_age(age).maximum_retry_attempts(0);
    mapping.on_failure(&failed).create();
    lambda.until_idle().await;
    check(&one(&failed), &recorded_record("kinesis-record-age-before-first-read"));
}

#[lambda_test::test]
async fn only_the_records_that_are_too_old_are_discarded() {
    scenario("kinesis-record-age-drops-only-old-ones").says("the other five are delivered");
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |_| Ok(json!(null)));
    let (stream, failed) = (lambda.stream("s"), lambda.queue("failed"));
    stream.put("key", "old");
    lambda.advance(Duration::from_secs(80)).await;
    (0..5).for_each(|_| drop(stream.put("key", "new")));
    let mapping = function.on(&stream).starting_position(TRIM).batch_size(10);
    let mapping = mapping.maximum_record_age(Duration::from_secs(60)).maximum_retry_attempts(0);
    mapping.on_failure(&failed).create();
    lambda.until_idle().await;
    assert_eq!(records(&events.borrow()), [5]);
    check(&one(&failed), &recorded_record("kinesis-record-age-drops-only-old-ones"));
}

/// The names of items that fail are `6` and `test_5`.
fn reports_the_sixth(event: &Value) -> Result<Value, Error> {
    let records = event["Records"].as_array().expect("records");
    let is_it = |record: &&Value| {
        record["kinesis"]["partitionKey"] == "test_5"
            || record["dynamodb"]["Keys"]["id"]["S"] == "test_5"
    };
    let number = |record: &Value| match record["kinesis"]["sequenceNumber"].as_str() {
        Some(number) => number.to_owned(),
        None => record["dynamodb"]["SequenceNumber"].as_str().expect("a number").to_owned(),
    };
    let failures = records.iter().filter(is_it).map(|it| json!({"itemIdentifier": number(it)}));
    Ok(json!({"batchItemFailures": failures.collect::<Vec<_>>()}))
}

#[lambda_test::test]
async fn what_is_before_the_first_failure_is_handled() {
    scenario("kinesis-partial-failure-checkpoint").says("record 6 five times");
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", reports_the_sixth);
    let (stream, failed) = (lambda.stream("s"), lambda.queue("failed"));
    (0..6).for_each(|n| drop(stream.put(&format!("test_{n}"), "hello")));
    let mapping = function.on(&stream).starting_position(TRIM).batch_size(3);
    let mapping = mapping.report_batch_item_failures().maximum_retry_attempts(3);
    mapping.on_failure(&failed).create();
    lambda.until_idle().await;
    assert_eq!(records(&events.borrow()), [3, 3, 1, 1, 1, 1]);
    check(&one(&failed), &recorded_record("kinesis-partial-failure-checkpoint"));
}

/// An answer with these numbers of retries, and how often the function is invoked with one record.
async fn check_answer(answer: Value, retries: u32, invocations: usize) -> Option<Value> {
    let lambda = Lambda::new();
    let kept = answer.clone();
    let (function, events) = keeping(&lambda, "f", move |_| Ok(kept.clone()));
    let (stream, failed) = (lambda.stream("s"), lambda.queue("failed"));
    let mapping = function.on(&stream).starting_position(TRIM).batch_size(1);
    let mapping = mapping.report_batch_item_failures().maximum_retry_attempts(retries);
    mapping.on_failure(&failed).allow(lambda_test::Lint::UnknownItemIdentifier).create();
    stream.put("key", "hello");
    lambda.until_idle().await;
    assert_eq!(events.borrow().len(), invocations, "{answer}");
    (1 < invocations).then(|| one(&failed))
}

#[lambda_test::test]
async fn an_answer_succeeds_or_fails_as_a_whole() {
    for (id, answer) in [
        ("kinesis-answer-empty-string-success", json!("")),
        ("kinesis-answer-empty-list-success", json!([])),
        ("kinesis-answer-null-success", json!(null)),
        ("kinesis-answer-empty-dict-success", json!({})),
        ("kinesis-answer-empty-batch-item-failure-success", json!({"batchItemFailures": []})),
        ("kinesis-answer-null-batch-item-failure-success", json!({"batchItemFailures": null})),
    ] {
        scenario(id).says("One invocation: the batch counts as succeeded.");
        check_answer(answer, 2, 1).await;
    }
    for (id, item) in [
        ("kinesis-answer-item-identifier-not-present-failure", json!({"itemIdentifier": 123})),
        ("kinesis-answer-empty-string-item-identifier-failure", json!({"itemIdentifier": ""})),
        ("kinesis-answer-invalid-key-foo-failure", json!({"foo": 123})),
        ("kinesis-answer-invalid-key-foo-null-value-failure", json!({"foo": null})),
    ] {
        scenario(id).says("Three invocations with the same record, then a failure record");
        let record = check_answer(json!({"batchItemFailures": [item]}), 2, 3).await;
        let record = record.expect("a record");
        assert_eq!(record["requestContext"]["condition"], "RetryAttemptsExhausted");
        assert_eq!(record["requestContext"]["approximateInvokeCount"], 3);
        let context =
            json!({"statusCode": 200, "executedVersion": "$LATEST", "functionError": null});
        assert_eq!(record["responseContext"], context);
    }
}

#[lambda_test::test]
async fn an_exception_fails_the_batch() {
    scenario("kinesis-partial-mode-exception").says("Three invocations");
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", raises);
    let (stream, failed) = (lambda.stream("s"), lambda.queue("failed"));
    let mapping = function.on(&stream).starting_position(TRIM).batch_size(1);
    let mapping = mapping.report_batch_item_failures().maximum_retry_attempts(2);
    mapping.on_failure(&failed).create();
    stream.put("key", "hello");
    lambda.until_idle().await;
    assert_eq!(events.borrow().len(), 3);
    let record = one(&failed);
    assert_eq!(record["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(record["responseContext"]["functionError"], "Unhandled");
}

/// Puts an item of this name.
fn put(table: &Table, name: &str) {
    table.put(&json!({"id": {"S": name}}));
}

/// A mapping of a table with `ReportBatchItemFailures`, and how often it is invoked with one item.
async fn check_table(
    retries: u32,
    batch: u32,
    invocations: usize,
    answer: impl Fn(&Value) -> Result<Value, Error> + 'static,
) -> Option<Value> {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", answer);
    let (table, failed) = (lambda.table("t"), lambda.queue("failed"));
    let mapping = function.on(&table).starting_position(TRIM).batch_size(batch);
    let mapping = mapping.report_batch_item_failures().maximum_retry_attempts(retries);
    mapping.on_failure(&failed).create();
    put(&table, "7");
    lambda.until_idle().await;
    assert_eq!(events.borrow().len(), invocations);
    (1 < invocations).then(|| one(&failed))
}

#[lambda_test::test]
async fn an_answer_to_changes_of_a_table_succeeds_or_fails_as_a_whole() {
    for (id, answer) in [
        ("ddb-answer-null-success", json!(null)),
        ("ddb-answer-empty-dict-success", json!({})),
        ("ddb-answer-empty-batch-item-failure-success", json!({"batchItemFailures": []})),
        ("ddb-answer-null-batch-item-failure-success", json!({"batchItemFailures": null})),
    ] {
        scenario(id).says("One invocation: succeeded.");
        check_table(2, 1, 1, move |_| Ok(answer.clone())).await;
    }
    for (id, item) in [
        ("ddb-answer-empty-string-item-identifier-failure", json!({"itemIdentifier": ""})),
        ("ddb-answer-null-item-identifier-failure", json!({"itemIdentifier": null})),
        ("ddb-answer-invalid-key-foo-failure", json!({"foo": 123})),
        ("ddb-answer-invalid-key-foo-null-value-failure", json!({"foo": null})),
    ] {
        scenario(id).says("Four invocations with the same record, then a failure record.");
        let answer = json!({"batchItemFailures": [item]});
        let record = check_table(3, 3, 4, move |_| Ok(answer.clone())).await;
        check(&record.expect("a record"), &recorded_record(id));
    }
    scenario("ddb-partial-mode-exception").says("Four invocations");
    let record = check_table(3, 3, 4, raises).await.expect("a record");
    check(&record, &recorded_record("ddb-partial-mode-exception"));
}

#[lambda_test::test]
async fn a_change_of_an_item_has_its_members() {
    let recorded = scenario("ddb-basic-event");
    let lambda = Lambda::new();
    let (_function, events) = keeping(&lambda, "f", |_| Ok(json!(null)));
    let table = lambda.table("t").partition_key("my_partition_key");
    let table = table.stream_view(DynamoDbView::NewImage);
    let create = json!({
        "FunctionName": "f", "EventSourceArn": table.stream_arn(), "StartingPosition": "TRIM_HORIZON",
        "BatchSize": 1, "MaximumBatchingWindowInSeconds": 1, "MaximumRetryAttempts": 1,
    });
    let created = lambda.api_call("CreateEventSourceMapping", create).expect("it is taken");
    let mapping = recorded_json("streams/ddb-basic-event.mapping.json");
    check(&created.body, &without_status(&mapping));
    table.put(&json!({"my_partition_key": {"S": "hello world"}, "binary_key": {"B": "Zm9vYmFy"}}));
    lambda.until_idle().await;
    check(&events.borrow()[0], &recorded.block("event"));
}

#[lambda_test::test]
async fn an_item_that_does_not_change_has_no_record() {
    scenario("ddb-same-item-again-no-event").says("One invocation only.");
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |_| Ok(json!(null)));
    let table = lambda.table("t");
    let mapping = function.on(&table).starting_position(TRIM).batch_size(1);
    mapping.filter(&json!({"eventName": ["INSERT"]})).create();
    put(&table, "7");
    put(&table, "7");
    lambda.until_idle().await;
    assert_eq!(events.borrow().len(), 1);
}

/// A table whose function raises, with a destination of this kind, after an item was put.
async fn raise_to(lambda: &Lambda, destination: impl std::fmt::Display) {
    let (function, _) = keeping(lambda, "f", raises);
    let table = lambda.table("t").partition_key("my_partition_key");
    let table = table.stream_view(DynamoDbView::NewImage);
    let mapping = function.on(&table).starting_position(TRIM).batch_size(1);
    mapping.maximum_retry_attempts(1).on_failure(destination).create();
    table.put(&json!({"my_partition_key": {"S": "hello world"}}));
    lambda.until_idle().await;
}

#[lambda_test::test]
async fn a_change_that_failed_has_a_record_in_whole_seconds() {
    scenario("ddb-failure-record-sqs").says("whole seconds");
    let lambda = Lambda::new();
    let failed = lambda.queue("failed");
    raise_to(&lambda, &failed).await;
    check(&one(&failed), &recorded_record("ddb-failure-record-sqs"));
}

#[lambda_test::test]
async fn a_topic_and_a_bucket_receive_records_of_failures() {
    scenario("ddb-failure-record-sns").says("no Subject");
    let lambda = Lambda::new();
    let failed = lambda.topic("failed");
    raise_to(&lambda, &failed).await;
    let notification = recorded_json("streams/ddb-failure-record-sns.notification.json");
    check(&failed.published()[0].json().expect("JSON"), &notification["Message"]);

    scenario("ddb-failure-record-s3").says("plus `payload` with the whole event");
    let lambda = Lambda::new();
    let failed = lambda.bucket("failed");
    raise_to(&lambda, &failed).await;
    let message = failed.objects().remove(0);
    let mut record: Value = message.json().expect("JSON");
    // A text on the wire, which the recording shows parsed.
    let payload = record["payload"].as_str().expect("a text");
    record["payload"] = serde_json::from_str(payload).expect("JSON");
    check(&record, &recorded_json("streams/ddb-failure-record-s3.object.json"));
    let key = message.key.expect("a key");
    let parts: Vec<&str> = key.split('/').collect();
    assert_eq!((parts[0], parts[1], parts.len()), ("aws", "lambda", 8), "{key}");
    assert!(parts[3].starts_with("shardId-"), "{key}");
    assert!(parts[7].starts_with("2026-01-01T00.00.0"), "{key}");
}

#[lambda_test::test]
async fn what_is_before_the_first_failed_change_is_handled() {
    scenario("ddb-partial-failure-checkpoint").says("Only the failing item is repeated");
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", reports_the_sixth);
    let (table, failed) = (lambda.table("t"), lambda.queue("failed"));
    (0..6).for_each(|n| put(&table, &format!("test_{n}")));
    let mapping = function.on(&table).starting_position(TRIM).batch_size(3);
    let mapping = mapping.report_batch_item_failures().maximum_retry_attempts(3);
    mapping.on_failure(&failed).create();
    lambda.until_idle().await;
    assert_eq!(records(&events.borrow()), [3, 3, 1, 1, 1, 1]);
    check(&one(&failed), &recorded_record("ddb-partial-failure-checkpoint"));
}

#[lambda_test::test]
async fn a_mapping_that_is_disabled_reads_nothing() {
    scenario("ddb-disable-mapping").says("Later items cause no invocation.");
    let lambda = Lambda::new();
    let (_function, events) = keeping(&lambda, "f", |_| Ok(json!(null)));
    let table = lambda.table("t");
    let create = json!({
        "FunctionName": "f", "EventSourceArn": table.stream_arn(), "StartingPosition": "TRIM_HORIZON",
        "MaximumBatchingWindowInSeconds": 1,
    });
    let created = lambda.api_call("CreateEventSourceMapping", create).expect("it is taken").body;
    put(&table, "1");
    lambda.until_idle().await;
    let update = json!({"UUID": created["UUID"], "Enabled": false});
    let updated = lambda.api_call("UpdateEventSourceMapping", update).expect("it is taken");
    let recorded = recorded_json("streams/ddb-disable-mapping.update.json");
    assert_eq!(json!(updated.status), recorded["_http_status"]);
    check(&updated.body, &without_status(&recorded));
    put(&table, "2");
    lambda.until_idle().await;
    lambda.advance(Duration::from_secs(3600)).await;
    assert_eq!(events.borrow().len(), 1);
}

/// `esm.jsonl`: patterns and records.
#[lambda_test::test]
async fn filters_let_pass_what_they_let_pass_at_aws() {
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", |_| Ok(json!(null)));
    let (queue, stream, table) = (lambda.queue("q"), lambda.stream("s"), lambda.table("t"));
    let mut checked = 0;
    for line in crate::recordings::read("esm.jsonl").lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let id = case["id"].as_str().expect("an id");
        let pattern = match case["pattern_text"].as_str() {
            Some(text) => text.to_owned(),
            None => case["pattern"].to_string(),
        };
        let of = |builder: lambda_test::MappingBuilder| builder.filter_text(&pattern).try_create();
        let created = match case["source"].as_str() {
            Some("sqs") => of(function.on(&queue)),
            Some("kinesis") => of(function.on(&stream).starting_position(TRIM)),
            Some("dynamodb") => of(function.on(&table).starting_position(TRIM)),
            other => panic!("{other:?}"),
        };
        checked += 1;
        if case["result"] == "error" {
            let error = created.expect_err("it is refused");
            assert_eq!(json!(error.status), case["error"]["http_status"], "{id}");
            assert_eq!(error.error_type, case["error"]["type"], "{id}");
            assert_eq!(error.message, case["error"]["message"], "{id}");
            continue;
        }
        let mapping = created.expect("it is taken");
        let record = match (&case["body_text"], &case["data_text"]) {
            (Value::String(body), _) => json!({"body": body}),
            (_, Value::String(data)) => json!({"data": data}),
            _ => case["event"].clone(),
        };
        let why = mapping.why_not(&record);
        assert_eq!(why.is_none(), case["result"] == "match", "{id}: {why:?}");
        mapping.delete();
    }
    assert_eq!(checked, 28);
}
