//! Asynchronous invocations: retries, destinations, dead-letter queues. Quotes are of the AWS Lambda developer guide,
//! "Invoking a Lambda function asynchronously".

use std::{collections::BTreeSet, time::Duration};

use expect_test::expect;
use lambda_runtime::{Context, Error, Runtime};
use lambda_test::{EventInvokeConfig, Lambda, Message, RecordKind};
use serde_json::{Value, json};
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

async fn fails(_: Value) -> Result<(), Error> {
    Err("out of stock".into())
}

async fn sleeper(seconds: u64) -> Result<u64, Error> {
    sleep(Duration::from_secs(seconds)).await;
    Ok(seconds)
}

/// When a function ran, in seconds, and the ids of the requests.
fn runs(lambda: &Lambda, function: &str) -> (Vec<u64>, BTreeSet<String>) {
    let (mut at, mut ids) = (Vec::new(), BTreeSet::new());
    for record in lambda.timeline().iter() {
        let of_function = record.function.as_deref() == Some(function);
        if of_function && record.kind == RecordKind::InvocationStarted {
            at.push(record.at.as_secs());
            ids.extend(record.request_id.as_deref().map(str::to_owned));
        }
    }
    (at, ids)
}

/// The only record that a destination has received.
#[track_caller]
fn record(messages: &[Message]) -> Value {
    let [message] = messages else { panic!("not one message: {messages:?}") };
    message.json().expect("a record is JSON")
}

