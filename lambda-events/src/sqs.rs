//! Amazon SQS: standard and FIFO queues, dead-letter queues.
//!
//! Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS", read 2026-11-24. Shown by the
//! fixtures in `fixtures/sqs`.

use crate::{AnswerTo, BatchResponse, Map, Trigger};

model! {
    /// A batch of messages that Lambda has read from a queue.
    ///
    /// The answer is `()`, or a [`BatchResponse`] with the ids of the messages that failed.
    pub struct SqsEvent {
        /// The messages, at least one.
        records: Vec<SqsMessage> = "Records" promised,
    }
}

impl Trigger for SqsEvent {
    const NAME: &'static str = "sqs";
}

impl AnswerTo<SqsEvent> for () {}
impl AnswerTo<SqsEvent> for BatchResponse {}

model! {
    /// One message.
    pub struct SqsMessage {
        /// The id, by which a [`BatchResponse`] names the message.
        message_id: String = "messageId" promised,
        /// What deletes the message; Lambda does it after a success.
        receipt_handle: String = "receiptHandle",
        /// The body as its sender wrote it, up to 1 MiB. Notifications of SNS, S3 and EventBridge
        /// are JSON in here. Absent only in hand-made events.
        body: Option<String> = "body",
        /// MD5 of the body, in hexadecimal digits.
        md5_of_body: Option<String> = "md5OfBody",
        /// MD5 of the message attributes; absent or empty when there are none.
        md5_of_message_attributes: Option<String> = "md5OfMessageAttributes",
        /// What the queue says of the message.
        attributes: SqsAttributes = "attributes",
        /// What the sender says of the message; empty when it said nothing.
        message_attributes: Map<SqsMessageAttribute> = "messageAttributes",
        /// `aws:sqs`.
        event_source: Option<String> = "eventSource",
        /// The ARN of the queue.
        event_source_arn: Option<String> = "eventSourceARN",
        /// The region of the queue.
        aws_region: Option<String> = "awsRegion",
    }
}

model! {
    /// What the queue says of a message. Numbers and times are text, as the queue sends them.
    pub struct SqsAttributes {
        /// How often the message was received, from `1`.
        approximate_receive_count: Option<String> = "ApproximateReceiveCount",
        /// When it was sent, in milliseconds since the Unix epoch.
        sent_timestamp: Option<String> = "SentTimestamp",
        /// Who sent it: an account or a unique id of a user or role.
        sender_id: Option<String> = "SenderId",
        /// When it was first received, in milliseconds since the Unix epoch.
        approximate_first_receive_timestamp: Option<String> = "ApproximateFirstReceiveTimestamp",
        /// The trace header; absent when the sender is not traced.
        aws_trace_header: Option<String> = "AWSTraceHeader",
        /// The sequence number in its group; FIFO queues only.
        sequence_number: Option<String> = "SequenceNumber",
        /// The group within which order is kept; FIFO queues, and fair standard queues.
        message_group_id: Option<String> = "MessageGroupId",
        /// What tells duplicates; FIFO queues only.
        message_deduplication_id: Option<String> = "MessageDeduplicationId",
        /// The queue that the message failed in; dead-letter queues only.
        dead_letter_queue_source_arn: Option<String> = "DeadLetterQueueSourceArn",
    }
}

model! {
    /// An attribute that the sender gave.
    pub struct SqsMessageAttribute {
        /// The value, for the types `String` and `Number`.
        string_value: Option<String> = "stringValue",
        /// The value in base64, for the type `Binary`.
        binary_value: Option<String> = "binaryValue",
        /// Always empty: reserved by the queue.
        string_list_values: Option<Vec<String>> = "stringListValues",
        /// Always empty: reserved by the queue.
        binary_list_values: Option<Vec<String>> = "binaryListValues",
        /// `String`, `Number` or `Binary`, perhaps with a suffix of the sender's: `Number.int`.
        data_type: Option<String> = "dataType",
    }
}
