//! Events of Amazon SNS.

use super::{Sample, TIME, arn, id, some};
use crate::{
    Map,
    sns::{SnsEvent, SnsMessage, SnsNotification, SnsRecord},
};

const CERTIFICATE: &str =
    "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0000000000000000.pem";

fn unsubscribe() -> String {
    let subscription = arn("sns", &format!("a-topic:{}", id(2)));
    format!(
        "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={subscription}"
    )
}

/// A message of the topic `a-topic`, without a subject.
pub fn message(message: impl Into<String>) -> Sample<SnsEvent> {
    let message = SnsMessage {
        kind: some("Notification"),
        message_id: id(1),
        topic_arn: arn("sns", "a-topic"),
        message: Some(message.into()),
        timestamp: some(TIME),
        signature_version: some("1"),
        signature: some("RXhhbXBsZQ=="),
        signing_cert_url: some(CERTIFICATE),
        unsubscribe_url: Some(unsubscribe()),
        message_attributes: Map::default(),
        ..Default::default()
    };
    let record = SnsRecord {
        event_source: some("aws:sns"),
        event_version: some("1.0"),
        event_subscription_arn: Some(arn("sns", &format!("a-topic:{}", id(2)))),
        sns: message,
        ..Default::default()
    };
    Sample(SnsEvent { records: vec![record], ..Default::default() })
}

impl Sample<SnsEvent> {
    /// The same with a subject.
    pub fn subject(mut self, subject: &str) -> Self {
        for record in &mut self.records {
            record.sns.subject = some(subject);
        }
        self
    }
}

/// A message of the topic `a-topic` as it stands in the body of an SQS message:
/// `samples::sqs::batch([samples::sns::notification("m").text()])`.
pub fn notification(message: impl Into<String>) -> Sample<SnsNotification> {
    Sample(SnsNotification {
        kind: some("Notification"),
        message_id: id(1),
        topic_arn: arn("sns", "a-topic"),
        message: Some(message.into()),
        timestamp: some(TIME),
        signature_version: some("1"),
        signature: some("RXhhbXBsZQ=="),
        signing_cert_url: some(CERTIFICATE),
        unsubscribe_url: Some(unsubscribe()),
        ..Default::default()
    })
}
