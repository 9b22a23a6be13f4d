//! What a mapping does with the records of a shard, in their order: batches, retries, bisection, age, windows. Pure.
//!
//! Source: AWS Lambda developer guide, "Processing records from a Kinesis data stream with Lambda" and "Retain discarded
//! batch records".

use std::{
    collections::{BTreeSet, VecDeque},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use super::{
    log_state::LogRecord,
    tumbling::{Tumbling, WindowPart},
};
use crate::lifecycle::RequestId;

/// "Retries back off": from a second up to a minute.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LAST_WAIT: Duration = Duration::from_secs(60);

/// What is configured of a lane.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) batch_size: usize,
    pub(super) window: Duration,
    /// How often a batch is tried again; absent without end.
    pub(super) retries: Option<u64>,
    pub(super) age: Option<Duration>,
    pub(super) bisects: bool,
    pub(super) retention: Duration,
    /// What an event may have.
    pub(super) bytes: usize,
}

/// The records of a shard, or of those keys of it that come one after the other.
#[derive(Default)]
pub(super) struct Lane {
    /// Those that were read, and are in no batch yet.
    pending: VecDeque<Rc<LogRecord>>,
    /// When the first of them was read.
    since: Duration,
    /// What was tried, the one that is tried next last.
    attempts: Vec<Attempt>,
    /// Whether the last of them is in flight.
    is_in_flight: bool,
    not_before: Duration,
    tumbling: Option<Tumbling>,
}

/// A batch that is tried until it is done.
#[derive(Clone, Debug)]
struct Attempt {
    records: VecDeque<Rc<LogRecord>>,
    window: Option<WindowPart>,
    /// How often it failed, but for what does not count.
    failures: u64,
    /// How often the function was invoked with it.
    invocations: u64,
    waits: u32,
    /// Its last invocation, if one ended.
    last: Option<LastInvocation>,
}

/// An invocation that ended, with which records were tried.
#[derive(Clone, Debug)]
pub(super) struct LastInvocation {
    pub(super) request_id: RequestId,
    pub(super) version: Arc<str>,
    pub(super) has_failed: bool,
}

/// What a lane does next.
#[derive(Debug)]
pub(super) enum Next {
    Invoke(Batch),
    /// These records are not tried any more.
    Discard(Discarded),
    /// The stream has forgotten these records, which were tried until then.
    Forgotten(Vec<Rc<LogRecord>>),
    /// Nothing, until this time where there is one.
    Wait(Option<Duration>),
}

/// What the function is invoked with.
#[derive(Clone, Debug)]
pub(super) struct Batch {
    pub(super) records: Vec<Rc<LogRecord>>,
    pub(super) window: Option<WindowPart>,
}

/// A batch that is not tried any more.
#[derive(Debug)]
pub(super) struct Discarded {
    pub(super) batch: Batch,
    pub(super) condition: &'static str,
    /// How often the function was invoked with them.
    pub(super) invocations: u64,
    pub(super) last: Option<LastInvocation>,
}

/// How an invocation with a batch ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    /// With the state of the window, where there is one.
    Succeeded(Option<String>),
    Failed,
    /// These records failed, and what is behind them in their shards, by their places; with the state of the window.
    Partly(BTreeSet<usize>, Option<String>),
    /// It does not count.
    Throttled,
}

/// What follows from the end of an invocation.
#[derive(Debug, Default)]
pub(super) struct LaneEffects {
    /// What is done with.
    pub(super) handled: Vec<Rc<LogRecord>>,
    pub(super) bisected: Option<[usize; 2]>,
    pub(super) discarded: Option<Discarded>,
    /// After how long it is tried again.
    pub(super) retried: Option<Duration>,
}

impl Lane {
    pub(super) fn new(tumbling: Option<Duration>) -> Self {
        Self { tumbling: tumbling.map(Tumbling::new), ..Self::default() }
    }

    /// A record was read.
    pub(super) fn push(&mut self, now: Duration, record: Rc<LogRecord>) {
        if self.pending.is_empty() {
            self.since = now;
        }
        self.pending.push_back(record);
    }

    /// Whether there is nothing to do.
    pub(super) fn is_idle(&self) -> bool {
        let has_window = self.tumbling.as_ref().is_some_and(Tumbling::is_open);
        self.pending.is_empty() && self.attempts.is_empty() && !has_window
    }

