//! Reads the shards of a log at the pace of the service, and keeps the checkpoints.
//!
//! Source: AWS Lambda developer guide, "How Lambda processes records from Amazon Kinesis Data Streams".

use std::{rc::Rc, sync::Arc, time::Duration};

use super::{
    StartingPosition, config::Config, lane::Lane, log::LogInner, log_event, mapping::Mapping,
};
use crate::kernel::SourceEvent;

/// How many batches of a topic that is read as a queue are in flight at once.
const SHARE: usize = 5;

/// What reads a log.
pub(super) struct LogReader {
    pub(super) mapping: Rc<Mapping>,
    pub(super) log: Rc<LogInner>,
    pub(super) config: Config,
    batch_size: usize,
    pub(super) readers: Vec<Reader>,
    /// When the log was read last, and when it is read next.
    read_at: Option<Duration>,
    next_read: Option<Duration>,
}

/// What reads one shard, or some partitions of a topic.
pub(super) struct Reader {
    /// The places of the shards, with the index of the record that is read next.
    shards: Vec<(usize, u64)>,
    pub(super) lanes: Vec<Lane>,
}

/// Where each shard is read first: set when the mapping is created or enabled.
pub(super) fn set_positions(mapping: &Mapping, log: &LogInner) {
    let position = mapping.config.borrow().starting_position;
    let state = log.state.borrow();
    let mut positions = mapping.positions.borrow_mut();
    if !positions.is_empty() {
        return;
    }
    for shard in &state.shards {
        let index = match position.unwrap_or(StartingPosition::TrimHorizon) {
            StartingPosition::TrimHorizon => shard.first(),
            StartingPosition::Latest => shard.end(),
            StartingPosition::AtTimestamp(at) => shard.at(at),
        };
        positions.insert(shard.id.clone(), index);
    }
}

impl LogReader {
    pub(super) fn new(mapping: &Rc<Mapping>, log: &Rc<LogInner>) -> Self {
        let config = mapping.config.borrow().clone();
        let mut reader = Self {
            mapping: mapping.clone(),
            log: log.clone(),
            batch_size: config.batch_size(mapping.kind()),
            config,
            readers: Vec::new(),
            read_at: None,
            next_read: None,
        };
        reader.open_partitions();
        reader
    }

    fn now(&self) -> Duration {
        self.log.clock.elapsed()
    }

    fn open_partitions(&mut self) {
        set_positions(&self.mapping, &self.log);
        if self.log.topic().is_none() {
            return;
        }
        // "Lambda begins with one consumer for all partitions"; provisioned ones share them.
        let state = self.log.state.borrow();
        let partitions = state.shards.len();
        let pollers = self.config.provisioned.map_or(1, |(least, _)| least as usize);
        let consumers = pollers.clamp(1, partitions.max(1));
        for consumer in 0..consumers {
            let shards = (consumer..partitions).step_by(consumers);
            let shards = shards.map(|place| (place, self.position(&state.shards[place].id)));
            let shards = shards.collect();
            let count = if self.config.queue_mode { SHARE } else { 1 };
            let lanes = (0..count).map(|_| Lane::new(None)).collect();
            self.readers.push(Reader { shards, lanes });
        }
    }

    /// Where a shard is read on.
    fn position(&self, shard: &Arc<str>) -> u64 {
        self.mapping.positions.borrow().get(shard).copied().unwrap_or_default()
    }

    /// "A shard is read once those that it was made of are."
    pub(super) fn open_shards(&mut self) {
        // A reader of each shard is never taken away.
        let is_open = self.readers.len() == self.log.state.borrow().shards.len();
        if is_open || self.log.topic().is_some() {
            return;
        }
        let lanes = self.config.parallelization.unwrap_or(1) as usize;
        let state = self.log.state.borrow();
        for (place, shard) in state.shards.iter().enumerate() {
            let is_open = self.readers.iter().any(|it| it.shards[0].0 == place);
            let is_done = |parent: &usize| {
                let parent_shard = &state.shards[*parent];
                let reader = self.readers.iter().find(|it| it.shards[0].0 == *parent);
                reader.is_some_and(|reader| {
                    parent_shard.end() <= reader.shards[0].1
                        && reader.lanes.iter().all(Lane::is_idle)
                })
            };
            if is_open || !shard.parents.iter().all(is_done) {
                continue;
            }
            let position = self.position(&shard.id).max(shard.first());
            let lanes = (0..lanes).map(|_| Lane::new(self.config.tumbling)).collect();
            self.readers.push(Reader { shards: vec![(place, position)], lanes });
        }
    }

