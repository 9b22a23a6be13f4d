//! What a subscriber receives of a message.

use lambda_events::{
    Map, RawJson, samples,
    sns::{SnsMessageAttribute, SnsNotification},
};
use serde_json::json;

use super::subscription::SubscriptionInner;
use crate::{
    kernel::Clock,
    service::{Destination, Message, MessageAttribute},
};

/// The event of a function: one record, with the message.
pub(super) fn event(subscription: &SubscriptionInner, message: &Message, clock: Clock) -> Vec<u8> {
    let topic = &subscription.topic;
    let text = String::from_utf8_lossy(&message.body);
    let mut event = samples::sns::message(text.into_owned());
    for record in &mut event.records {
        record.event_subscription_arn = Some(subscription.arn.to_string());
        let sns = &mut record.sns;
        sns.message_id = message.id.clone().unwrap_or_default();
        sns.topic_arn = topic.arn.to_string();
        sns.subject.clone_from(&message.subject);
        // Null where there is none.
        if let (None, Ok(null)) = (&message.subject, RawJson::new(&())) {
            sns.extra.insert("Subject", null);
        }
        sns.timestamp = Some(clock.iso_at(message.at));
        sns.signing_cert_url =
            sns.signing_cert_url.take().map(|url| in_region(&url, &topic.account.region));
        sns.unsubscribe_url = Some(unsubscribe_url(&topic.account.region, &subscription.arn));
        sns.message_attributes = attributes(message);
    }
    // A model has a form in JSON.
    serde_json::to_vec(&event).unwrap_or_default()
}

/// What a queue receives, and so does a dead-letter queue.
pub(super) fn envelope(
    subscription: &SubscriptionInner,
    message: &Message,
    clock: Clock,
) -> Vec<u8> {
    let notification = notification(&subscription.topic, &subscription.arn, message, clock);
    serde_json::to_vec(&notification).unwrap_or_default()
}

/// The notification of a message, by the ARN of a subscription to a topic.
pub(crate) fn notification(
    topic: &Destination,
    subscription: &str,
    message: &Message,
    clock: Clock,
) -> SnsNotification {
    let text = String::from_utf8_lossy(&message.body);
    let mut sample = samples::sns::notification(text.into_owned()).into_event();
    sample.message_id = message.id.clone().unwrap_or_default();
    sample.topic_arn = topic.arn.to_string();
    sample.subject.clone_from(&message.subject);
    sample.timestamp = Some(clock.iso_at(message.at));
    sample.signing_cert_url =
        sample.signing_cert_url.map(|url| in_region(&url, &topic.account.region));
    sample.unsubscribe_url = Some(unsubscribe_url(&topic.account.region, subscription));
    sample.message_attributes = Some(attributes(message)).filter(|all| !all.is_empty());
    sample
}

fn unsubscribe_url(region: &str, arn: &str) -> String {
    format!("https://sns.{region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={arn}")
}

fn in_region(url: &str, region: &str) -> String {
    url.replace("us-east-1", region)
}

fn attributes(message: &Message) -> Map<SnsMessageAttribute> {
    let of = |attribute: &MessageAttribute| {
        let value = json!({"Type": attribute.data_type, "Value": attribute.value});
        serde_json::from_value(value).unwrap_or_default()
    };
    message.attributes.iter().map(|(name, attribute)| (name.clone(), of(attribute))).collect()
}
