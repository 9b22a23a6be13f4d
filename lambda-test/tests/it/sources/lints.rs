//! Misuse that hurts in production fails the test, each by its name.

use std::time::Duration;

use lambda_runtime::{Context, Error, Runtime};
use lambda_test::{
    Harness, Lambda, Lint, MappingBuilder, RecordKind, SourceEvent, StartingPosition,
};
use serde_json::{Value, json};

use super::{fails, keeping, nothing};

const TRIM: StartingPosition = StartingPosition::TrimHorizon;

/// The message of a test that fails for a lint, and nothing where the mapping allows it.
fn check(
    lint: Lint,
    name: &str,
    words: &str,
    test: impl AsyncFn(&Lambda, &dyn Fn(MappingBuilder) -> MappingBuilder) + 'static,
) {
    let test = std::rc::Rc::new(test);
    let run = |allows: bool| {
        let test = test.clone();
        let body = move || {
            let test = test.clone();
            async move {
                let lambda = Lambda::new();
                let allow = move |it: MappingBuilder| if allows { it.allow(lint) } else { it };
                test(&lambda, &allow).await;
                lambda.until_idle().await;
                let is_it = |record: &lambda_test::Record| {
                    matches!(
                        &record.kind,
                        RecordKind::Source { event: SourceEvent::LintFailed { lint: found, .. }, .. } if *found == lint.name()
                    )
                };
                assert_eq!(lambda.timeline().iter().any(is_it), !allows);
                Ok::<_, Error>(())
            }
        };
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            lambda_test::run(name, Harness::new(), body);
        }))
    };
    let failed = run(false).expect_err("the test fails");
    let message = failed.downcast_ref::<String>().expect("a message");
    assert!(message.contains(words), "{message}");
    assert!(message.contains(&format!("the lint `{lint}`; `.allow(Lint::{lint:?})`")), "{message}");
    assert_eq!(lint.to_string(), name);
    run(true).expect("the test passes");
}

