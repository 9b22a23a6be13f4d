//! Streams and tables that invoke functions, rule by rule.
//!
//! Source: AWS Lambda developer guide, "Using Lambda to process records from Amazon Kinesis Data Streams" and "Using AWS
//! Lambda with Amazon DynamoDB".

use std::{cell::Cell, rc::Rc, time::Duration};

use lambda_events::dynamodb::DynamoDbView;
use lambda_runtime::Error;
use lambda_test::{Lambda, RecordKind, SourceEvent, StartingPosition};
use serde_json::{Value, json};

use super::{fails, keeping, keys, nothing, of_records};

const TRIM: StartingPosition = StartingPosition::TrimHorizon;
const SECOND: Duration = Duration::from_secs(1);

/// What happened between a source and its function, from one event to the next.
fn events_of(lambda: &Lambda) -> Vec<String> {
    let of = |record: &lambda_test::Record| match &record.kind {
        RecordKind::Source { event, .. } => Some(format!("{} {event}", record.at.as_millis())),
        _ => None,
    };
    lambda.timeline().iter().filter_map(of).collect()
}

/// "`TRIM_HORIZON`, `LATEST`, `AT_TIMESTAMP`."
#[lambda_test::test]
async fn a_stream_is_read_from_its_starting_position_on() {
    let lambda = Lambda::new();
    let stream = lambda.stream("s");
    stream.put("0", "");
    lambda.advance(10 * SECOND).await;
    stream.put("10", "");
    let check = async |name: &str, position, expected: &[&str]| {
        let (function, events) = keeping(&lambda, name, nothing);
        let mapping = function.on(&stream).starting_position(position).create();
        lambda.until_idle().await;
        assert_eq!(keys(&events.borrow()).concat(), expected, "{name}");
        mapping.delete();
        lambda.until_idle().await;
        events
    };
    check("trim", TRIM, &["0", "10"]).await;
    check("latest", StartingPosition::Latest, &[]).await;
    check("at", StartingPosition::AtTimestamp(5 * SECOND), &["10"]).await;
    let (function, events) = keeping(&lambda, "f", nothing);
    function.on(&stream).starting_position(StartingPosition::Latest).create();
    stream.put("new", "");
    lambda.until_idle().await;
    assert_eq!(keys(&events.borrow()), [["new"]]);
}

/// "Lambda polls each shard once a second, of a DynamoDB stream four times."
#[lambda_test::test]
async fn a_shard_is_read_once_a_second() {
    let lambda = Lambda::new();
    lambda.metrics();
    let (function, events) = keeping(&lambda, "f", nothing);
    let (stream, table) = (lambda.stream("s"), lambda.table("t"));
    function.on(&stream).starting_position(TRIM).create();
    function.on(&table).starting_position(TRIM).create();
    stream.put("0", "");
    table.put(&json!({"id": {"S": "0"}}));
    lambda.until_idle().await;
    assert_eq!((events.borrow().len(), lambda.elapsed()), (2, Duration::ZERO));
    lambda.advance(Duration::from_millis(100)).await;
    table.put(&json!({"id": {"S": "1"}}));
    lambda.until_idle().await;
    assert_eq!(lambda.elapsed(), Duration::from_millis(250));
    stream.put("1", "");
    lambda.until_idle().await;
    assert_eq!(lambda.elapsed(), SECOND);
    lambda.advance(Duration::from_millis(5500)).await;
    stream.put("2", "");
    lambda.until_idle().await;
    assert_eq!(lambda.elapsed(), 7 * SECOND);
    // `IteratorAge`.
    let ages = lambda.metrics().function("f").iterator_ages;
    let ages: Vec<u128> = ages.iter().map(Duration::as_millis).collect();
    assert_eq!(ages, [0, 0, 150, 750, 500]);
}

