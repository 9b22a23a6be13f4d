//! Destinations of AWS Lambda: what became of an asynchronous invocation, and of a batch that an event
//! source mapping gave up.
//!
//! A function that is the destination gets a [`DestinationEvent`]. Queues and topics carry the same
//! in their messages, `SqsEvent<Json<DestinationEvent>>`, and of mappings a [`DiscardedBatch`]; in
//! EventBridge it is the detail.
//!
//! Source: AWS Lambda developer guide, "Capturing records of Lambda asynchronous invocations" and "Retain
//! discarded batch records", read 2026-11-26. Shown by the fixtures in `fixtures/lambda-destination`.

use lambda_events_macros::model;

use crate::{RawJson, ResponseFor, codec::kinds::words};

/// An asynchronous invocation has ended.
///
/// Source: AWS Lambda developer guide, "Capturing records of Lambda asynchronous invocations",
/// "Example record".
#[model(Destination)]
pub struct DestinationEvent<Q = RawJson, R = RawJson> {
    /// `1.0`.
    #[key = "version"]
    pub version: Option<String>,
    /// When the record was made, in RFC 3339.
    #[key = "timestamp"]
    pub timestamp: Option<String>,
    /// The invocation, and why it ended.
    #[key = "requestContext"]
    #[required]
    pub request_context: DestinationContext,
    /// Its event.
    #[key = "requestPayload"]
    pub request_payload: Option<Q>,
    /// What the function said of its answer; absent where it was not invoked.
    #[key = "responseContext"]
    pub response_context: Option<DestinationResponse>,
    /// Its answer, or its error.
    #[key = "responsePayload"]
    pub response_payload: Option<R>,
}

impl<Q, R> ResponseFor<DestinationEvent<Q, R>> for () {}

/// An invocation, and why it ended.
///
/// Source: AWS Lambda developer guide, "Capturing records of Lambda asynchronous invocations",
/// "Example record".
#[model]
pub struct DestinationContext {
    /// Its id.
    #[key = "requestId"]
    pub request_id: String,
    /// The ARN of the function, with its version or alias.
    #[key = "functionArn"]
    pub function_arn: String,
    /// Why it ended.
    #[key = "condition"]
    pub condition: DestinationCondition,
    /// How often it was tried.
    #[key = "approximateInvokeCount"]
    pub approximate_invoke_count: i64,
}

words! {
    /// Why an invocation, or the tries of a batch, ended.
    ///
    /// Source: AWS Lambda developer guide, "Capturing records of Lambda asynchronous invocations" and
    /// "Retain discarded batch records".
    pub enum DestinationCondition {
        /// It succeeded.
        #[word = "Success"]
        Success,
        /// It failed as often as it may.
        #[word = "RetriesExhausted"]
        RetriesExhausted,
        /// Its event was too old.
        #[word = "EventAgeExceeded"]
        EventAgeExceeded,
        /// A batch failed as often as it may.
        #[word = "RetryAttemptsExhausted"]
        RetryAttemptsExhausted,
        /// The records of a batch were too old.
        #[word = "RecordAgeExceeded"]
        RecordAgeExceeded,
    }
}

/// What a function said of its answer.
///
/// Source: AWS Lambda developer guide, "Capturing records of Lambda asynchronous invocations",
/// "Example record".
#[model]
pub struct DestinationResponse {
    /// 200, also where the function failed.
    #[key = "statusCode"]
    pub status_code: Option<i64>,
    /// The version that ran.
    #[key = "executedVersion"]
    pub executed_version: Option<String>,
    /// `Unhandled` or `Handled`; absent or null where it succeeded.
    #[key = "functionError"]
    pub function_error: Option<String>,
}

/// A batch that an event source mapping gave up: where its records are, not what they are, except
/// in S3.
///
/// Source: AWS Lambda developer guide, "Retain discarded batch records for a Kinesis Data Streams
/// event source in Lambda", and its siblings for DynamoDB and Kafka.
#[model]
pub struct DiscardedBatch<P = RawJson> {
    /// The last invocation, and why there is none after it.
    #[key = "requestContext"]
    pub request_context: DestinationContext,
    /// What the function said of it.
    #[key = "responseContext"]
    pub response_context: Option<DestinationResponse>,
    /// `1.0`.
    #[key = "version"]
    pub version: Option<String>,
    /// When the record was made, in RFC 3339.
    #[key = "timestamp"]
    pub timestamp: Option<String>,
    /// The records; of Kinesis only.
    #[key = "KinesisBatchInfo"]
    pub kinesis_batch_info: Option<StreamBatch>,
    /// The records; of DynamoDB only.
    #[key = "DDBStreamBatchInfo"]
    pub ddb_stream_batch_info: Option<StreamBatch>,
    /// The records; of Kafka only.
    #[key = "KafkaBatchInfo"]
    pub kafka_batch_info: Option<KafkaBatch>,
    /// The event, as text; in S3 only.
    #[key = "payload"]
    pub payload: Option<P>,
}

/// Records of a stream.
///
/// Source: AWS Lambda developer guide, "Retain discarded batch records for a Kinesis Data Streams
/// event source in Lambda".
#[model]
pub struct StreamBatch {
    /// Their shard.
    #[key = "shardId"]
    pub shard_id: String,
    /// The first one.
    #[key = "startSequenceNumber"]
    pub start_sequence_number: String,
    /// The last one.
    #[key = "endSequenceNumber"]
    pub end_sequence_number: String,
    /// When the first one arrived, in RFC 3339.
    #[key = "approximateArrivalOfFirstRecord"]
    pub approximate_arrival_of_first_record: Option<String>,
    /// When the last one arrived, in RFC 3339.
    #[key = "approximateArrivalOfLastRecord"]
    pub approximate_arrival_of_last_record: Option<String>,
    /// How many there are.
    #[key = "batchSize"]
    pub batch_size: i64,
    /// The ARN of the stream.
    #[key = "streamArn"]
    pub stream_arn: String,
}

/// Records of Kafka.
///
/// Source: AWS Lambda developer guide, "Capturing discarded batches for an Amazon MSK event
/// source".
#[model]
pub struct KafkaBatch {
    /// How many there are.
    #[key = "batchSize"]
    pub batch_size: i64,
    /// The ARN of the cluster.
    #[key = "eventSourceArn"]
    pub event_source_arn: Option<String>,
    /// The brokers, joined by commas.
    #[key = "bootstrapServers"]
    pub bootstrap_servers: Option<String>,
    /// Their size in bytes.
    #[key = "payloadSize"]
    pub payload_size: Option<i64>,
    /// Their offsets.
    #[key = "recordInfo"]
    pub record_info: Option<RawJson>,
}
