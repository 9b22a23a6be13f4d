//! Queues that invoke functions, rule by rule.
//!
//! Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS".

use std::time::Duration;

use lambda_runtime::{Error, Runtime};
use lambda_test::{Lambda, Lint, MappingState, SourceEvent};
use serde_json::{Value, json};

use super::{bodies, fails, keeping, nothing};

const SECOND: Duration = Duration::from_secs(1);

/// "On success messages are deleted; on failure they come back after the visibility timeout, `ApproximateReceiveCount`
/// rises; after the queue's `maxReceiveCount` they go to the queue's own DLQ."
#[lambda_test::test]
async fn a_message_is_deleted_or_received_again_until_it_is_dead() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |event| {
        if event["Records"][0]["body"] == "bad" { fails(event) } else { nothing(event) }
    });
    let dead = lambda.queue("dead");
    let queue = lambda.queue("q").redrive(&dead, 3);
    function.on(&queue).batch_size(1).create();
    queue.send("good");
    queue.send("bad");
    lambda.until_idle().await;
    assert_eq!(bodies(&events.borrow()), [["good"], ["bad"], ["bad"], ["bad"]]);
    assert_eq!((lambda.elapsed().as_secs(), queue.messages().len(), queue.deleted()), (90, 0, 1));
    assert_eq!((queue.dead().len(), dead.messages()[0].receive_count), (1, 0));
    // What is read from the dead-letter queue names the queue that it failed in.
    let (reader, events) = keeping(&lambda, "reader", nothing);
    reader.on(&dead).create();
    lambda.until_idle().await;
    let attributes = &events.borrow()[0]["Records"][0]["attributes"];
    assert_eq!(attributes["DeadLetterQueueSourceArn"], queue.arn());
}

/// "A batch is sent when: size reached, window over, or payload would exceed 6 MB."
#[lambda_test::test]
async fn a_batch_is_sent_when_it_is_full_or_its_window_is_over() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", nothing);
    let queue = lambda.queue("q").visibility_timeout(100 * SECOND);
    function.on(&queue).batch_size(3).window(5 * SECOND).create();
    queue.send("1");
    lambda.advance(4 * SECOND).await;
    assert_eq!(events.borrow().len(), 0);
    queue.send("2");
    lambda.advance(Duration::from_millis(1001)).await;
    assert_eq!(bodies(&events.borrow()), [["1", "2"]]);
    for body in ["3", "4", "5", "6"] {
        queue.send(body);
    }
    lambda.advance(Duration::from_millis(1)).await;
    assert_eq!(bodies(&events.borrow())[1..], [["3", "4", "5"]]);
    lambda.until_idle().await;
    assert_eq!(bodies(&events.borrow())[2..], [["6"]]);
    assert_eq!(lambda.elapsed(), Duration::from_millis(10_001));

    // Of messages of 1 MB five fit.
    let large = "x".repeat(1024 * 1024);
    (0..7).for_each(|_| drop(queue.send(&large)));
    function.on(&lambda.queue("other")).create();
    let events_before = events.borrow().len();
    lambda.until_idle().await;
    let sizes: Vec<usize> =
        bodies(&events.borrow())[events_before..].iter().map(Vec::len).collect();
    assert_eq!(sizes, [3, 3, 1]);
    let big = lambda.queue("big").visibility_timeout(100 * SECOND);
    (0..7).for_each(|_| drop(big.send(&large)));
    let (reader, events) = keeping(&lambda, "reader", nothing);
    reader.on(&big).batch_size(100).window(SECOND).create();
    lambda.until_idle().await;
    let sizes: Vec<usize> = bodies(&events.borrow()).iter().map(Vec::len).collect();
    assert_eq!(sizes, [5, 2]);
}

