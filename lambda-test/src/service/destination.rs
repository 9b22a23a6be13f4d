//! What receives records of asynchronous invocations, and events that failed.

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use serde::de::DeserializeOwned;

use super::{ServiceError, account::Account, registry::Registry};
use crate::kernel::Payload;

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
pub(crate) struct Received {
    pub(crate) arn: Arc<str>,
    #[cfg_attr(not(feature = "push"), expect(dead_code, reason = "notifications state it"))]
    pub(crate) region: Arc<str>,
    pub(super) messages: RefCell<VecDeque<Message>>,
    listeners: RefCell<Vec<Listener>>,
    /// What is above the service and belongs to it.
    #[cfg(feature = "push")]
    attached: std::cell::OnceCell<Rc<dyn std::any::Any>>,
    #[cfg(feature = "push")]
    registry: std::rc::Weak<Registry>,
    #[cfg(feature = "push")]
    context: Rc<crate::kernel::SimContext>,
    /// Whose it is.
    #[cfg(feature = "push")]
    pub(crate) caller: Rc<Account>,
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

impl Received {
    pub(super) fn new(arn: Arc<str>, caller: &Rc<Account>, registry: &Rc<Registry>) -> Self {
        let _ = registry;
        Self {
            arn,
            region: caller.region.clone(),
            messages: RefCell::default(),
            listeners: RefCell::default(),
            #[cfg(feature = "push")]
            attached: std::cell::OnceCell::new(),
            #[cfg(feature = "push")]
            registry: Rc::downgrade(registry),
            #[cfg(feature = "push")]
            context: registry.owner.context(),
            #[cfg(feature = "push")]
            caller: caller.clone(),
        }
    }

    /// Returns the functions of its service; nothing where that has ended.
    #[cfg(feature = "push")]
    pub(crate) fn registry(&self) -> Option<Rc<Registry>> {
        self.registry.upgrade()
    }

    /// Of several messages with a key, keeps the last one.
    #[cfg(feature = "push")]
    pub(crate) fn keep_last(&self, key: &str) {
        let mut messages = self.messages.borrow_mut();
        let has_key = |message: &Message| message.key.as_deref() == Some(key);
        let Some(first) = messages.iter().position(has_key) else { return };
        if messages.iter().skip(first + 1).any(has_key) {
            messages.remove(first);
        }
    }

    /// Removes the message with a key.
    #[cfg(feature = "push")]
    pub(crate) fn remove(&self, key: &str) {
        self.messages.borrow_mut().retain(|message| message.key.as_deref() != Some(key));
    }

    /// Returns what is attached, which is made if there is nothing. It is always of one type.
    ///
    /// # Panics
    ///
    /// Panics if something of another type is attached.
    #[cfg(feature = "push")]
    pub(crate) fn attached<T: 'static>(
        &self,
        make: impl FnOnce(Rc<crate::kernel::SimContext>) -> Rc<T>,
    ) -> Rc<T> {
        let attached = self.attached.get_or_init(|| make(self.context.clone()));
        attached.clone().downcast().expect("one type is attached to each kind of receiver")
    }

    /// Returns the clock of its service and where its tasks run.
    #[cfg(all(feature = "front-ends", feature = "push"))]
    pub(crate) fn context(&self) -> &Rc<crate::kernel::SimContext> {
        &self.context
    }

    /// Returns what it has received.
    #[cfg(feature = "push")]
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.messages.borrow().iter().cloned().collect()
    }

    /// Calls this with each message from now on.
    #[cfg(feature = "push")]
    pub(crate) fn listen(&self, listener: impl Fn(&Message) + 'static) {
        self.listeners.borrow_mut().push(Rc::new(listener));
    }
}

impl Inbox for Received {
    fn send(&self, message: Message) -> Result<(), ServiceError> {
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
