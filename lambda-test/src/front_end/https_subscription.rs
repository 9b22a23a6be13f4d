//! A function URL as the HTTPS endpoint of a subscription to a topic.
//!
//! Source: Amazon SNS developer guide, "Fanout Amazon SNS notifications to HTTPS endpoints".

use std::{
    cell::{Cell, RefCell},
    fmt,
    rc::Rc,
    time::Duration,
};

use http::Request;
use lambda_events::sns::SnsNotification;

use super::FunctionUrl;
use crate::{
    kernel::Random,
    service::{Destination, Message, Topic},
    sources::notification,
};

/// How often a notification is sent again, and after which time. Source: "Creating an HTTP/S delivery policy".
const RETRIES: u32 = 3;
const DELAY: Duration = Duration::from_secs(20);

/// A subscription of a function URL to a topic: [`Topic::subscribe_https`](crate::Topic::subscribe_https). It lasts as long as a
/// handle of it.
#[derive(Clone)]
pub struct HttpsSubscription {
    inner: Rc<Inner>,
}

struct Inner {
    topic: Rc<Destination>,
    url: FunctionUrl,
    arn: String,
    token: RefCell<String>,
    is_confirmed: Cell<bool>,
    attempts: Cell<u64>,
    delivered: Cell<u64>,
    random: RefCell<Random>,
}

impl Topic {
    /// Subscribes a function URL as an HTTPS endpoint, which receives a confirmation request at once. Notifications come once
    /// it is [confirmed](HttpsSubscription::confirm).
    ///
    /// ```
    /// # lambda_test::block_on(async {
    /// use lambda_test::Lambda;
    /// use serde_json::Value;
    ///
    /// let lambda = Lambda::new();
    /// let hook = lambda.stub("hook", |_: Value| Ok("thanks"));
    /// let topic = lambda.topic("orders");
    /// let subscription = topic.subscribe_https(&hook.url());
    /// lambda.until_idle().await;
    /// assert!(subscription.confirm(&subscription.token()));
    /// topic.publish("7");
    /// lambda.until_idle().await;
    /// assert_eq!(subscription.delivered(), 1);
    /// # });
    /// ```
    pub fn subscribe_https(&self, url: &FunctionUrl) -> HttpsSubscription {
        let topic = self.inner.clone();
        let context = &topic.context;
        let mut random = context.random(&format!("{} https", topic.arn));
        let arn = format!("{}:{}", topic.arn, random.uuid());
        let token = RefCell::new(random.uuid().replace('-', ""));
        let (attempts, delivered) = (Cell::default(), Cell::default());
        let (url, random) = (url.clone(), RefCell::new(random));
        let is_confirmed = Cell::default();
        let inner = Inner { topic, url, arn, token, is_confirmed, attempts, delivered, random };
        let inner = Rc::new(inner);
        inner.send(inner.confirmation("SubscriptionConfirmation"), None);
        let listening = Rc::downgrade(&inner);
        self.inner.listen(move |message| {
            if let Some(inner) = listening.upgrade().filter(|it| it.is_confirmed.get()) {
                inner.notify(message);
            }
        });
        HttpsSubscription { inner }
    }
}

impl HttpsSubscription {
    /// Returns its ARN.
    pub fn arn(&self) -> &str {
        &self.inner.arn
    }

    /// Returns the token of the last confirmation request.
    pub fn token(&self) -> String {
        self.inner.token.borrow().clone()
    }

    /// Confirms the subscription with the token of the confirmation request, as `ConfirmSubscription` does. Returns whether it
    /// is that one.
    pub fn confirm(&self, token: &str) -> bool {
        let is_it = *self.inner.token.borrow() == token;
        self.inner.is_confirmed.set(self.inner.is_confirmed.get() || is_it);
        is_it
    }

