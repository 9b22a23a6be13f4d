//! Subscriptions to a topic.

use std::{cell::RefCell, fmt, rc::Rc, sync::Arc};

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Delivery, DeliveryStatus,
    delivery::Deliveries,
    filter_policy::{FilterPolicy, Scope, refused},
    notification,
    retry::Retry,
    target::{AnyTarget, To},
    topic::TopicState,
};
use crate::service::{Destination, Inbox, Message, Queue, QueueInner, ServiceError};

/// A subscription to a topic: its target receives the messages that pass its filter policy.
///
/// [`Topic::subscribe`](crate::Topic::subscribe) describes it. It receives on when this handle is dropped. Clones are the
/// same subscription.
#[derive(Clone)]
pub struct Subscription {
    pub(super) inner: Rc<SubscriptionInner>,
    pub(super) state: Rc<TopicState>,
}

/// A subscription that is about to be created: its options.
#[must_use = "a subscription receives once it is created"]
pub struct SubscriptionBuilder {
    pub(super) state: Rc<TopicState>,
    pub(super) to: To,
    pub(super) policy: Option<String>,
    pub(super) scope: Scope,
    pub(super) dead_letters: Option<Rc<QueueInner>>,
    pub(super) is_raw: bool,
}

pub(super) struct SubscriptionInner {
    pub(super) topic: Rc<Destination>,
    pub(super) arn: Arc<str>,
    policy: RefCell<Option<FilterPolicy>>,
    scope: Scope,
    dead_letters: Option<Rc<QueueInner>>,
    is_raw: bool,
    deliveries: Rc<Deliveries>,
}

impl SubscriptionBuilder {
    pub(super) fn new(state: Rc<TopicState>, target: AnyTarget) -> Self {
        let (policy, dead_letters) = (None, None);
        Self { state, to: target.0, policy, scope: Scope::default(), dead_letters, is_raw: false }
    }

    /// Sets which messages it receives: a filter policy, of their attributes unless [`filter_by_body`](Self::filter_by_body)
    /// is set.
    ///
    /// ```
    /// use lambda_test::Lambda;
    /// use serde_json::{Value, json};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = Lambda::new();
    /// let (orders, paid) = (lambda.topic("orders"), lambda.queue("paid"));
    /// let subscription = orders.subscribe(&paid).filter_policy(&json!({"state": ["paid"]})).create();
    ///
    /// orders.message("7").attribute("state", "new").publish();
    /// orders.message("7").attribute("state", "paid").publish();
    /// lambda.until_idle().await;
    /// assert_eq!((orders.published().len(), paid.messages().len()), (2, 1));
    /// assert_eq!(subscription.why_not(&orders.published()[0]).as_deref(), Some("state"));
    /// # });
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the policy has no form in JSON.
    #[track_caller]
    pub fn filter_policy(self, policy: &impl Serialize) -> Self {
        let text =
            serde_json::to_string(policy).expect("a filter policy of a test has a form in JSON");
        self.filter_policy_text(text)
    }

    /// Sets a filter policy by its text.
    pub fn filter_policy_text(mut self, policy: impl Into<String>) -> Self {
        self.policy = Some(policy.into());
        self
    }

    /// Filters by the body of a message, which is JSON then: `FilterPolicyScope` is `MessageBody`.
    pub fn filter_by_body(mut self) -> Self {
        self.scope = Scope::Body;
        self
    }

    /// Sends what cannot be delivered to this dead-letter queue: its `RedrivePolicy`.
    pub fn redrive(mut self, dead_letters: &Queue) -> Self {
        self.dead_letters = Some(dead_letters.inner.clone());
        self
    }

    /// Sends a queue the message alone, with its attributes, in place of a notification.
    pub fn raw_message_delivery(mut self) -> Self {
        self.is_raw = true;
        self
    }

    /// Creates the subscription.
    ///
    /// # Panics
    ///
    /// Panics as [`try_create`](Self::try_create) fails.
    #[track_caller]
    pub fn create(self) -> Subscription {
        self.try_create().unwrap_or_else(|error| panic!("{}", error.message))
    }

    /// Creates the subscription, if SNS takes it.
    ///
    /// # Errors
    ///
    /// `InvalidParameter`, in the words of SNS: the filter policy is not one, or delivery is raw to a function.
    pub fn try_create(self) -> Result<Subscription, ServiceError> {
        let Self { state, to, policy, scope, dead_letters, is_raw } = self;
        let attributes = |why: String| refused(&format!("Attributes Reason: {why}"));
        if is_raw && !matches!(to, To::Queue(_)) {
            return Err(refused(
                "Attributes Reason: Delivery protocol [lambda] does not support raw message delivery.",
            ));
        }
        let policy = policy.map(|text| FilterPolicy::parse(&text, scope));
        let policy = RefCell::new(policy.transpose().map_err(attributes)?);
        let topic = state.topic.clone();
        let arn: Arc<str> = format!("{}:{}", topic.arn, topic.uuid()).into();
        let deliveries = Deliveries::new(topic.context.clone(), &arn, to, Retry::Sns);
        let inner =
            SubscriptionInner { topic, arn, policy, scope, dead_letters, is_raw, deliveries };
        let inner = Rc::new(inner);
        state.subscriptions.borrow_mut().push(inner.clone());
        Ok(Subscription { inner, state })
    }
}

