//! Amazon SQS: standard and FIFO queues, dead-letter queues.
//!
//! Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS", read 2026-11-24. Shown by the
//! fixtures in `fixtures/sqs`.

use lambda_events_macros::model;

use crate::{AnswerTo, BatchResponse, Map};

/// A batch of messages that Lambda has read from a queue.
///
/// The answer is `()`, or a [`BatchResponse`] with the ids of the messages that failed.
#[model(Sqs)]
pub struct SqsEvent<B = String> {
    /// The messages, at least one.
    #[key = "Records"]
    #[promised]
    pub records: Vec<SqsMessage<B>>,
}

impl<B> AnswerTo<SqsEvent<B>> for () {}
impl<B> AnswerTo<SqsEvent<B>> for BatchResponse {}

/// One message.
#[model]
pub struct SqsMessage<B = String> {
    /// The id, by which a [`BatchResponse`] names the message.
    #[key = "messageId"]
    #[promised]
    pub message_id: String,
    /// What deletes the message; Lambda does it after a success.
    #[key = "receiptHandle"]
    pub receipt_handle: String,
    /// The body as its sender wrote it, up to 1 MiB. Notifications of SNS, S3 and EventBridge
    /// are JSON in here. Absent only in hand-made events.
    #[key = "body"]
    #[quoted]
    pub body: Option<B>,
    /// MD5 of the body, in hexadecimal digits.
    #[key = "md5OfBody"]
    pub md5_of_body: Option<String>,
    /// MD5 of the message attributes; absent or empty when there are none.
    #[key = "md5OfMessageAttributes"]
    pub md5_of_message_attributes: Option<String>,
    /// What the queue says of the message.
    #[key = "attributes"]
    pub attributes: SqsAttributes,
    /// What the sender says of the message; empty when it said nothing.
    #[key = "messageAttributes"]
    pub message_attributes: Map<SqsMessageAttribute>,
    /// `aws:sqs`.
    #[key = "eventSource"]
    pub event_source: Option<String>,
    /// The ARN of the queue.
    #[key = "eventSourceARN"]
    pub event_source_arn: Option<String>,
    /// The region of the queue.
    #[key = "awsRegion"]
    pub aws_region: Option<String>,
}

/// What the queue says of a message. Numbers and times are text, as the queue sends them.
#[model]
pub struct SqsAttributes {
    /// How often the message was received, from `1`.
    #[key = "ApproximateReceiveCount"]
    pub approximate_receive_count: Option<String>,
    /// When it was sent, in milliseconds since the Unix epoch.
    #[key = "SentTimestamp"]
    pub sent_timestamp: Option<String>,
    /// Who sent it: an account or a unique id of a user or role.
    #[key = "SenderId"]
    pub sender_id: Option<String>,
    /// When it was first received, in milliseconds since the Unix epoch.
    #[key = "ApproximateFirstReceiveTimestamp"]
    pub approximate_first_receive_timestamp: Option<String>,
    /// The trace header; absent when the sender is not traced.
    #[key = "AWSTraceHeader"]
    pub aws_trace_header: Option<String>,
    /// The sequence number in its group; FIFO queues only.
    #[key = "SequenceNumber"]
    pub sequence_number: Option<String>,
    /// The group within which order is kept; FIFO queues, and fair standard queues.
    #[key = "MessageGroupId"]
    pub message_group_id: Option<String>,
    /// What tells duplicates; FIFO queues only.
    #[key = "MessageDeduplicationId"]
    pub message_deduplication_id: Option<String>,
    /// The queue that the message failed in; dead-letter queues only.
    #[key = "DeadLetterQueueSourceArn"]
    pub dead_letter_queue_source_arn: Option<String>,
}

/// An attribute that the sender gave.
#[model]
pub struct SqsMessageAttribute {
    /// The value, for the types `String` and `Number`.
    #[key = "stringValue"]
    pub string_value: Option<String>,
    /// The value in base64, for the type `Binary`.
    #[key = "binaryValue"]
    pub binary_value: Option<String>,
    /// Always empty: reserved by the queue.
    #[key = "stringListValues"]
    pub string_list_values: Option<Vec<String>>,
    /// Always empty: reserved by the queue.
    #[key = "binaryListValues"]
    pub binary_list_values: Option<Vec<String>>,
    /// `String`, `Number` or `Binary`, perhaps with a suffix of the sender's: `Number.int`.
    #[key = "dataType"]
    pub data_type: Option<String>,
}
