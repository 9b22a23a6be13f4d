//! Batches of streams of Kinesis.

use serde::de::DeserializeOwned;

use super::{BatchOutcome, JsonRecord, stream::stream};
use crate::{
    BatchResponse, NotJson, ResponseFor,
    kinesis::{KinesisEvent, KinesisRecord, KinesisWindowEvent},
    window::WindowResponse,
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
impl ResponseFor<KinesisWindowEvent> for BatchOutcome<WindowResponse> {}

impl JsonRecord for KinesisRecord {
    fn json<T: DeserializeOwned>(&self) -> Result<T, NotJson> {
        match self.kinesis.is_aggregated() {
            true => Err(NotJson::of(
                "the record is aggregated by the Kinesis Producer Library: go through its \
                 `user_records` with `each`",
            )),
            false => self.kinesis.data.json(),
        }
    }
}
