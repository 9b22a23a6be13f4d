//! Reads a queue, gathers batches, invokes, and deletes what was handled.
//!
//! Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS".

use std::{collections::BTreeSet, rc::Rc, sync::Arc, time::Duration};

use tokio::sync::mpsc;

use super::{
    EVENT_BYTES, Lint,
    alarm::Alarm,
    config::Config,
    invocation::{End, Invoked},
    mapping::Mapping,
    partial::{self, BatchResult},
    queue_event,
    queue_scaling::Scaling,
    source::Kind,
};
use crate::{
    kernel::{SimContext, SourceEvent, Task},
    service::{QueueInner, Received},
};

/// A poller of a queue.
struct Poller<'a> {
    mapping: &'a Rc<Mapping>,
    queue: &'a Rc<QueueInner>,
    context: &'a Rc<SimContext>,
    config: Config,
    scaling: Scaling,
    gathered: Gathered,
    in_flight: usize,
    /// How batches ended: whether well.
    ended: (mpsc::UnboundedSender<bool>, mpsc::UnboundedReceiver<bool>),
    /// There is something to do for as long as the queue holds something.
    task: Option<Task>,
}

/// Messages of the next batch.
#[derive(Default)]
struct Gathered {
    messages: Vec<Received>,
    bytes: usize,
    /// When the first of them was received.
    since: Duration,
}

/// Reads until the mapping is changed.
pub(super) async fn poll(mapping: &Rc<Mapping>, queue: &Rc<QueueInner>, context: &Rc<SimContext>) {
    let config = mapping.config.borrow().clone();
    let scaling = Scaling::new(&config, context.clock.elapsed());
    let mut poller = Poller {
        mapping,
        queue,
        context,
        config,
        scaling,
        gathered: Gathered::default(),
        in_flight: 0,
        ended: mpsc::unbounded_channel(),
        task: None,
    };
    let mut alarm = Alarm::new(context.clock);
    loop {
        while let Some(batch) = poller.next() {
            poller.start(batch);
        }
        poller.note_work();
        let due = poller.due();
        tokio::select! {
            biased;
            () = mapping.changed.notified() => return poller.give_back(),
            ended = poller.ended.1.recv() => poller.ended(ended.unwrap_or(true)),
            () = queue.changed.notified() => {}
            () = alarm.wait(due) => {}
        }
    }
}

