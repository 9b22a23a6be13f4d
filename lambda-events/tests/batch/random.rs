//! Any batch, gone through in any way, comes out as the reference says.

use lambda_events::{
    dynamodb::DynamoDbEvent, kafka::KafkaEvent, kinesis::KinesisEvent, sqs::SqsEvent,
};
use proptest::prelude::*;
use serde::Serialize;

use super::{
    reference,
    scripted::{Ends, Script, Source, Way, run},
};

fn script(lanes: &'static [&'static str]) -> impl Strategy<Value = Script> {
    let lane = prop::sample::select(lanes).prop_map(str::to_owned);
    let millis = prop_oneof![Just(0), 1..40_u64];
    let ends = prop_oneof![
        8 => Just(Ends::Well),
        1 => Just(Ends::Failing),
        1 => Just(Ends::Panicking),
    ];
    (lane, millis, ends).prop_map(|(lane, millis, ends)| Script { lane, millis, ends })
}

fn way() -> impl Strategy<Value = Way> {
    (1..6_usize, prop::option::of(1..150_u64))
        .prop_map(|(concurrency, stop)| Way { concurrency, stop })
}

#[track_caller]
fn check<E: Source>(scripts: &[Script], way: Way) -> Result<(), TestCaseError>
where
    E::Response: Serialize,
{
    let came = run::<E>(scripts, way);
    prop_assert_eq!(came, reference::expect(E::ORDER, scripts, way), "{:?} {:?}", scripts, way);
    Ok(())
}

fn batch(lanes: &'static [&'static str]) -> impl Strategy<Value = Vec<Script>> {
    prop::collection::vec(script(lanes), 0..16)
}

proptest! {
    #[test]
    fn of_a_standard_queue(scripts in batch(&["-"]), way in way()) {
        check::<SqsEvent>(&scripts, way)?;
    }

    #[test]
    fn of_a_fifo_queue(scripts in batch(&["a", "b", "c"]), way in way()) {
        check::<SqsEvent>(&scripts, way)?;
    }

    #[test]
    fn of_a_kinesis_stream(scripts in batch(&["a", "b", "c"]), way in way()) {
        check::<KinesisEvent>(&scripts, way)?;
    }

    #[test]
    fn of_a_dynamodb_stream(scripts in batch(&["a", "b", "c"]), way in way()) {
        check::<DynamoDbEvent>(&scripts, way)?;
    }

    #[test]
    fn of_kafka(mut scripts in batch(&["a", "b", "c"]), way in way()) {
        scripts.sort_by(|one, other| one.lane.cmp(&other.lane));
        check::<KafkaEvent>(&scripts, way)?;
    }
}
