//! Kinesis Data Streams, also with tumbling windows.
//!
//! What several producers put into one record with the Kinesis Producer Library is taken apart by
//! [`KinesisData::user_records`].
//!
//! Source: AWS Lambda developer guide, "Using Lambda to process records from Amazon Kinesis Data
//! Streams", read 2026-11-26. Shown by the fixtures in `fixtures/kinesis`.

mod kpl;

use lambda_events_macros::model;

use crate::{
    Base64, BatchResponse, RawJson, ResponseFor, Seconds,
    codec::kinds::words,
    window::{Window, WindowResponse},
};

#[cfg(feature = "samples")]
pub(crate) use kpl::aggregate;
pub use kpl::{AggregateError, UserRecord};

/// A batch of records of a stream.
///
/// The answer is `()`, or a [`BatchResponse`] with the sequence number of the first record that
/// failed: Lambda reads on from there.
///
/// Source: AWS Lambda developer guide, "Using Lambda to process records from Amazon Kinesis Data
/// Streams".
#[model(Kinesis)]
pub struct KinesisEvent {
    /// The records, in the order of each shard.
    #[key = "Records"]
    #[required]
    pub records: Vec<KinesisRecord>,
}

impl ResponseFor<KinesisEvent> for () {}
impl ResponseFor<KinesisEvent> for BatchResponse {}

/// A batch of records within a tumbling window.
///
/// The answer is a [`WindowResponse`] with the state that the next invocation for the window gets.
///
/// Source: AWS Lambda developer guide, "Stateful processing with Kinesis Data Streams in Lambda".
#[model(KinesisWindow)]
pub struct KinesisWindowEvent {
    /// The records; may be none in the last invocation for a window.
    #[key = "Records"]
    pub records: Vec<KinesisRecord>,
    /// From when to when.
    #[key = "window"]
    #[required]
    pub window: Window,
    /// What the last invocation for this window answered; `{}` in the first one.
    #[key = "state"]
    pub state: RawJson,
    /// The shard.
    #[key = "shardId"]
    pub shard_id: Option<String>,
    /// The ARN of the stream.
    #[key = "eventSourceARN"]
    pub event_source_arn: Option<String>,
    /// Whether this is the last invocation for the window: its state goes nowhere.
    #[key = "isFinalInvokeForWindow"]
    pub is_final_invoke_for_window: bool,
    /// Whether the window ended early, since its state reached 1 MB.
    #[key = "isWindowTerminatedEarly"]
    pub is_window_terminated_early: bool,
}

impl ResponseFor<KinesisWindowEvent> for () {}
impl ResponseFor<KinesisWindowEvent> for WindowResponse {}

/// One record, as Lambda wraps it.
///
/// Source: AWS Lambda developer guide, "Using Lambda to process records from Amazon Kinesis Data
/// Streams".
#[model]
pub struct KinesisRecord {
    /// The record.
    #[key = "kinesis"]
    #[required]
    pub kinesis: KinesisData,
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
    /// The role of the function.
    #[key = "invokeIdentityArn"]
    pub invoke_identity_arn: Option<String>,
    /// The region of the stream.
    #[key = "awsRegion"]
    pub aws_region: Option<String>,
    /// The ARN of the stream, or of the consumer with enhanced fan-out.
    #[key = "eventSourceARN"]
    pub event_source_arn: Option<String>,
}

/// One record.
///
/// Source: Amazon Kinesis Data Streams API reference, "Record".
#[model]
pub struct KinesisData {
    /// `1.0`.
    #[key = "kinesisSchemaVersion"]
    pub kinesis_schema_version: Option<String>,
    /// The key by which its shard was chosen.
    #[key = "partitionKey"]
    pub partition_key: String,
    /// Its number in the shard, up to 129 digits, by which a [`BatchResponse`] names it.
    #[key = "sequenceNumber"]
    #[required]
    pub sequence_number: String,
    /// What its producer put in. See [`Base64::json`].
    #[key = "data"]
    pub data: Base64,
    /// When it arrived, about.
    #[key = "approximateArrivalTimestamp"]
    pub approximate_arrival_timestamp: Option<Seconds>,
    /// How the stream encrypts it; absent for most.
    #[key = "encryptionType"]
    pub encryption_type: Option<KinesisEncryption>,
}

words! {
    /// How a stream encrypts its records.
    ///
    /// Source: Amazon Kinesis Data Streams API reference, "Record".
    pub enum KinesisEncryption {
        /// Not.
        #[word = "NONE"]
        None,
        /// With a key of AWS KMS.
        #[word = "KMS"]
        Kms,
    }
}

impl KinesisData {
    /// The records that producers gave to the Kinesis Producer Library, which puts several into one:
    /// in their order, with sub-sequence numbers. A record that was not put together by it is the
    /// only one.
    ///
    /// A failure of one of them is reported by the sequence number of the whole record: the library
    /// puts together what is retried together.
    ///
    /// # Errors
    ///
    /// The record begins and ends like one of the library's, but is none: see [`AggregateError`].
    pub fn user_records(&self) -> Result<Vec<UserRecord<'_>>, AggregateError> {
        kpl::user_records(&self.data, &self.partition_key)
    }

    /// Returns whether the data are an aggregated record of the Kinesis Producer Library, which holds several:
    /// see [`user_records`](Self::user_records).
    pub fn is_aggregated(&self) -> bool {
        kpl::is_aggregated(&self.data)
    }
}