/// "With low traffic a window may last up to 20 s, even if set lower."
#[lambda_test::test]
async fn a_window_may_last_twenty_seconds() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", nothing);
    let queue = lambda.queue("q").visibility_timeout(100 * SECOND);
    function.on(&queue).window(SECOND).low_traffic().create();
    queue.send("1");
    lambda.advance(19 * SECOND).await;
    assert_eq!(events.borrow().len(), 0);
    lambda.until_idle().await;
    assert_eq!((events.borrow().len(), lambda.elapsed()), (1, 20 * SECOND));
}

/// "Valid ids: those messages return to the queue, others are deleted." "Function error: whole batch fails."
#[lambda_test::test]
async fn the_messages_that_are_reported_return() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |event| {
        let records = event["Records"].as_array().expect("records").iter();
        let failed = records.filter(|it| it["body"] == "2");
        let failed: Vec<Value> =
            failed.map(|it| json!({"itemIdentifier": it["messageId"]})).collect();
        Ok(json!({"batchItemFailures": failed}))
    });
    let queue = lambda.queue("q").redrive(&lambda.queue("dead"), 2);
    function.on(&queue).report_batch_item_failures().create();
    for body in ["1", "2", "3"] {
        queue.send(body);
    }
    lambda.until_idle().await;
    assert_eq!(bodies(&events.borrow()), [vec!["1", "2", "3"], vec!["2"]]);
    assert_eq!(queue.dead()[0].body, "2");

    let (function, events) = keeping(&lambda, "g", fails);
    let queue = lambda.queue("other").redrive(&lambda.queue("dead-2"), 2);
    function.on(&queue).report_batch_item_failures().create();
    for body in ["1", "2"] {
        queue.send(body);
    }
    lambda.until_idle().await;
    assert_eq!(bodies(&events.borrow()), [["1", "2"], ["1", "2"]]);
    assert_eq!(queue.dead().len(), 2);
}

/// "Id not in the batch: whole batch fails"; "`{}` and so on: all succeeded".
#[lambda_test::test]
async fn an_unknown_identifier_fails_the_whole_batch() {
    let lambda = Lambda::new();
    let unknown = |_: &Value| Ok(json!({"batchItemFailures": [{"itemIdentifier": "unknown"}]}));
    let (function, events) = keeping(&lambda, "f", unknown);
    let queue = lambda.queue("q").redrive(&lambda.queue("dead"), 2);
    let mapping = function.on(&queue).report_batch_item_failures();
    mapping.allow(Lint::UnknownItemIdentifier).create();
    for body in ["1", "2"] {
        queue.send(body);
    }
    lambda.until_idle().await;
    assert_eq!((events.borrow().len(), queue.dead().len()), (2, 2));
}

/// "An empty response body from a custom runtime is success."
#[lambda_test::test]
async fn a_response_without_a_body_is_success() {
    let lambda = Lambda::new();
    let empty = async |_: Value| Ok::<_, Error>(lambda_runtime::Response::bytes(Vec::new()));
    let function = lambda.function("f", Runtime::new(empty)).create();
    let queue = lambda.queue("q");
    function.on(&queue).report_batch_item_failures().create();
    queue.send("1");
    lambda.until_idle().await;
    assert_eq!((queue.messages().len(), queue.deleted()), (0, 1));
}