impl Poller<'_> {
    fn now(&self) -> Duration {
        self.context.clock.elapsed()
    }

    /// The next batch, if one is complete and may be sent.
    fn next(&mut self) -> Option<Vec<Received>> {
        let (now, kind) = (self.now(), self.mapping.kind());
        let has_more =
            self.queue.state.borrow().visible() != 0 || !self.gathered.messages.is_empty();
        if self.scaling.allowed(now, self.in_flight, has_more) <= self.in_flight {
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
            matcher.matches(&queue_event::members(self.queue, it), Some(&it.sent.body))
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

    fn start(&mut self, batch: Vec<Received>) {
        self.in_flight += 1;
        let (mapping, queue) = (self.mapping.clone(), self.queue.clone());
        let (config, ended) = (self.config.clone(), self.ended.0.clone());
        self.context.spawn(async move {
            if let Some(is_well) = run(&mapping, &queue, &config, batch).await {
                // A poller that reads no more has no use for it.
                let _ = ended.send(is_well);
            }
        });
    }

    fn ended(&mut self, is_well: bool) {
        self.in_flight -= 1;
        if !is_well {
            self.scaling.back_off();
        }
    }

    /// The service has something to do for as long as there are messages.
    fn note_work(&mut self) {
        let is_idle = self.queue.state.borrow().len() == 0 && self.in_flight == 0;
        match is_idle {
            true => self.task = None,
            false => drop(self.task.get_or_insert_with(|| self.context.work.begin())),
        }
    }

    /// When to look again, if nothing is notified before.
    fn due(&self) -> Option<Duration> {
        let state = self.queue.state.borrow();
        let window = (!self.gathered.messages.is_empty())
            .then(|| self.gathered.since + self.config.window(self.mapping.kind()));
        let grows = self.scaling.grows().filter(|_| state.visible() != 0);
        // A batch that may not be sent yet waits for one that ends.
        let window = window.filter(|due| self.now() < *due);
        [state.due(), window, grows].into_iter().flatten().min()
    }

    /// Gives back what was gathered.
    fn give_back(self) {
        let now = self.now();
        let mut state = self.queue.state.borrow_mut();
        for received in &self.gathered.messages {
            state.change_visibility(now, received, Duration::ZERO);
        }
        drop(state);
        self.queue.changed.notify_waiters();
    }
}

/// Invokes the function with a batch, and deletes what it has handled. Returns whether all went well.
async fn run(
    mapping: &Rc<Mapping>,
    queue: &Rc<QueueInner>,
    config: &Config,
    batch: Vec<Received>,
) -> Option<bool> {
    let has_window = config.window.is_some_and(|window| !window.is_zero());
    let event = queue_event::event(queue, &batch, has_window);
    let Ok(payload) = serde_json::to_vec(&event) else { return Some(false) };
    drop(event);
    if EVENT_BYTES < payload.len() {
        mapping.lint(Lint::OversizedEvent, || {
            format!("an event of {} bytes: expected at most {EVENT_BYTES}", payload.len())
        });
        return Some(false);
    }
    let trace = batch.iter().find_map(|received| received.sent.trace_header.clone());
    let oldest = batch.iter().map(|received| received.sent.at).min().unwrap_or_default();
    let age = queue.clock.elapsed().saturating_sub(oldest);
    mapping.note(None, SourceEvent::BatchSent { count: batch.len(), age });
    let Invoked { request_id, end, is_duplicated } = mapping.invoke(payload, trace).await?;
    let End::Answered { payload, .. } = end else { return Some(false) };
    if is_duplicated {
        // "At least once": they are visible again after the visibility timeout.
        return Some(true);
    }
    let failed = failed(mapping, config, &batch, &payload);
    let handled = batch.iter().filter(|received| !failed.contains(&*received.sent.id));
    let deleted = handled.filter(|received| queue.delete(received)).count();
    if deleted != 0 {
        mapping.note(Some(&request_id), SourceEvent::Deleted { count: deleted });
        queue.changed.notify_waiters();
    }
    Some(failed.is_empty())
}

/// The messages of a batch that failed, by their ids.
fn failed(
    mapping: &Mapping,
    config: &Config,
    batch: &[Received],
    payload: &[u8],
) -> BTreeSet<Arc<str>> {
    let all = || batch.iter().map(|received| received.sent.id.clone()).collect();
    if !config.reports_failures {
        if partial::names_failures(payload) {
            mapping.lint(Lint::IgnoredPartialResponse, || {
                "the function names messages that failed, and the mapping has no ReportBatchItemFailures: they \
                 are deleted with the others"
                    .to_owned()
            });
        }
        return BTreeSet::new();
    }
    let identifiers = match partial::read(payload) {
        BatchResult::AllSucceeded => return BTreeSet::new(),
        BatchResult::AllFailed => return all(),
        BatchResult::Failed(identifiers) => identifiers,
    };
    let mut failed = BTreeSet::new();
    for identifier in identifiers {
        let known = batch.iter().find(|it| identifier.as_str() == Some(&*it.sent.id));
        let Some(known) = known else {
            mapping.lint(Lint::UnknownItemIdentifier, || {
                format!(
                    "the function names {identifier}, which is not in the batch: all of it fails"
                )
            });
            return all();
        };
        failed.insert(known.sent.id.clone());
    }
    if mapping.kind() == Kind::FifoQueue {
        check_order(mapping, batch, &failed);
    }
    failed
}

/// "A function should stop at the first failure of a group, and return that message and all after it."
fn check_order(mapping: &Mapping, batch: &[Received], failed: &BTreeSet<Arc<str>>) {
    let mut groups = BTreeSet::new();
    for received in batch {
        if failed.contains(&received.sent.id) {
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