/// "A failing batch blocks its shard until success, retries or age used up; then the shard moves on." Other shards do not
/// wait.
#[lambda_test::test]
async fn a_batch_that_fails_blocks_its_shard() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |event| {
        if event["Records"][0]["kinesis"]["partitionKey"] == "bad" {
            fails(event)
        } else {
            nothing(event)
        }
    });
    let stream = lambda.stream("s").shards(2);
    // Some of the others belong to the shard of "bad".
    for key in ["bad", "good 1", "good 2", "good 3", "good 4"] {
        stream.put(key, "");
    }
    let mapping = function.on(&stream).starting_position(TRIM).batch_size(1);
    let mapping = mapping.maximum_retry_attempts(2).create();
    lambda.until_idle().await;
    let events = events.borrow();
    let shard =
        |event: &Value| event["Records"][0]["eventID"].as_str().map(|id| id[..20].to_owned());
    let seen: Vec<_> = keys(&events).concat().into_iter().zip(events.iter().map(shard)).collect();
    let of_bad = seen.iter().find(|(key, _)| *key == "bad").expect("it is there").1.clone();
    let (same, other): (Vec<_>, Vec<_>) =
        seen.iter().enumerate().partition(|(_, (_, shard))| *shard == of_bad);
    let same: Vec<&str> = same.iter().map(|(_, (key, _))| *key).collect();
    assert_eq!(same[..3], ["bad"; 3]);
    assert!(3 < same.len() && !other.is_empty(), "{seen:?}");
    assert!(other.iter().all(|(place, _)| *place < 5), "it does not wait: {seen:?}");
    assert_eq!((mapping.lag(), lambda.elapsed()), (0, 3 * SECOND));
}

/// "Throttles are retried without counting."
#[lambda_test::test]
async fn throttles_do_not_count_as_retries() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", fails);
    let (stream, failed) = (lambda.stream("s"), lambda.queue("failed"));
    function.fail_next(3, lambda_test::Fault::Throttle);
    stream.put("key", "");
    let mapping = function.on(&stream).starting_position(TRIM).maximum_retry_attempts(1);
    let mapping = mapping.on_failure(&failed).create();
    lambda.until_idle().await;
    assert_eq!(events.borrow().len(), 2);
    let record: Value = failed.messages()[0].json()?;
    assert_eq!(record["requestContext"]["approximateInvokeCount"], 2);
    assert_eq!(mapping.last_processing_result(), "PROBLEM: Function call failed");
}

/// "A record that expired before it was read first still has an invoke count of 1": it belongs to no invocation before it.
#[lambda_test::test]
async fn a_record_that_was_never_tried_is_discarded_for_its_age() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", fails);
    let (stream, failed) = (lambda.stream("s"), lambda.queue("failed"));
    let mapping = function.on(&stream).starting_position(TRIM).batch_size(1);
    let mapping = mapping.maximum_record_age(60 * SECOND).on_failure(&failed).create();
    stream.put("tried", "");
    stream.put("behind", "");
    lambda.until_idle().await;
    assert!(events.borrow().iter().all(|event| keys(std::slice::from_ref(event)) == [["tried"]]));
    let records: Vec<Value> = failed.messages().iter().map(|it| it.json().expect("JSON")).collect();
    let of = |record: &Value, name: &str| record["requestContext"][name].clone();
    let counts: Vec<Value> = records.iter().map(|it| of(it, "approximateInvokeCount")).collect();
    assert_eq!(counts, [events.borrow().len(), 1]);
    assert!(records.iter().all(|it| of(it, "condition") == "RecordAgeExceeded"));
    assert_ne!(of(&records[0], "requestId"), of(&records[1], "requestId"));
    assert_eq!(mapping.lag(), 0);
}

/// "Splitting does not use up retry attempts"; the half that works is done, the record that fails is alone in the end.
#[lambda_test::test]
async fn a_batch_is_bisected_until_the_record_that_fails_is_alone() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |event| {
        let records = event["Records"].as_array().expect("records");
        let bad = records.iter().any(|it| it["kinesis"]["partitionKey"] == "6");
        if bad { fails(event) } else { nothing(event) }
    });
    let (stream, failed) = (lambda.stream("s"), lambda.queue("failed"));
    (0..8).for_each(|n| drop(stream.put(&n.to_string(), "")));
    let mapping = function.on(&stream).starting_position(TRIM).maximum_retry_attempts(0);
    mapping.bisect_batch_on_function_error().on_failure(&failed).create();
    lambda.until_idle().await;
    let sizes: Vec<usize> = keys(&events.borrow()).iter().map(Vec::len).collect();
    assert_eq!(sizes, [8, 4, 4, 2, 2, 1, 1]);
    let record: Value = failed.messages()[0].json()?;
    assert_eq!(record["KinesisBatchInfo"]["batchSize"], 1);
    assert_eq!(failed.messages().len(), 1);
    let bisected = events_of(&lambda).into_iter().filter(|it| it.contains("bisected"));
    assert_eq!(
        bisected.collect::<Vec<_>>(),
        [
            "0 shardId-000000000000: bisected into 4 and 4",
            "0 shardId-000000000000: bisected into 2 and 2",
            "0 shardId-000000000000: bisected into 1 and 1",
        ]
    );
}

