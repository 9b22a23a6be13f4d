//! Events of Amazon SQS.

use super::{REGION, Sample, TIME_MILLIS, arn, id, some};
use crate::{
    Map, Millis,
    sqs::{SqsAttributes, SqsEvent, SqsMessage},
};

/// A batch with these bodies, from the standard queue `a-queue`.
pub fn batch<B: Into<String>>(bodies: impl IntoIterator<Item = B>) -> Sample<SqsEvent> {
    let message = |(number, body): (usize, B)| {
        let body = body.into();
        SqsMessage {
            message_id: id(number + 1),
            receipt_handle: format!("AQEBexample{number}=="),
            attributes: SqsAttributes {
                approximate_receive_count: Some(1),
                sent_timestamp: Some(Millis::from_unix_millis(TIME_MILLIS)),
                sender_id: some("AIDAIENQZJOLO23YVJ4VO"),
                approximate_first_receive_timestamp: Some(Millis::from_unix_millis(
                    TIME_MILLIS + 1,
                )),
                ..Default::default()
            },
            message_attributes: Map::default(),
            md5_of_body: Some(format!("{:x}", md5::compute(&body))),
            event_source: some("aws:sqs"),
            event_source_arn: Some(arn("sqs", "a-queue")),
            aws_region: some(REGION),
            body: Some(body),
            ..Default::default()
        }
    };
    let records = bodies.into_iter().enumerate().map(message).collect();
    Sample(SqsEvent { records, ..Default::default() })
}

/// A batch whose bodies are these events, as where a queue stands between a bucket or a topic and the function.
///
/// ```
/// use lambda_events::{Json, s3::S3Event, samples, sqs::SqsEvent};
///
/// let sample = samples::sqs::batch_of([samples::s3::object_created("bucket", "a.txt")]);
/// let event: SqsEvent<Json<S3Event>> = serde_json::from_slice(&sample.bytes())?;
/// let inner = event.records[0].body.as_ref().and_then(|body| body.get().ok());
/// assert_eq!(inner.map(|event| event.records[0].key()).as_deref(), Some("a.txt"));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn batch_of<E: serde::Serialize>(
    events: impl IntoIterator<Item = Sample<E>>,
) -> Sample<SqsEvent> {
    batch(events.into_iter().map(|event| event.text()))
}

impl Sample<SqsEvent> {
    /// The same from the FIFO queue `a-queue.fifo`, all of one group.
    pub fn fifo(mut self, group: &str) -> Self {
        for (number, message) in self.records.iter_mut().enumerate() {
            let attributes = &mut message.attributes;
            attributes.message_group_id = some(group);
            attributes.message_deduplication_id = Some(id(number + 1));
            attributes.sequence_number =
                Some(format!("{}", 18_849_496_460_467_696_128 + number as u128));
            message.event_source_arn = Some(arn("sqs", "a-queue.fifo"));
        }
        self
    }

    /// The same from the dead-letter queue `a-dead-letter-queue`, after they failed in a queue.
    pub fn dead_letter(mut self, source_arn: &str) -> Self {
        for message in &mut self.records {
            message.attributes.approximate_receive_count = Some(4);
            message.attributes.dead_letter_queue_source_arn = some(source_arn);
            message.event_source_arn = Some(arn("sqs", "a-dead-letter-queue"));
        }
        self
    }
}
