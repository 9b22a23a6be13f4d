//! Topics that invoke functions, rule by rule.
//!
//! Source: AWS Lambda developer guide, "Using Lambda with Amazon MSK" and "Using Lambda with self-managed Apache Kafka".

use std::time::Duration;

use lambda_test::{Lambda, Lint, StartingPosition};
use serde_json::{Value, json};

use super::{fails, keeping, nothing};

const TRIM: StartingPosition = StartingPosition::TrimHorizon;

/// The partitions and offsets of the records of each event.
fn offsets(events: &[Value]) -> Vec<Vec<String>> {
    let of_event = |event: &Value| {
        let partitions = event["records"].as_object().expect("records").iter();
        let records = partitions.flat_map(|(name, records)| {
            let records = records.as_array().expect("records").iter();
            records.map(move |record| format!("{name}:{}", record["offset"]))
        });
        records.collect()
    };
    events.iter().map(of_event).collect()
}

/// The members of an event; "default window 500 ms".
#[lambda_test::test]
async fn a_batch_of_a_topic_has_its_records_by_partition() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", nothing);
    let cluster = lambda.kafka("shop");
    let topic = cluster.topic("orders").partitions(2);
    let mapping = function.on(&topic).starting_position(TRIM).create();
    topic.record("hello").key("ada").header("trace", "1").partition(0).send();
    topic.record("").tombstone().key("ada").partition(1).send();
    lambda.until_idle().await;
    assert_eq!((lambda.elapsed(), mapping.lag()), (Duration::from_millis(500), 0));
    let event = &events.borrow()[0].clone();
    let servers = "b-1.shop.c1.kafka.us-east-1.amazonaws.com:9092,b-2.shop.c1.kafka.us-east-1.amazonaws.com:9092";
    assert_eq!(
        *event,
        json!({
            "eventSource": "aws:kafka",
            "eventSourceArn": cluster.arn(),
            "bootstrapServers": servers,
            "records": {
                "orders-0": [{
                    "topic": "orders", "partition": 0, "offset": 0, "timestamp": 1_767_225_600_000_u64,
                    "timestampType": "CREATE_TIME", "key": "YWRh", "value": "aGVsbG8=",
                    "headers": [{"trace": [49]}],
                }],
                "orders-1": [{
                    "topic": "orders", "partition": 1, "offset": 0, "timestamp": 1_767_225_600_000_u64,
                    "timestampType": "CREATE_TIME", "key": "YWRh", "headers": [],
                }],
            },
        })
    );
    let own = lambda.self_managed_kafka("kafka:9092").topic("orders");
    let (function, events) = keeping(&lambda, "g", nothing);
    function.on(&own).starting_position(TRIM).create();
    own.produce(None, "hello");
    lambda.until_idle().await;
    let event = &events.borrow()[0];
    assert_eq!(event["eventSource"], "SelfManagedKafka");
    assert_eq!(
        (event["bootstrapServers"].as_str(), event.get("eventSourceArn")),
        (Some("kafka:9092"), None)
    );
}

/// A key has its partition; records without one take turns.
#[lambda_test::test]
async fn a_key_has_its_partition() {
    let lambda = Lambda::new();
    let topic = lambda.kafka("c").topic("t").partitions(3);
    for _ in 0..4 {
        topic.produce(Some("ada"), "1");
    }
    let ends: Vec<i64> = (0..3).map(|partition| topic.end_offset(partition)).collect();
    assert_eq!((ends.iter().sum::<i64>(), ends.iter().max()), (4, Some(&4)));
    for _ in 0..3 {
        topic.produce(None, "2");
    }
    let after: Vec<i64> = (0..3).map(|partition| topic.end_offset(partition)).collect();
    assert_eq!(
        after.iter().zip(&ends).map(|(after, before)| after - before).collect::<Vec<_>>(),
        [1, 1, 1]
    );
    assert_eq!(topic.values().len(), 7);
}

/// "On demand: failures are retried until records expire", and nothing behind them is read; "offsets are committed after
/// success".
#[lambda_test::test]
async fn a_topic_is_tried_until_its_records_expire() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |event| {
        if event["records"]["t-0"][0]["offset"] == 0 { fails(event) } else { nothing(event) }
    });
    let topic = lambda.kafka("c").topic("t").retention(Duration::from_secs(600));
    let mapping = function.on(&topic).starting_position(TRIM).batch_size(1);
    let mapping = mapping.allow(Lint::EndlessRetry).create();
    topic.produce(None, "bad");
    lambda.advance(Duration::from_secs(300)).await;
    topic.produce(None, "good");
    assert_eq!(mapping.lag(), 2);
    lambda.until_idle().await;
    let events = events.borrow();
    assert!(5 < events.len());
    assert_eq!(offsets(&events).last().map(Vec::as_slice), Some(&["t-0:1".to_owned()][..]));
    assert_eq!((mapping.lag(), lambda.elapsed().as_secs() / 60), (0, 10));
}