    /// Returns how many records it holds.
    pub(super) fn len(&self) -> usize {
        self.pending.len() + self.attempts.iter().map(|it| it.records.len()).sum::<usize>()
    }

    /// Returns the index of the first record of a shard that is not done with.
    pub(super) fn first_of(&self, shard: &Arc<str>) -> Option<u64> {
        let attempted = self.attempts.iter().rev().flat_map(|it| &it.records);
        let mut waiting = attempted.chain(&self.pending);
        waiting.find(|record| record.shard == *shard).map(|record| record.index)
    }

    /// Returns what to do now.
    pub(super) fn next(&mut self, now: Duration, rules: &Rules) -> Next {
        if self.is_in_flight {
            return Next::Wait(None);
        }
        if let Some(attempt) = self.attempts.last_mut() {
            let forgotten = expired(&mut attempt.records, now, Some(rules.retention));
            if !forgotten.is_empty() {
                self.drop_empty();
                return Next::Forgotten(forgotten);
            }
            let too_old = expired(&mut attempt.records, now, rules.age);
            if !too_old.is_empty() {
                let discarded = attempt.discarded(too_old, "RecordAgeExceeded");
                self.drop_empty();
                return Next::Discard(discarded);
            }
            if now < self.not_before {
                return Next::Wait(Some(self.not_before));
            }
            return self.invoke();
        }
        let too_old = expired(&mut self.pending, now, rules.age);
        if !too_old.is_empty() {
            let never = Attempt::new(VecDeque::new(), None);
            return Next::Discard(never.discarded(too_old, "RecordAgeExceeded"));
        }
        let forgotten = expired(&mut self.pending, now, Some(rules.retention));
        if !forgotten.is_empty() {
            return Next::Forgotten(forgotten);
        }
        self.gather(now, rules)
    }

    /// A batch of which no record is left is not tried any more.
    fn drop_empty(&mut self) {
        if self.attempts.last().is_some_and(|attempt| attempt.records.is_empty()) {
            self.give_up();
        }
    }

    /// The batch that is tried is not tried any more.
    fn give_up(&mut self) -> Option<Attempt> {
        let attempt = self.attempts.pop()?;
        if let (Some(tumbling), Some(part)) = (&mut self.tumbling, &attempt.window) {
            tumbling.given_up(part);
        }
        Some(attempt)
    }

    /// Takes the next batch, if it is complete.
    fn gather(&mut self, now: Duration, rules: &Rules) -> Next {
        let end = self.tumbling.as_mut().and_then(|it| it.end_for(self.pending.front()));
        let mut bytes = 0;
        let fits = |record: &&Rc<LogRecord>| {
            let within = end.is_none_or(|end| record.arrived < end);
            bytes += record.size;
            // One record fits, whatever its size.
            within && (bytes <= rules.bytes || bytes == record.size)
        };
        let count = self.pending.iter().take(rules.batch_size).take_while(fits).count();
        let is_cut = count < self.pending.len();
        let is_full = count == rules.batch_size || is_cut;
        let due = self.since + rules.window;
        let part = match (&mut self.tumbling, end) {
            (Some(tumbling), Some(end)) => {
                // A later record has come, or none has come for long.
                let is_behind = self.pending.get(count).is_some_and(|next| end <= next.arrived);
                let over = end + Tumbling::PATIENCE;
                let is_final = tumbling.is_cut_short() || is_behind || over <= now;
                if !is_final && (count == 0 || !is_full && now < due) {
                    let due = if count == 0 { over } else { due.min(over) };
                    return Next::Wait(Some(due));
                }
                let count = if tumbling.is_cut_short() { 0 } else { count };
                let records = self.pending.drain(..count).collect();
                (records, tumbling.part(is_final))
            }
            _ if count == 0 => return Next::Wait(None),
            _ if !is_full && now < due => return Next::Wait(Some(due)),
            _ => (self.pending.drain(..count).collect(), None),
        };
        let (records, window) = part;
        self.since = now;
        self.attempts.push(Attempt::new(records, window));
        self.invoke()
    }

    fn invoke(&mut self) -> Next {
        let Some(attempt) = self.attempts.last_mut() else { return Next::Wait(None) };
        self.is_in_flight = true;
        attempt.invocations += 1;
        if let (Some(tumbling), Some(part)) = (&self.tumbling, &mut attempt.window) {
            // As what came before it in the window has left it.
            part.state = tumbling.state().to_owned();
        }
        let records = attempt.records.iter().cloned().collect();
        Next::Invoke(Batch { records, window: attempt.window.clone() })
    }

