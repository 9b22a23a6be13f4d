//! Invokes a function with the records of a log, and does what its response asks for.
//!
//! Source: AWS Lambda developer guide, "How Lambda processes records from Amazon Kinesis Data Streams".

use std::{collections::BTreeSet, rc::Rc, sync::Arc, time::Duration};

use serde_json::Value;

use super::{
    EVENT_BYTES, Lint, failure_record,
    invocation::{End, Invocation, Invoked},
    lane::{Batch, Discarded, Lane, LaneEffects, LastInvocation, Next, Outcome, Rules},
    log::LogInner,
    log_event,
    log_reader::LogReader,
    log_state::LogRecord,
    mapping::Mapping,
    poller::{InFlight, Poller, drive},
    response::FailedRecords,
};
use crate::kernel::{SimContext, SourceEvent};

/// What invokes a function with the records of a log.
struct LogPoller {
    reader: LogReader,
    rules: Rules,
}

/// An invocation that is over.
struct Ended {
    at: (usize, usize),
    invoked: Option<Invoked>,
    batch: Batch,
}

/// Reads until the mapping is changed, and what is in flight is over.
pub(super) async fn poll(mapping: &Rc<Mapping>, log: &Rc<LogInner>, context: &Rc<SimContext>) {
    let (reader, kind) = (LogReader::new(mapping, log), mapping.kind());
    let rules = Rules {
        batch_size: reader.config.batch_size(kind),
        window: reader.config.window(kind),
        retries: reader.config.retries(kind),
        age: reader.config.record_age(),
        bisects: reader.config.bisects,
        retention: log.state.borrow().retention,
        bytes: EVENT_BYTES,
    };
    let poller = LogPoller { reader, rules };
    drive(poller, mapping, &log.changed, context).await;
}

impl Poller for LogPoller {
    type Ended = Ended;

    fn step(&mut self, in_flight: &mut InFlight<Ended>) -> Option<Duration> {
        self.reader.open_shards();
        let mut due = self.reader.read();
        for reader in 0..self.reader.readers.len() {
            for lane in 0..self.reader.readers[reader].lanes.len() {
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
        self.reader.mapping.last_result.set(result);
        let (now, lane) = (self.now(), &mut self.reader.readers[at.0].lanes[at.1]);
        let effects = lane.ended(now, outcome, last, &self.rules);
        self.apply(at.0, &batch, effects);
    }

    fn is_idle(&self) -> bool {
        !self.reader.has_unread()
            && self.reader.readers.iter().flat_map(|it| &it.lanes).all(Lane::is_idle)
    }
}

impl LogPoller {
    fn now(&self) -> Duration {
        self.reader.log.clock.elapsed()
    }

    /// Does what a lane has to do. Returns when it is to be looked at again.
    fn advance(&mut self, at: (usize, usize), in_flight: &mut InFlight<Ended>) -> Option<Duration> {
        loop {
            let now = self.now();
            match self.reader.readers[at.0].lanes[at.1].next(now, &self.rules) {
                Next::Wait(due) => return due,
                Next::Invoke(batch) => in_flight.start(self.invoke(at, batch)),
                Next::Discard(discarded) => self.discard(at.0, &discarded),
                Next::Forgotten(records) => self.forgotten(at.0, &records),
            }
        }
    }

    fn invoke(&self, at: (usize, usize), batch: Batch) -> impl Future<Output = Ended> + 'static {
        let (mapping, log, now) =
            (self.reader.mapping.clone(), self.reader.log.clone(), self.now());
        async move {
            let name = mapping.target.borrow().name.clone();
            let newest = batch.records.last().map(|record| record.arrived).unwrap_or_default();
            let invocation = Invocation {
                payload: log_event::event(&log, &batch, &mapping.place[0], &name),
                traces: batch
                    .records
                    .iter()
                    .filter_map(|it| it.trace.as_deref().map(str::to_owned))
                    .collect(),
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
            self.reader.mapping.note(None, SourceEvent::Bisected { shard: shard.clone(), sizes });
        }
        if let Some(after) = retried {
            self.reader.mapping.note(None, SourceEvent::Retried { shard, after });
        }
        if let Some(discarded) = discarded {
            self.discard(reader, &discarded);
        } else if !handled.is_empty() {
            self.reader.keep_positions(reader);
        }
    }

    /// Sends a record of what is not tried any more, and goes on behind it.
    fn discard(&self, reader: usize, discarded: &Discarded) {
        // What was never tried has an id of its own.
        let request_id = match &discarded.last {
            Some(last) => last.request_id.clone(),
            None => self.reader.mapping.random.borrow_mut().uuid().into(),
        };
        let (shard, count) = (discarded.batch.shard(), discarded.batch.records.len());
        let event = SourceEvent::Discarded { shard, count, condition: discarded.condition };
        self.reader.mapping.note(Some(&request_id), event);
        // The last batch of a window may have no records.
        if count != 0 {
            failure_record::send(&self.reader.mapping, &self.reader.log, discarded, &request_id);
        }
        self.reader.keep_positions(reader);
    }

    fn forgotten(&self, reader: usize, records: &[Rc<LogRecord>]) {
        if let Some(first) = records.first() {
            let (shard, sequence) = (first.shard.clone(), first.sequence.clone());
            let retention = self.rules.retention.as_secs();
            self.reader.mapping.lint(Lint::EndlessRetry, || {
                format!(
                    "the record {sequence} of {shard} was tried until the stream forgot it, for {retention} s, and \
                     everything behind it waited: expected `maximum_retry_attempts` or `maximum_record_age`"
                )
            });
            let (count, condition) = (records.len(), "Forgotten");
            self.reader.mapping.note(None, SourceEvent::Discarded { shard, count, condition });
        }
        self.reader.keep_positions(reader);
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
            batch.records.iter().position(|record| match self.reader.log.topic() {
                Some(_) => {
                    identifier["partition"].as_str() == Some(&*record.shard)
                        && identifier["offset"].as_u64() == Some(record.index)
                }
                None => identifier.as_str() == Some(&*record.sequence),
            })
        };
        match self.reader.mapping.failed_records(&self.reader.config, payload, find) {
            FailedRecords::None => Outcome::Succeeded(state),
            FailedRecords::All => Outcome::Failed,
            FailedRecords::These(places) if self.reader.config.queue_mode => {
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
