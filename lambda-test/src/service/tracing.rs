//! Active tracing: which invocations are sampled, and the trace header that a function receives then.
//!
//! Source: AWS Lambda developer guide, "Visualize Lambda function invocations using AWS X-Ray".

use std::{cell::Cell, sync::Arc, time::Duration};

use lambda_core::{Sampled, TraceHeader};

use super::{dispatcher::InvokeRequest, function_state::FunctionState};
use crate::kernel::{TraceLink, TracedInvocation};

/// "The first request each second, and five percent of additional requests."
const RATE: f64 = 0.05;

/// Which traces are sampled that nobody has decided about.
#[derive(Default)]
pub(super) struct Sampler {
    /// The last second in which one was.
    second: Cell<Option<u64>>,
    takes_all: Cell<bool>,
}

/// How many other traces a segment is linked to: a document has 64 KB at most.
const LINKS: usize = 100;

/// What the attempts of an event have in common.
#[derive(Clone)]
pub(crate) struct EventTrace {
    /// The id of the service's segment.
    segment: Arc<str>,
    accepted: Duration,
}

/// The trace of what calls a function and is traced itself.
#[cfg(feature = "front-ends")]
pub(crate) struct CallerTrace {
    /// The header that the function is invoked with.
    pub(crate) header: String,
    pub(crate) root: String,
    pub(crate) parent: Option<String>,
    /// Where it is sampled, the ids of the segment and of the call of the function in it.
    pub(crate) segments: Option<[String; 2]>,
}

impl Sampler {
    pub(super) fn take_all(&self) {
        self.takes_all.set(true);
    }

    fn takes(&self, now: Duration, fraction: f64) -> bool {
        let is_first = self.second.replace(Some(now.as_secs())) != Some(now.as_secs());
        is_first || self.takes_all.get() || fraction < RATE
    }
}

impl FunctionState {
    /// Decides whether a trace is sampled that nobody has decided about, and returns the header with the decision.
    fn decided(&self, header: &str) -> String {
        let read: TraceHeader = header.parse().unwrap_or_default();
        let is_sampled = match read.sampled() {
            Sampled::Yes => true,
            Sampled::No => false,
            _ => {
                let fraction = self.random.borrow_mut().fraction();
                self.registry.sampler.takes(self.owner.clock.elapsed(), fraction)
            }
        };
        with(header, "Sampled", if is_sampled { "1" } else { "0" })
    }

    /// Returns the header that a function with active tracing receives, and the segments of its invocation where it is
    /// sampled.
    pub(super) fn begin_trace(
        &self,
        header: &str,
        request: &InvokeRequest,
    ) -> (String, Option<TracedInvocation>) {
        let header = self.decided(header);
        let read: TraceHeader = header.parse().unwrap_or_default();
        let (Some(root), Sampled::Yes) = (read.root(), read.sampled()) else {
            return (header, None);
        };
        let mut random = self.random.borrow_mut();
        let mut segment = || Arc::<str>::from(random.segment());
        let event = request.event_trace.as_ref();
        let service = event.map_or_else(&mut segment, |event| event.segment.clone());
        let function = segment();
        let is_newer = self.registry.has_newer_segments.get();
        let traced = TracedInvocation {
            arn: self.unqualified.clone(),
            root: root.into(),
            parent: read.parent().map(Into::into),
            accepted: event.map(|event| event.accepted),
            service,
            invocation: if is_newer { function.clone() } else { segment() },
            function,
            links: links(root, &request.linked),
        };
        (with(&header, "Parent", &traced.invocation), Some(traced))
    }

    /// Decides about a request of what calls the function and is traced itself.
    #[cfg(feature = "front-ends")]
    pub(crate) fn caller_trace(&self, incoming: Option<&str>) -> CallerTrace {
        let has_root =
            |header: &&str| header.parse::<TraceHeader>().is_ok_and(|it| it.root().is_some());
        let header = match incoming.filter(has_root) {
            Some(header) => self.decided(header),
            None => self.decided(&self.undecided_trace()),
        };
        let read: TraceHeader = header.parse().unwrap_or_default();
        let (root, parent) = (read.root().unwrap_or_default().to_owned(), read.parent());
        let parent = parent.map(str::to_owned);
        if read.sampled() != Sampled::Yes {
            return CallerTrace { header, root, parent, segments: None };
        }
        let segments = {
            let mut random = self.random.borrow_mut();
            [random.segment(), random.segment()]
        };
        let header = with(&header, "Parent", &segments[1]);
        CallerTrace { header, root, parent, segments: Some(segments) }
    }

    /// Returns the header of an event that is accepted, and what else all of its attempts have.
    pub(super) fn accepted_trace(&self, header: Option<String>) -> (String, EventTrace) {
        let header = self.decided(&header.unwrap_or_else(|| self.undecided_trace()));
        let segment = self.random.borrow_mut().segment().into();
        (header, EventTrace { segment, accepted: self.owner.clock.elapsed() })
    }

    /// Returns the header of an invocation whose caller sends none.
    pub(super) fn undecided_trace(&self) -> String {
        let header = self.new_trace();
        header.replace(";Sampled=0", "")
    }
}

/// The traces of further messages, each once, but for that which continues.
fn links(root: &str, headers: &[String]) -> Arc<[TraceLink]> {
    let mut links: Vec<TraceLink> = Vec::new();
    for header in headers {
        let read: TraceHeader = header.parse().unwrap_or_default();
        let Some(other) = read.root().filter(|other| *other != root) else { continue };
        if links.len() < LINKS && !links.iter().any(|link| &*link.root == other) {
            links.push(TraceLink::new(other, read.parent()));
        }
    }
    links.into()
}

/// Returns a header with this value of a field, behind `Root` where it had none; what else is in it is handed on.
fn with(header: &str, name: &str, value: &str) -> String {
    let field = format!("{name}={value}");
    let is_it = |other: &str| other.split('=').next() == Some(name);
    let mut fields: Vec<&str> = header.split(';').collect();
    match fields.iter().position(|other| is_it(other)) {
        Some(at) => fields[at] = &field,
        None => fields.insert(1.min(fields.len()), &field),
    }
    fields.join(";")
}