/// "Messages that do not match the filter are deleted." "If all of a batch is filtered, no invocation."
#[lambda_test::test]
async fn what_is_filtered_out_is_deleted() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", nothing);
    let queue = lambda.queue("q");
    function.on(&queue).filter(&json!({"body": {"total": [{"numeric": [">", 100]}]}})).create();
    queue.send(r#"{"total": 99}"#);
    queue.send("plain text");
    lambda.until_idle().await;
    assert_eq!((events.borrow().len(), queue.messages().len()), (0, 0));
    queue.send(r#"{"total": 1}"#);
    queue.send(r#"{"total": 101}"#);
    lambda.until_idle().await;
    assert_eq!(bodies(&events.borrow()), [[r#"{"total": 101}"#]]);
}

/// "Data plain, pattern JSON: dropped; data JSON, pattern plain: dropped; both plain: filter." Metadata keys may be filtered
/// with the data key.
#[lambda_test::test]
async fn a_pattern_fits_the_data_or_not() {
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", nothing);
    let queue = lambda.queue("q");
    let check = |pattern: Value, body: &str, passes: bool| {
        let mapping = function.on(&queue).filter(&pattern).create();
        let record = json!({"body": body, "attributes": {"SenderId": "ada"}});
        assert_eq!(mapping.why_not(&record).is_none(), passes, "{pattern} {body}");
        mapping.delete();
    };
    let (json, plain) = (json!({"body": {"a": [1]}}), json!({"body": ["a", "b"]}));
    check(json.clone(), r#"{"a": 1}"#, true);
    check(json, "a", false);
    check(plain.clone(), "a", true);
    check(plain.clone(), "c", false);
    check(plain, r#"{"a": 1}"#, false);
    check(json!({"attributes": {"SenderId": ["ada"]}}), "a", true);
    check(json!({"attributes": {"SenderId": ["grace"]}}), "a", false);
    check(json!({"body": ["a"], "attributes": {"SenderId": ["grace"]}}), "a", false);
}

/// "FIFO: one batch of a message group at a time; one batch may mix groups."
#[lambda_test::test]
async fn a_group_has_one_batch_at_a_time() {
    let lambda = Lambda::new();
    let app = async |_: Value| {
        tokio::time::sleep(SECOND).await;
        Ok::<_, Error>(())
    };
    let function = lambda.function("f", Runtime::new(app)).create();
    let queue = lambda.queue("q.fifo").content_based_deduplication();
    for n in 0..6 {
        queue.message(format!("a{n}")).group("a").send();
    }
    queue.message("b0").group("b").send();
    function.on(&queue).batch_size(2).create();
    lambda.until_idle().await;
    let sent = |record: &lambda_test::Record| match &record.kind {
        lambda_test::RecordKind::Source { event: SourceEvent::BatchSent { count, .. }, .. } => {
            Some((record.at.as_secs(), *count))
        }
        _ => None,
    };
    let sent: Vec<(u64, usize)> = lambda.timeline().iter().filter_map(sent).collect();
    assert_eq!(sent, [(0, 2), (0, 1), (1, 2), (2, 2)]);

    // Mixed, where there is room.
    let (function, events) = keeping(&lambda, "mixing", nothing);
    let queue = lambda.queue("mixed.fifo").content_based_deduplication();
    for body in ["a0", "b0", "a1", "b1"] {
        queue.message(body).group(&body[..1]).send();
    }
    function.on(&queue).create();
    lambda.until_idle().await;
    assert_eq!(bodies(&events.borrow()), [["a0", "a1", "b0", "b1"]]);
    let attributes = &events.borrow()[0]["Records"][0]["attributes"];
    assert_eq!(attributes["MessageGroupId"], "a");
    assert_eq!(attributes["MessageDeduplicationId"], "a0");
    assert_eq!(attributes["SequenceNumber"].as_str().map(str::len), Some(20));
}

/// "A FIFO function should stop at the first failure of a group and return that and all unprocessed messages, so order is
/// kept"; a message is not sent twice within 5 minutes.
#[lambda_test::test]
async fn a_group_waits_for_its_message_that_failed() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |event| {
        let first = event["Records"][0]["attributes"]["ApproximateReceiveCount"] == "1";
        let records = event["Records"].as_array().expect("records").iter();
        let failed = records.skip_while(|it| it["body"] != "a1").filter(|_| first);
        let failed: Vec<Value> =
            failed.map(|it| json!({"itemIdentifier": it["messageId"]})).collect();
        Ok(json!({"batchItemFailures": failed}))
    });
    let queue = lambda.queue("q.fifo").content_based_deduplication();
    function.on(&queue).batch_size(3).report_batch_item_failures().create();
    for n in 0..5 {
        queue.message(format!("a{n}")).group("a").send();
    }
    let again = queue.message("a0").group("a").send();
    lambda.until_idle().await;
    assert_eq!(
        bodies(&events.borrow()),
        [vec!["a0", "a1", "a2"], vec!["a1", "a2", "a3"], vec!["a4"]]
    );
    assert_eq!(events.borrow()[0]["Records"][0]["messageId"], again);
    assert_eq!(lambda.elapsed(), 30 * SECOND);
}

/// "Starts with 5 concurrent invocations, +300 per minute to 1,250 per mapping"; `MaximumConcurrency`.
#[lambda_test::test]
async fn batches_in_flight_become_more_while_messages_wait() {
    let lambda = Lambda::new();
    let app = async |_: Value| {
        tokio::time::sleep(2 * SECOND).await;
        Ok::<_, Error>(())
    };
    lambda.metrics();
    let function = lambda.function("f", Runtime::new(app)).create();
    let limited = lambda.function("limited", Runtime::new(app)).create();
    let (queue, other) = (lambda.queue("q"), lambda.queue("other"));
    (0..200).for_each(|n| drop((queue.send(n.to_string()), other.send(n.to_string()))));
    function.on(&queue).batch_size(1).create();
    limited.on(&other).batch_size(1).maximum_concurrency(3).create();
    lambda.advance(Duration::from_millis(100)).await;
    let concurrent = |name: &str| lambda.metrics().function(name).concurrent_executions;
    assert_eq!((concurrent("f"), concurrent("limited")), (5, 3));
    lambda.until_idle().await;
    assert!((20..80).contains(&concurrent("f")), "{}", concurrent("f"));
    assert_eq!(concurrent("limited"), 3);
}

/// A mapping that is changed has no more batches in flight than it may: those before the change count too.
#[lambda_test::test]
async fn a_mapping_that_is_changed_keeps_its_concurrency() {
    let lambda = Lambda::new();
    lambda.metrics();
    let app = async |_: Value| {
        tokio::time::sleep(2 * SECOND).await;
        Ok::<_, Error>(())
    };
    let function = lambda.function("f", Runtime::new(app)).create();
    let queue = lambda.queue("q");
    (0..8).for_each(|n| drop(queue.send(n.to_string())));
    let mapping = function.on(&queue).batch_size(1).maximum_concurrency(2).create();
    for _ in 0..3 {
        lambda.advance(SECOND).await;
        mapping.update(|mapping| mapping);
    }
    lambda.until_idle().await;
    assert_eq!(lambda.metrics().function("f").concurrent_executions, 2);
    assert_eq!((queue.deleted(), lambda.elapsed()), (8, 8 * SECOND));
}

/// "Throttle: back-off; messages return to the queue."
#[lambda_test::test]
async fn messages_that_are_throttled_return() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", nothing);
    function.reserved_concurrency(0);
    let queue = lambda.queue("q");
    function.on(&queue).create();
    queue.send("1");
    lambda.advance(SECOND).await;
    assert_eq!((queue.in_flight(), events.borrow().len()), (1, 0));
    function.without_reserved_concurrency();
    lambda.until_idle().await;
    assert_eq!((events.borrow().len(), lambda.elapsed()), (1, 30 * SECOND));
    assert_eq!(events.borrow()[0]["Records"][0]["attributes"]["ApproximateReceiveCount"], "2");
}

/// "The function timeout must not be over the queue's visibility timeout (checked at creation)."
#[lambda_test::test]
async fn a_function_that_may_take_longer_than_the_visibility_timeout_is_refused() {
    let lambda = Lambda::new();
    let app = Runtime::new(async |_: Value| Ok::<_, Error>(()));
    let function = lambda.function("f", app).timeout(31 * SECOND).create();
    let error = function.on(&lambda.queue("q")).try_create().expect_err("it is refused");
    assert_eq!(
        error.message,
        "Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds"
    );
    assert_eq!(error.error_type, "InvalidParameterValueException");
}

/// A trace header travels with a message to the function, and from there on.
#[lambda_test::test]
async fn a_trace_travels_with_a_message() {
    let lambda = Lambda::new();
    let (first, second) = (lambda.queue("first"), lambda.queue("second"));
    let sends = second.clone();
    let app = move || {
        let sends = sends.clone();
        Runtime::new(async move |_: Value, context: lambda_runtime::Context| {
            let trace = context.xray_trace_id.clone().expect("a trace");
            sends.message("2").trace_header(trace).send();
            Ok::<_, Error>(())
        })
    };
    let function = lambda.function("f", app).create();
    let (reader, events) = keeping(&lambda, "reader", nothing);
    function.on(&first).create();
    reader.on(&second).create();
    let root = "1-5759e988-bd862e3fe1be46a994272793";
    first.message("1").trace_header(format!("Root={root};Sampled=1")).send();
    lambda.until_idle().await;
    let header = events.borrow()[0]["Records"][0]["attributes"]["AWSTraceHeader"].clone();
    let header = header.as_str().expect("a header");
    assert!(header.starts_with(&format!("Root={root};")), "{header}");
    assert!(header.contains("Lineage="), "{header}");
}

/// Disabled, a mapping reads nothing; enabled again, it reads what waits; deleted, it is gone.
#[lambda_test::test]
async fn a_mapping_is_disabled_enabled_updated_and_deleted() {
    let lambda = Lambda::new().state_changes_take(5 * SECOND);
    let (function, events) = keeping(&lambda, "f", nothing);
    lambda.advance(5 * SECOND).await;
    let queue = lambda.queue("q");
    let mapping = function.on(&queue).create();
    assert_eq!(mapping.state(), MappingState::Creating);
    queue.send("1");
    lambda.until_idle().await;
    assert_eq!((mapping.state(), lambda.elapsed()), (MappingState::Enabled, 10 * SECOND));
    mapping.disable();
    assert_eq!(mapping.state(), MappingState::Disabling);
    lambda.until_idle().await;
    assert_eq!(mapping.state(), MappingState::Disabled);
    queue.send("2");
    lambda.until_idle().await;
    assert_eq!((events.borrow().len(), queue.visible()), (1, 1));
    mapping.update(|mapping| mapping.batch_size(1));
    assert_eq!(mapping.state(), MappingState::Updating);
    mapping.enable();
    lambda.until_idle().await;
    assert_eq!((mapping.state(), events.borrow().len()), (MappingState::Enabled, 2));
    let error = mapping.try_update(|mapping| mapping.batch_size(0)).expect_err("it is refused");
    assert!(error.message.contains("'batchSize'"), "{}", error.message);
    mapping.delete();
    queue.send("3");
    lambda.until_idle().await;
    lambda.advance(60 * SECOND).await;
    assert_eq!((mapping.state(), queue.visible()), (MappingState::Deleting, 1));
    function.on(&queue).create();
    lambda.until_idle().await;
    assert_eq!(events.borrow().len(), 3);
}

/// Each message has a retention, a delay, and a size that the queue takes.
#[lambda_test::test]
async fn a_queue_keeps_its_rules() {
    let lambda = Lambda::new();
    let queue = lambda.queue("q").delay(5 * SECOND).retention(60 * SECOND);
    queue.send("1");
    queue.message("2").delay(Duration::ZERO).send();
    assert_eq!((queue.delayed(), queue.visible()), (1, 1));
    lambda.advance(5 * SECOND).await;
    assert_eq!((queue.delayed(), queue.visible()), (0, 2));
    lambda.advance(55 * SECOND).await;
    assert_eq!(queue.messages().len(), 0);
    let large = queue.message("x".repeat(1024 * 1024 + 1)).try_send().expect_err("it is refused");
    assert_eq!(
        large.message,
        "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes."
    );
    let control = queue.message("a\u{1}").try_send().expect_err("it is refused");
    assert_eq!(control.message, "The message contains characters outside the allowed set.");
    assert!(queue.message("\ta\r\n\u{10ffff}").try_send().is_ok());
    let fifo = lambda.queue("q.fifo");
    let error = fifo.message("1").try_send().expect_err("it is refused");
    assert_eq!(error.message, "The request must contain the parameter MessageGroupId.");
    let error = fifo.message("1").group("a").try_send().expect_err("it is refused");
    assert!(error.message.contains("ContentBasedDeduplication"), "{}", error.message);
    fifo.message("1").group("a").deduplication_id("x").send();
    let first = fifo.message("2").group("a").deduplication_id("x").send();
    assert_eq!(fifo.messages()[0].id.as_deref(), Some(&*first));
    lambda.advance(300 * SECOND).await;
    fifo.message("2").group("a").deduplication_id("x").send();
    assert_eq!(fifo.messages().len(), 2);
    let received = fifo.receive(10);
    assert_eq!((received.len(), fifo.visible()), (2, 0));
    received[0].change_visibility(Duration::ZERO);
    assert!(received[1].delete());
    assert_eq!((fifo.visible(), fifo.receive(10).len()), (1, 1));
    assert!(!received[0].delete(), "it was received again");
    fifo.purge();
    assert_eq!(fifo.messages(), []);
}

/// "For standard queues the expiration is based on the original time of sending; for FIFO queues it is reset when the
/// message is moved."
#[lambda_test::test]
async fn the_age_of_a_dead_message_begins_anew_in_a_fifo_queue_alone() {
    let lambda = Lambda::new();
    for (suffix, left) in [("", 0), (".fifo", 1)] {
        let dead = lambda.queue(&format!("dead{suffix}")).retention(100 * SECOND);
        let queue = lambda.queue(&format!("q{suffix}")).redrive(&dead, 1);
        queue.message("1").group("g").deduplication_id("1").send();
        for wait in [60, 60] {
            drop(queue.receive(1));
            lambda.advance(wait * SECOND).await;
        }
        assert_eq!(queue.messages().len(), 0);
        assert_eq!(dead.messages().len(), left, "{suffix}");
    }
}

/// "Standard queues deliver at least once", and so do streams: a batch that was handled comes once more.
#[lambda_test::test]
async fn a_batch_is_delivered_at_least_once() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", nothing);
    let (queue, stream) = (lambda.queue("q"), lambda.stream("s"));
    function.on(&queue).create();
    let position = lambda_test::StartingPosition::TrimHorizon;
    let mapping = function.on(&stream).starting_position(position).create();
    function.fail_next(2, lambda_test::Fault::Duplicate);
    queue.send("1");
    stream.put("key", "");
    lambda.until_idle().await;
    assert_eq!((events.borrow().len(), queue.deleted(), mapping.lag()), (4, 1, 0));
    assert_eq!(lambda.elapsed(), 30 * SECOND);
}

/// A service with mappings ends with its handles, as any other does.
#[lambda_test::test]
async fn a_mapping_keeps_no_service() {
    let alive = std::rc::Rc::new(());
    {
        let lambda = Lambda::new();
        let held = alive.clone();
        let app = move || {
            let held = held.clone();
            Runtime::new(async move |_: Value| {
                let _ = &held;
                Ok::<_, Error>(())
            })
        };
        let function = lambda.function("f", app).create();
        let (queue, stream, table) = (lambda.queue("q"), lambda.stream("s"), lambda.table("t"));
        let position = lambda_test::StartingPosition::TrimHorizon;
        function.on(&queue).create();
        function.on(&stream).starting_position(position).create();
        let mapping = function.on(&table).starting_position(position).create();
        queue.send("1");
        stream.put("key", "1");
        table.put(&json!({"id": {"S": "1"}}));
        lambda.until_idle().await;
        assert_eq!((queue.deleted(), mapping.lag()), (1, 0));
        queue.send("2");
    }
    tokio::task::yield_now().await;
    assert_eq!(std::rc::Rc::strong_count(&alive), 1);
}