/// "Stream retry with partial failure plus bisect: batch is split at the reported checkpoint and only the rest is retried."
#[lambda_test::test]
async fn only_what_is_behind_the_checkpoint_is_bisected() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |event| {
        let records = event["Records"].as_array().expect("records").iter();
        let bad = records.filter(|it| it["kinesis"]["partitionKey"] == "2");
        let bad = bad.map(|it| json!({"itemIdentifier": it["kinesis"]["sequenceNumber"]}));
        Ok(json!({"batchItemFailures": bad.collect::<Vec<_>>()}))
    });
    let stream = lambda.stream("s");
    (0..6).for_each(|n| drop(stream.put(&n.to_string(), "")));
    let mapping = function.on(&stream).starting_position(TRIM).maximum_retry_attempts(0);
    mapping.report_batch_item_failures().bisect_batch_on_function_error().create();
    lambda.until_idle().await;
    assert_eq!(
        keys(&events.borrow()),
        [
            vec!["0", "1", "2", "3", "4", "5"],
            vec!["2", "3", "4", "5"],
            vec!["2", "3"],
            vec!["2"],
            vec!["3"],
            vec!["4", "5"]
        ]
    );
}

/// "`ParallelizationFactor`: concurrent batches per shard, order kept per partition key."
#[lambda_test::test]
async fn batches_of_a_shard_run_side_by_side() {
    let lambda = Lambda::new();
    lambda.metrics();
    let order = Rc::new(std::cell::RefCell::new(Vec::new()));
    let kept = order.clone();
    let app = move || {
        let kept = kept.clone();
        lambda_runtime::Runtime::new(async move |event: Value| {
            tokio::time::sleep(SECOND).await;
            kept.borrow_mut().extend(event["Records"].as_array().expect("records").iter().map(
                |it| {
                    it["kinesis"]["partitionKey"].as_str().expect("a key").to_owned()
                        + it["kinesis"]["data"].as_str().expect("data")
                },
            ));
            Ok::<_, Error>(())
        })
    };
    let function = lambda.function("f", app).create();
    let stream = lambda.stream("s");
    for n in 0..3 {
        (0..20).for_each(|key| drop(stream.put(&format!("key-{key}-"), n.to_string())));
    }
    function.on(&stream).starting_position(TRIM).parallelization_factor(10).batch_size(1).create();
    lambda.until_idle().await;
    let most = lambda.metrics().function("f").concurrent_executions;
    assert!((5..=10).contains(&most), "{most}");
    let order = order.borrow();
    assert_eq!(order.len(), 60);
    for key in 0..20 {
        let name = format!("key-{key}-");
        let of_key: Vec<&str> = order.iter().filter_map(|it| it.strip_prefix(&name)).collect();
        assert_eq!(of_key, ["MA==", "MQ==", "Mg=="], "{name}");
    }
}

/// "A shard is read once those that it was made of are": a split, and a merge.
#[lambda_test::test]
async fn the_shards_that_another_was_made_of_are_read_first() {
    let lambda = Lambda::new();
    let first = Rc::new(Cell::new(true));
    let (function, events) =
        keeping(
            &lambda,
            "f",
            move |event| {
                if first.replace(false) { fails(event) } else { nothing(event) }
            },
        );
    let stream = lambda.stream("s");
    let put = |name: &str| (0..4).for_each(|n| drop(stream.put(&format!("{name} {n}"), "")));
    put("one");
    stream.split("shardId-000000000000");
    assert_eq!(stream.shard_ids(), ["shardId-000000000001", "shardId-000000000002"]);
    put("two");
    stream.merge("shardId-000000000001", "shardId-000000000002");
    put("three");
    assert_eq!(stream.shard_ids(), ["shardId-000000000003"]);
    let mapping = function.on(&stream).starting_position(TRIM).create();
    lambda.until_idle().await;
    let order: Vec<String> = keys(&events.borrow())
        .concat()
        .iter()
        .map(|it| it.split(' ').next().expect("a word").to_owned())
        .collect();
    let mut once = order.clone();
    once.dedup();
    assert_eq!(
        (once, order.len(), mapping.lag()),
        (vec!["one".to_owned(), "two".to_owned(), "three".to_owned()], 16, 0)
    );
}

