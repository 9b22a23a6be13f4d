//! Invocations put together from their events, as spans of a trace.

use std::{
    collections::VecDeque,
    time::{Duration, SystemTime},
};

use lambda_core::{TraceHeader, rt::civil};

use super::{Phase, Report, RuntimeDone, Span, Start, Status, TelemetryEvent, TelemetryRecord};

/// Invocations that may be under way. An environment has far fewer; what is beyond has lost its end.
const MOST: usize = 1024;

/// Reads events, and gives the invocations that are over.
#[derive(Debug, Default)]
pub(super) struct Invocations {
    under_way: VecDeque<Invocation>,
    /// The init phases since the last one: one that failed, and the one that it begins with.
    inits: Vec<(Phase, Part)>,
}

/// An invocation with its parts, init phases first. Ids are made of the request id where the service gives none, so that
/// whoever reads the same events makes the same.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Invocation {
    pub(super) request_id: String,
    pub(super) start: SystemTime,
    pub(super) took: Duration,
    pub(super) trace: TraceHeader,
    /// The id that the service gave to what the runtime did: the parent of the function's own spans.
    pub(super) span_id: Option<u64>,
    /// What called the function; absent where nothing is known of it.
    pub(super) parent: Option<u64>,
    pub(super) status: Option<Status>,
    pub(super) error_type: Option<String>,
    /// Whether it was the first of its environment, or began with an init phase.
    pub(super) cold_start: bool,
    parts: Vec<Part>,
}

/// A part of an invocation, or the init phase before it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) start: SystemTime,
    pub(super) took: Duration,
    pub(super) error_type: Option<String>,
}

impl Invocations {
    /// The invocation that is over with this event.
    pub(super) fn read(&mut self, event: &TelemetryEvent) -> Option<Invocation> {
        let at = civil::parse(&event.time)?;
        match &event.record {
            TelemetryRecord::InitReport(report) => {
                let took = millis(report.metrics.duration_ms);
                let error_type = report.error_type.clone();
                let start = at.checked_sub(took)?;
                let part = Part { name: "init".to_owned(), start, took, error_type };
                // Between two invocations there are two at the most, if nothing is lost.
                if self.inits.len() == MOST {
                    self.inits.remove(0);
                }
                self.inits.push((report.phase.clone(), part));
            }
            TelemetryRecord::Start(start) => {
                let mut invocation = Invocation::new(start.request_id.clone(), at);
                invocation.begin(start);
                for (phase, init) in self.inits.drain(..) {
                    // One within the invocation counts to its time, though it is told of before.
                    if phase == Phase::Invoke {
                        invocation.start = init.start;
                    }
                    invocation.cold_start = true;
                    invocation.parts.push(init);
                }
                if self.under_way.len() == MOST {
                    self.under_way.pop_front();
                }
                self.under_way.push_back(invocation);
            }
            TelemetryRecord::RuntimeDone(done) => {
                self.find(&done.request_id)?.runtime_done(done);
            }
            TelemetryRecord::Report(report) => {
                let place = self.under_way.iter().position(|it| it.request_id == report.request_id);
                let invocation = place.and_then(|place| self.under_way.remove(place));
                // Its beginning may be lost.
                let began = at.checked_sub(millis(report.metrics.duration_ms))?;
                let mut invocation =
                    invocation.unwrap_or_else(|| Invocation::new(report.request_id.clone(), began));
                invocation.end(report);
                return Some(invocation);
            }
            _ => {}
        }
        None
    }

    fn find(&mut self, request_id: &str) -> Option<&mut Invocation> {
        self.under_way.iter_mut().find(|invocation| invocation.request_id == request_id)
    }
}

impl Invocation {
    fn new(request_id: String, start: SystemTime) -> Self {
        Self {
            request_id,
            start,
            took: Duration::ZERO,
            trace: TraceHeader::default(),
            span_id: None,
            parent: None,
            status: None,
            error_type: None,
            cold_start: false,
            parts: Vec::new(),
        }
    }

    fn begin(&mut self, start: &Start) {
        let Some(tracing) = &start.tracing else { return };
        self.trace = tracing.value.parse().unwrap_or_default();
        // "`platform.start` has the incoming parent as its span id."
        self.parent = tracing.span_id.as_deref().and_then(id).or_else(|| parent(&self.trace));
    }

