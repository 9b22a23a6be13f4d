//! What a topic does with what is published.
//!
//! Source: Amazon SNS developer guide; AWS Lambda developer guide, "Invoking Lambda functions with Amazon SNS notifications".

use std::{cell::RefCell, fmt, rc::Rc};

use serde::Serialize;

use super::{
    filter_policy::refused,
    kept::attached,
    subscription::{SubscriptionBuilder, SubscriptionInner},
    target::PushTarget,
};
use crate::service::{Destination, Inbox, Message, MessageAttribute, ServiceError, Topic};

/// "A message can have up to 256 KB", its attributes included.
const LARGEST: usize = 256 * 1024;

/// The subscriptions of a topic.
pub(super) struct TopicState {
    pub(super) topic: Rc<Destination>,
    pub(super) subscriptions: RefCell<Vec<Rc<SubscriptionInner>>>,
}

/// A message that is about to be published to a [`Topic`].
#[must_use = "a message is published with `publish`"]
pub struct PublishBuilder<'a> {
    topic: &'a Topic,
    message: Message,
}

impl Topic {
    fn state(&self) -> Rc<TopicState> {
        let topic = self.inner.clone();
        let make = || TopicState { topic, subscriptions: RefCell::default() };
        attached(&self.registry, &self.inner, make, TopicState::fan_out)
    }

    /// Describes a subscription: the target receives what is published from now on.
    ///
    /// ```
    /// use lambda_events::sns::SnsEvent;
    /// use lambda_runtime::{Error, Runtime};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let greet = async |event: SnsEvent| Ok::<_, Error>(event.records[0].sns.message.clone());
    /// let function = lambda.function("greet", Runtime::new(greet)).create();
    /// let topic = lambda.topic("greetings");
    /// let subscription = topic.subscribe(&function).create();
    ///
    /// topic.publish("hello");
    /// lambda.until_idle().await;
    /// assert_eq!(subscription.deliveries()[0].attempts, 1);
    /// assert_eq!(lambda.metrics().function("greet").errors, 0);
    /// # });
    /// ```
    pub fn subscribe(&self, target: &impl PushTarget) -> SubscriptionBuilder {
        SubscriptionBuilder::new(self.state(), target.push_target())
    }

    /// Publishes a message, and returns its id.
    ///
    /// # Panics
    ///
    /// Panics as [`PublishBuilder::publish`] does.
    #[track_caller]
    pub fn publish(&self, message: impl Into<String>) -> String {
        self.message(message).publish()
    }

    /// Publishes a value as JSON, and returns the id of the message.
    ///
    /// # Panics
    ///
    /// Panics if the value has no form in JSON, or as [`PublishBuilder::publish`] does.
    #[track_caller]
    pub fn publish_json(&self, message: &impl Serialize) -> String {
        self.publish(
            serde_json::to_string(message).expect("a message of a test has a form in JSON"),
        )
    }

    /// Describes a message that is published with [`PublishBuilder::publish`].
    pub fn message(&self, message: impl Into<String>) -> PublishBuilder<'_> {
        let mut message = Message::new(self.inner.context.clock.elapsed(), message.into());
        message.id = Some(self.inner.uuid());
        PublishBuilder { topic: self, message }
    }
}

impl TopicState {
    fn fan_out(&self, message: &Message) {
        let subscriptions = self.subscriptions.borrow().clone();
        for subscription in subscriptions {
            subscription.receive(message);
        }
    }
}

impl PublishBuilder<'_> {
    /// Sets the subject.
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.message.subject = Some(subject.into());
        self
    }

    /// Sets an attribute of the data type `String`.
    pub fn attribute(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.attribute_of(name, "String", value)
    }

    /// Sets an attribute of a data type: `String`, `String.Array` with a JSON list, `Number`, or `Binary` with a value in
    /// base64.
    pub fn attribute_of(
        mut self,
        name: impl Into<String>,
        data_type: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        let attribute = MessageAttribute { data_type: data_type.into(), value: value.into() };
        self.message.attributes.insert(name.into(), attribute);
        self
    }

    /// Sets the trace header, which travels with the message.
    pub fn trace_header(mut self, header: impl Into<String>) -> Self {
        self.message.trace_header = Some(header.into());
        self
    }

    /// Publishes the message, and returns its id.
    ///
    /// # Panics
    ///
    /// Panics as [`try_publish`](Self::try_publish) fails.
    #[track_caller]
    pub fn publish(self) -> String {
        self.try_publish().unwrap_or_else(|error| panic!("{}", error.message))
    }

    /// Publishes the message, if SNS takes it, and returns its id.
    ///
    /// # Errors
    ///
    /// `InvalidParameter`, in the words of SNS: the message is empty or too large, or the subject is not one.
    pub fn try_publish(self) -> Result<String, ServiceError> {
        let message = self.message;
        if message.body.is_empty() {
            return Err(refused("Empty message"));
        }
        if LARGEST < message.body.len() + MessageAttribute::bytes(&message.attributes) {
            return Err(refused("Message too long"));
        }
        // "ASCII, begins with a letter, a number or punctuation; no line breaks; less than 100 characters."
        let is_subject = |subject: &String| {
            let is_text = subject.chars().all(|it| it == ' ' || it.is_ascii_graphic());
            is_text && !subject.is_empty() && !subject.starts_with(' ') && subject.len() <= 100
        };
        if !message.subject.as_ref().is_none_or(is_subject) {
            return Err(refused("Subject"));
        }
        let id = message.id.clone().unwrap_or_default();
        self.topic.inner.send(message)?;
        Ok(id)
    }
}

impl fmt::Debug for PublishBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublishBuilder").field("topic", &self.topic.arn()).finish_non_exhaustive()
    }
}