/// "Filtered: streams: iterator moves on"; Kinesis data is decoded before; the members of a record are filtered too.
#[lambda_test::test]
async fn a_stream_moves_on_behind_what_is_filtered_out() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", nothing);
    let stream = lambda.stream("s");
    let mapping = function.on(&stream).starting_position(TRIM);
    let mapping = mapping.filter(&json!({"data": {"n": [7]}, "partitionKey": ["a"]})).create();
    stream.put("a", r#"{"n": 7}"#);
    stream.put("a", r#"{"n": 8}"#);
    stream.put("b", r#"{"n": 7}"#);
    stream.put("a", "plain text");
    lambda.until_idle().await;
    assert_eq!((keys(&events.borrow()), mapping.lag()), (vec![vec!["a"]], 0));
}

/// "The event gets `window`, `state`, `shardId`, `isFinalInvokeForWindow`, `isWindowTerminatedEarly`." The state goes from one
/// invocation to the next; the final one may have no records.
#[lambda_test::test]
async fn the_batches_of_a_window_share_a_state() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |event| {
        let count = event["Records"].as_array().map_or(0, Vec::len) as u64;
        let before = event["state"]["count"].as_u64().unwrap_or_default();
        Ok(json!({"state": {"count": before + count}}))
    });
    let stream = lambda.stream("s");
    let mapping = function.on(&stream).starting_position(TRIM).batch_size(2);
    mapping.tumbling_window(30 * SECOND).create();
    (0..3).for_each(|n| drop(stream.put(&n.to_string(), "")));
    lambda.advance(31 * SECOND).await;
    stream.put("later", "");
    lambda.until_idle().await;
    let events = events.borrow();
    let of = |event: &Value| {
        (
            event["Records"].as_array().map_or(0, Vec::len),
            event["state"].to_string(),
            event["isFinalInvokeForWindow"] == true,
            event["window"]["start"].as_str().expect("a time").to_owned(),
        )
    };
    let seen: Vec<_> = events.iter().map(of).collect();
    let (first, second) = ("2026-01-01T00:00:00Z", "2026-01-01T00:00:30Z");
    let expected = [
        (2, "{}", false, first),
        (1, r#"{"count":2}"#, false, first),
        (0, r#"{"count":3}"#, true, first),
        (1, "{}", false, second),
        (0, r#"{"count":1}"#, true, second),
    ];
    let expected =
        expected.map(|(count, state, last, at)| (count, state.to_owned(), last, at.to_owned()));
    assert_eq!(seen, expected);
    assert_eq!(events[0]["window"]["end"], second);
    assert!(events.iter().all(|event| event["shardId"] == "shardId-000000000000"));
    assert_eq!(events[0]["eventSourceARN"], stream.arn());
    assert_eq!(events[0]["isWindowTerminatedEarly"], false);
    // "Up to 2 minutes of waiting if no records arrive."
    assert_eq!(lambda.elapsed(), (60 + 120) * SECOND);
}

/// A window whose batch fails in part, or is bisected, has the state of what came before it in the window.
#[lambda_test::test]
async fn a_window_keeps_its_state_when_a_batch_fails_in_part() {
    let lambda = Lambda::new();
    let check = async |name: &str, reports: bool, expected: &[(usize, u64)]| {
        let first = Cell::new(true);
        let (function, events) = keeping(&lambda, name, move |event| {
            let records = event["Records"].as_array().expect("records");
            let fails = records.len() == 4 && first.replace(false);
            let handled = if fails { 2 } else { records.len() as u64 };
            let count = event["state"]["count"].as_u64().unwrap_or_default() + handled;
            let failed = fails.then(|| records[2]["kinesis"]["sequenceNumber"].clone());
            let failed = failed.into_iter().map(|number| json!({"itemIdentifier": number}));
            match fails && !reports {
                true => Err("it fails".into()),
                false => Ok(
                    json!({"state": {"count": count}, "batchItemFailures": failed.collect::<Vec<_>>()}),
                ),
            }
        });
        let stream = lambda.stream(name);
        (0..4).for_each(|n| drop(stream.put(&n.to_string(), "")));
        let mapping = function.on(&stream).starting_position(TRIM).tumbling_window(10 * SECOND);
        let mapping = mapping.bisect_batch_on_function_error();
        let mapping = if reports { mapping.report_batch_item_failures() } else { mapping };
        mapping.create();
        lambda.until_idle().await;
        let events = events.borrow();
        let seen = events.iter().map(|event| {
            let count = event["state"]["count"].as_u64().unwrap_or_default();
            (event["Records"].as_array().map_or(0, Vec::len), count)
        });
        assert_eq!(seen.collect::<Vec<_>>(), expected, "{name}");
    };
    check("partly", true, &[(4, 0), (2, 2), (0, 4)]).await;
    check("bisected", false, &[(4, 0), (2, 0), (2, 2), (0, 4)]).await;
}

/// "Missing state is a failure"; "state of at most 1 MB, more: the window closes early".
#[lambda_test::test]
async fn a_window_needs_a_state_of_at_most_one_megabyte() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", nothing);
    let (table, failed) = (lambda.table("t"), lambda.queue("failed"));
    table.put(&json!({"id": {"S": "0"}}));
    let mapping = function.on(&table).starting_position(TRIM).maximum_retry_attempts(1);
    mapping.tumbling_window(10 * SECOND).on_failure(&failed).create();
    lambda.until_idle().await;
    assert_eq!((failed.messages().len(), events.borrow()[0]["state"].clone()), (1, json!({})));

    let (function, events) =
        keeping(&lambda, "large", |_| Ok(json!({"state": {"text": "x".repeat(1024 * 1024)}})));
    let stream = lambda.stream("s");
    (0..2).for_each(|n| drop(stream.put(&n.to_string(), "")));
    let mapping = function.on(&stream).starting_position(TRIM).batch_size(1);
    mapping.tumbling_window(900 * SECOND).create();
    lambda.until_idle().await;
    let early: Vec<bool> =
        events.borrow().iter().map(|it| it["isWindowTerminatedEarly"] == true).collect();
    assert_eq!(early, [false, true, false, true]);
}

/// "As long as the stream keeps records", which are gone after its retention.
#[lambda_test::test]
async fn a_stream_forgets_what_is_too_old() {
    let lambda = Lambda::new();
    let stream = lambda.stream("s").retention(Duration::from_secs(48 * 3600));
    stream.put("key", "");
    lambda.advance(Duration::from_secs(47 * 3600)).await;
    assert_eq!(stream.len(), 1);
    lambda.advance(Duration::from_secs(3600)).await;
    assert!(stream.is_empty());
    let (function, events) = keeping(&lambda, "f", nothing);
    function.on(&stream).starting_position(TRIM).create();
    stream.put("new", "");
    lambda.until_idle().await;
    assert_eq!(keys(&events.borrow()), [["new"]]);
}

/// A mapping that is enabled again reads on from where it stopped.
#[lambda_test::test]
async fn a_stream_is_read_on_from_its_checkpoint() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", nothing);
    let stream = lambda.stream("s");
    let mapping = function.on(&stream).starting_position(TRIM).create();
    stream.put("1", "");
    lambda.until_idle().await;
    mapping.disable();
    let second = stream.put("2", "");
    lambda.until_idle().await;
    let shard = "shardId-000000000000";
    assert_eq!(mapping.lag(), 1);
    assert_eq!(mapping.checkpoint(shard).map(|it| it < second), Some(true));
    assert_eq!(mapping.checkpoint("unknown"), None);
    mapping.enable();
    lambda.until_idle().await;
    assert_eq!((keys(&events.borrow()), mapping.lag()), (vec![vec!["1"], vec!["2"]], 0));
    assert_eq!(mapping.checkpoint(shard), Some(second));
}

/// `INSERT`, `MODIFY`, `REMOVE`, with the images of the view; "TTL deletes: type `Service`, principal
/// `dynamodb.amazonaws.com`".
#[lambda_test::test]
async fn a_change_has_the_images_of_its_view() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", nothing);
    let table = lambda.table("t").sort_key("at").time_to_live("expires");
    function.on(&table).starting_position(TRIM).create();
    let item = |total: &str| json!({"id": {"S": "7"}, "at": {"N": "1"}, "total": {"N": total}, "expires": {"N": "1767225660"}});
    let key = json!({"id": {"S": "7"}, "at": {"N": "1"}});
    table.put(&item("1"));
    table.put(&item("2"));
    assert_eq!(table.get(&key).map(|item| item["total"]["N"].clone()), Some(json!("2")));
    lambda.advance(61 * SECOND).await;
    lambda.until_idle().await;
    assert_eq!((table.len(), table.get(&key)), (0, None));
    let events = events.borrow().clone();
    let records: Vec<&Value> =
        events.iter().flat_map(|event| event["Records"].as_array().expect("records")).collect();
    let seen = records.iter().map(|it| {
        let image = |name: &str| it["dynamodb"][name]["total"]["N"].clone();
        (it["eventName"].clone(), image("OldImage"), image("NewImage"))
    });
    let (one, two, none) = (json!("1"), json!("2"), json!(null));
    assert_eq!(
        seen.collect::<Vec<_>>(),
        [
            (json!("INSERT"), none.clone(), one.clone()),
            (json!("MODIFY"), one, two.clone()),
            (json!("REMOVE"), two, none),
        ]
    );
    assert_eq!(records[0]["dynamodb"]["Keys"], key);
    assert_eq!(records[0]["userIdentity"], json!(null));
    let identity = json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"});
    assert_eq!(records[2]["userIdentity"], identity);

    let table = lambda.table("keys").stream_view(DynamoDbView::KeysOnly);
    let (function, events) = keeping(&lambda, "g", nothing);
    function.on(&table).starting_position(TRIM).create();
    table.put(&json!({"id": {"S": "7"}, "total": {"N": "1"}}));
    table.delete(&json!({"id": {"S": "7"}}));
    lambda.until_idle().await;
    let events = events.borrow();
    let change = &events[0]["Records"][0]["dynamodb"];
    assert_eq!((change.get("NewImage"), change.get("OldImage")), (None, None));
    let names = of_records(&events, |it| it["eventName"].as_str().expect("a name"));
    assert_eq!(names.concat(), ["INSERT", "REMOVE"]);
}

