//! Traces, as a test asks for them.

use std::{collections::BTreeMap, fmt, rc::Rc};

use serde_json::{Value, json};

use super::{
    Segment,
    store::{LARGEST, Store},
};
use crate::{
    kernel::Time,
    service::{FunctionBuilder, Lambda, Registry},
};

/// The traces of a service: of the functions with [active tracing](FunctionBuilder::active_tracing), and of what they send.
///
/// [`Lambda::traces`] returns it. Clones are of the same service.
#[derive(Clone)]
pub struct Traces {
    store: Rc<Store>,
}

/// A trace: all documents with its id.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Trace {
    /// Its id, such as `1-5759e988-bd862e3fe1be46a994272793`.
    pub id: String,
    /// Its segments, and subsegments that were sent alone, by when they began.
    pub segments: Vec<Segment>,
}

/// A document that X-Ray does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnprocessedSegment {
    /// The id in it. Absent where it has none.
    pub id: Option<String>,
    /// `ParseError`, `InvalidTraceId` and so on.
    pub error_code: &'static str,
}

/// Lets the store see what happens, once.
fn listen(registry: &Registry) -> Rc<Store> {
    let store = registry.kept::<Store>();
    if !store.is_listening.replace(true) {
        let (listening, clock) = (Rc::downgrade(&store), registry.owner.clock);
        registry.owner.recorder.subscribe(move |record| {
            if let Some(store) = listening.upgrade() {
                store.note(clock, record);
            }
        });
    }
    store
}

impl<T: Time> FunctionBuilder<T> {
    /// Traces invocations: the function and the service send segments for those that are sampled, and the function sees the
    /// trace header with its own segment as `Parent`. A caller that sends no decision leaves it to Lambda: the first request of a
    /// second and five percent of the others, or all by [`Lambda::sample_every_trace`].
    ///
    /// ```
    /// use lambda_runtime::{Error, Runtime};
    /// use lambda_test::Lambda;
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = Lambda::new();
    /// let double = Runtime::new(async |n: u64| Ok::<_, Error>(2 * n));
    /// let function = lambda.function("double", double).active_tracing().create();
    /// function.invoke(7).await.assert_ok();
    ///
    /// let trace = lambda.traces().for_function("double").remove(0);
    /// assert_eq!(trace.functions(), ["double"]);
    /// let names: Vec<&str> = trace.segments[1].subsegments.iter().map(|it| it.name.as_str()).collect();
    /// assert_eq!(names, ["Initialization", "Invocation", "Overhead"]);
    /// # });
    /// ```
    ///
    /// Source: AWS Lambda developer guide, "Visualize Lambda function invocations using AWS X-Ray".
    pub fn active_tracing(mut self) -> Self {
        listen(&self.registry);
        self.configuration.active_tracing(true);
        self
    }
}

impl<T: Time> Lambda<T> {
    /// Samples every trace that nobody has decided about, in place of the first of a second and five percent.
    pub fn sample_every_trace(self) -> Self {
        self.registry.sample_every_trace();
        self
    }

    /// Returns the traces of X-Ray.
    pub fn traces(&self) -> Traces {
        Traces { store: listen(&self.registry) }
    }
}

impl Traces {
    /// Returns every trace, by when it began.
    pub fn all(&self) -> Vec<Trace> {
        let mut traces: BTreeMap<String, Vec<Segment>> = BTreeMap::new();
        for segment in self.store.all() {
            let id = segment.trace_id.clone().unwrap_or_default();
            traces.entry(id).or_default().push(segment);
        }
        let sorted = |(id, mut segments): (String, Vec<Segment>)| {
            let depths = depths(&segments);
            let depth = |segment: &Segment| depths.get(&segment.id).copied().unwrap_or_default();
            segments.sort_by(|one, other| {
                let time = one.start_time.total_cmp(&other.start_time);
                time.then_with(|| depth(one).cmp(&depth(other)))
            });
            Trace { id, segments }
        };
        let mut traces: Vec<Trace> = traces.into_iter().map(sorted).collect();
        traces.sort_by(|one, other| one.start_time().total_cmp(&other.start_time()));
        traces
    }

    /// Returns the trace with this id, which is `Root` of its header; the header itself will do. Absent where there is none.
    pub fn get(&self, id: &str) -> Option<Trace> {
        let root = id.split(';').find_map(|field| field.strip_prefix("Root=")).unwrap_or(id);
        self.all().into_iter().find(|trace| trace.id == root)
    }

    /// Returns the traces in which a function of this name has a segment.
    pub fn for_function(&self, name: &str) -> Vec<Trace> {
        self.which(|trace| trace.functions().iter().any(|function| function == name))
    }

    /// Returns the traces in which something failed: `fault` of X-Ray.
    pub fn with_fault(&self) -> Vec<Trace> {
        self.which(Trace::has_fault)
    }

    /// Returns the traces in which a caller was in error, throttles included: `error` of X-Ray.
    pub fn with_error(&self) -> Vec<Trace> {
        self.which(Trace::has_error)
    }

    /// Returns the traces in which something was throttled.
    pub fn with_throttle(&self) -> Vec<Trace> {
        self.which(Trace::has_throttle)
    }

    fn which(&self, wanted: impl Fn(&Trace) -> bool) -> Vec<Trace> {
        self.all().into_iter().filter(wanted).collect()
    }