    /// The invocation is over that was in flight; `last` is absent where it does not count.
    pub(super) fn ended(
        &mut self,
        now: Duration,
        outcome: Outcome,
        last: Option<LastInvocation>,
        rules: &Rules,
    ) -> LaneEffects {
        self.is_in_flight = false;
        let mut effects = LaneEffects::default();
        let Some(mut attempt) = self.attempts.pop() else { return effects };
        attempt.last = last.or(attempt.last);
        match outcome {
            Outcome::Succeeded(state) => {
                effects.handled = attempt.records.into();
                if let (Some(tumbling), Some(part)) = (&mut self.tumbling, &attempt.window) {
                    tumbling.answered(part, state);
                }
                return effects;
            }
            Outcome::Throttled => {
                attempt.invocations -= 1;
                attempt.waits += 1;
                effects.retried = Some(self.wait(now, attempt.waits));
            }
            Outcome::Partly(failed, state) if failed.len() < attempt.records.len() => {
                if let (Some(tumbling), Some(state)) = (&mut self.tumbling, state) {
                    tumbling.keep(state);
                }
                // "A checkpoint restarts the retry count."
                let (mut rest, mut handled) = (VecDeque::new(), Vec::new());
                for (place, record) in std::mem::take(&mut attempt.records).into_iter().enumerate()
                {
                    match failed.contains(&place) {
                        true => rest.push_back(record),
                        false => handled.push(record),
                    }
                }
                effects.handled = handled;
                attempt =
                    Attempt { records: rest, failures: 0, invocations: 0, waits: 0, ..attempt };
            }
            Outcome::Failed | Outcome::Partly(..) => {
                // "Splitting a batch does not use up a retry."
                if rules.bisects && 1 < attempt.records.len() {
                    let half = attempt.records.len() / 2;
                    let second =
                        Attempt { records: attempt.records.split_off(half), ..attempt.clone() };
                    effects.bisected = Some([attempt.records.len(), second.records.len()]);
                    if let Some(part) = &mut attempt.window {
                        part.is_final = false;
                    }
                    self.attempts.push(second);
                    self.attempts.push(attempt);
                    return effects;
                }
                attempt.failures += 1;
                if rules.retries.is_some_and(|retries| retries < attempt.failures) {
                    self.attempts.push(attempt);
                    effects.discarded = self.give_up().map(|mut attempt| {
                        let records = std::mem::take(&mut attempt.records).into();
                        attempt.discarded(records, "RetryAttemptsExhausted")
                    });
                    return effects;
                }
                attempt.waits += 1;
                effects.retried = Some(self.wait(now, attempt.waits));
            }
        }
        self.attempts.push(attempt);
        effects
    }

    /// The pause before the next attempt, which doubles.
    fn wait(&mut self, now: Duration, waits: u32) -> Duration {
        let wait =
            (FIRST_WAIT * 2_u32.saturating_pow(waits.saturating_sub(1).min(10))).min(LAST_WAIT);
        self.not_before = now + wait;
        wait
    }
}

impl Attempt {
    fn new(records: VecDeque<Rc<LogRecord>>, window: Option<WindowPart>) -> Self {
        Self { records, window, failures: 0, invocations: 0, waits: 0, last: None }
    }

    /// These records, which were tried in it, are not tried any more.
    fn discarded(&self, records: Vec<Rc<LogRecord>>, condition: &'static str) -> Discarded {
        let batch = Batch { records, window: self.window.clone() };
        Discarded { batch, condition, invocations: self.invocations, last: self.last.clone() }
    }
}

impl Batch {
    /// Returns the shard of its first record, or that of its window.
    pub(super) fn shard(&self) -> Arc<str> {
        let first = self.records.first().map(|record| &record.shard);
        let shard = first.or(self.window.as_ref().map(|window| &window.shard));
        shard.cloned().unwrap_or_default()
    }
}

/// Takes the records off that are older than this, if there is such an age.
fn expired(
    records: &mut VecDeque<Rc<LogRecord>>,
    now: Duration,
    age: Option<Duration>,
) -> Vec<Rc<LogRecord>> {
    let Some(age) = age else { return Vec::new() };
    let count = records.iter().take_while(|record| record.arrived + age <= now).count();
    records.drain(..count).collect()
}
