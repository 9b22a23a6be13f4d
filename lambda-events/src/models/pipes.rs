//! Amazon EventBridge Pipes: a function as target, or as enrichment, of a pipe.
//!
//! A pipe sends a list of records, also where there is one; a transformer makes of them what you like.
//! Records of SQS and DynamoDB are those of [`sqs`](crate::sqs) and [`dynamodb`](crate::dynamodb):
//! `PipesEvent<SqsMessage>`. Those of Kinesis, Kafka and Amazon MQ are flattened, and have types here.
//!
//! Source: Amazon EventBridge user guide, "Amazon EventBridge Pipes sources", read 2026-11-26.

use lambda_events_macros::model;

use crate::{
    Base64, BatchResponse, ByteList, Event, EventList, Field, Map, Millis, RawJson, ResponseFor,
    Seconds, Trigger,
};

/// The records of a pipe.
///
/// The answer is `()`, or a [`BatchResponse`] with those that failed; of an enrichment, it is the list
/// of records that goes on, and an empty one ends the batch.
///
/// ```
/// use lambda_events::{Trigger, pipes::{PipesEvent, PipesKinesisRecord}};
///
/// let event = br#"[{"eventSource":"aws:kinesis","partitionKey":"1","data":"aGk="}]"#;
/// assert_eq!(Trigger::detect(event), Some(Trigger::Pipes));
/// let event: PipesEvent<PipesKinesisRecord> = serde_json::from_slice(event)?;
/// assert_eq!(**event[0].data, *b"hi");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub type PipesEvent<R = RawJson> = EventList<R>;

/// What may be a record of a pipe.
pub trait PipesRecord: Field {}

impl PipesRecord for RawJson {}
impl PipesRecord for PipesKinesisRecord {}
impl PipesRecord for PipesKafkaRecord {}
#[cfg(feature = "sqs")]
impl<B: Field> PipesRecord for crate::sqs::SqsMessage<B> {}
#[cfg(feature = "dynamodb")]
impl PipesRecord for crate::dynamodb::DynamoDbRecord {}

impl<R: PipesRecord> Event for EventList<R> {
    const TRIGGER: Trigger = Trigger::Pipes;
}
impl<R: PipesRecord> ResponseFor<EventList<R>> for () {}
impl<R: PipesRecord> ResponseFor<EventList<R>> for BatchResponse {}
impl<R: PipesRecord, T: serde::Serialize> ResponseFor<EventList<R>> for Vec<T> {}

/// A record of a Kinesis stream.
///
/// Source: Amazon EventBridge user guide, "Amazon Kinesis stream as a source for EventBridge
/// Pipes".
#[model]
pub struct PipesKinesisRecord {
    /// `1.0`.
    #[key = "kinesisSchemaVersion"]
    pub kinesis_schema_version: Option<String>,
    /// The key by which its shard was chosen.
    #[key = "partitionKey"]
    pub partition_key: String,
    /// Its number in the shard, by which a [`BatchResponse`] names it.
    #[key = "sequenceNumber"]
    pub sequence_number: String,
    /// What its producer put in. See [`Base64::json`].
    #[key = "data"]
    pub data: Base64,
    /// When it arrived, about.
    #[key = "approximateArrivalTimestamp"]
    pub approximate_arrival_timestamp: Option<Seconds>,
    /// `aws:kinesis`.
    #[key = "eventSource"]
    pub event_source: Option<String>,
    /// `1.0`.
    #[key = "eventVersion"]
    pub event_version: Option<String>,
    /// The shard and the sequence number, with a colon between.
    #[key = "eventID"]
    pub event_id: Option<String>,
    /// `aws:kinesis:record`.
    #[key = "eventName"]
    pub event_name: Option<String>,
    /// The role of the pipe.
    #[key = "invokeIdentityArn"]
    pub invoke_identity_arn: Option<String>,
    /// The region of the stream.
    #[key = "awsRegion"]
    pub aws_region: Option<String>,
    /// The ARN of the stream.
    #[key = "eventSourceARN"]
    pub event_source_arn: Option<String>,
}

/// A record of a topic of Kafka.
///
/// Source: Amazon EventBridge user guide, "Amazon Managed Streaming for Apache Kafka topic as a
/// source in EventBridge Pipes".
#[model]
pub struct PipesKafkaRecord {
    /// `aws:kafka`, or `SelfManagedKafka`.
    #[key = "eventSource"]
    pub event_source: Option<String>,
    /// The ARN of the cluster; absent for one of your own.
    #[key = "eventSourceArn"]
    pub event_source_arn: Option<String>,
    /// Topic and partition: `orders-0`.
    #[key = "eventSourceKey"]
    pub event_source_key: Option<String>,
    /// The brokers, joined by commas.
    #[key = "bootstrapServers"]
    pub bootstrap_servers: Option<String>,
    /// Its topic.
    #[key = "topic"]
    pub topic: String,
    /// Its partition.
    #[key = "partition"]
    pub partition: i32,
    /// Its place in the partition.
    #[key = "offset"]
    pub offset: i64,
    /// When it was made, or appended.
    #[key = "timestamp"]
    pub timestamp: Option<Millis>,
    /// Which of the two: `CREATE_TIME` or `LOG_APPEND_TIME`.
    #[key = "timestampType"]
    pub timestamp_type: Option<String>,
    /// Its key; absent or null when it has none.
    #[key = "key"]
    pub key: Option<Base64>,
    /// Its value; absent or null for a tombstone. See [`Base64::json`].
    #[key = "value"]
    pub value: Option<Base64>,
    /// Its headers, a map with one entry each.
    #[key = "headers"]
    pub headers: Vec<Map<ByteList>>,
}