/// "Provisioned mode: retries, bisection, age, partial failures"; each failure is `{"partition", "offset"}`, the lowest of a
/// partition is its checkpoint.
#[lambda_test::test]
async fn a_failure_is_that_of_its_partition() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |event| {
        let second = &event["records"]["t-0"][1];
        match second["offset"] == 1 {
            true => Ok(
                json!({"batchItemFailures": [{"itemIdentifier": {"partition": "t-0", "offset": 1}}]}),
            ),
            false => nothing(event),
        }
    });
    let topic = lambda.kafka("c").topic("t").partitions(2);
    for partition in [0, 0, 0, 1, 1] {
        topic.record("x").partition(partition).send();
    }
    let mapping = function.on(&topic).starting_position(TRIM).provisioned_pollers(2, 2);
    let mapping = mapping.report_batch_item_failures().maximum_retry_attempts(1);
    let mapping = mapping.create();
    lambda.until_idle().await;
    let mut seen = offsets(&events.borrow());
    seen.sort();
    assert_eq!(
        seen,
        [vec!["t-0:0", "t-0:1", "t-0:2"], vec!["t-0:1", "t-0:2"], vec!["t-1:0", "t-1:1"]]
    );
    assert_eq!(mapping.lag(), 0);
}

/// "On infinite retries with an on-failure destination set, attempts are capped at 10"; "the on-failure destination may be a
/// Kafka topic of the same cluster; it receives the records".
#[lambda_test::test]
async fn a_topic_receives_the_records_that_failed() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", fails);
    let cluster = lambda.kafka("c");
    let (topic, dead) = (cluster.topic("t"), cluster.topic("dead"));
    let mapping = function.on(&topic).starting_position(TRIM).provisioned_pollers(2, 2);
    mapping.on_failure(&dead).create();
    topic.produce(Some("ada"), "bad");
    lambda.until_idle().await;
    assert_eq!((events.borrow().len(), dead.values()), (10, vec![b"bad".to_vec()]));

    let (queue, other) = (lambda.queue("failed"), cluster.topic("other"));
    let mapping = function.on(&other).starting_position(TRIM).provisioned_pollers(2, 2);
    mapping.maximum_retry_attempts(0).on_failure(&queue).create();
    other.produce(Some("ada"), "bad");
    lambda.until_idle().await;
    let record: Value = queue.messages()[0].json()?;
    let info = &record["KafkaBatchInfo"];
    assert_eq!(
        (info["batchSize"].as_u64(), info["eventSourceArn"].as_str()),
        (Some(1), Some(cluster.arn()))
    );
    assert_eq!(info["recordInfos"]["other-0"]["firstRecordOffset"], "0");
}

/// "Queue mode: self-managed only; retries default 0"; records are taken in no order, and fail by themselves.
#[lambda_test::test]
async fn a_topic_is_read_as_a_queue() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |event| {
        let bad =
            event["records"]["t-0"].as_array().expect("records").iter().any(|it| it["offset"] == 3);
        if bad { fails(event) } else { nothing(event) }
    });
    let topic = lambda.self_managed_kafka("kafka:9092").topic("t");
    (0..10).for_each(|_| {
        topic.produce(None, "x");
    });
    let mapping = function.on(&topic).queue_mode().batch_size(1).create();
    lambda.until_idle().await;
    assert_eq!((events.borrow().len(), mapping.lag()), (10, 0));
}

/// "Filtered: offset committed"; "data that does not fit the pattern: only the metadata filter is applied".
#[lambda_test::test]
async fn a_topic_filters_what_fits_its_pattern() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", nothing);
    let topic = lambda.kafka("c").topic("t");
    let mapping = function.on(&topic).starting_position(TRIM);
    let mapping = mapping.filter(&json!({"value": {"n": [7]}, "key": ["a"]})).create();
    for (key, value) in [("a", r#"{"n": 7}"#), ("a", r#"{"n": 8}"#), ("a", "plain"), ("b", "plain")]
    {
        topic.produce(Some(key), value);
    }
    lambda.until_idle().await;
    assert_eq!(
        (offsets(&events.borrow()), mapping.lag()),
        (vec![vec!["t-0:0".to_owned(), "t-0:2".to_owned()]], 0)
    );
}

/// "Kafka, MQ, DocumentDB mappings do not carry X-Ray traces"; those of streams neither.
#[lambda_test::test]
async fn a_topic_carries_no_trace() {
    let lambda = Lambda::new();
    let traces = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let kept = traces.clone();
    let app = move || {
        let kept = kept.clone();
        lambda_runtime::Runtime::new(async move |_: Value, context: lambda_runtime::Context| {
            kept.borrow_mut().push(context.xray_trace_id.clone().unwrap_or_default());
            Ok::<_, lambda_runtime::Error>(())
        })
    };
    let function = lambda.function("f", app).create();
    let topic = lambda.kafka("c").topic("t");
    function.on(&topic).starting_position(TRIM).create();
    let root = "1-5759e988-bd862e3fe1be46a994272793";
    topic.record("x").header("X-Amzn-Trace-Id", format!("Root={root};Sampled=1")).send();
    lambda.until_idle().await;
    let traces = traces.borrow();
    assert!(!traces[0].contains(root) && traces[0].contains("Sampled=0"), "{traces:?}");
}

/// Topics of one cluster are other sources, each with its name in the timeline.
#[lambda_test::test]
async fn a_topic_is_recorded_by_its_name() {
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", nothing);
    let clusters = [lambda.self_managed_kafka("kafka:9092"), lambda.kafka("shop")];
    let mut ids = Vec::new();
    for cluster in clusters {
        for name in ["orders", "payments"] {
            let topic = cluster.topic(name);
            let mapping = function.on(&topic).starting_position(StartingPosition::Latest).create();
            ids.push(mapping.uuid().to_owned());
            let timeline = lambda.timeline().to_string();
            let last = timeline.lines().last().expect("a line").trim_end().to_owned();
            assert!(last.ends_with(&format!("{name}: mapping: Creating")), "{last}");
        }
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}
