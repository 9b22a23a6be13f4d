//! Reads the shards of a log, invokes, and moves the checkpoints.
//!
//! Source: AWS Lambda developer guide, "How Lambda processes records from Amazon Kinesis Data Streams".

use std::{collections::BTreeSet, rc::Rc, sync::Arc, time::Duration};

use serde_json::Value;
use tokio::sync::mpsc;

use super::{
    EVENT_BYTES, Lint, StartingPosition,
    alarm::Alarm,
    config::Config,
    failure_record::{self, LastEnd},
    invocation::{End, Invoked},
    lane::{Batch, Discarded, Lane, LaneEffects, Next, Outcome, Rules},
    log::LogInner,
    log_event,
    log_state::LogRecord,
    mapping::Mapping,
    partial::{self, BatchResult},
    source::Kind,
};
use crate::{
    kernel::{SimContext, SourceEvent, Task},
    lifecycle::RequestId,
};

/// How many batches of a topic that is read as a queue are in flight at once.
const SHARE: usize = 5;

/// What reads a log.
struct Poller<'a> {
    mapping: &'a Rc<Mapping>,
    log: &'a Rc<LogInner>,
    context: &'a Rc<SimContext>,
    config: Config,
    rules: Rules,
    readers: Vec<Reader>,
    in_flight: usize,
    /// The invocations that are over, by reader and lane.
    ended: (mpsc::UnboundedSender<Ended>, mpsc::UnboundedReceiver<Ended>),
    /// When the log was read last, and when it is read next.
    read_at: Option<Duration>,
    next_read: Option<Duration>,
    is_stopping: bool,
    task: Option<Task>,
}

/// What reads one shard, or some partitions of a topic.
struct Reader {
    /// The places of the shards, with the index of the record that is read next.
    shards: Vec<(usize, u64)>,
    lanes: Vec<LaneState>,
}

struct LaneState {
    lane: Lane,
    /// The last invocation.
    last: Option<(RequestId, LastEnd)>,
}

/// An invocation that is over.
struct Ended {
    at: (usize, usize),
    invoked: Option<Invoked>,
    batch: Batch,
}

/// Reads until the mapping is changed, and what is in flight has ended.
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
    let mut poller = Poller {
        mapping,
        log,
        context,
        config,
        rules,
        readers: Vec::new(),
        in_flight: 0,
        ended: mpsc::unbounded_channel(),
        read_at: None,
        next_read: None,
        is_stopping: false,
        task: None,
    };
    poller.begin();
    let mut alarm = Alarm::new(context.clock);
    loop {
        let due = poller.step();
        if poller.is_stopping && poller.in_flight == 0 {
            return;
        }
        tokio::select! {
            biased;
            () = mapping.changed.notified() => poller.is_stopping = true,
            ended = poller.ended.1.recv() => if let Some(ended) = ended { poller.ended(ended) },
            () = log.changed.notified() => {}
            () = alarm.wait(due) => {}
        }
    }
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