    /// Keeps at most so many bytes of documents, 16 MiB unless set: the oldest are left out.
    pub fn limit(&self, bytes: usize) {
        self.store.set_limit(bytes);
    }

    /// Puts documents of segments or subsegments, as `PutTraceSegments` does. Returns those that X-Ray does not take.
    ///
    /// A function sends subsegments of its own, whose `trace_id` and `parent_id` are those of its trace header.
    ///
    /// ```
    /// use lambda_test::Lambda;
    /// use serde_json::json;
    ///
    /// # lambda_test::block_on(async {
    /// let traces = Lambda::new().traces();
    /// let subsegment = json!({
    ///     "type": "subsegment", "id": "53995c3f42cd8ad8", "parent_id": "70de5b6f19ff9a0a",
    ///     "trace_id": "1-5759e988-bd862e3fe1be46a994272793", "name": "dynamodb", "namespace": "aws",
    ///     "start_time": 1767225600.0, "end_time": 1767225600.5,
    /// });
    /// assert_eq!(traces.put([subsegment.to_string(), "{}".to_owned()]).len(), 1);
    /// assert_eq!(traces.all()[0].segments[0].duration(), 0.5);
    /// # });
    /// ```
    pub fn put<D: AsRef<str>>(
        &self,
        documents: impl IntoIterator<Item = D>,
    ) -> Vec<UnprocessedSegment> {
        let put = |document: D| {
            let document = document.as_ref();
            if LARGEST < document.len() {
                return Some(UnprocessedSegment { id: None, error_code: "SegmentTooLarge" });
            }
            let Ok(segment) = serde_json::from_str::<Segment>(document) else {
                let value: Value = serde_json::from_str(document).unwrap_or_else(|_| json!({}));
                let id = value["id"].as_str().map(str::to_owned);
                return Some(UnprocessedSegment { id, error_code: "ParseError" });
            };
            if let Some(error_code) = segment.refusal() {
                return Some(UnprocessedSegment { id: Some(segment.id), error_code });
            }
            self.store.put(segment);
            None
        };
        documents.into_iter().filter_map(put).collect()
    }
}

/// How many segments are above each one, by their ids: what began at once is sorted so.
fn depths(segments: &[Segment]) -> BTreeMap<String, usize> {
    let mut holders: BTreeMap<&str, &Segment> = BTreeMap::new();
    for segment in segments {
        segment.each(&mut |inner| {
            holders.insert(&inner.id, segment);
        });
    }
    let depth = |segment: &Segment| {
        let mut above = 0;
        let mut parent = segment.parent_id.as_deref();
        // Documents from anywhere may go in a circle.
        while let Some(holder) =
            parent.and_then(|id| holders.get(id)).filter(|_| above < segments.len())
        {
            above += 1;
            parent = holder.parent_id.as_deref();
        }
        above
    };
    segments.iter().map(|segment| (segment.id.clone(), depth(segment))).collect()
}

impl Trace {
    /// Returns the functions that have a segment in it, by when those began, each once.
    pub fn functions(&self) -> Vec<String> {
        let is_function = |it: &&Segment| it.origin.as_deref() == Some("AWS::Lambda::Function");
        let mut names: Vec<String> = Vec::new();
        for segment in self.segments.iter().filter(is_function) {
            if !names.contains(&segment.name) {
                names.push(segment.name.clone());
            }
        }
        names
    }

    /// Returns its first segment, which nothing in it has called.
    pub fn root(&self) -> Option<&Segment> {
        let has = |id: &str| self.segments.iter().any(|segment| segment.contains(id));
        self.segments.iter().find(|it| !it.parent_id.as_deref().is_some_and(has))
    }

    /// Returns when its first segment began, in seconds since the Unix epoch.
    pub fn start_time(&self) -> f64 {
        self.segments.iter().map(|it| it.start_time).fold(f64::INFINITY, f64::min)
    }

    /// Returns the seconds from the first begin to the last end.
    pub fn duration(&self) -> f64 {
        let ends = self.segments.iter().filter_map(|it| it.end_time);
        ends.fold(f64::NEG_INFINITY, f64::max).max(self.start_time()) - self.start_time()
    }

    /// Returns the seconds that its first segment took.
    pub fn response_time(&self) -> f64 {
        self.root().map_or(0.0, Segment::duration)
    }

    /// Returns whether something in it failed.
    pub fn has_fault(&self) -> bool {
        self.any(|segment| segment.fault)
    }

    /// Returns whether a caller in it was in error.
    pub fn has_error(&self) -> bool {
        self.any(|segment| segment.error)
    }

    /// Returns whether something in it was throttled.
    pub fn has_throttle(&self) -> bool {
        self.any(|segment| segment.throttle)
    }

    /// Returns whether something in it is in progress.
    pub fn is_partial(&self) -> bool {
        self.any(|segment| segment.in_progress == Some(true))
    }

    fn any(&self, wanted: impl Fn(&Segment) -> bool) -> bool {
        let mut found = false;
        for segment in &self.segments {
            segment.each(&mut |segment| found |= wanted(segment));
        }
        found
    }
}

impl Segment {
    /// Whether it is this one, or has it in it.
    fn contains(&self, id: &str) -> bool {
        let mut found = false;
        self.each(&mut |segment| found |= segment.id == id);
        found
    }
}

impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traces").field("traces", &self.all().len()).finish_non_exhaustive()
    }
}
