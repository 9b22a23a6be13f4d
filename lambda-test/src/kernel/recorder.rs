//! Where everything that happens in a service is recorded: kept for the timeline, as far as it fits, and
//! given to whoever has subscribed.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    fmt,
    ops::Range,
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use super::{ProcessRole, Record, RecordKind, Timeline};

/// The bytes of records that are kept unless another limit is set.
const KEPT_BYTES: usize = 4 * 1024 * 1024;

/// The lines that are shown of a failing test.
const SHOWN_LINES: usize = 200;

/// The bytes that are shown of a line of a failing test.
const SHOWN_BYTES: usize = 1000;

/// A subscriber to records.
type OnRecord = Rc<dyn Fn(&Record)>;

/// The recorder of a service. Clones are one recorder.
#[derive(Clone)]
pub(crate) struct Recorder(Rc<Inner>);

struct Inner {
    timeline: RefCell<Timeline>,
    /// Of the records in the timeline.
    bytes: Cell<usize>,
    limit: Cell<usize>,
    /// The sequence number of the next record.
    next: Cell<u64>,
    /// The functions of the environments, in the order of their numbers.
    functions: RefCell<Vec<Arc<str>>>,
    subscribers: RefCell<Rc<[OnRecord]>>,
}

impl Recorder {
    pub(crate) fn new(overtakes: bool) -> Self {
        Self(Rc::new(Inner {
            timeline: RefCell::new(Timeline { overtakes, ..Timeline::default() }),
            bytes: Cell::new(0),
            limit: Cell::new(KEPT_BYTES),
            next: Cell::new(0),
            functions: RefCell::default(),
            subscribers: RefCell::new(Rc::new([])),
        }))
    }

    /// Limits the bytes of the records that are kept; 0 keeps none.
    pub(crate) fn limit(&self, bytes: usize) {
        self.0.limit.set(bytes);
        self.shrink(&mut self.0.timeline.borrow_mut());
    }

    /// Calls this with each record from now on.
    pub(crate) fn subscribe(&self, on_record: impl Fn(&Record) + 'static) {
        let mut subscribers = self.0.subscribers.borrow_mut();
        let on_record: OnRecord = Rc::new(on_record);
        *subscribers = subscribers.iter().cloned().chain([on_record]).collect();
    }

    /// Numbers an environment of this function.
    pub(crate) fn add_environment(&self, function: Arc<str>) -> usize {
        let mut functions = self.0.functions.borrow_mut();
        functions.push(function);
        functions.len()
    }

    /// Makes the next record of an environment.
    pub(crate) fn record(
        &self,
        at: Duration,
        environment: usize,
        process: Option<ProcessRole>,
        request_id: Option<Arc<str>>,
        kind: RecordKind,
    ) -> Record {
        let function = self.0.functions.borrow().get(environment - 1).cloned();
        let environment = Some(environment);
        let sequence = self.number();
        Record { sequence, at, function, environment, process, request_id, kind, waits: None }
    }

    /// Makes the record of a request for which there is no environment.
    pub(crate) fn without_environment(
        &self,
        at: Duration,
        function: Arc<str>,
        request_id: Option<Arc<str>>,
        kind: RecordKind,
    ) -> Record {
        let function = Some(function);
        let sequence = self.number();
        Record {
            sequence,
            at,
            function,
            environment: None,
            process: None,
            request_id,
            kind,
            waits: None,
        }
    }

    fn number(&self) -> u64 {
        self.0.next.replace(self.0.next.get() + 1)
    }

    /// Keeps a record as far as the limit allows, then gives it to the subscribers: what they cause to be recorded
    /// follows it in the timeline.
    pub(crate) fn keep(&self, record: Record) {
        let subscribers = self.0.subscribers.borrow().clone();
        if subscribers.is_empty() {
            return self.push(record);
        }
        self.push(record.clone());
        subscribers.iter().for_each(|on_record| on_record(&record));
    }

    fn push(&self, record: Record) {
        let mut timeline = self.0.timeline.borrow_mut();
        self.0.bytes.set(self.0.bytes.get() + record.bytes());
        timeline.records.push_back(record);
        self.shrink(&mut timeline);
    }

    fn shrink(&self, timeline: &mut Timeline) {
        while self.0.limit.get() < self.0.bytes.get() {
            let Some(record) = timeline.records.pop_front() else { break };
            self.0.bytes.set(self.0.bytes.get() - record.bytes());
            timeline.left_out += 1;
        }
    }

    /// Returns the sequence number of the next record.
    pub(crate) fn next(&self) -> u64 {
        self.0.next.get()
    }

    /// Returns the records with these sequence numbers, as far as they are kept.
    pub(crate) fn part(&self, part: Range<u64>) -> Timeline {
        let timeline = self.0.timeline.borrow();
        let first = timeline.records.front().map_or(self.next(), |record| record.sequence);
        // Numbers have no gaps, so a number is a place.
        let place = |number: u64| usize::try_from(number.saturating_sub(first)).unwrap_or_default();
        let records = timeline.records.iter().take(place(part.end)).skip(place(part.start));
        let records = records.cloned().collect();
        Self::of(&timeline, records, usize::try_from(part.end - part.start).unwrap_or(usize::MAX))
    }

    /// Returns everything that is kept.
    pub(crate) fn all(&self) -> Timeline {
        self.0.timeline.borrow().clone()
    }

    /// Returns the end of what happened before this sequence number, in one environment or in all, for the
    /// message of a failing test: so many lines, and so much of each.
    pub(crate) fn last(&self, end: u64, environment: Option<usize>) -> Timeline {
        let timeline = self.0.timeline.borrow();
        let concerns = |record: &&Record| {
            record.sequence < end && (environment.is_none() || record.environment == environment)
        };
        let count = timeline.left_out + timeline.records.iter().filter(concerns).count();
        let last = timeline.records.iter().rev().filter(concerns).take(SHOWN_LINES);
        let mut records: Vec<Record> = last.cloned().collect();
        records.reverse();
        let last = Self::of(&timeline, records.into(), count);
        Timeline { line_limit: Some(SHOWN_BYTES), ..last }
    }

    /// Records of a timeline, out of so many.
    fn of(timeline: &Timeline, records: VecDeque<Record>, count: usize) -> Timeline {
        let left_out = count.saturating_sub(records.len());
        Timeline { left_out, records, overtakes: timeline.overtakes, line_limit: None }
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("next", &self.next()).finish_non_exhaustive()
    }
}
