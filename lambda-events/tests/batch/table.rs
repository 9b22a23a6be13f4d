//! What each source is answered.

use lambda_events::{
    dynamodb::DynamoDbEvent, kafka::KafkaEvent, kinesis::KinesisEvent, sqs::SqsEvent,
};
use serde::Serialize;

use super::scripted::{Observed, Script, Source, Way, run};

const ONE_BY_ONE: Way = Way { concurrency: 1, stop: None };
const TWO_AT_ONCE: Way = Way { concurrency: 2, stop: None };
const STOPPED_AFTER_25_MS: Way = Way { concurrency: 1, stop: Some(25) };

fn go<E: Source>(scripts: &str, way: Way) -> Observed
where
    E::Response: Serialize,
{
    let scripts: Vec<Script> = scripts.split(", ").map(Script::read).collect();
    run::<E>(&scripts, way)
}

/// The places that the answer names.
#[track_caller]
fn check<E: Source>(scripts: &str, way: Way, answered: &[usize])
where
    E::Response: Serialize,
{
    assert_eq!(go::<E>(scripts, way).answered, answered, "{scripts}");
}

#[test]
fn a_standard_queue_has_back_what_failed() {
    let batch = "- 0 ok, - 0 fails, - 0 ok, - 0 panics";
    for way in [ONE_BY_ONE, TWO_AT_ONCE] {
        check::<SqsEvent>(batch, way, &[1, 3]);
    }
    check::<SqsEvent>("- 0 ok, - 0 ok", ONE_BY_ONE, &[]);
    check::<SqsEvent>("- 10 ok, - 10 fails, - 10 ok, - 10 ok", STOPPED_AFTER_25_MS, &[1, 2, 3]);
}

#[test]
fn a_group_of_a_fifo_queue_ends_with_its_first_failure_and_others_go_on() {
    let batch = "a 0 ok, b 0 fails, a 0 ok, b 0 ok, a 0 panics, c 0 ok, b 0 ok";
    for way in [ONE_BY_ONE, TWO_AT_ONCE] {
        check::<SqsEvent>(batch, way, &[1, 3, 4, 6]);
    }
    check::<SqsEvent>("a 10 ok, b 10 ok, a 10 ok, b 10 ok", STOPPED_AFTER_25_MS, &[2, 3]);
}

#[test]
fn a_stream_has_back_what_comes_after_its_first_failure() {
    let batch = "a 0 ok, b 0 ok, a 0 fails, b 0 panics, a 0 ok";
    for way in [ONE_BY_ONE, TWO_AT_ONCE] {
        check::<KinesisEvent>(batch, way, &[2]);
        check::<DynamoDbEvent>(batch, way, &[2]);
    }
    let batch = "a 10 ok, a 10 ok, a 10 ok, a 10 ok";
    check::<KinesisEvent>(batch, STOPPED_AFTER_25_MS, &[2]);
    check::<DynamoDbEvent>(batch, STOPPED_AFTER_25_MS, &[2]);
    // What fails first in time need not be first in the stream.
    let batch = "a 30 ok, a 0 fails, b 10 fails";
    check::<KinesisEvent>(batch, TWO_AT_ONCE, &[1]);
}

#[test]
fn a_partition_of_kafka_ends_with_its_first_failure_and_others_go_on() {
    let batch = "a 0 ok, a 0 fails, a 0 ok, b 0 ok, b 0 panics";
    for way in [ONE_BY_ONE, TWO_AT_ONCE] {
        check::<KafkaEvent>(batch, way, &[1, 2, 4]);
    }
    check::<KafkaEvent>("a 10 ok, a 10 ok, a 10 ok, b 10 ok", STOPPED_AFTER_25_MS, &[2, 3]);
}

/// Why records failed, as `place type`.
#[track_caller]
fn check_why<E: Source>(scripts: &str, way: Way, why: &[&str])
where
    E::Response: Serialize,
{
    let came = go::<E>(scripts, way);
    let failures: Vec<String> =
        came.failures.iter().map(|(place, kind)| format!("{place} {kind}")).collect();
    assert_eq!(failures, why, "{scripts}");
}

#[test]
fn the_error_of_each_record_is_kept() {
    check_why::<SqsEvent>(
        "a 0 fails, a 0 ok, b 0 panics, c 30 ok",
        STOPPED_AFTER_25_MS,
        &["0 Function.Error", "1 RecordHeldBack", "2 Runtime.Panic", "3 RecordOutOfTime"],
    );
    // The answer names the first alone; the second was handled too.
    check_why::<KinesisEvent>(
        "a 10 fails, b 0 panics, a 0 ok",
        TWO_AT_ONCE,
        &["0 Function.Error", "1 Runtime.Panic"],
    );
}

#[test]
fn records_of_one_lane_never_overlap_and_others_do() {
    let began = |batch, concurrency| go::<SqsEvent>(batch, Way { concurrency, stop: None }).began;
    assert_eq!(began("a 30 ok, a 0 ok, b 10 ok, b 0 ok, c 0 ok", 2), [0, 2, 3, 4, 1]);
    assert_eq!(began("a 30 ok, a 0 ok, b 10 ok, b 0 ok, c 0 ok", 1), [0, 1, 2, 3, 4]);
}
