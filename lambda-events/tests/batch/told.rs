//! What the log and a trace are told of records that failed.

use std::time::Duration;

use lambda_events::{BatchOutcome, BatchResponse, batch, samples, sqs::SqsEvent};
use lambda_runtime::{Context, Error, Runtime};
use lambda_test::{Lambda, Outcome};
use serde::Deserialize;

#[derive(Deserialize)]
struct Parcel {
    grams: u64,
}

/// Books parcels, heavy ones slowly.
async fn book(event: SqsEvent, context: Context) -> Result<BatchOutcome<BatchResponse>, Error> {
    let book = async |parcel: Parcel| {
        tokio::time::sleep(Duration::from_millis(parcel.grams)).await;
        if parcel.grams == 0 { Err("it weighs nothing") } else { Ok(()) }
    };
    Ok(batch(event, &context).each_json(book).await)
}

async fn invoke(bodies: &[&str]) -> Outcome {
    let lambda = Lambda::new();
    let function = lambda.function("parcels", Runtime::new(book)).create();
    function.invoke(&*samples::sqs::batch(bodies.iter().copied())).await
}

#[lambda_test::test]
async fn each_failure_is_a_line_of_the_log() {
    let outcome = invoke(&[r#"{"grams":20}"#, r#"{"grams":0}"#, "poison"]).await;
    let log = outcome.logs().join("\n").replace(&outcome.report().request_id, "…");
    assert_eq!(
        log,
        "ERROR RequestId: … message 00000000-0000-4000-8000-000000000002: Function.Error: it weighs nothing\n\
         ERROR RequestId: … message 00000000-0000-4000-8000-000000000003: NotJson: the JSON is not valid at line 1 column 1",
    );
}

#[lambda_test::test]
async fn what_is_not_finished_half_a_second_before_the_deadline_comes_again() {
    let outcome = invoke(&[r#"{"grams":2000}"#, r#"{"grams":600}"#, r#"{"grams":1}"#]).await;
    let answer: BatchResponse = outcome.json()?;
    let failed: Vec<&str> =
        answer.batch_item_failures.iter().map(|failure| &*failure.item_identifier).collect();
    assert_eq!(
        failed,
        ["00000000-0000-4000-8000-000000000002", "00000000-0000-4000-8000-000000000003",]
    );
    let log = outcome.logs().join("\n").replace(&outcome.report().request_id, "…");
    assert_eq!(
        log,
        "ERROR RequestId: … 2 records: RecordOutOfTime: the deadline was too near to finish",
    );
    assert_eq!(outcome.report().duration, Duration::from_millis(2500));
}

#[lambda_test::test]
async fn a_trace_can_be_shown_every_failure() {
    let event = samples::sqs::batch(["1", "x", "3"]).into_event();
    let mut context = Context::default();
    context.deadline = u64::MAX;
    let batched = batch(event, &context)
        .each_json(async |number: u8| if number < 3 { Ok(()) } else { Err("too many") })
        .await;
    let exceptions = batched.cause().map(|cause| cause.exceptions).unwrap_or_default();
    let shown: Vec<String> = exceptions
        .iter()
        .map(|exception| format!("{}: {}", exception.error_type, exception.message))
        .collect();
    assert_eq!(
        shown,
        [
            "NotJson: message 00000000-0000-4000-8000-000000000002: the JSON is not valid at line 1 column 1",
            "Function.Error: message 00000000-0000-4000-8000-000000000003: too many",
        ]
    );
}