impl Subscription {
    /// Returns its ARN.
    pub fn arn(&self) -> &str {
        &self.inner.arn
    }

    /// Returns its deliveries, the oldest first: the last 10,000.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.inner.deliveries.all()
    }

    /// Returns what SNS logs of its deliveries that are over, where delivery status logging is on.
    /// Source: Amazon SNS developer guide, "Amazon SNS message delivery status".
    pub fn delivery_status_log(&self) -> Vec<Value> {
        let clock = self.inner.topic.context.clock;
        let published = self.inner.topic.messages();
        let entry = |(number, delivery): (usize, Delivery)| {
            let status = match delivery.status {
                DeliveryStatus::Pending => return None,
                DeliveryStatus::Delivered => "SUCCESS",
                DeliveryStatus::DeadLettered | DeliveryStatus::Failed => "FAILURE",
            };
            let message = published.iter().find(|it| it.id.as_deref() == Some(&*delivery.id))?;
            // A function is invoked asynchronously.
            let code = match (&delivery.error, &self.inner.deliveries.to) {
                (Some(error), _) => error.status,
                (None, To::Function(_)) => 202,
                (None, _) => 200,
            };
            let response = match &delivery.request_id {
                Some(request_id) => json!({"lambdaRequestId": &**request_id}),
                None => json!({}),
            };
            let at = clock.iso_at(message.at).replace('T', " ").replace('Z', "");
            Some(json!({
                "notification": {
                    "messageMD5Sum": format!("{:x}", md5::compute(&*message.body)),
                    "messageId": &*delivery.id,
                    "topicArn": &*self.inner.topic.arn,
                    "timestamp": at,
                },
                "delivery": {
                    "deliveryId": format!("{}-{number:012}", delivery.id.get(..23)?),
                    "destination": &*delivery.target,
                    "providerResponse": response,
                    "dwellTimeMs": u64::try_from((delivery.last - message.at).as_millis()).unwrap_or(u64::MAX),
                    "attempts": delivery.attempts,
                    "statusCode": code,
                },
                "status": status,
            }))
        };
        self.deliveries().into_iter().enumerate().filter_map(entry).collect()
    }

    /// Sets another filter policy, as `SetSubscriptionAttributes` does.
    ///
    /// # Errors
    ///
    /// `InvalidParameter`, in the words of SNS: it is not a filter policy.
    pub fn try_set_filter_policy(&self, policy: &str) -> Result<(), ServiceError> {
        let policy = FilterPolicy::parse(policy, self.inner.scope);
        self.inner.policy.replace(Some(policy.map_err(|why| refused(&why))?));
        Ok(())
    }

    /// Returns why a message does not pass the filter policy: the first key that does not match. Absent where it passes.
    pub fn why_not(&self, message: &Message) -> Option<String> {
        self.inner.policy.borrow().as_ref().and_then(|policy| policy.why_not(message))
    }

    /// Ends the subscription. What is being delivered is delivered.
    pub fn unsubscribe(&self) {
        self.state.subscriptions.borrow_mut().retain(|other| !Rc::ptr_eq(other, &self.inner));
    }
}

impl SubscriptionInner {
    /// Delivers a message, if it passes.
    pub(super) fn receive(self: &Rc<Self>, message: &Message) {
        if self.policy.borrow().as_ref().is_some_and(|policy| !policy.matches(message)) {
            return;
        }
        let clock = self.topic.context.clock;
        let trace_header = message.trace_header.clone();
        let sent = match &self.deliveries.to {
            To::Function(_) => Message {
                trace_header,
                ..Message::new(clock.elapsed(), notification::event(self, message, clock))
            },
            _ if self.is_raw => {
                let (id, subject) = (None, None);
                Message { id, subject, at: clock.elapsed(), ..message.clone() }
            }
            _ => Message {
                trace_header,
                ..Message::new(clock.elapsed(), notification::envelope(self, message, clock))
            },
        };
        let (subscription, message) = (self.clone(), message.clone());
        let id = message.id.clone().unwrap_or_default();
        self.deliveries.deliver_or(
            id,
            move |_| sent.clone(),
            move |_| {
                let Some(dead) = &subscription.dead_letters else { return false };
                let body = notification::envelope(&subscription, &message, clock);
                dead.send(Message::new(clock.elapsed(), body)).is_ok()
            },
        );
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("arn", &self.inner.arn).finish_non_exhaustive()
    }
}

impl fmt::Debug for SubscriptionBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubscriptionBuilder")
            .field("target", &self.to.arn())
            .finish_non_exhaustive()
    }
}
