//! Reads a queue, gathers batches, invokes, and deletes what was handled.
//!
//! Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS".

use std::{collections::BTreeSet, rc::Rc, time::Duration};

use serde_json::Value;

use super::{
    EVENT_BYTES, Lint,
    config::Config,
    invocation::{End, Invocation, Invoked},
    kind::Kind,
    mapping::Mapping,
    poller::{InFlight, Poller, drive},
    queue_event,
    queue_scaling::Scaling,
    response::FailedRecords,
};
use crate::{
    kernel::{SimContext, SourceEvent},
    service::{QueueInner, Received},
};

/// What reads a queue.
struct QueuePoller {
    mapping: Rc<Mapping>,
    queue: Rc<QueueInner>,
    config: Config,
    scaling: Scaling,
    gathered: Gathered,
}

/// Messages of the next batch.
#[derive(Default)]
struct Gathered {
    messages: Vec<Received>,
    bytes: usize,
    /// When the first of them was received.
    since: Duration,
}

/// Reads until the mapping is changed, and what is in flight is over.
pub(super) async fn poll(mapping: &Rc<Mapping>, queue: &Rc<QueueInner>, context: &Rc<SimContext>) {
    let config = mapping.config.borrow().clone();
    let poller = QueuePoller {
        mapping: mapping.clone(),
        queue: queue.clone(),
        scaling: Scaling::new(&config, queue.clock.elapsed()),
        config,
        gathered: Gathered::default(),
    };
    drive(poller, mapping, &queue.changed, context).await;
}

impl Poller for QueuePoller {
    /// Whether all went well.
    type Ended = bool;

    fn step(&mut self, in_flight: &mut InFlight<bool>) -> Option<Duration> {
        while let Some(batch) = self.next(in_flight.count()) {
            let (mapping, queue) = (self.mapping.clone(), self.queue.clone());
            let config = self.config.clone();
            in_flight.start(async move { run(&mapping, &queue, &config, batch).await });
        }
        self.due(in_flight.count())
    }

    fn ended(&mut self, is_well: bool) {
        if !is_well {
            self.scaling.back_off();
        }
    }

    /// The service has something to do for as long as there are messages.
    fn is_idle(&self) -> bool {
        self.queue.state.borrow().len() == 0
    }

    fn stop(&mut self) {
        let gathered = std::mem::take(&mut self.gathered);
        let now = self.now();
        let mut state = self.queue.state.borrow_mut();
        for received in &gathered.messages {
            state.change_visibility(now, received, Duration::ZERO);
        }
        drop(state);
        self.queue.changed.notify_waiters();
    }
}

impl QueuePoller {
    fn now(&self) -> Duration {
        self.queue.clock.elapsed()
    }

    fn has_more(&self) -> bool {
        !self.gathered.messages.is_empty() || self.queue.state.borrow().is_ready()
    }

    /// The next batch, if one is complete and may be sent.
    fn next(&mut self, in_flight: usize) -> Option<Vec<Received>> {
        let (now, kind) = (self.now(), self.mapping.kind());
        // What is due since is visible only once the queue is looked at.
        self.queue.state.borrow_mut().advance(now);
        if self.scaling.allowed(now, in_flight, self.has_more()) <= in_flight {
            return None;
        }
        let (size, window) = (self.config.batch_size(kind), self.config.window(kind));
        let is_full = self.gather(size);
        let gathered = &self.gathered;
        // The clock runs on where time is real.
        let is_over = gathered.since + window <= self.now();
        if gathered.messages.is_empty() || !(is_full || is_over) {
            return None;
        }
        Some(std::mem::take(&mut self.gathered).messages)
    }

    /// Receives as much as fits into the batch. Returns whether it is full.
    fn gather(&mut self, size: usize) -> bool {
        loop {
            let missing = size - self.gathered.messages.len();
            if missing == 0 {
                return true;
            }
            let room = (EVENT_BYTES - self.gathered.bytes, self.gathered.messages.is_empty());
            let (received, redriven) = self.queue.receive(missing, room);
            if redriven != 0 {
                self.mapping.note(None, SourceEvent::Redriven { count: redriven });
            }
            if received.is_empty() {
                // What is there does not fit.
                let has_more = self.queue.state.borrow().is_ready();
                return has_more && !self.gathered.messages.is_empty();
            }
            self.mapping.note(None, SourceEvent::Received { count: received.len() });
            let passed = self.filter(received);
            if self.gathered.messages.is_empty() && !passed.is_empty() {
                self.gathered.since = self.now();
            }
            for received in passed {
                self.gathered.bytes += received.size();
                self.gathered.messages.push(received);
            }
            self.gathered.bytes = self.gathered.bytes.min(EVENT_BYTES);
        }
    }

