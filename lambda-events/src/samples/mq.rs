//! Messages of brokers of Amazon MQ.

use super::{Sample, TIME_MILLIS, arn, some};
use crate::{
    Base64, Map, Millis,
    mq::{
        ActiveMqDestination, ActiveMqEvent, ActiveMqMessage, RabbitMqEvent, RabbitMqMessage,
        RabbitMqProperties,
    },
};

fn broker() -> Option<String> {
    Some(arn("mq", "broker:a-broker:b-9bcfa592-423a-4942-879d-eb284b418fc8"))
}

/// Messages of the queue `a-queue` of ActiveMQ, with these texts.
pub fn active<D: Into<Vec<u8>>>(data: impl IntoIterator<Item = D>) -> Sample<ActiveMqEvent> {
    let message = |(number, data): (usize, D)| ActiveMqMessage {
        message_id: format!("ID:b-9bcfa592-423a-4942-879d-eb284b418fc8-1:{number}"),
        message_type: "jms/text-message".to_owned(),
        data: Base64(data.into()),
        delivery_mode: Some(1),
        expiration: Some(0),
        priority: Some(4),
        redelivered: Some(false),
        destination: ActiveMqDestination { physical_name: some("a-queue"), ..Default::default() },
        timestamp: Some(Millis::from_unix_millis(TIME_MILLIS)),
        broker_in_time: Some(Millis::from_unix_millis(TIME_MILLIS)),
        broker_out_time: Some(Millis::from_unix_millis(TIME_MILLIS + 1)),
        ..Default::default()
    };
    Sample(ActiveMqEvent {
        event_source: "aws:mq".to_owned(),
        event_source_arn: broker(),
        messages: data.into_iter().enumerate().map(message).collect(),
        ..Default::default()
    })
}

/// Messages of the queue `a-queue` of RabbitMQ, with these texts.
pub fn rabbit<D: Into<Vec<u8>>>(data: impl IntoIterator<Item = D>) -> Sample<RabbitMqEvent> {
    let message = |data: D| {
        let data = data.into();
        let basic_properties = RabbitMqProperties {
            content_type: some("text/plain"),
            delivery_mode: Some(1),
            priority: Some(0),
            timestamp: some("Jan 1, 2026, 12:00:00 AM"),
            body_size: i64::try_from(data.len()).ok(),
            ..Default::default()
        };
        RabbitMqMessage { basic_properties, data: Base64(data), ..Default::default() }
    };
    let messages = data.into_iter().map(message).collect();
    Sample(RabbitMqEvent {
        event_source: "aws:rmq".to_owned(),
        event_source_arn: broker(),
        rmq_messages_by_queue: Map::from([("a-queue::/", messages)]),
        ..Default::default()
    })
}
