//! Kinesis Data Analytics for SQL: pre-processing of records, and output to a function. The service has
//! ended for new applications.
//!
//! Source: Amazon Kinesis Data Analytics for SQL Applications developer guide, "Preprocessing data using a
//! Lambda function" and "Using a Lambda function as output", read 2026-11-26. Shown by the fixtures in
//! `fixtures/kinesis-analytics-preprocess` and `fixtures/kinesis-analytics-output`.

use lambda_events_macros::model;

use crate::{Base64, Millis, ResponseFor, codec::kinds::words};

/// Records before an application sees them. The answer is a [`KinesisAnalyticsInputResponse`] in
/// which each of them comes once.
///
/// Source: Amazon Kinesis Data Analytics for SQL Applications developer guide, "Data preprocessing
/// event input data model".
#[model(KinesisAnalyticsInput)]
pub struct KinesisAnalyticsInput {
    /// The id of the invocation.
    #[key = "invocationId"]
    pub invocation_id: String,
    /// The ARN of the application.
    #[key = "applicationArn"]
    pub application_arn: String,
    /// The ARN of the stream.
    #[key = "streamArn"]
    pub stream_arn: String,
    /// The records.
    #[key = "records"]
    #[required]
    pub records: Vec<KinesisAnalyticsInputRecord>,
}

impl ResponseFor<KinesisAnalyticsInput> for KinesisAnalyticsInputResponse {}

/// A record before an application sees it.
///
/// Source: Amazon Kinesis Data Analytics for SQL Applications developer guide, "Data preprocessing
/// event input data model".
#[model]
pub struct KinesisAnalyticsInputRecord {
    /// The id by which the answer names it.
    #[key = "recordId"]
    #[required]
    pub record_id: String,
    /// What its producer put in. See [`Base64::json`].
    #[key = "data"]
    pub data: Base64,
    /// What Kinesis says of it; absent for Firehose.
    #[key = "kinesisStreamRecordMetadata"]
    pub kinesis_stream_record_metadata: Option<KinesisAnalyticsStreamMetadata>,
    /// What Firehose says of it; absent for Kinesis.
    #[key = "kinesisFirehoseRecordMetadata"]
    pub kinesis_firehose_record_metadata: Option<KinesisAnalyticsFirehoseMetadata>,
}

/// What Kinesis says of a record.
///
/// Source: Amazon Kinesis Data Analytics for SQL Applications developer guide, "Data preprocessing
/// event input data model".
#[model]
pub struct KinesisAnalyticsStreamMetadata {
    /// Its number in the shard.
    #[key = "sequenceNumber"]
    pub sequence_number: Option<String>,
    /// The key by which its shard was chosen.
    #[key = "partitionKey"]
    pub partition_key: Option<String>,
    /// Its shard.
    #[key = "shardId"]
    pub shard_id: Option<String>,
    /// When it arrived, about.
    #[key = "approximateArrivalTimestamp"]
    pub approximate_arrival_timestamp: Option<Millis>,
}

/// What Firehose says of a record.
///
/// Source: Amazon Kinesis Data Analytics for SQL Applications developer guide, "Data preprocessing
/// event input data model".
#[model]
pub struct KinesisAnalyticsFirehoseMetadata {
    /// When it arrived, about.
    #[key = "approximateArrivalTimestamp"]
    pub approximate_arrival_timestamp: Option<Millis>,
}

/// What became of the records.
///
/// Source: Amazon Kinesis Data Analytics for SQL Applications developer guide, "Data preprocessing
/// response model".
#[model]
pub struct KinesisAnalyticsInputResponse {
    /// One for each record.
    #[key = "records"]
    pub records: Vec<KinesisAnalyticsInputResult>,
}

/// What became of a record.
///
/// Source: Amazon Kinesis Data Analytics for SQL Applications developer guide, "Data preprocessing
/// response model".
#[model]
pub struct KinesisAnalyticsInputResult {
    /// The id of the record.
    #[key = "recordId"]
    pub record_id: String,
    /// How it went.
    #[key = "result"]
    pub result: KinesisAnalyticsResult,
    /// What the application sees in its place.
    #[key = "data"]
    pub data: Option<Base64>,
}

words! {
    /// How it went with a record.
    ///
    /// Source: Amazon Kinesis Data Analytics for SQL Applications developer guide, "Data preprocessing
    /// response model" and "Lambda output response model".
    pub enum KinesisAnalyticsResult {
        /// It is done.
        #[word = "Ok"]
        Ok,
        /// It is not wanted; of pre-processing only.
        #[word = "Dropped"]
        Dropped,
        /// It could not be read; of pre-processing only.
        #[word = "ProcessingFailed"]
        ProcessingFailed,
        /// It could not be delivered and comes again; of output only.
        #[word = "DeliveryFailed"]
        DeliveryFailed,
    }
}

/// Records that an application has put out. The answer is a [`KinesisAnalyticsOutputResponse`] in
/// which each of them comes once.
///
/// Source: Amazon Kinesis Data Analytics for SQL Applications developer guide, "Lambda output event
/// input data model".
#[model(KinesisAnalyticsOutput)]
pub struct KinesisAnalyticsOutput {
    /// The id of the invocation.
    #[key = "invocationId"]
    pub invocation_id: String,
    /// The ARN of the application.
    #[key = "applicationArn"]
    pub application_arn: String,
    /// The records.
    #[key = "records"]
    #[required]
    pub records: Vec<KinesisAnalyticsOutputRecord>,
}

impl ResponseFor<KinesisAnalyticsOutput> for KinesisAnalyticsOutputResponse {}

/// A record that an application has put out.
///
/// Source: Amazon Kinesis Data Analytics for SQL Applications developer guide, "Lambda output event
/// input data model".
#[model]
pub struct KinesisAnalyticsOutputRecord {
    /// The id by which the answer names it.
    #[key = "recordId"]
    #[required]
    pub record_id: String,
    /// How often it was tried.
    #[key = "lambdaDeliveryRecordMetadata"]
    pub lambda_delivery_record_metadata: Option<KinesisAnalyticsDelivery>,
    /// The row, as JSON or CSV.
    #[key = "data"]
    pub data: Base64,
}

/// How often a record was tried.
///
/// Source: Amazon Kinesis Data Analytics for SQL Applications developer guide, "Lambda output event
/// input data model".
#[model]
pub struct KinesisAnalyticsDelivery {
    /// The number of tries before.
    #[key = "retryHint"]
    pub retry_hint: Option<i64>,
}

/// Which records were delivered.
///
/// Source: Amazon Kinesis Data Analytics for SQL Applications developer guide, "Lambda output
/// response model".
#[model]
pub struct KinesisAnalyticsOutputResponse {
    /// One for each record.
    #[key = "records"]
    pub records: Vec<KinesisAnalyticsOutputResult>,
}

/// Whether a record was delivered.
///
/// Source: Amazon Kinesis Data Analytics for SQL Applications developer guide, "Lambda output
/// response model".
#[model]
pub struct KinesisAnalyticsOutputResult {
    /// The id of the record.
    #[key = "recordId"]
    pub record_id: String,
    /// How it went.
    #[key = "result"]
    pub result: KinesisAnalyticsResult,
}
