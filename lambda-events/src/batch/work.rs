//! Which record comes next: lanes in order, the earliest first.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use lambda_runtime::FunctionError;

use super::BatchOrder;

/// What is left to do of a batch. Records go by their places.
#[derive(Debug)]
pub(super) struct Work {
    order: BatchOrder,
    /// What each lane has left.
    queues: Vec<VecDeque<usize>>,
    /// The lane of each record.
    queue_of: Vec<usize>,
    /// The first record of each lane in which none is in hand.
    ready: BTreeSet<usize>,
    /// What did not succeed.
    failed: BTreeMap<usize, Failed>,
}

/// Why a record counts as failed.
#[derive(Debug)]
pub(super) enum Failed {
    /// It was tried.
    Tried(FunctionError),
    /// Another one failed before it.
    HeldBack,
    /// There was no time for it.
    OutOfTime,
}

impl Work {
    pub(super) fn new(order: BatchOrder, names: impl Iterator<Item = Option<String>>) -> Self {
        let mut work = Self {
            order,
            queues: Vec::new(),
            queue_of: Vec::new(),
            ready: BTreeSet::new(),
            failed: BTreeMap::new(),
        };
        let mut known: HashMap<String, usize> = HashMap::new();
        for (place, name) in names.enumerate() {
            let new = work.queues.len();
            let queue = name.map_or(new, |name| *known.entry(name).or_insert(new));
            if queue == new {
                work.queues.push(VecDeque::new());
                work.ready.insert(place);
            }
            work.queues[queue].push_back(place);
            work.queue_of.push(queue);
        }
        work
    }

    /// The earliest records that may begin together, at most so many; none where none may.
    pub(super) fn begin(&mut self, size: usize) -> Vec<usize> {
        let mut chunk = Vec::new();
        while chunk.len() < size {
            let Some(place) = self.begin_one() else { break };
            chunk.push(place);
            // What follows in its lane may be in the same chunk.
            self.ready.extend(self.queues[self.queue_of[place]].front());
        }
        // The lanes of the chunk wait until it has ended.
        for place in &chunk {
            if let Some(next) = self.queues[self.queue_of[*place]].front() {
                self.ready.remove(next);
            }
        }
        chunk
    }

    /// The earliest record that may begin.
    fn begin_one(&mut self) -> Option<usize> {
        let place = *self.ready.first()?;
        // What follows the checkpoint is delivered again.
        let checkpoint = self.failed.keys().next().filter(|_| self.order == BatchOrder::Checkpoint);
        if checkpoint.is_some_and(|checkpoint| place > *checkpoint) {
            return None;
        }
        self.ready.remove(&place);
        self.queues[self.queue_of[place]].pop_front();
        Some(place)
    }

    /// A chunk has ended, with what came of each of its records.
    pub(super) fn end(&mut self, chunk: &[usize], outcomes: Vec<Result<(), FunctionError>>) {
        let mut failed: BTreeSet<usize> = BTreeSet::new();
        for (place, outcome) in chunk.iter().zip(outcomes) {
            let queue = self.queue_of[*place];
            if self.order == BatchOrder::PerKey && failed.contains(&queue) {
                self.failed.insert(*place, Failed::HeldBack);
                continue;
            }
            if outcome.is_err() {
                failed.insert(queue);
            }
            self.end_one(*place, outcome);
        }
    }

    fn end_one(&mut self, place: usize, outcome: Result<(), FunctionError>) {
        let queue = &mut self.queues[self.queue_of[place]];
        let Err(error) = outcome else {
            self.ready.extend(queue.front());
            return;
        };
        self.failed.insert(place, Failed::Tried(error));
        if let Some(next) = queue.front() {
            self.ready.remove(next);
        }
        let left = std::mem::take(queue);
        if self.order == BatchOrder::PerKey {
            self.failed.extend(left.into_iter().map(|place| (place, Failed::HeldBack)));
        }
    }

    /// There is no time for those in hand, and for what is left. Of what is left of a stream the first
    /// says it all, and nothing where the checkpoint is before it.
    pub(super) fn out_of_time(&mut self, in_flight: impl Iterator<Item = usize>) {
        self.failed.extend(in_flight.map(|place| (place, Failed::OutOfTime)));
        let mut left: BTreeSet<usize> = self.queues.iter_mut().flat_map(std::mem::take).collect();
        if self.order == BatchOrder::Checkpoint {
            let checkpoint = self.failed.keys().next().copied();
            left = left.into_iter().chain(checkpoint).min().into_iter().collect();
        }
        for place in left {
            self.failed.entry(place).or_insert(Failed::OutOfTime);
        }
        self.ready.clear();
    }

    /// What failed, in order.
    pub(super) fn into_failed(self) -> BTreeMap<usize, Failed> {
        self.failed
    }
}
