//! Batches that wait to be handled: bounded in bytes.

use std::{
    cell::Cell,
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

use tokio::sync::{Semaphore, mpsc};

use super::TelemetryEvent;

/// How many bytes wait at most, unless the subscription sets another limit. The service keeps what is beyond, and
/// states what it had to drop.
pub(crate) const MOST_WAITING: usize = 16 * 1024 * 1024;

/// What a batch counts beyond its bytes, so that many small ones are bounded too.
const OVERHEAD: usize = 1024;

/// What arrives, in batches: for loops of one's own, in the place of a handler. With the feature `stream` it is
/// a stream too.
#[derive(Debug)]
pub struct Batches {
    batches: mpsc::UnboundedReceiver<Batch>,
    waiting: Waiting,
}

#[derive(Debug)]
struct Batch {
    events: Vec<TelemetryEvent>,
    room: Room,
}

/// What waits, seen from both ends of the queue.
#[derive(Clone, Debug)]
pub(crate) struct Waiting(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// The bytes that are free.
    free: Semaphore,
    most: usize,
    events: AtomicUsize,
}

impl Waiting {
    /// How many events wait.
    pub(crate) fn count(&self) -> usize {
        self.0.events.load(Ordering::Relaxed)
    }
}

/// A part of the queue's bytes; it is free again once this is dropped.
#[derive(Debug)]
pub(crate) struct Room {
    waiting: Waiting,
    bytes: u32,
}

impl Drop for Room {
    fn drop(&mut self) {
        self.waiting.0.free.add_permits(self.bytes as usize);
    }
}

/// The end of the queue that the listener holds.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    batches: mpsc::UnboundedSender<Batch>,
    waiting: Waiting,
}

/// A queue in which at most so many bytes wait. A batch that is larger waits alone.
pub(crate) fn new(most: usize) -> (Sender, Batches) {
    let most = most.clamp(1, u32::MAX as usize);
    let inner = Inner { free: Semaphore::new(most), most, events: AtomicUsize::new(0) };
    let waiting = Waiting(Arc::new(inner));
    let (sender, receiver) = mpsc::unbounded_channel();
    let sender = Sender { batches: sender, waiting: waiting.clone() };
    (sender, Batches { batches: receiver, waiting })
}

impl Sender {
    /// Waits until there is room for a batch of so many bytes; `None` once the extension ends.
    pub(crate) async fn room(&self, length: usize) -> Option<Room> {
        let bytes = length.saturating_add(OVERHEAD).min(self.waiting.0.most);
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.waiting.0.free.acquire_many(bytes).await.ok()?.forget();
        Some(Room { waiting: self.waiting.clone(), bytes })
    }

    /// Puts a batch into its room; false once the extension ends.
    pub(crate) fn send(&self, events: Vec<TelemetryEvent>, room: Room) -> bool {
        let count = events.len();
        self.waiting.0.events.fetch_add(count, Ordering::Relaxed);
        self.batches.send(Batch { events, room }).is_ok()
    }
}

impl Batches {
    /// The next batch; none where nobody can send any more, as at the end of the process.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Vec<TelemetryEvent>> {
        self.batches.recv().await.map(|batch| self.taken(batch))
    }

    /// A batch that has come already. The service has sent all by the time that it sends the event of the end: what
    /// is left then is taken so.
    pub fn try_next(&mut self) -> Option<Vec<TelemetryEvent>> {
        self.batches.try_recv().ok().map(|batch| self.taken(batch))
    }

    /// The next batch; none where nobody can send any more, or where none waits and it ends.
    pub(crate) async fn next_unless(&mut self, ending: &Cell<bool>) -> Option<Vec<TelemetryEvent>> {
        poll_fn(|context| match self.poll_batch(context) {
            Poll::Pending if ending.get() => Poll::Ready(None),
            poll => poll,
        })
        .await
    }

    fn poll_batch(
        &mut self,
        context: &mut std::task::Context<'_>,
    ) -> Poll<Option<Vec<TelemetryEvent>>> {
        self.batches.poll_recv(context).map(|batch| batch.map(|batch| self.taken(batch)))
    }

    fn taken(&self, Batch { events, room }: Batch) -> Vec<TelemetryEvent> {
        self.waiting.0.events.fetch_sub(events.len(), Ordering::Relaxed);
        drop(room);
        events
    }

    pub(crate) fn waiting(&self) -> Waiting {
        self.waiting.clone()
    }
}

/// Who waits for room waits no longer.
impl Drop for Batches {
    fn drop(&mut self) {
        self.waiting.0.free.close();
    }
}

#[cfg(feature = "stream")]
impl futures_core::Stream for Batches {
    type Item = Vec<TelemetryEvent>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_batch(context)
    }
}
