//! DynamoDB streams, also with tumbling windows, and changes of a table that come through Kinesis.
//!
//! Source: AWS Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB", read 2026-11-26. Shown by
//! the fixtures in `fixtures/dynamodb`.

mod change;
mod error;
mod member;
mod value;

use lambda_events_macros::model;

use crate::{
    Attribute, BatchResponse, Map, Number, RawJson, ResponseFor, Seconds,
    codec::kinds::words,
    window::{Window, WindowResponse},
};

pub use change::{Change, ChangeError};
pub use error::FromItemError;
pub use value::from_item;

/// A batch of changes of a table.
///
/// The answer is `()`, or a [`BatchResponse`] with the sequence number of the first record that
/// failed: Lambda reads on from there.
///
/// Source: AWS Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB".
#[model(DynamoDb)]
pub struct DynamoDbEvent {
    /// The changes, in the order of each shard.
    #[key = "Records"]
    #[required]
    pub records: Vec<DynamoDbRecord>,
}

impl ResponseFor<DynamoDbEvent> for () {}
impl ResponseFor<DynamoDbEvent> for BatchResponse {}

/// A batch of changes within a tumbling window.
///
/// The answer is a [`WindowResponse`] with the state that the next invocation for the window gets.
///
/// Source: AWS Lambda developer guide, "Stateful processing with DynamoDB in Lambda".
#[model(DynamoDbWindow)]
pub struct DynamoDbWindowEvent {
    /// The changes; may be none in the last invocation for a window.
    #[key = "Records"]
    pub records: Vec<DynamoDbRecord>,
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

impl ResponseFor<DynamoDbWindowEvent> for () {}
impl ResponseFor<DynamoDbWindowEvent> for WindowResponse {}

/// One change of an item.
///
/// Source: Amazon DynamoDB API reference, DynamoDB Streams, "Record".
#[model]
pub struct DynamoDbRecord {
    /// The id of the change.
    #[key = "eventID"]
    pub event_id: Option<String>,
    /// What happened.
    #[key = "eventName"]
    pub event_name: DynamoDbOperation,
    /// The version of the form, `1.1`.
    #[key = "eventVersion"]
    pub event_version: Option<String>,
    /// `aws:dynamodb`.
    #[key = "eventSource"]
    pub event_source: Option<String>,
    /// The region of the table.
    #[key = "awsRegion"]
    pub aws_region: Option<String>,
    /// The item.
    #[key = "dynamodb"]
    #[required]
    pub dynamodb: DynamoDbStreamRecord,
    /// Who did it, where DynamoDB itself did: it deletes what has expired. Absent otherwise.
    #[key = "userIdentity"]
    pub user_identity: Option<DynamoDbIdentity>,
    /// The ARN of the stream.
    #[key = "eventSourceARN"]
    pub event_source_arn: Option<String>,
}

words! {
    /// What happened to an item.
    ///
    /// Source: Amazon DynamoDB API reference, DynamoDB Streams, "Record".
    pub enum DynamoDbOperation {
        /// It is new.
        #[word = "INSERT"]
        Insert,
        /// At least one of its attributes changed.
        #[word = "MODIFY"]
        Modify,
        /// It was deleted.
        #[word = "REMOVE"]
        Remove,
    }
}

/// Who caused a change.
///
/// Source: Amazon DynamoDB API reference, DynamoDB Streams, "Identity".
#[model]
pub struct DynamoDbIdentity {
    /// `Service`.
    #[key = "type"]
    pub kind: Option<String>,
    /// `dynamodb.amazonaws.com` for what has expired.
    #[key = "principalId"]
    pub principal_id: Option<String>,
}

/// An item that changed.
///
/// Source: Amazon DynamoDB API reference, DynamoDB Streams, "StreamRecord".
#[model]
pub struct DynamoDbStreamRecord {
    /// When the change was written to the stream, about.
    #[key = "ApproximateCreationDateTime"]
    pub approximate_creation_date_time: Option<Seconds>,
    /// The key of the item.
    #[key = "Keys"]
    pub keys: Map<Attribute>,
    /// The item after the change; absent where it was removed, and where the stream's view has
    /// none.
    #[key = "NewImage"]
    pub new_image: Option<Map<Attribute>>,
    /// The item before the change; absent where it is new, and where the stream's view has none.
    #[key = "OldImage"]
    pub old_image: Option<Map<Attribute>>,
    /// The number by which a [`BatchResponse`] names the record.
    #[key = "SequenceNumber"]
    pub sequence_number: String,
    /// The size of the record in bytes.
    #[key = "SizeBytes"]
    pub size_bytes: Option<u64>,
    /// Which images the stream has.
    #[key = "StreamViewType"]
    pub stream_view_type: Option<DynamoDbView>,
}

words! {
    /// Which images a stream has.
    ///
    /// Source: Amazon DynamoDB API reference, DynamoDB Streams, "StreamRecord".
    pub enum DynamoDbView {
        /// None, the key alone.
        #[word = "KEYS_ONLY"]
        KeysOnly,
        /// The item after the change.
        #[word = "NEW_IMAGE"]
        NewImage,
        /// The item before the change.
        #[word = "OLD_IMAGE"]
        OldImage,
        /// Both.
        #[word = "NEW_AND_OLD_IMAGES"]
        NewAndOldImages,
    }
}

/// A change of an item as the data of a Kinesis record, from a table that streams its changes to
/// Kinesis: `record.kinesis.data.json::<DynamoDbKinesisRecord>()`.
///
/// Source: Amazon DynamoDB developer guide, "Using Kinesis Data Streams to capture changes to
/// DynamoDB".
#[model]
pub struct DynamoDbKinesisRecord {
    /// The region of the table.
    #[key = "awsRegion"]
    pub aws_region: Option<String>,
    /// The id of the change.
    #[key = "eventID"]
    pub event_id: Option<String>,
    /// What happened.
    #[key = "eventName"]
    pub event_name: DynamoDbOperation,
    /// Who did it, where DynamoDB itself did; null otherwise.
    #[key = "userIdentity"]
    pub user_identity: Option<DynamoDbIdentity>,
    /// `application/json`.
    #[key = "recordFormat"]
    pub record_format: Option<String>,
    /// The name of the table.
    #[key = "tableName"]
    pub table_name: String,
    /// The item.
    #[key = "dynamodb"]
    pub dynamodb: DynamoDbKinesisChange,
    /// `aws:dynamodb`.
    #[key = "eventSource"]
    pub event_source: Option<String>,
}

/// An item that changed, from a table that streams its changes to Kinesis.
///
/// Source: Amazon DynamoDB developer guide, "Using Kinesis Data Streams to capture changes to
/// DynamoDB".
#[model]
pub struct DynamoDbKinesisChange {
    /// When it changed, since the Unix epoch, in the unit that the next field says.
    #[key = "ApproximateCreationDateTime"]
    pub approximate_creation_date_time: Option<Number>,
    /// `MILLISECOND` or `MICROSECOND`; absent in older records, which are in milliseconds.
    #[key = "ApproximateCreationDateTimePrecision"]
    pub approximate_creation_date_time_precision: Option<String>,
    /// The key of the item.
    #[key = "Keys"]
    pub keys: Map<Attribute>,
    /// The item after the change; absent where it was removed.
    #[key = "NewImage"]
    pub new_image: Option<Map<Attribute>>,
    /// The item before the change; absent where it is new.
    #[key = "OldImage"]
    pub old_image: Option<Map<Attribute>>,
    /// The size of the record in bytes.
    #[key = "SizeBytes"]
    pub size_bytes: Option<u64>,
}
