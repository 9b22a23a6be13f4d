//! The event of a batch of a queue.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lambda_events::{
    Base64, Map, Millis, RawJson,
    sqs::{SqsAttributes, SqsDataType, SqsEvent, SqsMessage, SqsMessageAttribute},
};
use md5::Context;
use serde_json::{Value, json};

use crate::{
    kernel::Clock,
    service::{MessageAttribute, QueueInner, Received},
};

/// Who sends: an account or the unique id of a user.
const SENDER: &str = "AIDAIENQZJOLO23YVJ4VO";

/// Returns the event of a batch in JSON. `has_window` is whether messages are gathered for some time.
pub(super) fn payload(queue: &QueueInner, batch: &[Received], has_window: bool) -> Vec<u8> {
    let records = batch.iter().map(|received| message(queue, received, has_window)).collect();
    // A model has a form in JSON.
    serde_json::to_vec(&SqsEvent { records, ..SqsEvent::default() }).unwrap_or_default()
}

fn message(queue: &QueueInner, received: &Received, has_window: bool) -> SqsMessage {
    let (sent, clock) = (&received.sent, queue.clock);
    let is_fifo = queue.arn.ends_with(".fifo");
    let text = |text: &str| Some(text.to_owned());
    let mut message = SqsMessage {
        message_id: sent.id.to_string(),
        receipt_handle: receipt_handle(received),
        body: text(&sent.body),
        attributes: SqsAttributes {
            approximate_receive_count: Some(received.receives),
            sent_timestamp: Some(millis(clock, sent.at)),
            sender_id: text(SENDER),
            approximate_first_receive_timestamp: Some(millis(clock, received.first_received)),
            aws_trace_header: sent.trace_header.clone(),
            sequence_number: is_fifo.then(|| sequence_number(received)),
            message_group_id: sent.group.as_deref().and_then(text),
            message_deduplication_id: sent
                .deduplication_id
                .as_deref()
                .and_then(text)
                .filter(|_| is_fifo),
            dead_letter_queue_source_arn: sent.dead_letter_source.as_deref().and_then(text),
            ..SqsAttributes::default()
        },
        message_attributes: sent
            .attributes
            .iter()
            .map(|(name, attribute)| (name.clone(), attribute_of(attribute)))
            .collect::<Map<_>>(),
        md5_of_body: Some(format!("{:x}", md5::compute(&*sent.body))),
        event_source: text("aws:sqs"),
        event_source_arn: text(&queue.arn),
        aws_region: text(&queue.region),
        ..SqsMessage::default()
    };
    match sent.attributes.is_empty() {
        false => {
            let digest = digest(sent.attributes.iter());
            message.md5_of_message_attributes = Some(digest);
        }
        // "Null with a window, absent without."
        true if has_window => {
            if let Ok(null) = RawJson::new(&()) {
                message.extra.insert("md5OfMessageAttributes", null);
            }
        }
        true => {}
    }
    message
}

/// The members of a message that filters see: those of its event.
pub(super) fn members(queue: &QueueInner, received: &Received) -> serde_json::Map<String, Value> {
    match serde_json::to_value(message(queue, received, false)) {
        Ok(Value::Object(members)) => members,
        // A model is an object.
        _ => serde_json::Map::new(),
    }
}

/// Another one each time that a message is received.
fn receipt_handle(received: &Received) -> String {
    let of = format!("{}/{}", received.sent.id, received.receives);
    let [first, second] = [of.as_str(), "receipt"].map(|text| md5::compute(format!("{of}{text}")));
    format!("AQEB{}", STANDARD.encode([first.0, second.0].concat()))
}

/// 20 digits, which grow with each message.
fn sequence_number(received: &Received) -> String {
    (18_849_496_460_467_696_128_u128 + u128::from(received.number) * 256).to_string()
}

fn millis(clock: Clock, at: std::time::Duration) -> Millis {
    Millis::from_unix_millis(clock.epoch_ms_at(at).try_into().unwrap_or(i64::MAX))
}

fn attribute_of(attribute: &MessageAttribute) -> SqsMessageAttribute {
    let binary_value = bytes(attribute).map(Base64);
    SqsMessageAttribute {
        string_value: binary_value.is_none().then(|| attribute.value.clone()),
        binary_value,
        string_list_values: Some(Vec::new()),
        binary_list_values: Some(Vec::new()),
        data_type: serde_json::from_value::<SqsDataType>(json!(attribute.data_type)).ok(),
        ..SqsMessageAttribute::default()
    }
}

/// The value of an attribute whose type is `Binary`.
fn bytes(attribute: &MessageAttribute) -> Option<Vec<u8>> {
    let is_binary = attribute.data_type.starts_with("Binary");
    let decoded = is_binary.then(|| serde_json::from_value::<Base64>(json!(attribute.value)).ok());
    decoded.flatten().map(|bytes| bytes.0)
}

/// Source: Amazon SQS developer guide, "Calculating the MD5 message digest for message attributes".
fn digest<'a>(attributes: impl Iterator<Item = (&'a String, &'a MessageAttribute)>) -> String {
    let mut context = Context::new();
    // In the order of their names, in which they are kept.
    for (name, attribute) in attributes {
        let value = bytes(attribute);
        let transport = if value.is_some() { 2 } else { 1 };
        add(&mut context, name.as_bytes());
        add(&mut context, attribute.data_type.as_bytes());
        context.consume([transport]);
        add(&mut context, value.as_deref().unwrap_or(attribute.value.as_bytes()));
    }
    format!("{:x}", context.finalize())
}

/// A part of a digest, with its length before it.
fn add(context: &mut Context, part: &[u8]) {
    context.consume(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
    context.consume(part);
}
