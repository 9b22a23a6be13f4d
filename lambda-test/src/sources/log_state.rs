//! A log in shards: a stream, the changes of a table, or a topic. Pure.
//!
//! Source: Amazon Kinesis Data Streams developer guide, "Amazon Kinesis Data Streams terminology and concepts".

use std::{collections::VecDeque, ops::RangeInclusive, rc::Rc, sync::Arc, time::Duration};

/// A record, which does not change.
#[derive(Debug, PartialEq)]
pub(crate) struct LogRecord {
    /// Its place in the shard, from 0.
    pub(super) index: u64,
    pub(super) shard: Arc<str>,
    /// The sequence number, or the offset.
    pub(super) sequence: Arc<str>,
    /// What keeps its order: the partition key, the key of an item, or nothing.
    pub(super) key: Arc<str>,
    pub(super) arrived: Duration,
    /// The trace header that a test had it sent with.
    pub(super) trace: Option<Arc<str>>,
    /// About how many bytes it has in an event.
    pub(super) size: usize,
    pub(super) body: Body,
}

/// What a record holds.
#[derive(Debug, PartialEq)]
pub(super) enum Body {
    Data(Vec<u8>),
    /// The change of an item.
    Change(Box<super::change::Change>),
    Kafka(Box<super::kafka_record::KafkaMessage>),
}

/// A part of a log, within which records have an order.
pub(super) struct Shard {
    pub(super) id: Arc<str>,
    /// Those that it was made of, by their places: they are read first.
    pub(super) parents: Vec<usize>,
    /// Which hashes of partition keys belong to it.
    pub(super) hashes: RangeInclusive<u128>,
    /// Whether it takes no more records.
    pub(super) is_closed: bool,
    records: VecDeque<Rc<LogRecord>>,
    /// The index of the first record that is kept.
    first: u64,
}

/// A log.
pub(super) struct LogState {
    pub(super) shards: Vec<Shard>,
    pub(super) retention: Duration,
}

impl LogState {
    /// A log of so many shards, each with its share of the hashes.
    pub(super) fn new(shards: usize, name: impl Fn(usize) -> String, retention: Duration) -> Self {
        let mut state = Self { shards: Vec::new(), retention };
        let share = u128::MAX / shards as u128;
        for place in 0..shards {
            let from = share * place as u128;
            let to = if place + 1 == shards { u128::MAX } else { from + share - 1 };
            state.add(name(place), Vec::new(), from..=to);
        }
        state
    }

    fn add(&mut self, id: String, parents: Vec<usize>, hashes: RangeInclusive<u128>) {
        let (records, id) = (VecDeque::new(), id.into());
        self.shards.push(Shard { id, parents, hashes, is_closed: false, records, first: 0 });
    }

    /// Returns the open shard to which a hash belongs.
    pub(super) fn shard_of(&self, hash: u128) -> usize {
        let mut shards = self.shards.iter();
        shards.position(|it| !it.is_closed && it.hashes.contains(&hash)).unwrap_or_default()
    }

    /// Appends a record to a shard.
    pub(super) fn append(
        &mut self,
        now: Duration,
        shard: usize,
        record: impl FnOnce(u64, Arc<str>) -> LogRecord,
    ) -> Rc<LogRecord> {
        self.trim(now);
        let shard = &mut self.shards[shard];
        let record = Rc::new(record(shard.end(), shard.id.clone()));
        shard.records.push_back(record.clone());
        record
    }

    /// Forgets what is too old.
    pub(super) fn trim(&mut self, now: Duration) {
        for shard in &mut self.shards {
            while shard.records.front().is_some_and(|it| it.arrived + self.retention <= now) {
                shard.records.pop_front();
                shard.first += 1;
            }
        }
    }

    /// Splits a shard at a hash: what is below goes to the first of two new ones.
    pub(super) fn split(&mut self, shard: usize, hash: u128, name: impl Fn(usize) -> String) {
        let hashes = self.shards[shard].hashes.clone();
        self.shards[shard].is_closed = true;
        let next = self.shards.len();
        self.add(name(next), vec![shard], *hashes.start()..=hash - 1);
        self.add(name(next + 1), vec![shard], hash..=*hashes.end());
    }

    /// Merges two shards into a new one.
    pub(super) fn merge(&mut self, shards: [usize; 2], name: impl Fn(usize) -> String) {
        let [left, right] = shards.map(|shard| {
            self.shards[shard].is_closed = true;
            self.shards[shard].hashes.clone()
        });
        let (from, to) = (*left.start().min(right.start()), *left.end().max(right.end()));
        self.add(name(self.shards.len()), shards.to_vec(), from..=to);
    }
}

impl Shard {
    /// The index of the next record.
    pub(super) fn end(&self) -> u64 {
        self.first + self.records.len() as u64
    }

    /// The index of the oldest record that is kept.
    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// The index of the first record that arrived then or later.
    pub(super) fn at(&self, time: Duration) -> u64 {
        self.first + self.records.partition_point(|record| record.arrived < time) as u64
    }

    /// Returns the records from this index on.
    pub(super) fn from(&self, index: u64) -> impl Iterator<Item = &Rc<LogRecord>> {
        let skipped = index.saturating_sub(self.first);
        self.records.range(usize::try_from(skipped).unwrap_or(usize::MAX).min(self.records.len())..)
    }

    pub(super) fn len(&self) -> usize {
        self.records.len()
    }
}
