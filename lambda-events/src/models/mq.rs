//! Amazon MQ: brokers of ActiveMQ and RabbitMQ.
//!
//! Source: AWS Lambda developer guide, "Using Lambda with Amazon MQ", read 2026-11-26. Shown by the
//! fixtures in `fixtures/activemq` and `fixtures/rabbitmq`.

use lambda_events_macros::model;

use crate::{Base64, ByteList, Map, Millis, RawJson, ResponseFor, StringMap};

/// A batch of messages of a queue of ActiveMQ. It is handled or fails as a whole.
///
/// Source: AWS Lambda developer guide, "Using Lambda with Amazon MQ", "ActiveMQ".
#[model(ActiveMq)]
pub struct ActiveMqEvent {
    /// `aws:mq`; also seen as `aws:amq`.
    #[key = "eventSource"]
    pub event_source: String,
    /// The ARN of the broker.
    #[key = "eventSourceArn"]
    pub event_source_arn: Option<String>,
    /// The messages.
    #[key = "messages"]
    #[required]
    pub messages: Vec<ActiveMqMessage>,
}

impl ResponseFor<ActiveMqEvent> for () {}

/// A message of ActiveMQ.
///
/// Source: AWS Lambda developer guide, "Using Lambda with Amazon MQ", "ActiveMQ".
#[model]
pub struct ActiveMqMessage {
    /// Its id.
    #[key = "messageID"]
    #[required]
    pub message_id: String,
    /// `jms/text-message` or `jms/bytes-message`.
    #[key = "messageType"]
    pub message_type: String,
    /// What its producer put in. See [`Base64::json`].
    #[key = "data"]
    pub data: Base64,
    /// 1 if it is not kept on disk, 2 if it is.
    #[key = "deliveryMode"]
    pub delivery_mode: Option<i64>,
    /// Where an answer is expected.
    #[key = "replyTo"]
    pub reply_to: Option<String>,
    /// The type that its producer gave it.
    #[key = "type"]
    pub kind: Option<String>,
    /// When it expires, in milliseconds since the Unix epoch; 0 if it does not.
    #[key = "expiration"]
    pub expiration: Option<i64>,
    /// From 0 to 9.
    #[key = "priority"]
    pub priority: Option<i64>,
    /// What joins it to others.
    #[key = "correlationId"]
    pub correlation_id: Option<String>,
    /// Whether it was delivered before.
    #[key = "redelivered"]
    pub redelivered: Option<bool>,
    /// The connection that sent it.
    #[key = "connectionId"]
    pub connection_id: Option<String>,
    /// Its queue.
    #[key = "destination"]
    pub destination: ActiveMqDestination,
    /// When it was sent.
    #[key = "timestamp"]
    pub timestamp: Option<Millis>,
    /// When it came to the broker.
    #[key = "brokerInTime"]
    pub broker_in_time: Option<Millis>,
    /// When it left it.
    #[key = "brokerOutTime"]
    pub broker_out_time: Option<Millis>,
    /// Whether it is kept on disk; older events only.
    #[key = "persistent"]
    pub persistent: Option<bool>,
    /// What its producer said of it.
    #[key = "properties"]
    pub properties: StringMap,
}

/// A queue of ActiveMQ.
///
/// Source: AWS Lambda developer guide, "Using Lambda with Amazon MQ", "ActiveMQ".
#[model]
pub struct ActiveMqDestination {
    /// Its name.
    #[key = "physicalName"]
    pub physical_name: Option<String>,
    /// Its name as some events write the key.
    #[key = "physicalname"]
    pub physicalname: Option<String>,
}

impl ActiveMqDestination {
    /// Its name, by either key.
    pub fn name(&self) -> Option<&str> {
        self.physical_name.as_deref().or(self.physicalname.as_deref())
    }
}

/// A batch of messages of RabbitMQ. It is handled or fails as a whole.
///
/// Source: AWS Lambda developer guide, "Using Lambda with Amazon MQ", "RabbitMQ".
#[model(RabbitMq)]
pub struct RabbitMqEvent {
    /// `aws:rmq`.
    #[key = "eventSource"]
    pub event_source: String,
    /// The ARN of the broker.
    #[key = "eventSourceArn"]
    pub event_source_arn: Option<String>,
    /// The messages by `queue::virtualhost`.
    #[key = "rmqMessagesByQueue"]
    #[required]
    pub rmq_messages_by_queue: Map<Vec<RabbitMqMessage>>,
}

impl ResponseFor<RabbitMqEvent> for () {}

/// A message of RabbitMQ.
///
/// Source: AWS Lambda developer guide, "Using Lambda with Amazon MQ", "RabbitMQ".
#[model]
pub struct RabbitMqMessage {
    /// What its producer said of it.
    #[key = "basicProperties"]
    pub basic_properties: RabbitMqProperties,
    /// Whether it was delivered before.
    #[key = "redelivered"]
    pub redelivered: bool,
    /// What its producer put in. See [`Base64::json`].
    #[key = "data"]
    #[required]
    pub data: Base64,
}

/// What a producer said of a message; most are null.
///
/// Source: AWS Lambda developer guide, "Using Lambda with Amazon MQ", "RabbitMQ".
#[model]
pub struct RabbitMqProperties {
    /// The type of the data.
    #[key = "contentType"]
    pub content_type: Option<String>,
    /// Its encoding.
    #[key = "contentEncoding"]
    pub content_encoding: Option<String>,
    /// The headers; a text is an object with a list of bytes. See [`header`](Self::header).
    #[key = "headers"]
    pub headers: Option<Map<RawJson>>,
    /// 1 if it is not kept on disk, 2 if it is.
    #[key = "deliveryMode"]
    pub delivery_mode: Option<i64>,
    /// From 0 to 255.
    #[key = "priority"]
    pub priority: Option<i64>,
    /// What joins it to others.
    #[key = "correlationId"]
    pub correlation_id: Option<String>,
    /// Where an answer is expected.
    #[key = "replyTo"]
    pub reply_to: Option<String>,
    /// After how many milliseconds it expires, as text.
    #[key = "expiration"]
    pub expiration: Option<String>,
    /// Its id.
    #[key = "messageId"]
    pub message_id: Option<String>,
    /// When it was sent, as `Jan 1, 1970, 12:33:41 AM`.
    #[key = "timestamp"]
    pub timestamp: Option<String>,
    /// The type that its producer gave it.
    #[key = "type"]
    pub kind: Option<String>,
    /// The user that sent it.
    #[key = "userId"]
    pub user_id: Option<String>,
    /// The program that sent it.
    #[key = "appId"]
    pub app_id: Option<String>,
    /// Not in use.
    #[key = "clusterId"]
    pub cluster_id: Option<String>,
    /// The length of the data.
    #[key = "bodySize"]
    pub body_size: Option<i64>,
}

impl RabbitMqProperties {
    /// The bytes of a header that is a text; none for one that is absent or no text.
    pub fn header(&self, name: &str) -> Option<Vec<u8>> {
        let text: RabbitMqText = self.headers.as_ref()?.get(name)?.to().ok()?;
        Some(text.bytes?.0)
    }
}

/// A text within a header.
///
/// Source: AWS Lambda developer guide, "Using Lambda with Amazon MQ", "RabbitMQ".
#[model]
pub struct RabbitMqText {
    /// Its bytes.
    #[key = "bytes"]
    pub bytes: Option<ByteList>,
}
