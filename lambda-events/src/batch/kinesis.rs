//! Batches of streams of Kinesis.

use serde::de::DeserializeOwned;

use super::{BatchOutcome, JsonRecord, stream::stream};
use crate::{
    BatchResponse, NotJson, ResponseFor,
    kinesis::{KinesisEvent, KinesisRecord, KinesisWindowEvent},
};

fn number(record: &KinesisRecord) -> &String {
    &record.kinesis.sequence_number
}

fn key(record: &KinesisRecord) -> String {
    record.kinesis.partition_key.clone()
}

stream!(KinesisEvent, KinesisRecord, number, key);
stream!(KinesisWindowEvent, KinesisRecord, number, key);

impl ResponseFor<KinesisEvent> for BatchOutcome<BatchResponse> {}

impl JsonRecord for KinesisRecord {
    fn json<T: DeserializeOwned>(&self) -> Result<T, NotJson> {
        self.kinesis.data.json()
    }
}
