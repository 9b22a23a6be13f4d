//! Batches of streams of DynamoDB.

use super::{BatchOutcome, stream::stream};
use crate::{
    BatchResponse, ResponseFor,
    dynamodb::{DynamoDbEvent, DynamoDbRecord, DynamoDbWindowEvent},
    window::WindowResponse,
};

fn number(record: &DynamoDbRecord) -> &String {
    &record.dynamodb.sequence_number
}

/// The key of the item, in any order of its attributes.
fn key(record: &DynamoDbRecord) -> String {
    let mut keys: Vec<String> =
        record.dynamodb.keys.iter().map(|(name, value)| format!("{name:?} {value:?}")).collect();
    keys.sort();
    keys.join(" ")
}

impl ResponseFor<DynamoDbEvent> for BatchOutcome<BatchResponse> {}
impl ResponseFor<DynamoDbWindowEvent> for BatchOutcome<WindowResponse> {}

stream!(DynamoDbEvent, DynamoDbRecord, number, key);
stream!(DynamoDbWindowEvent, DynamoDbRecord, number, key);