/// "All attempts have the same request id." "Wait 1 minute before the first retry, 2 minutes before the second."
#[lambda_test::test]
async fn an_event_that_fails_is_tried_three_times() {
    let lambda = Lambda::new();
    let function = lambda.function("orders", Runtime::new(fails)).create();
    let outcome = function.invoke(json!({"id": 7})).event().await;
    let id = outcome.response().request_id().to_owned();
    assert_eq!((outcome.response().status(), outcome.response().executed_version()), (202, None));
    assert_eq!(outcome.payload(), "");
    lambda.until_idle().await;
    assert_eq!(runs(&lambda, "orders"), (vec![0, 60, 180], [id].into()));
    let timeline = lambda.timeline().to_string();
    let timeline: Vec<&str> = timeline.lines().filter(|line| !line.contains("log: ")).collect();
    expect![[r#"
        ms       runtime                       platform
        0                                      event accepted
        0                                      init
        0        GET next
        0                                      init done in 0 ms
        0                                      invoke
        0        POST error Function.Error
        0        GET next
        0                                      failed: Function.Error, 0 ms
        0                                      event is tried again after 60000 ms
        60000                                  invoke
        60000    POST error Function.Error
        60000    GET next
        60000                                  failed: Function.Error, 0 ms
        60000                                  event is tried again after 120000 ms
        180000                                 invoke
        180000   POST error Function.Error
        180000   GET next
        180000                                 failed: Function.Error, 0 ms
        180000                                 event ended: RetriesExhausted"#]]
    .assert_eq(&timeline.join("\n"));
}

/// "Throttle (429): returned to the queue, retried with back-off from 1 s up to 5 min. These do not use up the retries."
#[lambda_test::test]
async fn an_event_that_is_throttled_waits() {
    let lambda = Lambda::new();
    let done = lambda.queue("done");
    let function = lambda.function("orders", Runtime::new(sleeper)).reserved_concurrency(1);
    let function = function.timeout(900 * SECOND).on_success(&done).create();
    let busy = tokio::task::spawn_local(function.invoke(20));
    lambda.advance(SECOND / 2).await;
    function.invoke(0).event().await.assert_ok();
    lambda.until_idle().await;
    busy.await?.assert_ok();
    // Tried at 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s.
    assert_eq!(runs(&lambda, "orders").0, [0, 31]);
    assert_eq!(record(&done.messages())["requestContext"]["approximateInvokeCount"], 1);
}

/// "Queued events run the configuration that is current when they run, not when they were accepted" (recorded).
#[lambda_test::test]
async fn an_event_runs_what_is_there_when_it_runs() {
    let lambda = Lambda::new();
    let (failed, done) = (lambda.queue("failed"), lambda.queue("done"));
    let function = lambda.function("orders", Runtime::new(fails)).on_failure(&failed).create();
    let live = function.alias("live", function.publish());
    let config = EventInvokeConfig::new().on_success(&done);
    function.put_event_invoke_config("live", config)?;
    live.invoke(0).event().await.assert_ok();
    lambda.advance(30 * SECOND).await;
    lambda.update_code(&function, Runtime::new(sleeper));
    live.update(function.publish());
    lambda.until_idle().await;
    let seen = record(&done.messages());
    assert_eq!(seen["requestContext"]["approximateInvokeCount"], 2);
    assert_eq!(seen["responseContext"]["executedVersion"], "2");
    // "Per qualifier: an alias does not inherit from `$LATEST`."
    assert_eq!(failed.messages(), []);
    let arn = seen["requestContext"]["functionArn"].as_str().expect("an ARN");
    assert!(arn.ends_with(":function:orders:live"), "{arn}");
}

/// "Event size: 1 MB." "The client context is dropped."
#[lambda_test::test]
async fn an_event_is_what_the_service_takes() {
    let lambda = Lambda::new();
    let context =
        async |_: Value, context: Context| Ok::<_, Error>(context.client_context.is_some());
    let done = lambda.bucket("done");
    let function = lambda.function("orders", Runtime::new(context)).on_success(&done).create();
    let large = "x".repeat(1024 * 1024 - 2);
    function.invoke(&large).event().client_context(json!({"custom": {}})).await.assert_ok();
    lambda.until_idle().await;
    assert_eq!(record(&done.objects())["responsePayload"], false);
    let error = function.invoke(large + "x").event().await;
    assert_eq!(
        error.assert_service_error(413).message,
        "Request must be smaller than 1048576 bytes for the InvokeFunction operation"
    );
    function.invoke_raw("{").event().await.assert_service_error(400);
    lambda.invoke("unknown", ()).event().await.assert_service_error(404);
}

/// `DryRun`: 204, and nothing runs.
#[lambda_test::test]
async fn a_dry_run_checks_the_request_and_runs_nothing() {
    let lambda = Lambda::new();
    let function = lambda.function("orders", Runtime::new(fails)).create();
    let outcome = function.invoke(()).dry_run().await;
    assert_eq!((outcome.response().status(), outcome.response().executed_version()), (204, None));
    assert_eq!(function.environments(), 0);
    function.invoke(()).qualifier("7").dry_run().await.assert_service_error(404);
    function.invoke(()).tenant("blue").dry_run().await.assert_service_error(400);
}

/// "Destinations: SQS, SNS, Lambda, EventBridge, S3."
#[lambda_test::test]
async fn a_record_goes_to_any_kind_of_destination() {
    let lambda = Lambda::new();
    let audit =
        lambda.function("audit", Runtime::new(async |record: Value| Ok::<_, Error>(record)));
    let audited = lambda.queue("audited");
    let audit = audit.on_success(&audited).create();
    let destinations = [
        lambda.queue("q").to_string(),
        lambda.topic("t").to_string(),
        lambda.event_bus("b").to_string(),
        lambda.bucket("s").to_string(),
        audit.arn().to_string(),
    ];
    let fails = lambda.function("orders", Runtime::new(fails)).maximum_retry_attempts(0).create();
    for destination in &destinations {
        let config = EventInvokeConfig::new().on_failure(destination).maximum_retry_attempts(0);
        fails.put_event_invoke_config("$LATEST", config)?;
        fails.invoke(7).event().await.assert_ok();
        lambda.until_idle().await;
    }
    let of_queue = record(&lambda.queue("q").messages());
    assert_eq!(of_queue["requestContext"]["condition"], "RetriesExhausted");
    let message = &lambda.queue("q").messages()[0];
    assert!(message.trace_header.as_deref().is_some_and(|header| header.starts_with("Root=1-")));
    assert_eq!(record(&lambda.topic("t").published())["version"], "1.0");
    assert_eq!(lambda.topic("t").published()[0].trace_header, None);
    assert_eq!(record(&lambda.event_bus("b").sent())["detail"]["requestPayload"], 7);
    assert_eq!(
        record(&lambda.bucket("s").objects())["responsePayload"]["errorMessage"],
        "out of stock"
    );
    let key = lambda.bucket("s").objects()[0].key.clone().expect("a key");
    assert!(key.starts_with("aws/lambda/async/orders/2026/01/01/2026-01-01T00.00.00-"), "{key}");
    // The function receives it as the event of an asynchronous invocation of its own.
    assert_eq!(record(&audited.messages())["requestPayload"]["requestPayload"], 7);
}

/// "Both may be set; both then get it." What cannot be delivered is recorded, and nothing else happens.
#[lambda_test::test]
async fn a_dead_letter_queue_and_a_destination_both_receive_an_event_that_failed() {
    let lambda = Lambda::new();
    let (dead, failed) = (lambda.queue("dead"), lambda.queue("failed"));
    let function = lambda.function("orders", Runtime::new(fails)).maximum_retry_attempts(0);
    let function = function.dead_letter(&dead).on_failure(&failed).create();
    function.invoke_raw(r#"{"id":  7}"#).event().await.assert_ok();
    lambda.until_idle().await;
    let [message] = &dead.messages()[..] else { panic!("one message") };
    assert_eq!(message.body, r#"{"id":  7}"#);
    assert_eq!(message.attributes["ErrorMessage"].value, "out of stock");
    assert_eq!(record(&failed.messages())["requestPayload"], json!({"id": 7}));

    let nowhere = lambda.function("nowhere", Runtime::new(fails)).maximum_retry_attempts(0);
    let nowhere = nowhere.dead_letter("arn:aws:sqs:us-east-1:123456789012:gone");
    let nowhere = nowhere.on_failure("arn:aws:sns:us-east-1:123456789012:gone").create();
    nowhere.invoke(7).event().await.assert_ok();
    lambda.until_idle().await;
    let kinds: Vec<String> = lambda.timeline().iter().map(|it| it.kind.to_string()).collect();
    assert!(kinds.contains(
        &"dead letter not sent: nothing is arn:aws:sqs:us-east-1:123456789012:gone".to_owned()
    ));
    assert!(kinds.contains(
        &"record not sent: nothing is arn:aws:sns:us-east-1:123456789012:gone".to_owned()
    ));
    // Nor is a function by an alias that it does not have.
    let audit = lambda.stub("audit", |record: Value| Ok(record));
    let alias = format!("{}:live", audit.arn());
    nowhere.put_event_invoke_config("$LATEST", EventInvokeConfig::new().on_failure(&alias))?;
    nowhere.invoke(7).event().await.assert_ok();
    lambda.until_idle().await;
    let last = lambda.timeline().iter().last().map(|record| record.kind.to_string());
    assert_eq!(last, Some(format!("record not sent: nothing is {alias}")));
}

/// An event that was throttled for as long as it is kept was never seen by the function.
#[lambda_test::test]
async fn an_event_that_never_ran_has_no_response_in_its_record() {
    let lambda = Lambda::new();
    let (dead, failed) = (lambda.queue("dead"), lambda.queue("failed"));
    let function = lambda.function("orders", Runtime::new(sleeper)).reserved_concurrency(1);
    let function = function.timeout(900 * SECOND).maximum_event_age(60 * SECOND);
    let function = function.dead_letter(&dead).on_failure(&failed).create();
    let busy = tokio::task::spawn_local(function.invoke(600));
    lambda.advance(SECOND).await;
    function.invoke(0).event().await.assert_ok();
    lambda.until_idle().await;
    busy.await?.assert_ok();
    let record = record(&failed.messages());
    assert_eq!(record["requestContext"]["condition"], "EventAgeExceeded");
    assert_eq!(record["requestContext"]["approximateInvokeCount"], 0);
    assert_eq!((record.get("responseContext"), record.get("responsePayload")), (None, None));
    assert_eq!(dead.messages()[0].attributes["ErrorCode"].value, "429");
}

/// An event whose function is deleted is gone.
#[lambda_test::test]
async fn an_event_of_a_function_that_is_deleted_is_gone() {
    let lambda = Lambda::new();
    let failed = lambda.queue("failed");
    let function = lambda.function("orders", Runtime::new(fails)).on_failure(&failed).create();
    function.invoke(7).event().await.assert_ok();
    lambda.advance(SECOND).await;
    function.delete().await;
    lambda.until_idle().await;
    assert_eq!((runs(&lambda, "orders").0, failed.messages().len()), (vec![0], 0));
}

/// A put replaces everything, an update merges; a value out of range is refused.
#[lambda_test::test]
async fn what_is_configured_of_events_is_replaced_or_merged() {
    let lambda = Lambda::new();
    let function = lambda.function("orders", Runtime::new(fails)).create();
    let retries = |retries| EventInvokeConfig::new().maximum_retry_attempts(retries);
    let age = |seconds| EventInvokeConfig::new().maximum_event_age(Duration::from_secs(seconds));
    let arn = function.arn();
    let update = |config| function.update_event_invoke_config("$LATEST", config);
    let put = |config| function.put_event_invoke_config("$LATEST", config);
    let error = update(retries(0)).expect_err("nothing is configured");
    assert_eq!(
        error.message,
        format!("The function {arn}:$LATEST doesn't have an EventInvokeConfig")
    );
    put(retries(0))?;
    put(age(90))?;
    // The retries are gone, so it is tried twice within 90 s.
    function.invoke(7).event().await.assert_ok();
    lambda.until_idle().await;
    assert_eq!(runs(&lambda, "orders").0, [0, 60]);
    update(retries(0))?;
    function.invoke(7).event().await.assert_ok();
    lambda.until_idle().await;
    assert_eq!(runs(&lambda, "orders").0, [0, 60, 60]);
    for (config, words) in [
        (
            retries(3),
            "Value '3' at 'maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 2",
        ),
        (
            age(59),
            "Value '59' at 'maximumEventAgeInSeconds' failed to satisfy constraint: Member must have value greater than or equal to 60",
        ),
        (age(21_601), "less than or equal to 21600"),
    ] {
        let error = put(config).expect_err("it is refused");
        assert!(error.status == 400 && error.message.contains(words), "{error}");
    }
}

/// An event of a function that nobody holds any more is gone with it.
#[lambda_test::test]
async fn an_event_keeps_no_function() {
    let lambda = Lambda::new();
    let function = lambda.function("orders", Runtime::new(fails)).create();
    function.invoke(7).event().await.assert_ok();
    drop(function);
    lambda.until_idle().await;
    assert!(lambda.elapsed() < 61 * SECOND);
}