    /// "Messages that do not match the filter are deleted."
    fn filter(&self, received: Vec<Received>) -> Vec<Received> {
        let matcher = self.mapping.matcher.borrow().clone();
        if matcher.is_empty() {
            return received;
        }
        let passes = |it: &Received| {
            matcher.matches(&queue_event::members(&self.queue, it), Some(&it.sent.body))
        };
        let (passed, dropped): (Vec<_>, Vec<_>) = received.into_iter().partition(passes);
        if !dropped.is_empty() {
            for received in &dropped {
                self.queue.delete(received);
            }
            self.mapping.note(None, SourceEvent::Filtered { count: dropped.len() });
        }
        passed
    }

    /// When to look again, if nothing is notified before.
    fn due(&self, in_flight: usize) -> Option<Duration> {
        let window = (!self.gathered.messages.is_empty())
            .then(|| self.gathered.since + self.config.window(self.mapping.kind()));
        // A batch that may not be sent yet waits for one that ends, or until more may be in flight.
        let window = window.filter(|due| self.now() < *due);
        let grows = self.scaling.grows(in_flight).filter(|_| self.has_more());
        [self.queue.state.borrow().due(), window, grows].into_iter().flatten().min()
    }
}

/// Invokes the function with a batch, and deletes what it has handled. Returns whether all went well.
async fn run(
    mapping: &Rc<Mapping>,
    queue: &Rc<QueueInner>,
    config: &Config,
    batch: Vec<Received>,
) -> bool {
    let has_window = config.window.is_some_and(|window| !window.is_zero());
    let oldest = batch.iter().map(|received| received.sent.at).min().unwrap_or_default();
    let invocation = Invocation {
        payload: queue_event::payload(queue, &batch, has_window),
        traces: batch.iter().filter_map(|received| received.sent.trace_header.clone()).collect(),
        count: batch.len(),
        age: queue.clock.elapsed().saturating_sub(oldest),
    };
    let Some(invoked) = mapping.invoke(invocation).await else { return true };
    let Invoked { request_id, end, is_duplicated } = invoked;
    let End::Answered { payload, .. } = end else { return false };
    if is_duplicated {
        // "At least once": they are visible again after the visibility timeout.
        return true;
    }
    let failed = failed(mapping, config, &batch, &payload);
    let handled = batch.iter().enumerate().filter(|(place, _)| !failed.contains(place));
    let deleted = handled.filter(|(_, received)| queue.delete(received)).count();
    if deleted != 0 {
        mapping.note(Some(&request_id), SourceEvent::Deleted { count: deleted });
        queue.changed.notify_waiters();
    }
    failed.is_empty()
}

/// The messages of a batch that failed, by their places.
fn failed(
    mapping: &Mapping,
    config: &Config,
    batch: &[Received],
    payload: &[u8],
) -> BTreeSet<usize> {
    let find = |identifier: &Value| {
        batch.iter().position(|received| identifier.as_str() == Some(&*received.sent.id))
    };
    match mapping.failed_records(config, payload, find) {
        FailedRecords::None => BTreeSet::new(),
        FailedRecords::All => (0..batch.len()).collect(),
        FailedRecords::These(failed) => {
            if mapping.kind() == Kind::FifoQueue {
                check_order(mapping, batch, &failed);
            }
            failed
        }
    }
}

/// "A function should stop at the first failure of a group, and return that message and all after it."
fn check_order(mapping: &Mapping, batch: &[Received], failed: &BTreeSet<usize>) {
    let mut groups = BTreeSet::new();
    for (place, received) in batch.iter().enumerate() {
        if failed.contains(&place) {
            groups.insert(received.sent.group.clone());
        } else if groups.contains(&received.sent.group) {
            let group = received.sent.group.clone().unwrap_or_default();
            mapping.lint(Lint::BrokenOrder, || {
                format!(
                    "the function names a message of the group `{group}` as failed, and not the one after it, {}: \
                     they are handled out of order",
                    received.sent.id
                )
            });
        }
    }
}
