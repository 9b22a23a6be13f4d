//! A queue of SQS, as a test and what is tested use it.

use std::{
    cell::{Cell, RefCell},
    fmt,
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use serde::Serialize;
use tokio::sync::Notify;

use super::{
    ServiceError,
    destination::{Inbox, Message},
    queue_message::{ReceivedMessage, SendMessage, check_delay, message},
    queue_state::{QueueState, Receipt, Received},
};
use crate::kernel::{Clock, Random};

/// A queue of SQS, standard or FIFO: messages are sent to it, and it keeps them until they are deleted. It is a
/// destination and a dead-letter queue too, and an event source: see `Function::on`.
///
/// [`Lambda::queue`](crate::Lambda::queue) makes it; one whose name ends in `.fifo` is a FIFO queue. `Display` writes its
/// ARN. Clones are the same queue.
///
/// ```
/// use std::time::Duration;
///
/// # lambda_test::block_on(async {
/// let lambda = lambda_test::Lambda::new();
/// let dead = lambda.queue("orders-dead");
/// let orders = lambda.queue("orders").visibility_timeout(Duration::from_secs(60)).redrive(&dead, 3);
///
/// orders.send(r#"{"id": 7}"#);
/// orders.message("another").delay(Duration::from_secs(5)).attribute("Title", "The Whistler").send();
/// assert_eq!((orders.visible(), orders.delayed(), orders.in_flight()), (1, 1, 0));
/// assert_eq!(orders.messages()[0].body, r#"{"id": 7}"#);
/// # });
/// ```
#[derive(Clone)]
pub struct Queue {
    pub(crate) inner: Rc<QueueInner>,
}

/// A queue, as everything that uses it shares it.
pub(crate) struct QueueInner {
    pub(crate) arn: Arc<str>,
    #[cfg_attr(not(feature = "sources"), expect(dead_code, reason = "mappings read it"))]
    pub(crate) region: Arc<str>,
    pub(crate) clock: Clock,
    pub(crate) state: RefCell<QueueState>,
    /// Notified when a message may be received that could not before.
    pub(crate) changed: Notify,
    dead_letters: RefCell<Option<Rc<QueueInner>>>,
    pub(super) random: RefCell<Random>,
    deleted: Cell<u64>,
}

impl QueueInner {
    pub(super) fn new(arn: Arc<str>, region: Arc<str>, clock: Clock, random: Random) -> Rc<Self> {
        let state = RefCell::new(QueueState::new(arn.ends_with(".fifo")));
        Rc::new(Self {
            arn,
            region,
            clock,
            state,
            changed: Notify::new(),
            dead_letters: RefCell::default(),
            random: RefCell::new(random),
            deleted: Cell::default(),
        })
    }

    /// Receives at most so many messages of at most so many bytes, or one where nothing else was; what was received too
    /// often goes to the dead-letter queue. Returns how many did.
    pub(crate) fn receive(&self, most: usize, room: (usize, bool)) -> (Vec<Received>, usize) {
        let now = self.clock.elapsed();
        let Receipt { messages, redriven } = self.state.borrow_mut().receive(now, most, room);
        let count = redriven.len();
        if let Some(dead) = &*self.dead_letters.borrow() {
            for sent in redriven {
                let mut sent = Rc::unwrap_or_clone(sent);
                sent.dead_letter_source = Some(self.arn.clone());
                dead.state.borrow_mut().redrive(now, sent);
            }
            if count != 0 {
                dead.changed.notify_waiters();
            }
        }
        (messages, count)
    }

    /// Deletes a message that was received, unless it was received again.
    pub(crate) fn delete(&self, received: &Received) -> bool {
        let is_deleted = self.state.borrow_mut().delete(self.clock.elapsed(), received);
        self.deleted.set(self.deleted.get() + u64::from(is_deleted));
        is_deleted
    }

    /// Makes what is due visible, and takes out what is too old.
    fn advance(&self) {
        self.state.borrow_mut().advance(self.clock.elapsed());
    }
}

impl Inbox for QueueInner {
    fn send(&self, message: Message) -> Result<(), ServiceError> {
        let Message { body, attributes, trace_header, .. } = message;
        let mut sending = SendMessage::new(self, &String::from_utf8_lossy(&body));
        (sending.sent.attributes, sending.sent.trace_header) = (attributes, trace_header);
        sending.try_send().map(drop)
    }
}

impl Queue {
    /// Returns its ARN.
    pub fn arn(&self) -> &str {
        &self.inner.arn
    }

    /// Sets for how long a message that was received is invisible to others, 30 s unless set, up to 12 h.
    ///
    /// # Panics
    ///
    /// Panics if it is longer.
    #[track_caller]
    pub fn visibility_timeout(self, timeout: Duration) -> Self {
        let most = Duration::from_secs(12 * 3600);
        assert!(
            timeout <= most,
            "the visibility timeout is {timeout:?}: expected at most {most:?}"
        );
        self.inner.state.borrow_mut().settings.visibility_timeout = timeout;
        self
    }

    /// Sets after which time a message is gone, 4 days unless set: 60 s to 14 days.
    ///
    /// # Panics
    ///
    /// Panics if it is not within this range.
    #[track_caller]
    pub fn retention(self, retention: Duration) -> Self {
        let range = Duration::from_secs(60)..=Duration::from_secs(14 * 24 * 3600);
        assert!(range.contains(&retention), "the retention is {retention:?}: expected {range:?}");
        self.inner.state.borrow_mut().settings.retention = retention;
        self
    }

    /// Sets for how long a message is invisible once it is sent, not at all unless set, up to 15 minutes.
    ///
    /// # Panics
    ///
    /// Panics if it is longer.
    #[track_caller]
    pub fn delay(self, delay: Duration) -> Self {
        check_delay(delay);
        self.inner.state.borrow_mut().settings.delay = delay;
        self
    }

    /// Sends a message to a dead-letter queue once it was received so often, 1 to 1,000 times, without being deleted.
    ///
    /// # Panics
    ///
    /// Panics if the number is not within this range, or one of the queues is a FIFO queue and the other is not.
    #[track_caller]
    pub fn redrive(self, dead_letters: &Queue, maximum_receives: u32) -> Self {
        let range = 1..=1000;
        assert!(
            range.contains(&maximum_receives),
            "the maximum receive count is {maximum_receives}: expected {range:?}"
        );
        let is_fifo = |queue: &QueueInner| queue.state.borrow().is_fifo();
        assert!(
            is_fifo(&self.inner) == is_fifo(&dead_letters.inner),
            "the dead-letter queue {dead_letters} of {self} is of another kind: expected that of a FIFO queue to be one too"
        );
        self.inner.state.borrow_mut().settings.maximum_receives = Some(maximum_receives);
        self.inner.dead_letters.replace(Some(dead_letters.inner.clone()));
        self
    }

    /// Tells messages of a FIFO queue apart by their bodies, where they have no deduplication id.
    pub fn content_based_deduplication(self) -> Self {
        self.inner.state.borrow_mut().settings.content_based_deduplication = true;
        self
    }

    /// Sends a message, and returns its id.
    ///
    /// # Panics
    ///
    /// Panics as [`SendMessage::send`] does.
    #[track_caller]
    pub fn send(&self, body: impl AsRef<str>) -> String {
        self.message(body).send()
    }

    /// Sends a value as JSON, and returns the id of the message.
    ///
    /// # Panics
    ///
    /// Panics if the value has no form in JSON, or as [`SendMessage::send`] does.
    #[track_caller]
    pub fn send_json(&self, body: &impl Serialize) -> String {
        self.send(serde_json::to_string(body).expect("a message of a test has a form in JSON"))
    }

    /// Describes a message that is sent with [`SendMessage::send`].
    pub fn message(&self, body: impl AsRef<str>) -> SendMessage<'_> {
        SendMessage::new(&self.inner, body.as_ref())
    }

    /// Receives at most so many messages, as a program does that reads the queue itself.
    ///
    /// ```
    /// # lambda_test::block_on(async {
    /// let orders = lambda_test::Lambda::new().queue("orders");
    /// orders.send("7");
    /// let received = orders.receive(10);
    /// assert_eq!((&*received[0].message().body, orders.in_flight()), (&b"7"[..], 1));
    /// assert!(received[0].delete());
    /// assert_eq!(orders.messages(), []);
    /// # });
    /// ```
    pub fn receive(&self, most: usize) -> Vec<ReceivedMessage> {
        let (received, _) = self.inner.receive(most, (usize::MAX, true));
        let of = |received| ReceivedMessage { queue: self.inner.clone(), received };
        received.into_iter().map(of).collect()
    }

    /// Returns the messages that are in the queue, those in flight included, in the order in which they were sent.
    pub fn messages(&self) -> Vec<Message> {
        self.inner.advance();
        self.inner.state.borrow().messages().map(|it| message(&it.sent, it.receives)).collect()
    }

    /// Returns what the dead-letter queue holds; nothing where there is none.
    pub fn dead(&self) -> Vec<Message> {
        let dead = self.inner.dead_letters.borrow().clone();
        dead.map_or_else(Vec::new, |inner| Self { inner }.messages())
    }

    /// Returns how many messages may be received: `ApproximateNumberOfMessagesVisible`.
    pub fn visible(&self) -> usize {
        self.inner.advance();
        self.inner.state.borrow().visible()
    }

    /// Returns how many messages were received and not deleted: `ApproximateNumberOfMessagesNotVisible`.
    pub fn in_flight(&self) -> usize {
        self.inner.advance();
        self.inner.state.borrow().in_flight()
    }

    /// Returns how many messages were sent with a delay that is not over: `ApproximateNumberOfMessagesDelayed`.
    pub fn delayed(&self) -> usize {
        self.inner.advance();
        let state = self.inner.state.borrow();
        state.len() - state.visible() - state.in_flight()
    }

    /// Returns how many messages were deleted after they were received: `NumberOfMessagesDeleted`.
    pub fn deleted(&self) -> u64 {
        self.inner.deleted.get()
    }

    /// Takes all messages out of the queue.
    pub fn purge(&self) {
        self.inner.state.borrow_mut().purge();
        self.inner.changed.notify_waiters();
    }
}

impl fmt::Display for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.arn)
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("arn", &self.inner.arn).finish_non_exhaustive()
    }
}
