//! Amazon SQS: standard and FIFO queues, dead-letter queues.
//!
//! Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS", read 2026-11-24. Shown by the
//! fixtures in `fixtures/sqs`.

use lambda_events_macros::model;

use crate::{Base64, BatchResponse, Map, Millis, ResponseFor, codec::kinds::words};

/// A batch of messages that Lambda has read from a queue.
///
/// The answer is `()`, or a [`BatchResponse`] with the ids of the messages that failed. `B` is the
/// type of the bodies: `SqsEvent<Json<Order>>` has an order in every message.
///
/// Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS".
#[model(Sqs)]
pub struct SqsEvent<B = String> {
    /// The messages, at least one.
    #[key = "Records"]
    #[required]
    pub records: Vec<SqsMessage<B>>,
}

impl<B> ResponseFor<SqsEvent<B>> for () {}
impl<B> ResponseFor<SqsEvent<B>> for BatchResponse {}

/// One message.
///
/// Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS".
#[model]
pub struct SqsMessage<B = String> {
    /// The id, by which a [`BatchResponse`] names the message.
    #[key = "messageId"]
    #[required]
    pub message_id: String,
    /// What deletes the message; Lambda does it after a success.
    #[key = "receiptHandle"]
    pub receipt_handle: String,
    /// The body as its sender wrote it, up to 1 MiB. Notifications of SNS, S3 and EventBridge are
    /// JSON in here. Absent only in hand-made events.
    #[key = "body"]
    #[json_string]
    pub body: Option<B>,
    /// What the queue says of the message.
    #[key = "attributes"]
    pub attributes: SqsAttributes,
    /// What the sender says of the message; empty when it said nothing. Of an event that failed in
    /// a function and came through the function's dead-letter queue: `ErrorCode`, `ErrorMessage`,
    /// `RequestID`.
    #[key = "messageAttributes"]
    pub message_attributes: Map<SqsMessageAttribute>,
    /// MD5 of the body, in hexadecimal digits.
    #[key = "md5OfBody"]
    pub md5_of_body: Option<String>,
    /// MD5 of the message attributes; absent or empty when there are none.
    #[key = "md5OfMessageAttributes"]
    pub md5_of_message_attributes: Option<String>,
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

/// What the queue says of a message. The queue sends numbers and times as text.
///
/// Source: Amazon SQS API reference, "ReceiveMessage".
#[model]
pub struct SqsAttributes {
    /// How often the message was received, from 1.
    #[key = "ApproximateReceiveCount"]
    #[json_string]
    pub approximate_receive_count: Option<u32>,
    /// When it was sent.
    #[key = "SentTimestamp"]
    #[json_string]
    pub sent_timestamp: Option<Millis>,
    /// Who sent it: an account or a unique id of a user or role.
    #[key = "SenderId"]
    pub sender_id: Option<String>,
    /// When it was first received.
    #[key = "ApproximateFirstReceiveTimestamp"]
    #[json_string]
    pub approximate_first_receive_timestamp: Option<Millis>,
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
    /// The queue that the message failed in; only in a dead-letter queue, after a redrive or not.
    #[key = "DeadLetterQueueSourceArn"]
    pub dead_letter_queue_source_arn: Option<String>,
}

/// An attribute that the sender gave.
///
/// Source: Amazon SQS API reference, "MessageAttributeValue".
#[model]
pub struct SqsMessageAttribute {
    /// The value, for the types `String` and `Number`; absent for `Binary`.
    #[key = "stringValue"]
    pub string_value: Option<String>,
    /// The value, for the type `Binary`; absent for the others.
    #[key = "binaryValue"]
    pub binary_value: Option<Base64>,
    /// Always empty: reserved by the queue.
    #[key = "stringListValues"]
    pub string_list_values: Option<Vec<String>>,
    /// Always empty: reserved by the queue.
    #[key = "binaryListValues"]
    pub binary_list_values: Option<Vec<String>>,
    /// `String`, `Number` or `Binary`, perhaps with a suffix of the sender's, which is another
    /// word: `Number.int`.
    #[key = "dataType"]
    pub data_type: Option<SqsDataType>,
}

words! {
    /// The type of a message attribute.
    ///
    /// Source: Amazon SQS API reference, "MessageAttributeValue".
    pub enum SqsDataType {
        /// Text.
        #[word = "String"]
        Text,
        /// A number, as its text.
        #[word = "Number"]
        Number,
        /// Bytes.
        #[word = "Binary"]
        Binary,
    }
}

/// What a queue answers to `ReceiveMessage`, where a function polls a queue by itself.
///
/// Source: Amazon SQS API reference, "ReceiveMessage".
#[model]
pub struct SqsReceived {
    /// The messages; absent when there are none.
    #[key = "Messages"]
    pub messages: Vec<SqsReceivedMessage>,
}

/// A message that was polled.
///
/// Source: Amazon SQS API reference, "Message".
#[model]
pub struct SqsReceivedMessage {
    /// The id.
    #[key = "MessageId"]
    pub message_id: String,
    /// What deletes the message.
    #[key = "ReceiptHandle"]
    pub receipt_handle: Option<String>,
    /// The body as its sender wrote it.
    #[key = "Body"]
    pub body: Option<String>,
    /// MD5 of the body, in hexadecimal digits.
    #[key = "MD5OfBody"]
    pub md5_of_body: Option<String>,
    /// MD5 of the message attributes; absent when there are none.
    #[key = "MD5OfMessageAttributes"]
    pub md5_of_message_attributes: Option<String>,
    /// What the queue says of the message; absent unless it was asked for.
    #[key = "Attributes"]
    pub attributes: Option<SqsAttributes>,
}
