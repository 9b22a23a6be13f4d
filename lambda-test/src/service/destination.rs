//! What receives records of asynchronous invocations, and events that failed.

use std::{cell::RefCell, collections::BTreeMap, fmt, rc::Rc, sync::Arc, time::Duration};

use serde::de::DeserializeOwned;

use super::ServiceError;
use crate::kernel::Payload;

/// A topic, an event bus or a bucket that receives what the service sends it: records of asynchronous invocations, and
/// events that failed. It keeps them for the test. A [`Queue`](crate::Queue) receives them too.
///
/// [`Lambda::topic`](crate::Lambda::topic), [`event_bus`](crate::Lambda::event_bus) and [`bucket`](crate::Lambda::bucket)
/// make it. `Display` writes its ARN. Clones are the same.
///
/// ```
/// use lambda_runtime::{Error, Runtime};
///
/// # lambda_test::block_on(async {
/// let lambda = lambda_test::Lambda::new();
/// let failed = lambda.topic("failed-orders");
/// let fails = Runtime::new(async |_: u32| Err::<(), Error>("out of stock".into()));
/// let orders = lambda.function("orders", fails).on_failure(&failed).create();
///
/// orders.invoke(7).event().await.assert_ok();
/// lambda.until_idle().await;
///
/// // Three attempts, the first retry after a minute and the second after two more.
/// assert_eq!(lambda.elapsed().as_secs(), 180);
/// let record: serde_json::Value = failed.messages()[0].json()?;
/// assert_eq!(record["requestContext"]["condition"], "RetriesExhausted");
/// assert_eq!(record["requestPayload"], 7);
/// assert_eq!(record["responsePayload"]["errorMessage"], "out of stock");
/// # Ok::<(), serde_json::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct Destination {
    inbox: Rc<Received>,
}

/// What receives what the service sends.
pub(crate) trait Inbox {
    /// # Errors
    ///
    /// It refuses the message.
    fn send(&self, message: Message) -> Result<(), ServiceError>;
}

/// What a destination has received.
pub(super) struct Received {
    arn: Arc<str>,
    messages: RefCell<Vec<Message>>,
}

/// Something that a [`Destination`] has received, or that is in a [`Queue`](crate::Queue).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// When it was sent, since the service began.
    pub at: Duration,
    /// The id of a message of SQS. Absent elsewhere.
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
    pub(super) fn text(value: impl Into<String>) -> Self {
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
    pub(super) fn new(arn: Arc<str>) -> Self {
        Self { arn, messages: RefCell::default() }
    }
}

impl Inbox for Received {
    fn send(&self, message: Message) -> Result<(), ServiceError> {
        self.messages.borrow_mut().push(message);
        Ok(())
    }
}

impl Destination {
    pub(super) fn new(inbox: Rc<Received>) -> Self {
        Self { inbox }
    }

    /// Returns its ARN.
    pub fn arn(&self) -> &str {
        &self.inbox.arn
    }

    /// Returns what it has received so far, the oldest first.
    pub fn messages(&self) -> Vec<Message> {
        self.inbox.messages.borrow().clone()
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inbox.arn)
    }
}

impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Destination").field("arn", &self.inbox.arn).finish_non_exhaustive()
    }
}
