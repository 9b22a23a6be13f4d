//! Batches of Kafka: partitions keep their order.

use serde::de::DeserializeOwned;

use super::{BatchEvent, Batched, JsonRecord, Order};
use crate::{
    AnswerTo, Base64, NotJson,
    kafka::{KafkaBatchItemFailure, KafkaBatchResponse, KafkaEvent, KafkaRecord},
};

impl AnswerTo<KafkaEvent> for Batched<KafkaBatchResponse> {}

impl BatchEvent for KafkaEvent {
    type Record = KafkaRecord;
    type Identifier = KafkaBatchItemFailure;
    type Answer = KafkaBatchResponse;

    const ORDER: Order = Order::Lanes;

    fn into_records(self) -> Vec<KafkaRecord> {
        self.records.into_iter().flat_map(|(_, records)| records).collect()
    }

    fn identifier(record: &KafkaRecord) -> KafkaBatchItemFailure {
        record.failure()
    }

    fn lane(record: &KafkaRecord) -> Option<String> {
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
