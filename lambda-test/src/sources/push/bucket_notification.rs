//! Event notifications of a bucket.

use std::{fmt, rc::Rc};

use lambda_events::{s3::S3Event, samples};

use super::{Delivery, bucket::BucketState, delivery::Deliveries, retry::Retry, target::To};
use crate::service::{Message, ServiceError};

/// An event notification of a [`Bucket`](crate::Bucket).
#[derive(Clone)]
pub struct Notification {
    inner: Rc<NotificationInner>,
    state: Rc<BucketState>,
}

/// An event notification that is about to be added: its options.
#[must_use = "a bucket notifies once the notification is created"]
pub struct NotificationBuilder {
    state: Rc<BucketState>,
    events: Vec<String>,
    /// A target, or the ARN of one.
    to: Result<To, String>,
    prefix: String,
    suffix: String,
    id: Option<String>,
    is_validated: bool,
}

pub(super) struct NotificationInner {
    id: String,
    events: Vec<String>,
    prefix: String,
    suffix: String,
    deliveries: Rc<Deliveries>,
}

/// The events that a notification may be for, without `s3:`. Source: Amazon S3 user guide, "Supported event types".
const EVENTS: [&str; 10] = [
    "ObjectCreated",
    "ObjectRemoved",
    "ObjectRestore",
    "ReducedRedundancyLostObject",
    "Replication",
    "LifecycleExpiration",
    "LifecycleTransition",
    "IntelligentTiering",
    "ObjectTagging",
    "ObjectAcl",
];

impl NotificationBuilder {
    pub(super) fn new(state: Rc<BucketState>, events: String, to: Result<To, String>) -> Self {
        let (prefix, suffix) = (String::new(), String::new());
        Self { state, events: vec![events], to, prefix, suffix, id: None, is_validated: true }
    }

    /// Notifies of these events too.
    pub fn event(mut self, event: impl Into<String>) -> Self {
        self.events.push(event.into());
        self
    }

    /// Notifies of objects whose keys begin so.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Notifies of objects whose keys end so.
    pub fn suffix(mut self, suffix: impl Into<String>) -> Self {
        self.suffix = suffix.into();
        self
    }

    /// Sets its id, which is `configurationId` in events.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Does not look whether the target is there: `SkipDestinationValidation`.
    pub fn skip_destination_validation(mut self) -> Self {
        self.is_validated = false;
        self
    }

    /// Adds the notification.
    ///
    /// # Panics
    ///
    /// Panics as [`try_create`](Self::try_create) fails.
    #[track_caller]
    pub fn create(self) -> Notification {
        self.try_create().unwrap_or_else(|error| panic!("{}", error.message))
    }

