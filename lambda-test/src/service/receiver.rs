//! Topics, event buses and buckets, as a test uses them.

use std::{fmt, rc::Rc};

use super::{
    destination::{Destination, Message},
    registry::Registry,
};

/// A topic of SNS: a destination, and with the feature `push` it sends what is published to those who subscribe.
///
/// [`Lambda::topic`](crate::Lambda::topic) makes it. `Display` writes its ARN. Clones are the same topic.
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
/// let record: serde_json::Value = failed.published()[0].json()?;
/// assert_eq!(record["requestContext"]["condition"], "RetriesExhausted");
/// assert_eq!(record["requestPayload"], 7);
/// assert_eq!(record["responsePayload"]["errorMessage"], "out of stock");
/// # Ok::<(), serde_json::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct Topic {
    pub(crate) inner: Rc<Destination>,
    /// It keeps its service, as a function does.
    #[cfg_attr(not(feature = "push"), expect(dead_code, reason = "it is kept"))]
    pub(crate) registry: Rc<Registry>,
}

/// An event bus of EventBridge: a destination, and with the feature `push` its rules send what it receives to their targets.
///
/// [`Lambda::event_bus`](crate::Lambda::event_bus) makes it. `Display` writes its ARN. Clones are the same bus.
#[derive(Clone)]
pub struct EventBus {
    pub(crate) inner: Rc<Destination>,
    /// It keeps its service, as a function does.
    #[cfg_attr(not(feature = "push"), expect(dead_code, reason = "it is kept"))]
    pub(crate) registry: Rc<Registry>,
}

/// A bucket of S3: a destination, and with the feature `push` it notifies of the objects that it receives.
///
/// [`Lambda::bucket`](crate::Lambda::bucket) makes it. `Display` writes its ARN. Clones are the same bucket.
#[derive(Clone)]
pub struct Bucket {
    pub(crate) inner: Rc<Destination>,
    /// It keeps its service, as a function does.
    #[cfg_attr(not(feature = "push"), expect(dead_code, reason = "it is kept"))]
    pub(crate) registry: Rc<Registry>,
}

impl Topic {
    /// Returns its ARN.
    pub fn arn(&self) -> &str {
        &self.inner.arn
    }

    /// Returns what was published so far, the oldest first: the last 10,000.
    pub fn published(&self) -> Vec<Message> {
        self.inner.messages.borrow().iter().cloned().collect()
    }
}

impl EventBus {
    /// Returns its ARN.
    pub fn arn(&self) -> &str {
        &self.inner.arn
    }

    /// Returns the events that it has received so far, the oldest first, each in JSON: the last 10,000.
    pub fn sent(&self) -> Vec<Message> {
        self.inner.messages.borrow().iter().cloned().collect()
    }
}

impl Bucket {
    /// Returns its ARN.
    pub fn arn(&self) -> &str {
        &self.inner.arn
    }

    /// Returns the objects that it has, in the order in which they were put: each with its key.
    pub fn objects(&self) -> Vec<Message> {
        self.inner.messages.borrow().iter().cloned().collect()
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.arn())
    }
}

impl fmt::Debug for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Topic").field("arn", &self.arn()).finish_non_exhaustive()
    }
}

impl fmt::Display for EventBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.arn())
    }
}

impl fmt::Debug for EventBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventBus").field("arn", &self.arn()).finish_non_exhaustive()
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.arn())
    }
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("arn", &self.arn()).finish_non_exhaustive()
    }
}
