//! A function with several triggers.

use std::convert::Infallible;

use lambda_events::{
    BatchOutcome, BatchResponse, Json, Router, batch,
    eventbridge::EventBridgeEvent,
    s3::S3Event,
    samples,
    sns::SnsEvent,
    sqs::{SqsEvent, SqsMessage},
};
use lambda_runtime::{Context, Error, LambdaEvent, RawEvent, Runtime, service_fn};
use lambda_test::{Lambda, Outcome};
use serde::{Deserialize, Serialize};

async fn uploaded(event: S3Event) -> Result<(), Error> {
    if event.records.is_empty() { Err("nothing was uploaded".into()) } else { Ok(()) }
}

async fn ordered(event: SqsEvent, context: Context) -> Result<BatchOutcome<BatchResponse>, Error> {
    let order = async |message: SqsMessage| match message.body.as_deref() {
        Some("poison") => Err("it is poison"),
        _ => Ok(()),
    };
    Ok(batch(event, &context).each(order).await)
}

fn router() -> Router {
    Router::new().on(uploaded).on(ordered)
}

async fn invoke(router: Router, event: impl Serialize) -> Outcome {
    Lambda::new().function("several", Runtime::new(router)).create().invoke(event).await
}

#[lambda_test::test]
async fn each_event_goes_to_the_handler_of_its_trigger() {
    let created = samples::s3::object_created("a-bucket", "a key");
    assert_eq!(invoke(router(), &*created).await.payload(), "null");
    let orders = samples::sqs::batch(["fine", "poison"]);
    assert_eq!(
        invoke(router(), &*orders).await.payload(),
        r#"{"batchItemFailures":[{"itemIdentifier":"00000000-0000-4000-8000-000000000002"}]}"#,
    );
}

#[lambda_test::test]
async fn an_error_is_that_of_its_handler() {
    let none = r#"{"Records":[{"eventSource":"aws:s3"}]}"#;
    let none: serde_json::Value = serde_json::from_str(none)?;
    let outcome = invoke(router(), none).await;
    assert_eq!(
        outcome.assert_error("Runtime.UnmarshalError").error_message,
        "event does not fit `S3Event`: missing field `s3` at `Records[0]`",
    );
}

#[lambda_test::test]
async fn what_no_handler_takes_is_named() {
    let outcome = invoke(router(), &*samples::sns::message("news")).await;
    assert_eq!(
        outcome.assert_error("UnroutedEvent").error_message,
        "this looks like an SNS event, and the router has handlers for an S3 event, an SQS event",
    );
    let outcome = invoke(Router::new(), 7).await;
    assert_eq!(
        outcome.assert_error("UnroutedEvent").error_message,
        "this looks like an event of no trigger, and the router has handlers for nothing",
    );
}

#[lambda_test::test]
async fn everything_else_may_have_a_handler_too() {
    let router = router().fallback(async |event: RawEvent| Ok::<_, Error>(event.0.len()));
    assert_eq!(invoke(router.clone(), "seven").await.payload(), "7");
    assert_eq!(
        invoke(router, &*samples::sqs::batch(["fine"])).await.payload(),
        "{\"batchItemFailures\":[]}"
    );
}

#[derive(Deserialize)]
struct News {
    number: u8,
}

#[lambda_test::test]
async fn handlers_of_every_form_have_routes() {
    let read = async |event: LambdaEvent<SnsEvent<Json<News>>>| {
        for record in &event.payload.records {
            let message = record.sns.message.as_ref().ok_or("no message")?;
            assert_eq!(message.get()?.number, 7);
        }
        Ok::<_, Error>(())
    };
    let ruled = service_fn(async |event: LambdaEvent<EventBridgeEvent>| {
        assert_eq!(event.payload.detail_type.as_deref(), Some("Scheduled Event"));
        Ok::<_, Infallible>(())
    });
    let router = router().on(read).on(ruled);
    invoke(router.clone(), &*samples::sns::message(r#"{"number":7}"#)).await.assert_ok();
    invoke(router, &*samples::eventbridge::scheduled("a-rule")).await.assert_ok();
}

#[test]
#[should_panic(expected = "a router has two handlers for an S3 event")]
fn a_trigger_has_one_handler() {
    let _ = router().on(uploaded);
}

#[test]
fn debug_shows_the_triggers_of_a_router() {
    assert_eq!(format!("{:?}", router()), "Router { triggers: [S3, Sqs], fallback: false }");
}
