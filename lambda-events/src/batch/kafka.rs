//! Batches of Kafka: partitions keep their order.

use serde::de::DeserializeOwned;

use super::{BatchEvent, BatchOrder, BatchOutcome, JsonRecord};
use crate::{
    Base64, NotJson, ResponseFor,
    kafka::{KafkaBatchItemFailure, KafkaBatchResponse, KafkaEvent, KafkaRecord},
};

impl ResponseFor<KafkaEvent> for BatchOutcome<KafkaBatchResponse> {}

impl BatchEvent for KafkaEvent {
    type Record = KafkaRecord;
    type Identifier = KafkaBatchItemFailure;
    type Response = KafkaBatchResponse;

    const ORDER: BatchOrder = BatchOrder::PerKey;

    fn into_records(self) -> Vec<KafkaRecord> {
        self.records.into_iter().flat_map(|(_, records)| records).collect()
    }

    fn identifier(record: &KafkaRecord) -> KafkaBatchItemFailure {
        record.failure()
    }

    fn order_key(record: &KafkaRecord) -> Option<String> {
        Some(record.failure().item_identifier.partition)
    }

    fn name(failure: &KafkaBatchItemFailure) -> String {
        let item = &failure.item_identifier;
        format!("record {} of {}", item.offset, item.partition)
    }
}

impl JsonRecord for KafkaRecord {
    fn json<T: DeserializeOwned>(&self) -> Result<T, NotJson> {
        // A tombstone has none, and is no JSON.
        self.value.as_ref().unwrap_or(&Base64(Vec::new())).json()
    }
}