    fn runtime_done(&mut self, done: &RuntimeDone) {
        self.fail(Some(&done.status), done.error_type.as_ref());
        self.add(&done.spans);
        let Some(tracing) = &done.tracing else { return };
        self.span_id = tracing.span_id.as_deref().and_then(id);
        // "The incoming header unchanged."
        let trace: TraceHeader = tracing.value.parse().unwrap_or_default();
        if trace.root().is_some() {
            self.parent = parent(&trace).or(self.parent);
            self.trace = trace;
        }
    }

    fn end(&mut self, report: &Report) {
        self.took = millis(report.metrics.duration_ms);
        self.fail(report.status.as_ref(), report.error_type.as_ref());
        self.add(&report.spans);
        if let (None, Some(tracing)) = (self.trace.root(), &report.tracing) {
            self.trace = tracing.value.parse().unwrap_or_default();
            self.parent = parent(&self.trace);
        }
    }

    /// The first failure counts.
    fn fail(&mut self, status: Option<&Status>, error_type: Option<&String>) {
        if self.status.as_ref().is_none_or(|status| *status == Status::Success) {
            self.status = status.cloned().or_else(|| self.status.take());
        }
        self.error_type = self.error_type.take().or_else(|| error_type.cloned());
    }

    fn add(&mut self, spans: &[Span]) {
        let parts = spans.iter().filter_map(|span| {
            let (start, took) = (civil::parse(&span.start)?, millis(span.duration_ms));
            Some(Part { name: span.name.clone(), start, took, error_type: None })
        });
        self.parts.extend(parts);
    }

    pub(super) fn has_failed(&self) -> bool {
        self.status.as_ref().is_some_and(|status| *status != Status::Success)
    }

    /// Its parts, each with an id.
    pub(super) fn parts(&self) -> impl Iterator<Item = (u64, &Part)> {
        let id = |at: usize, part: &Part| hash(&self.request_id, &format!("{at} {}", part.name));
        self.parts.iter().enumerate().map(move |(at, part)| (id(at, part), part))
    }

    /// Its id where the service says none.
    pub(super) fn own_id(&self) -> u64 {
        hash(&self.request_id, "")
    }
}

/// What spans and log records of OpenTelemetry ask for besides.
#[cfg(any(feature = "opentelemetry", test))]
impl Invocations {
    /// The one that a line of the log belongs to: the one that it names, or the only one.
    pub(super) fn of_line(&self, request_id: Option<&str>) -> Option<&Invocation> {
        match request_id {
            Some(id) => self.under_way.iter().find(|invocation| invocation.request_id == id),
            None if self.under_way.len() == 1 => self.under_way.front(),
            None => None,
        }
    }
}

#[cfg(any(feature = "opentelemetry", test))]
impl Invocation {
    /// The id of the trace, with 32 hexadecimal digits; the time and the chance of its root.
    pub(super) fn trace_id(&self) -> u128 {
        let root = self.trace.root().and_then(|root| root.strip_prefix("1-"));
        let digits = root.map(|root| root.replace('-', ""));
        let known = digits.and_then(|digits| u128::from_str_radix(&digits, 16).ok());
        known.unwrap_or_else(|| {
            u128::from(hash(&self.request_id, "trace")) << 64 | u128::from(self.own_id())
        })
    }

    /// The id of its span.
    pub(super) fn id(&self) -> u64 {
        self.span_id.unwrap_or_else(|| self.own_id())
    }
}

/// Milliseconds; zero where they are no duration.
fn millis(millis: f64) -> Duration {
    // Beyond a year it is none that an environment could have.
    let most = Duration::from_secs(366 * 86_400);
    Duration::try_from_secs_f64(millis / 1000.0).unwrap_or_default().min(most)
}

fn id(digits: &str) -> Option<u64> {
    u64::from_str_radix(digits, 16).ok().filter(|id| *id != 0)
}

fn parent(trace: &TraceHeader) -> Option<u64> {
    trace.parent().and_then(id)
}

