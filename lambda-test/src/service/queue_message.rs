//! The messages of a queue: those that are about to be sent, and those that were received.
//!
//! Source: Amazon SQS API reference, "SendMessage" and "ReceiveMessage".

use std::{collections::BTreeMap, fmt, rc::Rc, sync::Arc, time::Duration};

use super::{
    ServiceError,
    destination::{Message, MessageAttribute},
    queue::QueueInner,
    queue_state::{Received, Sent},
};
use crate::kernel::Payload;

/// A message that was received from a [`Queue`](super::Queue), and is visible to others unless it is deleted in time.
pub struct ReceivedMessage {
    pub(super) queue: Rc<QueueInner>,
    pub(super) received: Received,
}

/// A message that is about to be sent to a [`Queue`](super::Queue).
#[must_use = "a message is in the queue once it is sent"]
pub struct SendMessage<'a> {
    queue: &'a QueueInner,
    pub(super) sent: Sent,
    delay: Option<Duration>,
}

/// A message as a test sees it.
pub(super) fn message(sent: &Sent, receive_count: u32) -> Message {
    Message {
        id: Some(sent.id.to_string()),
        attributes: sent.attributes.clone(),
        trace_header: sent.trace_header.clone(),
        receive_count,
        group_id: sent.group.as_deref().map(str::to_owned),
        ..Message::new(sent.at, Payload::from(sent.body.to_string()))
    }
}

impl ReceivedMessage {
    /// Returns the message.
    pub fn message(&self) -> Message {
        let Received { sent, receives, .. } = &self.received;
        message(sent, *receives)
    }

    /// Deletes the message. Returns whether it was in flight: after the visibility timeout it is not.
    pub fn delete(&self) -> bool {
        self.queue.delete(&self.received)
    }

    /// Sets for how long from now the message is invisible to others; with no time it is visible at once.
    pub fn change_visibility(&self, timeout: Duration) {
        let now = self.queue.clock.elapsed();
        self.queue.state.borrow_mut().change_visibility(now, &self.received, timeout);
        self.queue.changed.notify_waiters();
    }
}

impl fmt::Debug for ReceivedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedMessage")
            .field("id", &self.received.sent.id)
            .finish_non_exhaustive()
    }
}

#[track_caller]
pub(super) fn check_delay(delay: Duration) {
    let most = Duration::from_secs(900);
    assert!(delay <= most, "the delay is {delay:?}: expected at most {most:?}");
}

impl<'a> SendMessage<'a> {
    pub(super) fn new(queue: &'a QueueInner, body: &str) -> Self {
        let sent = Sent {
            id: queue.random.borrow_mut().uuid().into(),
            at: queue.clock.elapsed(),
            body: body.into(),
            attributes: BTreeMap::new(),
            trace_header: None,
            group: None,
            deduplication_id: None,
            dead_letter_source: None,
        };
        Self { queue, sent, delay: None }
    }

    /// Sets an attribute of the data type `String`.
    pub fn attribute(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.attribute_of(name, "String", value)
    }

    /// Sets an attribute of a data type: `String`, `Number`, or `Binary` with a value in base64, perhaps with a suffix, as in
    /// `Number.int`.
    pub fn attribute_of(
        mut self,
        name: impl Into<String>,
        data_type: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        let attribute = MessageAttribute { data_type: data_type.into(), value: value.into() };
        self.sent.attributes.insert(name.into(), attribute);
        self
    }

    /// Sets the system attribute `AWSTraceHeader`, which travels with the message.
    pub fn trace_header(mut self, header: impl Into<String>) -> Self {
        self.sent.trace_header = Some(header.into());
        self
    }

    /// Sets the message group, within which a FIFO queue keeps the order; it requires one.
    pub fn group(mut self, group: impl Into<Arc<str>>) -> Self {
        self.sent.group = Some(group.into());
        self
    }

    /// Sets the deduplication id: a FIFO queue does not take another message with it within 5 minutes.
    pub fn deduplication_id(mut self, id: impl Into<Arc<str>>) -> Self {
        self.sent.deduplication_id = Some(id.into());
        self
    }

    /// Sets for how long the message is invisible, in place of the delay of the queue, up to 15 minutes.
    ///
    /// # Panics
    ///
    /// Panics if it is longer.
    #[track_caller]
    pub fn delay(mut self, delay: Duration) -> Self {
        check_delay(delay);
        self.delay = Some(delay);
        self
    }

    /// Sends the message, and returns its id.
    ///
    /// # Panics
    ///
    /// Panics as [`try_send`](Self::try_send) fails.
    #[track_caller]
    pub fn send(self) -> String {
        self.try_send().unwrap_or_else(|error| panic!("{}", error.message))
    }

    /// Sends the message, if the queue takes it, and returns its id; that of the first one where a FIFO queue has had it.
    ///
    /// # Errors
    ///
    /// In the words of SQS: the message is empty, too large or has control characters, or one of a FIFO queue has no group
    /// or no deduplication id, or has a delay of its own.
    pub fn try_send(mut self) -> Result<String, ServiceError> {
        let (is_fifo, settings) = {
            let state = self.queue.state.borrow();
            (state.is_fifo(), state.settings.clone())
        };
        let most = settings.maximum_message_size;
        if self.sent.body.is_empty() {
            return Err(ServiceError::of_queue(
                "MissingParameter",
                "The request must contain the parameter MessageBody.".to_owned(),
            ));
        }
        let is_allowed =
            |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
        if !self.sent.body.chars().all(is_allowed) {
            return Err(ServiceError::of_queue(
                "InvalidMessageContents",
                "The message contains characters outside the allowed set.".to_owned(),
            ));
        }
        if most < self.sent.body.len() + MessageAttribute::bytes(&self.sent.attributes) {
            return Err(ServiceError::of_queue(
                "InvalidParameterValue",
                format!(
                    "One or more parameters are invalid. Reason: Message must be shorter than {most} bytes."
                ),
            ));
        }
        if is_fifo {
            if self.sent.group.is_none() {
                return Err(ServiceError::of_queue(
                    "MissingParameter",
                    "The request must contain the parameter MessageGroupId.".to_owned(),
                ));
            }
            if self.sent.deduplication_id.is_none() {
                if !settings.content_based_deduplication {
                    return Err(ServiceError::of_queue(
                        "InvalidParameterValue",
                        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId \
                         provided explicitly"
                            .to_owned(),
                    ));
                }
                self.sent.deduplication_id = Some(self.sent.body.clone());
            }
            if let Some(delay) = self.delay {
                return Err(ServiceError::of_queue(
                    "InvalidParameterValue",
                    format!(
                        "Value {} for parameter DelaySeconds is invalid. Reason: The request include parameter that \
                         is not valid for this queue type.",
                        delay.as_secs()
                    ),
                ));
            }
        }
        let (now, delay) = (self.sent.at, self.delay.unwrap_or(settings.delay));
        let id = self.sent.id.clone();
        let before = self.queue.state.borrow_mut().send(now, self.sent, delay);
        self.queue.changed.notify_waiters();
        Ok(before.unwrap_or(id).to_string())
    }
}

impl fmt::Debug for SendMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendMessage").field("queue", &self.queue.arn).finish_non_exhaustive()
    }
}