    /// Adds the notification, if S3 takes it.
    ///
    /// # Errors
    ///
    /// `InvalidArgument`, in the words of S3: an event is not one, the ARN is not one, there is no such function, or another
    /// notification has an event and keys in common with it.
    pub fn try_create(self) -> Result<Notification, ServiceError> {
        let Self { state, events, to, prefix, suffix, id, is_validated } = self;
        let refused = |message: &str, details: Vec<(&'static str, String)>| {
            ServiceError::of_source("InvalidArgument", message.to_owned()).with_details(details)
        };
        for event in &events {
            let kind = event.strip_prefix("s3:").and_then(|it| it.split(':').next());
            if !kind.is_some_and(|kind| EVENTS.contains(&kind)) {
                let details =
                    vec![("ArgumentName", "Event".to_owned()), ("ArgumentValue", event.clone())];
                let message = "A specified event is not supported for notifications.";
                return Err(refused(message, details));
            }
        }
        let to = match to {
            Ok(to) => to,
            Err(arn) => To::find(&state.bucket, &arn).ok_or_else(|| {
                let details =
                    vec![("ArgumentName", "CloudFunction".to_owned()), ("ArgumentValue", arn)];
                refused("The ARN could not be parsed", details)
            })?,
        };
        if is_validated && !to.exists() {
            let arn = to.arn();
            let details = vec![
                ("ArgumentName1", format!("{arn}, null")),
                ("ArgumentValue1", format!("Not authorized to invoke function [{arn}]")),
            ];
            let message = "Unable to validate the following destination configurations";
            return Err(refused(message, details));
        }
        let overlaps = |other: &Rc<NotificationInner>| {
            let pairs = events.iter().flat_map(|one| other.events.iter().map(move |it| (one, it)));
            let same_event = pairs.into_iter().any(|(one, it)| of_one(one, it) || of_one(it, one));
            let nested = |one: &str, it: &str| one.starts_with(it) || it.starts_with(one);
            let ends = |one: &str, it: &str| one.ends_with(it) || it.ends_with(one);
            same_event && nested(&prefix, &other.prefix) && ends(&suffix, &other.suffix)
        };
        if state.notifications.borrow().iter().any(overlaps) {
            let message = "Configurations overlap. Configurations on the same bucket cannot share a common event type.";
            return Err(refused(message, Vec::new()));
        }
        let id = id.unwrap_or_else(|| state.bucket.uuid());
        let label = format!("{}/{id}", state.bucket.arn);
        let deliveries = Deliveries::new(state.bucket.context.clone(), &label, to, Retry::Plain);
        let inner = NotificationInner { id, events, prefix, suffix, deliveries };
        let inner = Rc::new(inner);
        inner.test(&state);
        state.notifications.borrow_mut().push(inner.clone());
        Ok(Notification { inner, state })
    }
}

/// Whether an event is one of those that a notification is for.
fn of_one(wanted: &str, event: &str) -> bool {
    let (wanted, event) = (wanted.trim_start_matches("s3:"), event.trim_start_matches("s3:"));
    match wanted.strip_suffix(":*") {
        Some(kind) => event.split(':').next() == Some(kind),
        None => wanted == event,
    }
}

impl Notification {
    /// Returns its id.
    pub fn id(&self) -> &str {
        &self.inner.id
    }

    /// Returns its deliveries, the oldest first: the last 10,000.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.inner.deliveries.all()
    }

    /// Removes it. What is being delivered is delivered.
    pub fn remove(&self) {
        let mut notifications = self.state.notifications.borrow_mut();
        notifications.retain(|other| !Rc::ptr_eq(other, &self.inner));
    }
}

impl NotificationInner {
    /// Sends what S3 sends to a queue or a topic when a notification is added.
    fn test(&self, state: &BucketState) {
        if let To::Function(_) = self.deliveries.to {
            return;
        }
        let clock = state.bucket.context.clock;
        let mut event = samples::s3::test_event(&state.name()).into_event();
        event.time = Some(clock.iso_at(clock.elapsed()));
        let body = serde_json::to_vec(&event).unwrap_or_default();
        self.deliveries.deliver("test", Message::new(clock.elapsed(), body));
    }

    pub(super) fn receive(&self, state: &BucketState, key: &str, name: &str, event: &S3Event) {
        let is_for = self.events.iter().any(|wanted| of_one(wanted, name));
        if !is_for || !key.starts_with(&self.prefix) || !key.ends_with(&self.suffix) {
            return;
        }
        let mut event = event.clone();
        for record in &mut event.records {
            record.s3.configuration_id = Some(self.id.clone());
        }
        let body = serde_json::to_vec(&event).unwrap_or_default();
        let id = event.records.first().and_then(|record| record.s3.object.sequencer.clone());
        let message = Message::new(state.bucket.context.clock.elapsed(), body);
        self.deliveries.deliver(id.unwrap_or_default(), message);
    }
}

impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notification").field("id", &self.id()).finish_non_exhaustive()
    }
}

impl fmt::Debug for NotificationBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotificationBuilder").field("events", &self.events).finish_non_exhaustive()
    }
}
