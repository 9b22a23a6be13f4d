//! Reads the shards of a log, invokes, and moves the checkpoints.
//!
//! Source: AWS Lambda developer guide, "How Lambda processes records from Amazon Kinesis Data Streams".

use std::{collections::BTreeSet, rc::Rc, sync::Arc, time::Duration};

use serde_json::Value;

use super::{
    EVENT_BYTES, Lint, StartingPosition,
    config::Config,
    failure_record,
    invocation::{End, Invocation, Invoked},
    lane::{Batch, Discarded, Lane, LaneEffects, LastInvocation, Next, Outcome, Rules},
    log::LogInner,
    log_event,
    log_state::LogRecord,
    mapping::Mapping,
    poller::{InFlight, Poller, drive},
    response::FailedRecords,
};
use crate::kernel::{SimContext, SourceEvent};

/// How many batches of a topic that is read as a queue are in flight at once.
const SHARE: usize = 5;

/// What reads a log.
struct LogPoller {
    mapping: Rc<Mapping>,
    log: Rc<LogInner>,
    config: Config,
    rules: Rules,
    readers: Vec<Reader>,
    /// When the log was read last, and when it is read next.
    read_at: Option<Duration>,
    next_read: Option<Duration>,
}

/// What reads one shard, or some partitions of a topic.
struct Reader {
    /// The places of the shards, with the index of the record that is read next.
    shards: Vec<(usize, u64)>,
    lanes: Vec<Lane>,
}

/// An invocation that is over.
struct Ended {
    at: (usize, usize),
    invoked: Option<Invoked>,
    batch: Batch,
}