#[test]
fn a_partial_response_without_the_option_fails() {
    let words =
        "the function names records that failed, and the mapping has no ReportBatchItemFailures";
    check(
        Lint::IgnoredPartialResponse,
        "ignored-partial-response",
        words,
        async |lambda, allow| {
            let failed = |event: &Value| {
                Ok(
                    json!({"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}),
                )
            };
            let (function, _) = keeping(lambda, "f", failed);
            let queue = lambda.queue("q");
            allow(function.on(&queue)).create();
            queue.send("1");
            lambda.until_idle().await;
        },
    );
}

#[test]
fn a_short_visibility_timeout_fails() {
    let words = "the visibility timeout is 30 s: expected six times the timeout of the function and the window, 36 s";
    check(
        Lint::ShortVisibilityTimeout,
        "short-visibility-timeout",
        words,
        async |lambda, allow| {
            let app = Runtime::new(async |_: Value| Ok::<_, Error>(()));
            let function = lambda.function("f", app).timeout(Duration::from_secs(6)).create();
            allow(function.on(&lambda.queue("q"))).create();
        },
    );
}

#[test]
fn an_unknown_item_identifier_fails() {
    let words = "the function names \"unknown\", which is not in the batch: all of it fails";
    check(Lint::UnknownItemIdentifier, "unknown-item-identifier", words, async |lambda, allow| {
        let unknown = |_: &Value| Ok(json!({"batchItemFailures": [{"itemIdentifier": "unknown"}]}));
        let (function, _) = keeping(lambda, "f", unknown);
        let queue = lambda.queue("q").redrive(&lambda.queue("dead"), 1);
        allow(function.on(&queue).report_batch_item_failures()).create();
        queue.send("1");
        lambda.until_idle().await;
    });
}

#[test]
fn a_function_that_may_be_slower_than_its_source_waits_fails() {
    let words = "the timeout of the function is 900 s: expected at most 840 s";
    check(Lint::SlowFunction, "slow-function", words, async |lambda, allow| {
        let app = Runtime::new(async |_: Value| Ok::<_, Error>(()));
        let function = lambda.function("f", app).timeout(Duration::from_secs(900)).create();
        allow(function.on(&lambda.active_mq("b"))).create();
    });
}

#[test]
fn a_record_that_is_too_large_fails() {
    let words = "expected at most 6291456";
    check(Lint::OversizedEvent, "oversized-event", words, async |lambda, allow| {
        let (function, _) = keeping(lambda, "f", nothing);
        let stream = lambda.stream("s");
        let mapping = function.on(&stream).starting_position(TRIM).maximum_retry_attempts(0);
        allow(mapping.maximum_record_age(Duration::from_secs(60))).create();
        stream.put("key", vec![0; 5 * 1024 * 1024]);
        lambda.until_idle().await;
    });
}

#[test]
fn a_function_that_sends_to_its_own_queue_fails() {
    let words = "the function is invoked by what it sends itself, and was stopped";
    check(Lint::Loop, "loop", words, async |lambda, allow| {
        let queue = lambda.queue("q").redrive(&lambda.queue("dead"), 1);
        let sends = queue.clone();
        let app = move || {
            let sends = sends.clone();
            Runtime::new(async move |_: Value, context: Context| {
                let trace = context.xray_trace_id.clone().expect("a trace");
                sends.message("again").trace_header(trace).send();
                Ok::<_, Error>(())
            })
        };
        let function = lambda.function("f", app).create();
        allow(function.on(&queue)).create();
        queue.message("first").trace_header("Root=1-5759e988-bd862e3fe1be46a994272793").send();
        lambda.until_idle().await;
        assert_eq!(queue.dead().len(), 1);
    });
}

#[test]
fn a_record_that_is_tried_until_it_is_forgotten_fails() {
    let words =
        "was tried until the stream forgot it, for 86400 s, and everything behind it waited";
    check(Lint::EndlessRetry, "endless-retry", words, async |lambda, allow| {
        let (function, _) = keeping(lambda, "f", fails);
        let stream = lambda.stream("s");
        allow(function.on(&stream).starting_position(TRIM)).create();
        stream.put("key", "poison");
        lambda.until_idle().await;
    });
}

#[test]
fn a_group_whose_order_is_lost_fails() {
    let words = "the function names a message of the group `a` as failed, and not the one after it";
    check(Lint::BrokenOrder, "broken-order", words, async |lambda, allow| {
        let first = |event: &Value| {
            let records = event["Records"].as_array().expect("records");
            let fails = records.len() == 2;
            let failed = fails.then(|| json!({"itemIdentifier": records[0]["messageId"]}));
            Ok(json!({"batchItemFailures": failed.into_iter().collect::<Vec<_>>()}))
        };
        let (function, _) = keeping(lambda, "f", first);
        let queue = lambda.queue("q.fifo").content_based_deduplication();
        for body in ["1", "2"] {
            queue.message(body).group("a").send();
        }
        allow(function.on(&queue).report_batch_item_failures()).create();
        lambda.until_idle().await;
    });
}

/// It is not a lint that can be allowed: nothing would read the source any more.
#[test]
fn a_mapping_whose_function_is_gone_fails() {
    let failed = std::panic::catch_unwind(|| {
        lambda_test::run("gone", Harness::new(), async || {
            let lambda = Lambda::new();
            let (queue, stream) = (lambda.queue("q"), lambda.stream("s"));
            keeping(&lambda, "f", nothing).0.on(&queue).create();
            queue.send("1");
            lambda.until_idle().await;
            assert_eq!(queue.messages().len(), 1);
            // One that is deleted by intent is another thing.
            let (function, _) = keeping(&lambda, "g", nothing);
            let mapping = function.on(&stream).starting_position(TRIM).create();
            function.delete().await;
            stream.put("key", "");
            lambda.until_idle().await;
            assert_eq!(mapping.state(), lambda_test::MappingState::Disabled);
            assert_eq!(mapping.last_processing_result(), "PROBLEM: Function not found");
            Ok::<_, Error>(())
        });
    });
    let message = failed.expect_err("the test fails");
    let message = message.downcast_ref::<String>().expect("a message");
    let words = "the function `f` is gone, which the mapping of arn:aws:sqs:us-east-1:123456789012:q invokes";
    assert!(message.starts_with(words), "{message}");
}
