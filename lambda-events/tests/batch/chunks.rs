//! Groups of records, windows, and records that hold several.

use std::time::Duration;

use lambda_events::{
    Attribute, BatchOutcome, BatchResponse, Json, RawJson, batch,
    dynamodb::{DynamoDbRecord, DynamoDbWindowEvent},
    kinesis::{KinesisEvent, KinesisRecord},
    samples,
    sqs::{SqsEvent, SqsMessage},
    window::WindowResponse,
};
use lambda_runtime::{Context, Error};

/// A context with this deadline.
fn context_until(deadline: u64) -> Context {
    let mut context = Context::default();
    context.deadline = deadline;
    context
}

/// A context whose deadline is far away.
fn context() -> Context {
    context_until(u64::MAX / 2)
}

fn texts(messages: &[SqsMessage]) -> Vec<&str> {
    messages.iter().map(|message| message.body.as_deref().unwrap_or_default()).collect()
}

/// The bodies of the messages that the response names.
fn failed(event: &SqsEvent, outcome: &BatchOutcome<BatchResponse>) -> Vec<String> {
    let named = &outcome.response().batch_item_failures;
    let failed = event.records.iter().filter(|message| {
        named.iter().any(|failure| failure.item_identifier == message.message_id)
    });
    failed.filter_map(|message| message.body.clone()).collect()
}

/// Handles a batch in groups of two, of which these bodies fail.
async fn run(event: &SqsEvent, fail: &[&str]) -> (Vec<String>, Vec<String>) {
    let groups = std::cell::RefCell::new(Vec::new());
    let context = context();
    let outcome = batch(event.clone(), &context)
        .chunks(2, async |messages: Vec<SqsMessage>| {
            let texts = texts(&messages);
            groups.borrow_mut().push(texts.join(" "));
            let failed = texts.iter().enumerate().filter(|(_, text)| fail.contains(text));
            Ok::<_, Error>(failed.map(|(place, _)| place).collect())
        })
        .await;
    let failed = failed(event, &outcome);
    (groups.into_inner(), failed)
}

#[tokio::test(start_paused = true)]
async fn records_go_on_in_groups_and_those_that_fail_are_named() {
    let event = samples::sqs::batch(["a", "b", "c", "d", "e"]).into_event();
    let (groups, failed) = run(&event, &["b", "e"]).await;
    assert_eq!(
        (groups, failed),
        (
            vec!["a b".to_owned(), "c d".to_owned(), "e".to_owned()],
            vec!["b".to_owned(), "e".to_owned()],
        )
    );
}

#[tokio::test(start_paused = true)]
async fn what_follows_a_failure_in_its_group_of_a_fifo_queue_comes_again() {
    let mut event = samples::sqs::batch(["a1", "a2", "a3", "b1", "a4"]).fifo("a").into_event();
    event.records[3].attributes.message_group_id = Some("b".to_owned());
    let (groups, failed) = run(&event, &["a1"]).await;
    // `a2` was in the group of the record that failed, and the rest of its lane was not begun.
    assert_eq!(groups, ["a1 a2", "b1"]);
    assert_eq!(failed, ["a1", "a2", "a3", "a4"]);
}

#[tokio::test(start_paused = true)]
async fn an_error_a_panic_and_a_place_that_is_not_there_fail_the_whole_group() {
    let event = samples::sqs::batch(["a", "b"]).into_event();
    let context = context();
    let run = async |what: &'static str| {
        let outcome = batch(event.clone(), &context)
            .chunks(10, async move |_: Vec<SqsMessage>| match what {
                "error" => Err(Error::from("no network")),
                "panic" => panic!("at the disco"),
                _ => Ok(vec![7]),
            })
            .await;
        let why = outcome.failures().iter().map(|failure| failure.error.error_message.clone());
        (failed(&event, &outcome).len(), why.collect::<Vec<_>>()[0].clone())
    };
    assert_eq!(run("error").await, (2, "no network".to_owned()));
    assert_eq!(run("panic").await, (2, "at the disco".to_owned()));
    let unknown = "the handler names the record 7 of a chunk of 2: expected less".to_owned();
    assert_eq!(run("unknown").await, (2, unknown));
}

