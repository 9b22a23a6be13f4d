//! The loop of every poller: it reads, invokes, and waits for what ends.

use std::{rc::Rc, time::Duration};

use tokio::sync::{Notify, mpsc};

use super::{alarm::Alarm, mapping::Mapping};
use crate::kernel::SimContext;

/// What reads one kind of source.
pub(super) trait Poller {
    /// What is known of an invocation that is over.
    type Ended: 'static;

    /// Reads, and starts what may be started. Returns when to look again, if nothing is notified before.
    fn step(&mut self, in_flight: &mut InFlight<Self::Ended>) -> Option<Duration>;

    /// An invocation is over.
    fn ended(&mut self, ended: Self::Ended);

    /// Whether the source has nothing to read, and nothing waits that was read.
    fn is_idle(&self) -> bool;

    /// Gives back what was read and not sent.
    fn stop(&mut self) {}
}

/// The invocations of a poller that are not over.
pub(super) struct InFlight<T> {
    count: usize,
    sender: mpsc::UnboundedSender<T>,
    receiver: mpsc::UnboundedReceiver<T>,
    context: Rc<SimContext>,
}

impl<T: 'static> InFlight<T> {
    fn new(context: Rc<SimContext>) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        Self { count: 0, sender, receiver, context }
    }

    /// Returns how many there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Starts one.
    pub(super) fn start(&mut self, invocation: impl Future<Output = T> + 'static) {
        self.count += 1;
        let sender = self.sender.clone();
        self.context.spawn(async move {
            // A poller that is gone has no use for it.
            let _ = sender.send(invocation.await);
        });
    }

    /// Waits until one is over.
    async fn next(&mut self) -> T {
        match self.receiver.recv().await {
            Some(ended) => {
                self.count -= 1;
                ended
            }
            // A sender is kept, so this does not happen.
            None => std::future::pending().await,
        }
    }
}

/// Polls until the mapping is changed, and what is in flight is over. `changed` is notified by the source.
pub(super) async fn drive(
    mut poller: impl Poller,
    mapping: &Mapping,
    changed: &Notify,
    context: &Rc<SimContext>,
) {
    let mut in_flight = InFlight::new(context.clone());
    let mut alarm = Alarm::new(context.clock);
    let (mut is_stopping, mut task) = (false, None);
    loop {
        let due = if is_stopping { None } else { poller.step(&mut in_flight) };
        if in_flight.count == 0 && is_stopping {
            return;
        }
        if in_flight.count == 0 && poller.is_idle() {
            task = None;
        } else if task.is_none() {
            task = Some(context.work.begin());
        }
        tokio::select! {
            biased;
            () = mapping.changed.notified() => {
                is_stopping = true;
                poller.stop();
            }
            ended = in_flight.next() => poller.ended(ended),
            () = changed.notified() => {}
            () = alarm.wait(due) => {}
        }
    }
}