    pub(super) fn has_unread(&self) -> bool {
        let state = self.log.state.borrow();
        let mut shards = self.readers.iter().flat_map(|it| &it.shards);
        shards.any(|(place, position)| *position < state.shards[*place].end())
    }

    /// Reads what there is, at the pace of the service. Returns when to read next.
    pub(super) fn read(&mut self) -> Option<Duration> {
        if !self.has_unread() {
            self.next_read = None;
            return None;
        }
        let now = self.now();
        let due = self.next_read.unwrap_or_else(|| self.next_tick(now));
        self.next_read = Some(due);
        if now < due {
            return Some(due);
        }
        (self.read_at, self.next_read) = (Some(due), None);
        self.log.state.borrow_mut().trim(now);
        let state = self.log.state.borrow();
        let matcher = self.mapping.matcher.borrow().clone();
        let (mut received, mut filtered) = (0, 0);
        // What is read ahead is bounded.
        let most = 10 * self.batch_size;
        for reader in &mut self.readers {
            let Reader { shards, lanes } = reader;
            for (place, position) in shards {
                let shard = &state.shards[*place];
                *position = (*position).max(shard.first());
                for record in shard.from(*position) {
                    let lane = match self.config.queue_mode {
                        // In no order.
                        true => usize::try_from(record.index).unwrap_or_default() % lanes.len(),
                        false => lane_of(&record.key, lanes.len()),
                    };
                    let lane = &mut lanes[lane];
                    if most <= lane.len() {
                        break;
                    }
                    *position = record.index + 1;
                    received += 1;
                    let passes = matcher.is_empty() || {
                        let (members, data) = log_event::members(&self.log, record);
                        matcher.matches(&members, data.as_deref())
                    };
                    match passes {
                        true => lane.push(now, record.clone()),
                        false => filtered += 1,
                    }
                }
            }
        }
        drop(state);
        if received != 0 {
            self.mapping.note(None, SourceEvent::Received { count: received });
        }
        if filtered != 0 {
            self.mapping.note(None, SourceEvent::Filtered { count: filtered });
            (0..self.readers.len()).for_each(|reader| self.keep_positions(reader));
        }
        None
    }

    /// The next time at which the log is read, as if it had been read all the time.
    fn next_tick(&self, now: Duration) -> Duration {
        let period = self.log.period();
        let Some(last) = self.read_at.filter(|_| !period.is_zero()) else { return now };
        let periods = (now - last).as_nanos().div_ceil(period.as_nanos()).max(1);
        last + period * u32::try_from(periods).unwrap_or(u32::MAX)
    }

    /// Moves the checkpoint of each shard of a reader to its first record that is not done with.
    pub(super) fn keep_positions(&self, reader: usize) {
        let state = self.log.state.borrow();
        let mut moved = Vec::new();
        let reader = &self.readers[reader];
        for (place, position) in &reader.shards {
            let id = &state.shards[*place].id;
            let waits = reader.lanes.iter().filter_map(|it| it.first_of(id)).min();
            let checkpoint = waits.unwrap_or(*position);
            let mut positions = self.mapping.positions.borrow_mut();
            let before = positions.insert(id.clone(), checkpoint);
            if before.is_none_or(|before| before < checkpoint) && checkpoint != 0 {
                let record = state.shards[*place].from(checkpoint - 1).next();
                let record = record.filter(|record| record.index + 1 == checkpoint);
                let position = record.map(|it| it.sequence.clone());
                moved.push((id.clone(), position.unwrap_or_else(|| checkpoint.to_string().into())));
            }
        }
        drop(state);
        for (shard, position) in moved {
            self.mapping.note(None, SourceEvent::Checkpoint { shard, position });
        }
    }
}

/// The lane in which records with this key keep their order.
fn lane_of(key: &str, lanes: usize) -> usize {
    if lanes == 1 {
        return 0;
    }
    let hash = u128::from_be_bytes(md5::compute(key).0);
    usize::try_from(hash % lanes as u128).unwrap_or_default()
}