/// FNV-1a, with a last mix; never zero, which would be no id.
fn hash(request_id: &str, part: &str) -> u64 {
    let bytes = request_id.bytes().chain([0]).chain(part.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (hash ^ hash >> 33).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = r#"{"time":"2026-01-01T00:00:01.000Z","type":"platform.start","record":{"requestId":"7","tracing":{"spanId":"00000000000000aa","type":"X-Amzn-Trace-Id","value":"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=00000000000000bb;Sampled=1"}}}"#;
    const RUNTIME_DONE: &str = r#"{"time":"2026-01-01T00:00:01.010Z","type":"platform.runtimeDone","record":{"requestId":"7","status":"success","spans":[{"name":"responseLatency","start":"2026-01-01T00:00:01.000Z","durationMs":9.5}],"tracing":{"spanId":"00000000000000cc","type":"X-Amzn-Trace-Id","value":"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=00000000000000aa;Sampled=1"}}}"#;
    const INIT_REPORT: &str = r#"{"time":"2026-01-01T00:00:00.900Z","type":"platform.initReport","record":{"initializationType":"on-demand","phase":"init","metrics":{"durationMs":100}}}"#;
    const REPORT: &str = r#"{"time":"2026-01-01T00:00:01.012Z","type":"platform.report","record":{"requestId":"7","status":"timeout","errorType":"Sandbox.Timedout","metrics":{"durationMs":12}}}"#;

    fn read(events: &[&str]) -> Vec<Invocation> {
        let events = format!("[{}]", events.join(","));
        let events = TelemetryEvent::batch(events.as_bytes()).expect("a list");
        let mut invocations = Invocations::default();
        let over = events.iter().filter_map(|event| invocations.read(event)).collect();
        assert!(invocations.under_way.is_empty());
        over
    }

    #[test]
    fn an_invocation_is_put_together_from_its_events() {
        let over = read(&[INIT_REPORT, START, RUNTIME_DONE, REPORT]);
        let [invocation] = &over[..] else { panic!("{over:?} is not one") };
        assert_eq!(invocation.trace_id(), 0x5759_e988_bd86_2e3f_e1be_46a9_9427_2793);
        assert_eq!((invocation.id(), invocation.parent), (0xcc, Some(0xaa)));
        assert_eq!(invocation.took, Duration::from_millis(12));
        assert_eq!(invocation.status, Some(Status::Timeout));
        assert_eq!(invocation.error_type.as_deref(), Some("Sandbox.Timedout"));
        let parts: Vec<&str> = invocation.parts.iter().map(|part| &*part.name).collect();
        assert_eq!((&parts[..], invocation.cold_start), (&["init", "responseLatency"][..], true));
        let between = invocation.start.duration_since(invocation.parts[0].start);
        assert_eq!(between.expect("it was before"), Duration::from_millis(200));
    }

    #[test]
    fn an_init_phase_within_it_counts_to_its_time() {
        let late = INIT_REPORT.replace(r#""phase":"init""#, r#""phase":"invoke""#);
        let late = late.replace("00:00:00.900", "00:00:01.000");
        // The one that failed before is a part too, with an id of its own.
        let over = read(&[INIT_REPORT, &late, START, REPORT]);
        let start = civil::parse("2026-01-01T00:00:00.900Z").expect("a time");
        assert_eq!(over[0].start, start);
        let parts: Vec<(u64, &Part)> = over[0].parts().collect();
        assert_eq!((parts.len(), parts[1].1.start), (2, start));
        assert_ne!(parts[0].0, parts[1].0);
    }

    #[test]
    fn the_end_alone_is_an_invocation_too() {
        let over = read(&[REPORT]);
        let [invocation] = &over[..] else { panic!("{over:?} is not one") };
        let start = civil::parse("2026-01-01T00:00:01.000Z").expect("a time");
        assert_eq!((invocation.start, invocation.parent), (start, None));
        // Without a trace it has one of its own, which others find too.
        assert_eq!(invocation.trace_id(), read(&[REPORT])[0].trace_id());
        assert_eq!(invocation.id(), invocation.own_id());
    }

    #[test]
    fn those_that_never_end_are_forgotten() {
        let mut invocations = Invocations::default();
        for number in 0..2 * MOST {
            let start = START.replace("\"7\"", &format!("\"{number}\""));
            let events = TelemetryEvent::batch(format!("[{start}]").as_bytes()).expect("a list");
            assert_eq!(invocations.read(&events[0]), None);
        }
        assert_eq!(invocations.under_way.len(), MOST);
    }

    #[test]
    fn a_duration_that_is_none_is_zero() {
        for no_duration in [-1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(millis(no_duration), Duration::ZERO);
        }
        assert_eq!(millis(1.5), Duration::from_micros(1500));
    }
}
