//! What each source asks of a batch: its order, and how the answer names what failed.

use serde::de::DeserializeOwned;

use crate::NotJson;

/// What the failure of a record means for others of its batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BatchOrder {
    /// Records of one lane are handled in order, and a lane ends with its first failure: what is left
    /// of it has failed too. The groups of a FIFO queue, the partitions of Kafka.
    PerKey,
    /// Records of one lane are handled in order, and the first failure of the batch is its checkpoint:
    /// it and all after it come again. The shards of Kinesis and DynamoDB.
    Checkpoint,
}

impl BatchOrder {
    /// How many of those that failed an answer names.
    pub(super) const fn most_named(self) -> usize {
        match self {
            Self::PerKey => usize::MAX,
            Self::Checkpoint => 1,
        }
    }
}

/// An event that is a batch of records, of which some may fail.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no batch of records of which some may fail",
    note = "batches are `SqsEvent`, `KinesisEvent`, `KinesisWindowEvent`, `DynamoDbEvent`, \
            `DynamoDbWindowEvent` and `KafkaEvent`, with their features"
)]
pub trait BatchEvent {
    /// A record of it.
    type Record;

    /// How the answer names a record.
    type Identifier: Clone + std::fmt::Debug;

    /// The answer that names those that failed.
    type Response: FromIterator<Self::Identifier>;

    /// What a failure means for others.
    const ORDER: BatchOrder;

    /// The records, in their order.
    fn into_records(self) -> Vec<Self::Record>;

    /// How the answer names a record.
    fn identifier(record: &Self::Record) -> Self::Identifier;

    /// The lane of a record; none where it has one of its own.
    fn order_key(record: &Self::Record) -> Option<String>;

    /// What a record is called in a line of the log.
    fn name(identifier: &Self::Identifier) -> String;
}

/// A record whose payload may be JSON.
pub trait JsonRecord {
    /// Reads the payload.
    ///
    /// # Errors
    ///
    /// It does not fit the type, or is no JSON.
    fn json<T: DeserializeOwned>(&self) -> Result<T, NotJson>;
}