/// Polls, checkpoints, retries and what is discarded are in the timeline.
#[lambda_test::test]
async fn what_happens_to_a_stream_is_recorded() {
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", |event| {
        if event["Records"][0]["kinesis"]["partitionKey"] == "bad" {
            fails(event)
        } else {
            nothing(event)
        }
    });
    let stream = lambda.stream("s");
    for key in ["good", "bad"] {
        stream.put(key, "");
    }
    let mapping = function.on(&stream).starting_position(TRIM).batch_size(1);
    mapping.maximum_retry_attempts(1).create();
    lambda.until_idle().await;
    let good = "49600000000000000000000000000000000000000000000000000001";
    let bad = "49600000000000000000000000000000000000000000000000000002";
    assert_eq!(
        events_of(&lambda),
        [
            "0 mapping: Creating",
            "0 mapping: Enabled",
            "0 2 received",
            "0 batch of 1, 0 ms old",
            &*format!("0 shardId-000000000000: checkpoint {good}"),
            "0 batch of 1, 0 ms old",
            "0 shardId-000000000000: tried again after 1000 ms",
            "1000 batch of 1, 1000 ms old",
            "1000 shardId-000000000000: 1 discarded: RetryAttemptsExhausted",
            &*format!("1000 shardId-000000000000: checkpoint {bad}"),
        ]
    );
    let ages = lambda.timeline();
    let ages = ages.iter().filter_map(|record| match &record.kind {
        RecordKind::Source { event: SourceEvent::BatchSent { age, .. }, .. } => Some(*age),
        _ => None,
    });
    assert_eq!(ages.max(), Some(SECOND));
}
