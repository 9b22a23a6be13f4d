//! Apache Kafka: Amazon MSK and clusters of your own.
//!
//! Source: AWS Lambda developer guide, "Using Lambda with Amazon MSK" and "Using Lambda with self-managed
//! Apache Kafka", read 2026-11-26. Shown by the fixtures in `fixtures/kafka`.

use lambda_events_macros::model;

use crate::{Base64, ByteList, Map, Millis, ResponseFor, codec::kinds::words};

/// A batch of records, by topic and partition.
///
/// The answer is `()`, or a [`KafkaBatchResponse`] with the records that failed, where the mapping
/// is in provisioned mode and has `ReportBatchItemFailures`.
///
/// Source: AWS Lambda developer guide, "Using Lambda with Amazon MSK", "Example event".
#[model(Kafka)]
pub struct KafkaEvent {
    /// `aws:kafka`, or `SelfManagedKafka`.
    #[key = "eventSource"]
    pub event_source: String,
    /// The ARN of the cluster; absent for one of your own.
    #[key = "eventSourceArn"]
    pub event_source_arn: Option<String>,
    /// Its brokers, joined by commas.
    #[key = "bootstrapServers"]
    pub bootstrap_servers: Option<String>,
    /// The records by `topic-partition`, in the order of each partition.
    #[key = "records"]
    #[required]
    pub records: Map<Vec<KafkaRecord>>,
}

impl ResponseFor<KafkaEvent> for () {}
impl ResponseFor<KafkaEvent> for KafkaBatchResponse {}

/// A record.
///
/// Source: AWS Lambda developer guide, "Using Lambda with Amazon MSK", "Example event".
#[model]
pub struct KafkaRecord {
    /// Its topic.
    #[key = "topic"]
    #[required]
    pub topic: String,
    /// Its partition.
    #[key = "partition"]
    pub partition: i32,
    /// Its place in the partition, by which a [`KafkaBatchResponse`] names it.
    #[key = "offset"]
    #[required]
    pub offset: i64,
    /// When it was made, or appended: see `timestamp_type`.
    #[key = "timestamp"]
    pub timestamp: Option<Millis>,
    /// Which of the two.
    #[key = "timestampType"]
    pub timestamp_type: Option<KafkaTimestampType>,
    /// Its key; absent or null when it has none.
    #[key = "key"]
    pub key: Option<Base64>,
    /// Its value; absent or null for a tombstone. See [`Base64::json`].
    #[key = "value"]
    pub value: Option<Base64>,
    /// Its headers, a map with one entry each.
    #[key = "headers"]
    pub headers: Vec<Map<ByteList>>,
    /// The schema of the key, where the mapping has a schema registry.
    #[key = "keySchemaMetadata"]
    pub key_schema_metadata: Option<KafkaSchema>,
    /// The schema of the value, where the mapping has a schema registry.
    #[key = "valueSchemaMetadata"]
    pub value_schema_metadata: Option<KafkaSchema>,
}

impl KafkaRecord {
    /// The value of the last header of a name.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().rev().find_map(|header| header.get(name)).map(|bytes| &***bytes)
    }

    /// The answer that this record failed.
    pub fn failure(&self) -> KafkaBatchItemFailure {
        KafkaBatchItemFailure {
            item_identifier: KafkaItem {
                partition: format!("{}-{}", self.topic, self.partition),
                offset: self.offset,
                ..Default::default()
            },
            ..Default::default()
        }
    }
}

words! {
    /// What a record's timestamp says.
    ///
    /// Source: AWS Lambda developer guide, "Using Lambda with Amazon MSK", "Example event".
    pub enum KafkaTimestampType {
        /// When its producer made it.
        #[word = "CREATE_TIME"]
        CreateTime,
        /// When the broker appended it.
        #[word = "LOG_APPEND_TIME"]
        LogAppendTime,
    }
}

/// A schema of a registry.
///
/// Source: AWS Lambda developer guide, "Using schema registries with Kafka event sources in
/// Lambda".
#[model]
pub struct KafkaSchema {
    /// `AVRO`, `PROTOBUF` or `JSON`.
    #[key = "dataFormat"]
    pub data_format: String,
    /// Its id in the registry.
    #[key = "schemaId"]
    pub schema_id: String,
}

/// The records of a batch that failed.
///
/// Source: AWS Lambda developer guide, "Configuring error handling controls for Kafka event
/// sources"; the form of an identifier is that of AWS's Powertools.
#[model]
pub struct KafkaBatchResponse {
    /// One for each failed record. Absent or empty: every record was handled.
    #[key = "batchItemFailures"]
    pub batch_item_failures: Vec<KafkaBatchItemFailure>,
}

/// A response that names these records.
impl FromIterator<KafkaBatchItemFailure> for KafkaBatchResponse {
    fn from_iter<T: IntoIterator<Item = KafkaBatchItemFailure>>(failures: T) -> Self {
        Self { batch_item_failures: failures.into_iter().collect(), ..Self::default() }
    }
}

/// A record that failed.
///
/// Source: AWS Lambda developer guide, "Configuring error handling controls for Kafka event
/// sources".
#[model]
pub struct KafkaBatchItemFailure {
    /// Which.
    #[key = "itemIdentifier"]
    pub item_identifier: KafkaItem,
}

/// A record's place: unlike those of other sources, no text.
///
/// Source: AWS's Powertools for AWS Lambda, "Batch processing", "Kafka".
#[model]
pub struct KafkaItem {
    /// Topic and partition, as in the event: `orders-0`.
    #[key = "partition"]
    pub partition: String,
    /// Its offset.
    #[key = "offset"]
    pub offset: i64,
}