    /// Ends the subscription: the endpoint receives a request with which it can be taken back.
    pub fn unsubscribe(&self) {
        self.inner.is_confirmed.set(false);
        let token = self.inner.random.borrow_mut().uuid().replace('-', "");
        self.inner.token.replace(token);
        self.inner.send(self.inner.confirmation("UnsubscribeConfirmation"), Some(&self.inner.arn));
    }

    /// Returns how many notifications the endpoint has accepted.
    pub fn delivered(&self) -> u64 {
        self.inner.delivered.get()
    }

    /// Returns how many requests were sent, confirmations and retries included.
    pub fn attempts(&self) -> u64 {
        self.inner.attempts.get()
    }
}

impl Inner {
    /// A request to confirm that a subscription begins or ends.
    fn confirmation(&self, kind: &str) -> SnsNotification {
        let (topic, arn, token) = (&self.topic, &self.arn, self.token.borrow().clone());
        let text = match kind {
            "SubscriptionConfirmation" => format!(
                "You have chosen to subscribe to the topic {}.\nTo confirm the subscription, visit the SubscribeURL included \
                 in this message.",
                topic.arn
            ),
            _ => format!(
                "You have chosen to deactivate subscription {arn}.\nTo cancel this operation and restore the subscription, \
                 visit the SubscribeURL included in this message."
            ),
        };
        let clock = topic.context.clock;
        let id = Some(self.random.borrow_mut().uuid());
        let message = Message { id, ..Message::new(clock.elapsed(), text) };
        let mut confirmation = notification(topic, arn, &message, clock);
        let region = &topic.account.region;
        confirmation.kind = Some(kind.to_owned());
        confirmation.unsubscribe_url = None;
        confirmation.subscribe_url = Some(format!(
            "https://sns.{region}.amazonaws.com/?Action=ConfirmSubscription&TopicArn={}&Token={token}",
            topic.arn
        ));
        confirmation.token = Some(token);
        confirmation
    }

    fn notify(self: &Rc<Self>, message: &Message) {
        let clock = self.topic.context.clock;
        self.send(notification(&self.topic, &self.arn, message, clock), Some(&self.arn));
    }

    /// Sends a notification in a task of its own.
    fn send(self: &Rc<Self>, notification: SnsNotification, subscription: Option<&str>) {
        let kind = notification.kind.clone().unwrap_or_default();
        let body = serde_json::to_string(&notification).unwrap_or_default();
        let mut head = vec![
            ("accept-encoding", "gzip,deflate".to_owned()),
            ("content-type", "text/plain; charset=UTF-8".to_owned()),
            ("user-agent", "Amazon Simple Notification Service Agent".to_owned()),
            ("x-amz-sns-message-id", notification.message_id),
            ("x-amz-sns-message-type", kind.clone()),
            ("x-amz-sns-topic-arn", self.topic.arn.to_string()),
        ];
        head.extend(subscription.map(|arn| ("x-amz-sns-subscription-arn", arn.to_owned())));
        let context = &self.topic.context;
        let (inner, task) = (self.clone(), context.work.begin());
        context.spawn(async move {
            for attempt in 0..=RETRIES {
                if attempt != 0 {
                    tokio::time::sleep(DELAY).await;
                }
                let mut request = Request::post("/");
                for (name, value) in &head {
                    request = request.header(*name, value);
                }
                let Ok(request) =
                    request.body(http_body_util::Full::new(bytes::Bytes::from(body.clone())))
                else {
                    break;
                };
                inner.attempts.set(inner.attempts.get() + 1);
                let status = inner.url.send(request).await.status();
                if status.is_success() {
                    let is_notification = kind == "Notification";
                    inner.delivered.set(inner.delivered.get() + u64::from(is_notification));
                }
                if !status.is_server_error() && status.as_u16() != 429 {
                    break;
                }
            }
            drop(task);
        });
    }
}

impl fmt::Debug for HttpsSubscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpsSubscription").field("arn", &self.arn()).finish_non_exhaustive()
    }
}
