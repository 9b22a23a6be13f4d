//! Amazon SNS.
//!
//! Source: AWS Lambda developer guide, "Invoking Lambda functions with Amazon SNS notifications", read
//! 2026-11-26. Shown by the fixtures in `fixtures/sns`.

use lambda_events_macros::model;

use crate::{Map, ResponseFor, codec::kinds::words};

/// A notification of a topic. Lambda is invoked asynchronously, so there is no answer.
///
/// `M` is the type of the messages: `SnsEvent<Json<S3Event>>` has an S3 event in every one.
///
/// Source: AWS Lambda developer guide, "Invoking Lambda functions with Amazon SNS notifications".
#[model(Sns)]
pub struct SnsEvent<M = String> {
    /// The notifications: one.
    #[key = "Records"]
    #[required]
    pub records: Vec<SnsRecord<M>>,
}

impl<M> ResponseFor<SnsEvent<M>> for () {}

/// One notification.
///
/// Source: AWS Lambda developer guide, "Invoking Lambda functions with Amazon SNS notifications".
#[model]
pub struct SnsRecord<M = String> {
    /// `aws:sns`.
    #[key = "EventSource"]
    pub event_source: Option<String>,
    /// `1.0`.
    #[key = "EventVersion"]
    pub event_version: Option<String>,
    /// The ARN of the subscription.
    #[key = "EventSubscriptionArn"]
    pub event_subscription_arn: Option<String>,
    /// The message.
    #[key = "Sns"]
    #[required]
    pub sns: SnsMessage<M>,
}

/// The message of a notification, as a function gets it.
///
/// Source: AWS Lambda developer guide, "Invoking Lambda functions with Amazon SNS notifications".
#[model]
pub struct SnsMessage<M = String> {
    /// `Notification`.
    #[key = "Type"]
    pub kind: Option<String>,
    /// The id of the message.
    #[key = "MessageId"]
    pub message_id: String,
    /// The ARN of the topic.
    #[key = "TopicArn"]
    pub topic_arn: String,
    /// The subject; null when the sender gave none.
    #[key = "Subject"]
    pub subject: Option<String>,
    /// The message as its sender wrote it. Absent only in hand-made events.
    #[key = "Message"]
    #[json_string]
    pub message: Option<M>,
    /// When it was published, in RFC 3339. See [`parse_rfc3339`](crate::time::parse_rfc3339).
    #[key = "Timestamp"]
    pub timestamp: Option<String>,
    /// `1` (SHA1) or `2` (SHA256).
    #[key = "SignatureVersion"]
    pub signature_version: Option<String>,
    /// The signature in base64.
    #[key = "Signature"]
    pub signature: Option<String>,
    /// Where the certificate of the signature is.
    #[key = "SigningCertUrl"]
    pub signing_cert_url: Option<String>,
    /// Where the subscription is ended.
    #[key = "UnsubscribeUrl"]
    pub unsubscribe_url: Option<String>,
    /// What the sender says of the message; empty when it said nothing.
    #[key = "MessageAttributes"]
    pub message_attributes: Map<SnsMessageAttribute>,
}

/// A notification as it stands in the body of an SQS message, in a record of Firehose, or in a
/// request to an HTTP endpoint: as [`SnsMessage`], but with other letters in the names of two
/// fields. With raw delivery there is no notification, the message alone is the body.
///
/// Source: Amazon SNS developer guide, "Amazon SNS message and JSON formats".
#[model]
pub struct SnsNotification<M = String> {
    /// `Notification`; over HTTP also `SubscriptionConfirmation`, `UnsubscribeConfirmation`.
    #[key = "Type"]
    pub kind: Option<String>,
    /// The id of the message.
    #[key = "MessageId"]
    pub message_id: String,
    /// What confirms a subscription; only where one is to be confirmed.
    #[key = "Token"]
    pub token: Option<String>,
    /// The ARN of the topic.
    #[key = "TopicArn"]
    pub topic_arn: String,
    /// The sequence number; FIFO topics only.
    #[key = "SequenceNumber"]
    pub sequence_number: Option<String>,
    /// The subject; absent when the sender gave none.
    #[key = "Subject"]
    pub subject: Option<String>,
    /// The message as its sender wrote it.
    #[key = "Message"]
    #[json_string]
    pub message: Option<M>,
    /// Where a subscription is confirmed; only where one is to be.
    #[key = "SubscribeURL"]
    pub subscribe_url: Option<String>,
    /// When it was published, in RFC 3339.
    #[key = "Timestamp"]
    pub timestamp: Option<String>,
    /// `1` (SHA1) or `2` (SHA256).
    #[key = "SignatureVersion"]
    pub signature_version: Option<String>,
    /// The signature in base64.
    #[key = "Signature"]
    pub signature: Option<String>,
    /// Where the certificate of the signature is.
    #[key = "SigningCertURL"]
    pub signing_cert_url: Option<String>,
    /// Where the subscription is ended.
    #[key = "UnsubscribeURL"]
    pub unsubscribe_url: Option<String>,
    /// What the sender says of the message; absent when it said nothing.
    #[key = "MessageAttributes"]
    pub message_attributes: Option<Map<SnsMessageAttribute>>,
}

/// An attribute that the sender gave.
///
/// Source: Amazon SNS developer guide, "Amazon SNS message attributes".
#[model]
pub struct SnsMessageAttribute {
    /// What the value is.
    #[key = "Type"]
    pub kind: SnsDataType,
    /// The value; bytes are in base64. See [`crate::Base64`].
    #[key = "Value"]
    pub value: String,
}

words! {
    /// The type of a message attribute.
    ///
    /// Source: Amazon SNS developer guide, "Amazon SNS message attributes".
    pub enum SnsDataType {
        /// Text.
        #[word = "String"]
        Text,
        /// A list, as JSON in the text.
        #[word = "String.Array"]
        TextArray,
        /// A number, as its text.
        #[word = "Number"]
        Number,
        /// Bytes, in base64.
        #[word = "Binary"]
        Binary,
    }
}