#[tokio::test(start_paused = true)]
async fn of_a_stream_the_first_failure_is_the_checkpoint_also_in_groups() {
    let event = samples::kinesis::records(["a", "b", "c", "d"]).into_event();
    let number = event.records[1].kinesis.sequence_number.clone();
    let context = context();
    let groups = std::cell::Cell::new(0);
    let outcome = batch(event, &context)
        .chunks(2, async |_: Vec<KinesisRecord>| {
            groups.set(groups.get() + 1);
            Ok::<_, Error>(vec![1])
        })
        .await;
    let named = &outcome.response().batch_item_failures;
    assert_eq!((named.len(), &named[0].item_identifier, groups.get()), (1, &number, 1));
}

#[tokio::test(start_paused = true)]
async fn groups_that_are_not_finished_before_the_deadline_come_again() {
    let event = samples::sqs::batch(["a", "b", "c"]).into_event();
    let context = context_until(1);
    let slow = async |_: Vec<SqsMessage>| {
        tokio::time::sleep(Duration::from_secs(60)).await;
        Ok::<_, Error>(Vec::new())
    };
    let outcome = batch(event.clone(), &context).chunks(2, slow).await;
    assert_eq!(failed(&event, &outcome), ["a", "b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn a_window_has_a_state_that_its_records_change() {
    let item = |id: &str| [("id", Attribute::S(id.to_owned()))];
    let event: DynamoDbWindowEvent =
        samples::dynamodb::window(["a", "b", "c"].map(item), RawJson::new(&5).expect("JSON"))
            .into_event();
    let context = context();
    let total: u64 = event.state.to().expect("a number");
    let count = async |total: &mut u64, record: DynamoDbRecord| {
        #[derive(serde::Deserialize)]
        struct Item {
            id: String,
        }
        let item: Item = record.new_image()?;
        if item.id == "c" {
            return Err(Error::from("not c"));
        }
        *total += 1;
        Ok(())
    };
    let outcome = batch(event, &context).window(total).each(count).await.expect("a number");
    let response: &WindowResponse = outcome.response();
    assert_eq!(response.state.as_ref().map(RawJson::as_str), Some("7"));
    assert_eq!(response.batch_item_failures.len(), 1);
}

/// It was "not valid JSON": a poison pill.
#[tokio::test(start_paused = true)]
async fn an_aggregated_record_is_named_with_what_unpacks_it() {
    let aggregated = samples::kinesis::aggregated(&[("k", b"1"), ("k", b"2")]);
    let event: KinesisEvent = aggregated.into_event();
    assert!(event.records[0].kinesis.is_aggregated());
    let context = context();
    let outcome = batch(event, &context).each_json(async |_: u32| Ok::<_, Error>(())).await;
    assert_eq!(
        outcome.failures()[0].error.error_message,
        "the record is aggregated by the Kinesis Producer Library: go through its `user_records` with `each`",
    );
}

#[test]
fn samples_of_several_items_and_of_events_within_messages() {
    let item = |id: &str| [("id", Attribute::S(id.to_owned()))];
    let inserts = samples::dynamodb::inserts(["a", "b"].map(item));
    assert_eq!(inserts.records.len(), 2);
    assert_ne!(
        inserts.records[0].dynamodb.sequence_number,
        inserts.records[1].dynamodb.sequence_number
    );
    let created = samples::s3::object_created("bucket", "a.txt");
    assert_eq!(created.text().as_bytes(), created.bytes());
    let messages = samples::sqs::batch_of([created]);
    let event: SqsEvent<Json<lambda_events::s3::S3Event>> =
        serde_json::from_str(&messages.text()).expect("an event");
    assert!(event.records[0].body.as_ref().is_some_and(|body| body.get().is_ok()));
}
