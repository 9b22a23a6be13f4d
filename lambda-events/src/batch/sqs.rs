//! Batches of queues of SQS: groups of FIFO queues keep their order.

use serde::de::DeserializeOwned;

use super::{BatchEvent, BatchOrder, BatchOutcome, JsonRecord};
use crate::{
    BatchResponse, Field, NotJson, ResponseFor,
    sqs::{SqsEvent, SqsMessage},
};

impl<B> ResponseFor<SqsEvent<B>> for BatchOutcome<BatchResponse> {}

impl<B: Field> BatchEvent for SqsEvent<B> {
    type Record = SqsMessage<B>;
    type Identifier = String;
    type Response = BatchResponse;

    const ORDER: BatchOrder = BatchOrder::PerKey;

    fn into_records(self) -> Vec<SqsMessage<B>> {
        self.records
    }

    fn identifier(message: &SqsMessage<B>) -> String {
        message.message_id.clone()
    }

    fn order_key(message: &SqsMessage<B>) -> Option<String> {
        // Standard queues have groups too, for fairness, and no order.
        let fifo = message.event_source_arn.as_deref().is_some_and(|arn| arn.ends_with(".fifo"))
            || message.attributes.sequence_number.is_some();
        message.attributes.message_group_id.clone().filter(|_| fifo)
    }

    fn name(identifier: &String) -> String {
        format!("message {identifier}")
    }
}

impl JsonRecord for SqsMessage {
    fn json<T: DeserializeOwned>(&self) -> Result<T, NotJson> {
        serde_json::from_str(self.body.as_deref().unwrap_or_default()).map_err(NotJson::from)
    }
}
