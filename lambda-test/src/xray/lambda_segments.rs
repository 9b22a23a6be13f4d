//! The segments that Lambda writes of invocations that are traced, from the records of the service.
//!
//! Source: AWS Lambda developer guide, "Visualize Lambda function invocations using AWS X-Ray".

use std::{cell::RefCell, collections::BTreeMap, sync::Arc, time::Duration};

use serde_json::json;

use super::{Segment, segment::members};
use crate::kernel::{Clock, InvocationEnd, Record, RecordKind, TracedInvocation};

/// Invocations that are traced and not over, by their request ids.
#[derive(Default)]
pub(super) struct LambdaSegments {
    pending: RefCell<BTreeMap<Arc<str>, Pending>>,
}

/// An invocation, or an event with its attempts.
struct Pending {
    traced: Arc<TracedInvocation>,
    began: Duration,
    started: Duration,
    /// When the runtime was done, where there are extensions.
    runtime_done: Option<Duration>,
    name: Arc<str>,
    request_id: Arc<str>,
}

impl LambdaSegments {
    /// Returns the segments that follow from what happens.
    pub(super) fn read(&self, clock: Clock, record: &Record) -> Vec<Segment> {
        let Some(id) = &record.request_id else { return Vec::new() };
        let mut pending = self.pending.borrow_mut();
        let mut segments = Vec::new();
        match &record.kind {
            RecordKind::Traced(traced) => {
                let (traced, name) = (traced.clone(), record.function.clone().unwrap_or_default());
                let (began, started) = (traced.accepted.unwrap_or(record.at), record.at);
                let (request_id, runtime_done) = (id.clone(), None);
                let invocation = Pending { traced, began, started, runtime_done, name, request_id };
                pending.insert(id.clone(), invocation);
            }
            RecordKind::InvocationStarted => {
                if let Some(pending) = pending.get_mut(id) {
                    pending.started = record.at;
                    pending.runtime_done = None;
                }
            }
            RecordKind::RuntimeDone { .. } => {
                if let Some(pending) = pending.get_mut(id) {
                    pending.runtime_done = Some(record.at);
                }
            }
            RecordKind::InvocationEnded(end) => {
                let Some(invocation) = pending.get(id) else { return segments };
                let is_over = invocation.traced.accepted.is_none();
                if is_over {
                    let until = invocation.started + end.responded_after;
                    segments.push(invocation.of_service(clock, until, 200));
                }
                segments.push(invocation.of_function(clock, end));
                if is_over {
                    pending.remove(id);
                }
            }
            RecordKind::Rejected { status, .. } => {
                let is_over = |it: &&Pending| it.traced.accepted.is_none();
                if let Some(invocation) = pending.get(id).filter(is_over) {
                    segments.push(invocation.of_service(clock, record.at, *status));
                    pending.remove(id);
                }
            }
            RecordKind::EventEnded(_) => {
                if let Some(event) = pending.remove(id) {
                    segments.push(event.of_service(clock, record.at, 202));
                }
            }
            _ => {}
        }
        segments
    }
}

/// Returns an instant as documents have it.
fn seconds(clock: Clock, at: Duration) -> f64 {
    let begin = clock.wall_at(Duration::ZERO);
    let since = begin.duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or_default();
    (since + at).as_secs_f64()
}

impl Pending {
    /// From the request until the response; of an event until it is over.
    fn of_service(&self, clock: Clock, until: Duration, status: u16) -> Segment {
        let mut other = json!({
            "http": {"response": {"status": status}},
            "aws": {"request_id": &*self.request_id},
            "resource_arn": &*self.traced.arn,
        });
        let link = |link: &crate::kernel::TraceLink| match &link.parent {
            Some(parent) => json!({"trace_id": &*link.root, "id": &**parent}),
            None => json!({"trace_id": &*link.root}),
        };
        if !self.traced.links.is_empty() {
            other["links"] = self.traced.links.iter().map(link).collect();
        }
        Segment {
            id: self.traced.service.to_string(),
            name: self.name.to_string(),
            trace_id: Some(self.traced.root.to_string()),
            parent_id: self.traced.parent.as_deref().map(str::to_owned),
            origin: Some("AWS::Lambda".to_owned()),
            start_time: seconds(clock, self.began),
            end_time: Some(seconds(clock, until)),
            error: (400..500).contains(&status),
            throttle: status == 429,
            fault: 500 <= status,
            other: members(other),
            ..Segment::default()
        }
    }

    /// The work in the environment: the init phase before it, the invocation, and what was left to do.
    fn of_function(&self, clock: Clock, end: &InvocationEnd) -> Segment {
        let (start, responded) = (self.started, self.started + end.responded_after);
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
            let id = u64::from_str_radix(&self.traced.function, 16).unwrap_or_default();
            format!("{:016x}", id ^ mark)
        };
        let is_newer = self.traced.invocation == self.traced.function;
        let mut subsegments = Vec::new();
        if let Some(init) = end.init_duration {
            let name = if is_newer { "Init" } else { "Initialization" };
            subsegments.push(part(derived(1), name, start.saturating_sub(init), start));
        }
        let account = self.traced.arn.split(':').nth(4);
        let mut other = json!({
            "aws": {"account_id": account, "function_arn": &*self.traced.arn},
            "resource_arn": &*self.traced.arn,
        });
        if let Some(cause) = end.cause.as_deref().and_then(|it| serde_json::from_str(it).ok()) {
            other["cause"] = cause;
            let exceptions = other["cause"]["exceptions"].as_array_mut().into_iter().flatten();
            for (exception, mark) in exceptions.zip(3..) {
                exception["id"] = derived(mark).into();
            }
        }
        if is_newer {
            let millis = |duration: Duration| duration.as_secs_f64() * 1000.0;
            let done = self.runtime_done.unwrap_or(over);
            other["annotations"] = json!({
                "aws.responseLatency": millis(end.responded_after),
                "aws.responseDuration": 0.0,
                "aws.runtimeOverhead": millis(done.saturating_sub(responded)),
                "aws.extensionOverhead": millis(over.saturating_sub(done)),
            });
        } else {
            let mut invocation =
                part(self.traced.invocation.to_string(), "Invocation", start, responded);
            invocation.fault = end.result.is_err();
            subsegments.push(invocation);
            subsegments.push(part(derived(2), "Overhead", responded, over));
        }
        Segment {
            id: self.traced.function.to_string(),
            name: self.name.to_string(),
            trace_id: Some(self.traced.root.to_string()),
            parent_id: Some(self.traced.service.to_string()),
            origin: Some("AWS::Lambda::Function".to_owned()),
            start_time: seconds(clock, start),
            end_time: Some(seconds(clock, over)),
            fault: end.result.is_err() || end.status.is_some(),
            subsegments,
            other: members(other),
            ..Segment::default()
        }
    }
}