impl Poller<'_> {
    fn now(&self) -> Duration {
        self.context.clock.elapsed()
    }

    fn begin(&mut self) {
        set_positions(self.mapping, self.log);
        if self.mapping.kind() != Kind::Kafka {
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
            let lanes = (0..count).map(|_| LaneState { lane: Lane::new(None), last: None });
            let lanes = lanes.collect();
            self.readers.push(Reader { shards, lanes });
        }
    }

    /// Where a shard is read on.
    fn position(&self, shard: &Arc<str>) -> u64 {
        self.mapping.positions.borrow().get(shard).copied().unwrap_or_default()
    }

    /// Does what is to be done now. Returns when to look again, if nothing is notified before.
    fn step(&mut self) -> Option<Duration> {
        let mut due = None;
        let mut wake = |at: Option<Duration>| due = [due, at].into_iter().flatten().min();
        if !self.is_stopping {
            self.open_shards();
            wake(self.read());
            for reader in 0..self.readers.len() {
                for lane in 0..self.readers[reader].lanes.len() {
                    wake(self.advance((reader, lane)));
                }
            }
        }
        let is_idle = self.in_flight == 0
            && !self.has_unread()
            && self.readers.iter().all(|it| it.lanes.iter().all(|it| it.lane.is_idle()));
        match is_idle || self.is_stopping && self.in_flight == 0 {
            true => self.task = None,
            false => drop(self.task.get_or_insert_with(|| self.context.work.begin())),
        }
        due
    }

    /// "A shard is read once those that it was made of are."
    fn open_shards(&mut self) {
        // A reader of each shard is never taken away.
        let is_open = self.readers.len() == self.log.state.borrow().shards.len();
        if is_open || self.mapping.kind() == Kind::Kafka {
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
                        && reader.lanes.iter().all(|it| it.lane.is_idle())
                })
            };
            if is_open || !shard.parents.iter().all(is_done) {
                continue;
            }
            let position = self.position(&shard.id).max(shard.first());
            let lane = |_| LaneState { lane: Lane::new(self.config.tumbling), last: None };
            let lanes = (0..lanes).map(lane).collect();
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
                    let lane = &mut lanes[lane].lane;
                    if most <= lane.len() {
                        break;
                    }
                    *position = record.index + 1;
                    received += 1;
                    let passes = matcher.is_empty() || {
                        let (members, data) = log_event::members(self.log, record);
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
    fn advance(&mut self, at: (usize, usize)) -> Option<Duration> {
        loop {
            let now = self.now();
            let lane = &mut self.readers[at.0].lanes[at.1].lane;
            match lane.next(now, &self.rules) {
                Next::Wait(due) => return due,
                Next::Invoke(batch) => self.start(at, batch),
                Next::Discard(discarded) => self.discard(at, &discarded),
                Next::Forgotten(records) => self.forgotten(at.0, &records),
            }
        }
    }

    fn start(&mut self, at: (usize, usize), batch: Batch) {
        self.in_flight += 1;
        let (mapping, log) = (self.mapping.clone(), self.log.clone());
        let ended = self.ended.0.clone();
        let newest = batch.records.last().map(|record| record.arrived).unwrap_or_default();
        let age = self.now().saturating_sub(newest);
        self.mapping.note(None, SourceEvent::BatchSent { count: batch.records.len(), age });
        self.context.spawn(async move {
            let name = mapping.target.borrow().name.clone();
            let payload = log_event::event(&log, &batch, &mapping.place[0], &name);
            let invoked = if EVENT_BYTES < payload.len() && batch.records.len() == 1 {
                mapping.lint(Lint::OversizedEvent, || {
                    format!("an event of {} bytes: expected at most {EVENT_BYTES}", payload.len())
                });
                Some(Invoked::refused(mapping.uuid.clone()))
            } else {
                mapping.invoke(payload, None).await
            };
            // A poller that is gone has no use for it.
            let _ = ended.send(Ended { at, invoked, batch });
        });
    }

    fn ended(&mut self, Ended { at, invoked, batch }: Ended) {
        self.in_flight -= 1;
        let now = self.now();
        let Some(Invoked { request_id, end, is_duplicated }) = invoked else { return };
        let (outcome, last, result) = match end {
            // "At least once."
            End::Answered { .. } if is_duplicated => (Outcome::Throttled, None, "OK"),
            End::Answered { payload, version } => {
                let outcome = self.outcome(&batch, &payload);
                let result = match outcome {
                    Outcome::Succeeded(_) => "OK",
                    _ => "PROBLEM: Function call failed",
                };
                (outcome, Some((version, false)), result)
            }
            End::Failed { version } => {
                (Outcome::Failed, Some((version, true)), "PROBLEM: Function call failed")
            }
            End::Throttled => (Outcome::Throttled, None, "PROBLEM: Function call throttled"),
            End::Refused => (Outcome::Throttled, None, "PROBLEM: Function not found"),
        };
        self.mapping.last_result.set(result);
        let state = &mut self.readers[at.0].lanes[at.1];
        if last.is_some() {
            state.last = Some((request_id, last));
        }
        let effects = state.lane.ended(now, outcome, &self.rules);
        self.apply(at, &batch, effects);
    }

    fn apply(&mut self, at: (usize, usize), batch: &Batch, effects: LaneEffects) {
        let LaneEffects { handled, bisected, discarded, retried } = effects;
        let shard = batch.records.first().map(|record| record.shard.clone()).unwrap_or_default();
        if let Some(sizes) = bisected {
            self.mapping.note(None, SourceEvent::Bisected { shard: shard.clone(), sizes });
        }
        if let Some(after) = retried {
            self.mapping.note(None, SourceEvent::Retried { shard, after });
        }
        if let Some(discarded) = discarded {
            self.discard(at, &discarded);
        } else if !handled.is_empty() {
            self.keep_positions(at.0);
        }
    }

    /// Sends a record of what is not tried any more, and goes on behind it.
    fn discard(&mut self, at: (usize, usize), discarded: &Discarded) {
        let last = self.readers[at.0].lanes[at.1].last.clone();
        let (request_id, end) = last.unwrap_or_else(|| {
            let id: Arc<str> = self.mapping.random.borrow_mut().uuid().into();
            (id, None)
        });
        if let Some(first) = discarded.records.first() {
            let (shard, count) = (first.shard.clone(), discarded.records.len());
            let condition = discarded.condition;
            let event = SourceEvent::Discarded { shard, count, condition };
            self.mapping.note(Some(&request_id), event);
            failure_record::send(self.mapping, self.log, discarded, request_id, end);
        }
        self.keep_positions(at.0);
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
            let waits = reader.lanes.iter().filter_map(|it| it.lane.first_of(id)).min();
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
        if !self.config.reports_failures {
            if partial::names_failures(payload) {
                self.mapping.lint(Lint::IgnoredPartialResponse, || {
                    "the function names records that failed, and the mapping has no ReportBatchItemFailures: they \
                     count as handled"
                        .to_owned()
                });
            }
            return Outcome::Succeeded(state);
        }
        let all_failed = || Outcome::Partly((0..batch.records.len()).collect(), None);
        match partial::read(payload) {
            BatchResult::AllSucceeded => Outcome::Succeeded(state),
            BatchResult::AllFailed => all_failed(),
            BatchResult::Failed(identifiers) => {
                let failed = self.failed(batch, &identifiers);
                failed.map_or_else(all_failed, |failed| Outcome::Partly(failed, state))
            }
        }
    }

    /// "The lowest sequence number is the checkpoint: it and all after it are tried again"; of a topic, in each partition.
    fn failed(&self, batch: &Batch, identifiers: &[Value]) -> Option<Vec<usize>> {
        let mut first: BTreeSet<(Arc<str>, u64)> = BTreeSet::new();
        for identifier in identifiers {
            let is_it = |record: &&Rc<LogRecord>| match self.mapping.kind() {
                Kind::Kafka => {
                    identifier["partition"].as_str() == Some(&*record.shard)
                        && identifier["offset"].as_u64() == Some(record.index)
                }
                _ => identifier.as_str() == Some(&*record.sequence),
            };
            let Some(record) = batch.records.iter().find(is_it) else {
                self.mapping.lint(Lint::UnknownItemIdentifier, || {
                    format!("the function names {identifier}, which is not in the batch: all of it fails")
                });
                return None;
            };
            first.insert((record.shard.clone(), record.index));
        }
        let fails = |record: &Rc<LogRecord>| match self.config.queue_mode {
            true => first.contains(&(record.shard.clone(), record.index)),
            false => {
                first.iter().any(|(shard, index)| *shard == record.shard && *index <= record.index)
            }
        };
        let places = batch.records.iter().enumerate();
        Some(places.filter(|(_, it)| fails(it)).map(|(place, _)| place).collect())
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