/// Reads until the mapping is changed, and what is in flight is over.
pub(super) async fn poll(mapping: &Rc<Mapping>, log: &Rc<LogInner>, context: &Rc<SimContext>) {
    let config = mapping.config.borrow().clone();
    let kind = mapping.kind();
    let rules = Rules {
        batch_size: config.batch_size(kind),
        window: config.window(kind),
        retries: config.retries(kind),
        age: config.record_age(),
        bisects: config.bisects,
        retention: log.state.borrow().retention,
        bytes: EVENT_BYTES,
    };
    let mut poller = LogPoller {
        mapping: mapping.clone(),
        log: log.clone(),
        config,
        rules,
        readers: Vec::new(),
        read_at: None,
        next_read: None,
    };
    poller.begin();
    drive(poller, mapping, &log.changed, context).await;
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

impl Poller for LogPoller {
    type Ended = Ended;

    fn step(&mut self, in_flight: &mut InFlight<Ended>) -> Option<Duration> {
        self.open_shards();
        let mut due = self.read();
        for reader in 0..self.readers.len() {
            for lane in 0..self.readers[reader].lanes.len() {
                let lane_due = self.advance((reader, lane), in_flight);
                due = [due, lane_due].into_iter().flatten().min();
            }
        }
        due
    }

    fn ended(&mut self, Ended { at, invoked, batch }: Ended) {
        let Some(Invoked { request_id, end, is_duplicated }) = invoked else { return };
        let last = |version: Arc<str>, has_failed| {
            Some(LastInvocation { request_id, version, has_failed })
        };
        let (outcome, last, result) = match end {
            // "At least once."
            End::Answered { .. } if is_duplicated => (Outcome::Throttled, None, "OK"),
            End::Answered { payload, version } => {
                let outcome = self.outcome(&batch, &payload);
                let result = match outcome {
                    Outcome::Succeeded(_) => "OK",
                    _ => "PROBLEM: Function call failed",
                };
                (outcome, last(version, false), result)
            }
            End::Failed { version } => {
                (Outcome::Failed, last(version, true), "PROBLEM: Function call failed")
            }
            End::Throttled => (Outcome::Throttled, None, "PROBLEM: Function call throttled"),
            End::Refused => (Outcome::Throttled, None, "PROBLEM: Function not found"),
        };
        self.mapping.last_result.set(result);
        let (now, lane) = (self.now(), &mut self.readers[at.0].lanes[at.1]);
        let effects = lane.ended(now, outcome, last, &self.rules);
        self.apply(at.0, &batch, effects);
    }

    fn is_idle(&self) -> bool {
        !self.has_unread() && self.readers.iter().flat_map(|it| &it.lanes).all(Lane::is_idle)
    }
}

impl LogPoller {
    fn now(&self) -> Duration {
        self.log.clock.elapsed()
    }

    fn begin(&mut self) {
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
    fn open_shards(&mut self) {
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

    fn has_unread(&self) -> bool {
        let state = self.log.state.borrow();
        let mut shards = self.readers.iter().flat_map(|it| &it.shards);
        shards.any(|(place, position)| *position < state.shards[*place].end())
    }

    /// Reads what there is, at the pace of the service. Returns when to read next.
    fn read(&mut self) -> Option<Duration> {
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
        let most = 10 * self.rules.batch_size;
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

    /// Does what a lane has to do. Returns when it is to be looked at again.
    fn advance(&mut self, at: (usize, usize), in_flight: &mut InFlight<Ended>) -> Option<Duration> {
        loop {
            let now = self.now();
            match self.readers[at.0].lanes[at.1].next(now, &self.rules) {
                Next::Wait(due) => return due,
                Next::Invoke(batch) => in_flight.start(self.invoke(at, batch)),
                Next::Discard(discarded) => self.discard(at.0, &discarded),
                Next::Forgotten(records) => self.forgotten(at.0, &records),
            }
        }
    }

    fn invoke(&self, at: (usize, usize), batch: Batch) -> impl Future<Output = Ended> + 'static {
        let (mapping, log, now) = (self.mapping.clone(), self.log.clone(), self.now());
        async move {
            let name = mapping.target.borrow().name.clone();
            let newest = batch.records.last().map(|record| record.arrived).unwrap_or_default();
            let invocation = Invocation {
                payload: log_event::event(&log, &batch, &mapping.place[0], &name),
                trace: None,
                count: batch.records.len(),
                age: now.saturating_sub(newest),
            };
            let invoked = mapping.invoke(invocation).await;
            Ended { at, invoked, batch }
        }
    }

    fn apply(&mut self, reader: usize, batch: &Batch, effects: LaneEffects) {
        let LaneEffects { handled, bisected, discarded, retried } = effects;
        let shard = batch.shard();
        if let Some(sizes) = bisected {
            self.mapping.note(None, SourceEvent::Bisected { shard: shard.clone(), sizes });
        }
        if let Some(after) = retried {
            self.mapping.note(None, SourceEvent::Retried { shard, after });
        }
        if let Some(discarded) = discarded {
            self.discard(reader, &discarded);
        } else if !handled.is_empty() {
            self.keep_positions(reader);
        }
    }

    /// Sends a record of what is not tried any more, and goes on behind it.
    fn discard(&self, reader: usize, discarded: &Discarded) {
        // What was never tried has an id of its own.
        let request_id = match &discarded.last {
            Some(last) => last.request_id.clone(),
            None => self.mapping.random.borrow_mut().uuid().into(),
        };
        let (shard, count) = (discarded.batch.shard(), discarded.batch.records.len());
        let event = SourceEvent::Discarded { shard, count, condition: discarded.condition };
        self.mapping.note(Some(&request_id), event);
        // The last batch of a window may have no records.
        if count != 0 {
            failure_record::send(&self.mapping, &self.log, discarded, &request_id);
        }
        self.keep_positions(reader);
    }

    fn forgotten(&self, reader: usize, records: &[Rc<LogRecord>]) {
        if let Some(first) = records.first() {
            let (shard, sequence) = (first.shard.clone(), first.sequence.clone());
            let retention = self.rules.retention.as_secs();
            self.mapping.lint(Lint::EndlessRetry, || {
                format!(
                    "the record {sequence} of {shard} was tried until the stream forgot it, for {retention} s, and \
                     everything behind it waited: expected `maximum_retry_attempts` or `maximum_record_age`"
                )
            });
            let (count, condition) = (records.len(), "Forgotten");
            self.mapping.note(None, SourceEvent::Discarded { shard, count, condition });
        }
        self.keep_positions(reader);
    }

    /// Moves the checkpoint of each shard of a reader to its first record that is not done with.
    fn keep_positions(&self, reader: usize) {
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

    /// What a response means for a batch.
    fn outcome(&self, batch: &Batch, payload: &[u8]) -> Outcome {
        let mut state = None;
        if batch.window.is_some() {
            // "Missing state is a failure."
            let answer: Value = serde_json::from_slice(payload).unwrap_or_default();
            match answer.get("state") {
                Some(kept) if kept.is_object() => state = Some(kept.to_string()),
                _ => return Outcome::Failed,
            }
        }
        let find = |identifier: &Value| {
            batch.records.iter().position(|record| match self.log.topic() {
                Some(_) => {
                    identifier["partition"].as_str() == Some(&*record.shard)
                        && identifier["offset"].as_u64() == Some(record.index)
                }
                None => identifier.as_str() == Some(&*record.sequence),
            })
        };
        match self.mapping.failed_records(&self.config, payload, find) {
            FailedRecords::None => Outcome::Succeeded(state),
            FailedRecords::All => Outcome::Failed,
            FailedRecords::These(places) if self.config.queue_mode => {
                Outcome::Partly(places, state)
            }
            FailedRecords::These(places) => Outcome::Partly(with_later(batch, &places), state),
        }
    }
}

/// "The lowest sequence number is the checkpoint: it and all after it are tried again"; of a topic, in each partition.
fn with_later(batch: &Batch, places: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut shards = BTreeSet::new();
    let places = batch.records.iter().enumerate().filter(|(place, record)| {
        if places.contains(place) {
            shards.insert(record.shard.clone());
        }
        shards.contains(&record.shard)
    });
    places.map(|(place, _)| place).collect()
}

/// The lane in which records with this key keep their order.
fn lane_of(key: &str, lanes: usize) -> usize {
    if lanes == 1 {
        return 0;
    }
    let hash = u128::from_be_bytes(md5::compute(key).0);
    usize::try_from(hash % lanes as u128).unwrap_or_default()
}
