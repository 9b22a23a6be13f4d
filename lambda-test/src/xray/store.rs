//! What X-Ray keeps: the segments of traced invocations, from the records of the service, and what functions send themselves.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use serde_json::{Map, Value, json};

use super::Segment;
use crate::kernel::{Clock, InvocationEnd, Record, RecordKind, TracedInvocation};

/// How much the documents of all traces may have, in JSON. The oldest go first.
const LIMIT: usize = 16 * 1024 * 1024;

/// "A segment document can be up to 64 KB."
pub(super) const LARGEST: usize = 64 * 1024;

/// The documents of all traces.
#[derive(Default)]
pub(crate) struct Store {
    documents: RefCell<VecDeque<(Segment, usize)>>,
    bytes: Cell<usize>,
    limit: Cell<Option<usize>>,
    /// Traced invocations that are not over, by their request ids.
    pending: RefCell<BTreeMap<Arc<str>, Pending>>,
    pub(super) is_listening: Cell<bool>,
}

/// An invocation, or an event with its attempts.
struct Pending {
    traced: Arc<TracedInvocation>,
    began: Duration,
    started: Duration,
    name: Arc<str>,
}

impl Store {
    pub(super) fn set_limit(&self, bytes: usize) {
        self.limit.set(Some(bytes));
        self.evict();
    }

    pub(super) fn all(&self) -> Vec<Segment> {
        self.documents.borrow().iter().map(|(segment, _)| segment.clone()).collect()
    }

    /// Keeps a document, in place of one with its id.
    pub(super) fn put(&self, segment: Segment) {
        let bytes = serde_json::to_vec(&segment).map_or(0, |text| text.len());
        let mut documents = self.documents.borrow_mut();
        let is_it = |(other, _): &(Segment, usize)| {
            other.id == segment.id && other.trace_id == segment.trace_id
        };
        // Documents that are sent again are mostly recent.
        if let Some(at) = documents.iter().rposition(is_it) {
            let (_, before) = documents.remove(at).unwrap_or_default();
            self.bytes.set(self.bytes.get() - before);
        }
        documents.push_back((segment, bytes));
        self.bytes.set(self.bytes.get() + bytes);
        drop(documents);
        self.evict();
    }

    fn evict(&self) {
        let mut documents = self.documents.borrow_mut();
        while self.limit.get().unwrap_or(LIMIT) < self.bytes.get() {
            let Some((_, bytes)) = documents.pop_front() else { break };
            self.bytes.set(self.bytes.get() - bytes);
        }
    }

    /// Makes segments of what happens.
    pub(super) fn note(&self, clock: Clock, record: &Record) {
        let Some(id) = &record.request_id else { return };
        let mut pending = self.pending.borrow_mut();
        match &record.kind {
            RecordKind::Traced(traced) => {
                let (traced, name) = (traced.clone(), record.function.clone().unwrap_or_default());
                let (began, started) = (traced.accepted.unwrap_or(record.at), record.at);
                pending.insert(id.clone(), Pending { traced, began, started, name });
            }
            RecordKind::InvocationStarted => {
                if let Some(pending) = pending.get_mut(id) {
                    pending.started = record.at;
                }
            }
            RecordKind::InvocationEnded(end) => {
                let Some(invocation) = pending.get(id) else { return };
                let is_over = invocation.traced.accepted.is_none();
                if is_over {
                    let until = invocation.started + end.responded_after;
                    self.put(service_segment(clock, invocation, until, 200));
                }
                self.put(function_segment(clock, invocation, end));
                if is_over {
                    pending.remove(id);
                }
            }
            RecordKind::Rejected { status, .. } => {
                let Some(invocation) = pending.get(id) else { return };
                if invocation.traced.accepted.is_some() {
                    return;
                }
                self.put(service_segment(clock, invocation, record.at, *status));
                pending.remove(id);
            }
            RecordKind::EventEnded(_) => {
                if let Some(event) = pending.remove(id) {
                    self.put(service_segment(clock, &event, record.at, 202));
                }
            }
            _ => {}
        }
    }
}

fn seconds(clock: Clock, at: Duration) -> f64 {
    let begin = clock.wall_at(Duration::ZERO);
    let since = begin.duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or_default();
    (since + at).as_secs_f64()
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// From the request until the response; of an event until it is over.
fn service_segment(clock: Clock, of: &Pending, until: Duration, status: u16) -> Segment {
    Segment {
        id: of.traced.service.to_string(),
        name: of.name.to_string(),
        trace_id: Some(of.traced.root.to_string()),
        parent_id: of.traced.parent.as_deref().map(str::to_owned),
        origin: Some("AWS::Lambda".to_owned()),
        start_time: seconds(clock, of.began),
        end_time: Some(seconds(clock, until)),
        error: (400..500).contains(&status),
        throttle: status == 429,
        fault: 500 <= status,
        other: members(json!({"http": {"response": {"status": status}}})),
        ..Segment::default()
    }
}

/// The work in the environment: the init phase before it, the invocation, and what was left to do.
fn function_segment(clock: Clock, of: &Pending, end: &InvocationEnd) -> Segment {
    let (start, responded) = (of.started, of.started + end.responded_after);
    let over = start + end.duration.max(end.responded_after);
    let part = |id: String, name: &str, from: Duration, to: Duration| Segment {
        id,
        name: name.to_owned(),
        start_time: seconds(clock, from),
        end_time: Some(seconds(clock, to)),
        ..Segment::default()
    };
    // Ids that are made of that of the segment, so that they are the same every time.
    let derived = |mark: u64| {
        let id = u64::from_str_radix(&of.traced.function, 16).unwrap_or_default();
        format!("{:016x}", id ^ mark)
    };
    let mut subsegments = Vec::new();
    if let Some(init) = end.init_duration {
        subsegments.push(part(derived(1), "Initialization", start.saturating_sub(init), start));
    }
    let mut invocation = part(of.traced.invocation.to_string(), "Invocation", start, responded);
    let mut other = json!({});
    if let Err(error_type) = &end.result {
        invocation.fault = true;
        let exception = json!({"id": derived(3), "type": &**error_type, "message": &**error_type});
        other["cause"] =
            json!({"working_directory": "/var/task", "exceptions": [exception], "paths": []});
    }
    subsegments.push(invocation);
    subsegments.push(part(derived(2), "Overhead", responded, over));
    Segment {
        id: of.traced.function.to_string(),
        name: of.name.to_string(),
        trace_id: Some(of.traced.root.to_string()),
        parent_id: Some(of.traced.service.to_string()),
        origin: Some("AWS::Lambda::Function".to_owned()),
        start_time: seconds(clock, start),
        end_time: Some(seconds(clock, over)),
        fault: end.result.is_err() || end.status.is_some(),
        subsegments,
        other: members(other),
        ..Segment::default()
    }
}
