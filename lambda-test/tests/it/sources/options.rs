//! The options of mappings: their ranges, and which kind of source has them.
//!
//! Source: AWS Lambda API reference, "CreateEventSourceMapping".

use std::time::Duration;

use lambda_test::{EventSource, Function, Lambda, MappingBuilder, StartingPosition};
use serde_json::{Value, json};

use super::{keeping, nothing};

const TRIM: StartingPosition = StartingPosition::TrimHorizon;

/// A mapping with an option, and what the refusal of the service has in its message; nothing where it is taken.
#[track_caller]
fn check(
    function: &Function,
    source: &impl EventSource,
    option: impl Fn(MappingBuilder) -> MappingBuilder,
    refused: Option<&str>,
) {
    match (option(function.on(source)).try_create(), refused) {
        (Ok(mapping), None) => mapping.delete(),
        (Err(error), Some(words)) => {
            assert_eq!(error.status, 400);
            assert!(error.message.contains(words), "{}", error.message);
        }
        (Ok(_), Some(words)) => panic!("it is taken: expected `{words}`"),
        (Err(error), None) => panic!("it is refused: {}", error.message),
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[lambda_test::test]
async fn an_option_has_its_range() {
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", nothing);
    let queue = lambda.queue("q").visibility_timeout(seconds(1000));
    let fifo = lambda.queue("q.fifo");
    let stream = lambda.stream("s");
    let of = |option: fn(MappingBuilder) -> MappingBuilder, refused: Option<&str>| {
        check(&function, &stream, |it| option(it.starting_position(TRIM)), refused);
    };
    of(|it| it, None);
    of(|it| it.batch_size(10_000), None);
    of(|it| it.batch_size(0), Some("'batchSize'"));
    of(|it| it.batch_size(10_001), Some("less than or equal to 10000"));
    of(|it| it.window(seconds(300)), None);
    of(|it| it.window(seconds(301)), Some("'maximumBatchingWindowInSeconds'"));
    of(|it| it.window(Duration::from_millis(1500)), Some("whole number of seconds"));
    of(|it| it.parallelization_factor(10), None);
    of(|it| it.parallelization_factor(11), Some("'parallelizationFactor'"));
    of(|it| it.parallelization_factor(0), Some("'parallelizationFactor'"));
    of(|it| it.maximum_retry_attempts(10_000), None);
    of(|it| it.maximum_retry_attempts(10_001), Some("'maximumRetryAttempts'"));
    of(|it| it.maximum_record_age(seconds(60)), None);
    of(|it| it.maximum_record_age(seconds(59)), Some("between 60 and 604800"));
    of(|it| it.maximum_record_age(seconds(604_801)), Some("'maximumRecordAgeInSeconds'"));
    of(|it| it.tumbling_window(seconds(900)), None);
    of(|it| it.tumbling_window(seconds(901)), Some("'tumblingWindowInSeconds'"));
    of(|it| it.maximum_concurrency(2), Some("ScalingConfig"));
    of(|it| it.provisioned_pollers(2, 200), Some("ProvisionedPollerConfig"));

    let of = |option: fn(MappingBuilder) -> MappingBuilder, refused: Option<&str>| {
        check(&function, &queue, option, refused);
    };
    of(|it| it.batch_size(10), None);
    of(|it| it.batch_size(11), Some("greater than 0 if maximum batch size is greater than 10"));
    of(|it| it.batch_size(10_000).window(seconds(1)), None);
    of(|it| it.maximum_concurrency(2), None);
    of(|it| it.maximum_concurrency(1), Some("'scalingConfig.maximumConcurrency'"));
    of(|it| it.maximum_concurrency(1001), Some("'scalingConfig.maximumConcurrency'"));
    of(|it| it.provisioned_pollers(2, 200), None);
    of(|it| it.provisioned_pollers(1, 200), Some("2 to 200"));
    of(|it| it.provisioned_pollers(2, 10_001), Some("2 to 10000"));
    of(|it| it.provisioned_pollers(9, 8), Some("not over the most"));
    let both = |it: MappingBuilder| it.provisioned_pollers(2, 200).maximum_concurrency(2);
    check(&function, &queue, both, Some("cannot be used with"));
    of(|it| it.starting_position(TRIM), Some("StartingPosition"));
    of(|it| it.bisect_batch_on_function_error(), Some("BisectBatchOnFunctionError"));
    of(|it| it.on_failure("arn:aws:sqs:us-east-1:123456789012:q"), Some("DestinationConfig"));

    check(&function, &fifo, |it| it.batch_size(10), None);
    check(&function, &fifo, |it| it.batch_size(11), Some("FIFO"));
    check(&function, &fifo, |it| it.window(seconds(1)), Some("FIFO"));
}

/// "Kafka: retries, age, bisection and partial failures in provisioned mode only"; queue mode.
#[lambda_test::test]
async fn kafka_has_some_options_with_provisioned_pollers_alone() {
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", nothing);
    let topic = lambda.kafka("c").topic("t");
    let own = lambda.self_managed_kafka("kafka:9092").topic("t");
    let failed = lambda.queue("failed");
    let of = |option: fn(MappingBuilder) -> MappingBuilder, name: &str| {
        check(&function, &topic, |it| option(it.starting_position(TRIM)), Some(name));
        let provisioned =
            |it: MappingBuilder| option(it.starting_position(TRIM).provisioned_pollers(2, 2));
        check(&function, &topic, provisioned, None);
    };
    of(|it| it.maximum_retry_attempts(1), "MaximumRetryAttempts");
    of(|it| it.maximum_record_age(seconds(60)), "MaximumRecordAgeInSeconds");
    of(|it| it.bisect_batch_on_function_error(), "BisectBatchOnFunctionError");
    of(|it| it.report_batch_item_failures(), "FunctionResponseTypes");
    check(&function, &topic, |it| it.starting_position(TRIM).on_failure(&failed), None);
    check(
        &function,
        &topic,
        |it| it.starting_position(TRIM).parallelization_factor(2),
        Some("Parallelization"),
    );
    check(&function, &topic, |it| it, Some("'startingPosition'"));
    check(&function, &topic, MappingBuilder::queue_mode, Some("self-managed Apache Kafka only"));
    check(&function, &own, MappingBuilder::queue_mode, None);
    check(&function, &own, |it| it.queue_mode().starting_position(TRIM), Some("ConsumptionMode"));
    check(&function, &own, |it| it.queue_mode().window(seconds(1)), Some("ConsumptionMode"));
    let mapping = function.on(&own).queue_mode().create();
    let error = lambda.api_call(
        "UpdateEventSourceMapping",
        json!({
            "UUID": mapping.uuid(), "MaximumRetryAttempts": -1,
        }),
    );
    assert!(error.expect_err("it is refused").message.contains("must not be -1"));
}

/// "Amazon MQ, DocumentDB: neither failures of single messages nor retries; filtering is not supported for DocumentDB."
#[lambda_test::test]
async fn brokers_have_few_options() {
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", nothing);
    let (mq, documents) = (lambda.active_mq("b"), lambda.document_db("d"));
    let filter = |it: MappingBuilder| it.filter(&json!({"data": {"a": [1]}}));
    check(&function, &mq, filter, None);
    check(&function, &documents, |it| filter(it.starting_position(TRIM)), Some("FilterCriteria"));
    check(&function, &mq, |it| it.report_batch_item_failures(), Some("FunctionResponseTypes"));
    check(
        &function,
        &documents,
        |it| it.report_batch_item_failures(),
        Some("FunctionResponseTypes"),
    );
    check(&function, &mq, |it| it.maximum_retry_attempts(1), Some("MaximumRetryAttempts"));
}

/// "Up to 5 patterns, 10 on request"; "each at most 4,096 characters"; "for streams a pattern of the data is JSON".
#[lambda_test::test]
async fn filters_have_their_limits() {
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", nothing);
    let (queue, stream) = (lambda.queue("q"), lambda.stream("s"));
    let many = |count: usize| {
        move |it: MappingBuilder| {
            (0..count).fold(it, |it, n| it.filter(&json!({"body": {"n": [n]}})))
        }
    };
    check(&function, &queue, many(10), None);
    check(&function, &queue, many(11), Some("less than or equal to 10"));
    let pattern = |length: usize| {
        let frame = json!({"body": [""]}).to_string().len();
        json!({"body": ["x".repeat(length - frame)]})
    };
    check(&function, &queue, |it| it.filter(&pattern(4096)), None);
    check(
        &function,
        &queue,
        |it| it.filter(&pattern(4097)),
        Some("Invalid filter pattern definition."),
    );
    let plain = |it: MappingBuilder| it.starting_position(TRIM).filter(&json!({"data": ["a"]}));
    check(&function, &stream, plain, Some("Invalid filter pattern definition."));
    for text in [
        "null",
        "text",
        r#"{"body": "a"}"#,
        r#"{"body": []}"#,
        "{}",
        r#"{"body": [{"unknown": 1}]}"#,
    ] {
        let refused = Some("Invalid filter pattern definition.");
        check(&function, &queue, |it| it.filter_text(text), refused);
    }
}

/// Each operator of a pattern, on the member `a` of a body.
#[lambda_test::test]
async fn operators_match_what_they_match() {
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", nothing);
    let queue = lambda.queue("q");
    let check = |pattern: Value, matching: &[Value], others: &[Value]| {
        let mapping = function.on(&queue).filter(&json!({"body": {"a": pattern}})).create();
        let passes = |value: &Value| {
            mapping.why_not(&json!({"body": json!({"a": value, "b": 1}).to_string()})).is_none()
        };
        for value in matching {
            assert!(passes(value), "{pattern} and {value}");
        }
        for value in others {
            assert!(!passes(value), "{pattern} and not {value}");
        }
        mapping.delete();
    };
    check(
        json!(["x", 300, true, null, ""]),
        &[json!("x"), json!(300.0), json!(true), json!(null), json!("")],
        &[json!("X"), json!("300"), json!(false)],
    );
    check(json!([{"prefix": "ab"}]), &[json!("abc")], &[json!("cab"), json!(1)]);
    check(json!([{"suffix": "bc"}]), &[json!("abc")], &[json!("bca")]);
    check(
        json!([{"prefix": {"equals-ignore-case": "AB"}}]),
        &[json!("abc"), json!("ABC")],
        &[json!("b")],
    );
    check(json!([{"suffix": {"equals-ignore-case": "BC"}}]), &[json!("abc")], &[json!("b")]);
    check(json!([{"equals-ignore-case": "aB"}]), &[json!("Ab")], &[json!("abc")]);
    check(
        json!([{"wildcard": "a*c*e"}]),
        &[json!("abcde"), json!("ace")],
        &[json!("abcd"), json!("ae")],
    );
    check(json!([{"anything-but": ["x", "y"]}]), &[json!("z")], &[json!("x"), json!("y")]);
    check(json!([{"anything-but": 1}]), &[json!(2), json!("1")], &[json!(1)]);
    check(json!([{"anything-but": {"prefix": "x"}}]), &[json!("y")], &[json!("xy")]);
    check(
        json!([{"anything-but": {"suffix": ["x", "y"]}}]),
        &[json!("z")],
        &[json!("ax"), json!("ay")],
    );
    check(json!([{"anything-but": {"equals-ignore-case": "X"}}]), &[json!("y")], &[json!("x")]);
    check(json!([{"anything-but": {"wildcard": "x*"}}]), &[json!("y")], &[json!("xy")]);
    check(json!([{"numeric": ["=", 1]}]), &[json!(1), json!(1.0)], &[json!(2), json!("1")]);
    check(
        json!([{"numeric": [">", 0, "<=", 5]}]),
        &[json!(5), json!(0.5)],
        &[json!(0), json!(5.1)],
    );
    check(json!([{"exists": true}]), &[json!("x"), json!(null)], &[json!({"c": 1})]);
    check(json!([{"exists": false}]), &[json!({"c": 1})], &[json!("x")]);
    check(
        json!([{"cidr": "10.0.0.0/24"}]),
        &[json!("10.0.0.255")],
        &[json!("10.0.1.0"), json!("x")],
    );
    check(json!([{"cidr": "2001:db8::/32"}]), &[json!("2001:db8:1::1")], &[json!("2001:db9::1")]);
    // Where a key comes twice, the last one counts.
    let twice = r#"{"body": {"a": ["x"]}, "body": {"a": ["y"]}}"#;
    let mapping = function.on(&queue).filter_text(twice).create();
    let why = |value: &str| mapping.why_not(&json!({"body": json!({"a": value}).to_string()}));
    assert_eq!((why("x").is_some(), why("y").is_some()), (true, false));
    mapping.delete();
    // One of the elements of a list.
    check(json!(["x"]), &[json!(["y", "x"])], &[json!(["y"]), json!([])]);
    check(
        json!({"c": [1]}),
        &[json!({"c": 1}), json!([{"c": 2}, {"c": 1}])],
        &[json!({"d": 1}), json!(1)],
    );
    let or = json!({"body": {"$or": [{"a": [1]}, {"b": [2]}]}});
    let mapping = function.on(&queue).filter(&or).create();
    let why = |body: Value| mapping.why_not(&json!({"body": body.to_string()}));
    assert_eq!(why(json!({"a": 1})), None);
    assert_eq!(why(json!({"b": 2})), None);
    assert_eq!(why(json!({"a": 2, "b": 1})), Some(vec!["body.$or".to_owned()]));
}

/// "Tenant isolation: not with event sources other than API Gateway."
#[lambda_test::test]
async fn a_function_that_is_isolated_by_tenants_has_no_mappings() {
    let lambda = Lambda::new();
    let app = lambda_runtime::Runtime::new(async |_: Value| Ok::<_, lambda_runtime::Error>(()));
    let function = lambda.function("f", app).tenant_isolation().create();
    check(&function, &lambda.queue("q"), |it| it, Some("tenant isolation"));
}
