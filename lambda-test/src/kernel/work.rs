//! What the service still has to do, so that a test can wait until it is done.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use tokio::sync::Notify;

/// What a service has to do. Clones count together.
#[derive(Clone, Default)]
pub(crate) struct Work(Arc<Inner>);

#[derive(Default)]
struct Inner {
    count: AtomicUsize,
    done: Notify,
}

/// How many tasks in a row may wake the next one before there is something to do.
const TURNS: usize = 3;

/// Something that the service has to do, for as long as this lives.
pub(crate) struct Task(Work);

impl Work {
    pub(crate) fn begin(&self) -> Task {
        self.0.count.fetch_add(1, Relaxed);
        Task(self.clone())
    }

    /// Waits until there is nothing to do.
    pub(crate) async fn done(&self) {
        loop {
            // What was woken, as by a message in a queue, gets its turn to begin something.
            for _ in 0..TURNS {
                tokio::task::yield_now().await;
            }
            if self.0.count.load(Relaxed) == 0 {
                return;
            }
            self.0.done.notified().await;
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        let Inner { count, done } = &*self.0.0;
        if count.fetch_sub(1, Relaxed) == 1 {
            done.notify_waiters();
        }
    }
}
