//! What receives records of asynchronous invocations, and events that failed.

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    rc::{Rc, Weak},
    sync::Arc,
    time::Duration,
};

use serde::de::DeserializeOwned;

use super::{ServiceError, account::Account, registry::Registry, resource_arn};
use crate::kernel::{Payload, Random, SimContext};

/// What receives what the service sends.
pub(crate) trait Inbox {
    /// # Errors
    ///
    /// It refuses the message.
    fn send(&self, message: Message) -> Result<(), ServiceError>;
}

/// How many messages are kept of a topic or an event bus.
const KEPT: usize = 10_000;

/// What a topic, an event bus or a bucket has received, and who is notified of it.
#[cfg_attr(not(feature = "push"), expect(dead_code, reason = "what pushes events is made of it"))]
pub(crate) struct Destination {
    pub(crate) arn: Arc<str>,
    /// Whose it is.
    pub(crate) account: Rc<Account>,
    pub(crate) context: Rc<SimContext>,
    registry: Weak<Registry>,
    random: RefCell<Random>,
    pub(super) messages: RefCell<VecDeque<Message>>,
    listeners: RefCell<Vec<Listener>>,
}

/// What is called with each message.
type Listener = Rc<dyn Fn(&Message)>;

/// Something that a [`Topic`](crate::Topic), an [`EventBus`](crate::EventBus) or a [`Bucket`](crate::Bucket) has received, or
/// that is in a [`Queue`](crate::Queue).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// When it was sent, since the service began.
    pub at: Duration,
    /// The id of a message of SQS or SNS. Absent elsewhere.
    pub id: Option<String>,
    /// The message, the event of EventBridge, or the object.
    pub body: Payload,
    /// The attributes of a message: `RequestID`, `ErrorCode` and `ErrorMessage` where it is an event that failed.
    pub attributes: BTreeMap<String, MessageAttribute>,
    /// The system attribute `AWSTraceHeader` of a message of SQS. Absent elsewhere.
    pub trace_header: Option<String>,
    /// The key of an object. Absent elsewhere.
    pub key: Option<String>,
    /// How often a message of SQS was received; 0 elsewhere.
    pub receive_count: u32,
    /// The message group of a message of SQS. Absent elsewhere, and where it has none.
    pub group_id: Option<String>,
    /// The subject of a message of SNS. Absent elsewhere, and where it has none.
    pub subject: Option<String>,
}

/// An attribute of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageAttribute {
    /// `String`, `Number` or `Binary`, perhaps with a suffix.
    pub data_type: String,
    /// Its value.
    pub value: String,
}

impl MessageAttribute {
    pub(crate) fn text(value: impl Into<String>) -> Self {
        Self { data_type: "String".to_owned(), value: value.into() }
    }

    pub(super) fn number(value: u16) -> Self {
        Self { data_type: "Number".to_owned(), value: value.to_string() }
    }

    /// How many bytes they have of the size of a message: names, types and values.
    pub(crate) fn bytes(attributes: &BTreeMap<String, Self>) -> usize {
        let each = attributes.iter();
        each.map(|(name, it)| name.len() + it.data_type.len() + it.value.len()).sum()
    }
}

impl Message {
    pub(crate) fn new(at: Duration, body: impl Into<Payload>) -> Self {
        Self {
            at,
            id: None,
            body: body.into(),
            attributes: BTreeMap::new(),
            trace_header: None,
            key: None,
            receive_count: 0,
            group_id: None,
            subject: None,
        }
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    ///
    /// The body is not JSON, or does not fit the type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        self.body.json()
    }
}

impl Destination {
    pub(super) fn new(arn: Arc<str>, account: &Rc<Account>, registry: &Rc<Registry>) -> Self {
        Self {
            account: account.clone(),
            context: registry.owner.context(),
            registry: Rc::downgrade(registry),
            random: RefCell::new(registry.owner.random(&arn)),
            arn,
            messages: RefCell::default(),
            listeners: RefCell::default(),
        }
    }

    /// Returns a new id.
    pub(crate) fn uuid(&self) -> String {
        self.random.borrow_mut().uuid()
    }
}

#[cfg(feature = "push")]
impl Destination {
    /// Returns the functions of its service; nothing where that has ended.
    pub(crate) fn registry(&self) -> Option<Rc<Registry>> {
        self.registry.upgrade()
    }

    /// Of several messages with a key, keeps the last one.
    pub(crate) fn keep_last(&self, key: &str) {
        let mut messages = self.messages.borrow_mut();
        let has_key = |message: &Message| message.key.as_deref() == Some(key);
        let Some(first) = messages.iter().position(has_key) else { return };
        if messages.iter().skip(first + 1).any(has_key) {
            messages.remove(first);
        }
    }

    /// Removes the message with a key.
    pub(crate) fn remove(&self, key: &str) {
        self.messages.borrow_mut().retain(|message| message.key.as_deref() != Some(key));
    }

    /// Returns what it has received.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.messages.borrow().iter().cloned().collect()
    }

    /// Calls this with each message from now on.
    pub(crate) fn listen(&self, listener: impl Fn(&Message) + 'static) {
        self.listeners.borrow_mut().push(Rc::new(listener));
    }
}

impl Inbox for Destination {
    fn send(&self, mut message: Message) -> Result<(), ServiceError> {
        if message.id.is_none() && resource_arn::service(&self.arn) == Some("sns") {
            message.id = Some(self.uuid());
        }
        let listeners = self.listeners.borrow().clone();
        let mut messages = self.messages.borrow_mut();
        // Objects stay where they are.
        if message.key.is_none() && KEPT <= messages.len() {
            messages.pop_front();
        }
        messages.push_back(message.clone());
        drop(messages);
        for listener in listeners {
            listener(&message);
        }
        Ok(())
    }
}
