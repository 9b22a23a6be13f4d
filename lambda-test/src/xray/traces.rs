//! Traces, as a test asks for them.

use std::{collections::BTreeMap, fmt, rc::Rc, sync::Arc};

use super::{FilterExpression, FilterExpressionError, Segment, ServiceMap, Trace, store::Store};
use crate::{
    kernel::Time,
    service::{FunctionBuilder, Lambda, Registry},
};

/// The traces of a service: of the functions with [active tracing](FunctionBuilder::active_tracing), and of what they send.
///
/// [`Lambda::traces`] returns it. Clones are of the same service.
#[derive(Clone)]
pub struct Traces {
    pub(super) registry: Rc<Registry>,
    account: Arc<str>,
}

/// A document that X-Ray does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnprocessedSegment {
    /// The id in it. Absent where it has none.
    pub id: Option<String>,
    /// `ParseError`, `InvalidTraceId` and so on; `MissingHeader` of a datagram.
    pub error_code: &'static str,
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
    /// `AWS_XRAY_DAEMON_ADDRESS` is the address of a daemon on this machine: documents that the function sends there by UDP are a
    /// part of its traces. Spans of OpenTelemetry are too, with the feature `otlp`: `Traces::span_exporter`.
    ///
    /// Source: AWS Lambda developer guide, "Visualize Lambda function invocations using AWS X-Ray".
    pub fn active_tracing(mut self) -> Self {
        Store::of(&self.registry);
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

    /// Has the segments of functions in the newer structure, which some accounts have: `Init` in place of `Initialization`, no
    /// `Invocation` and no `Overhead`, but annotations such as `aws.runtimeOverhead`, in milliseconds. What a function calls hangs
    /// below its segment.
    ///
    /// Source: AWS Lambda developer guide, "Visualize Lambda function invocations using AWS X-Ray".
    pub fn newer_segments(self) -> Self {
        self.registry.has_newer_segments.set(true);
        self
    }

    /// Returns the traces of X-Ray.
    pub fn traces(&self) -> Traces {
        let [account, _] = self.place();
        Store::of(&self.registry);
        Traces { registry: self.registry.clone(), account }
    }
}

impl Traces {
    pub(super) fn store(&self) -> Rc<Store> {
        Store::of(&self.registry)
    }

    /// Returns every trace, by when it began.
    pub fn all(&self) -> Vec<Trace> {
        let mut traces: BTreeMap<String, Vec<Segment>> = BTreeMap::new();
        for segment in self.store().all() {
            let id = segment.trace_id.clone().unwrap_or_default();
            traces.entry(id).or_default().push(segment);
        }
        let mut traces: Vec<Trace> = traces
            .into_iter()
            .map(|(id, segments)| Trace::new(id, segments, self.account.clone()))
            .collect();
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

    /// Returns the traces in which something failed, wherever: those of the filter expression `service() { fault }`.
    pub fn with_fault(&self) -> Vec<Trace> {
        self.which(Trace::has_fault)
    }

    /// Returns the traces in which a caller was in error, throttles included, wherever: `service() { error }`.
    pub fn with_error(&self) -> Vec<Trace> {
        self.which(Trace::has_error)
    }

    /// Returns the traces in which something was throttled, wherever: `service() { throttle }`.
    pub fn with_throttle(&self) -> Vec<Trace> {
        self.which(Trace::has_throttle)
    }

    /// Returns the traces that a filter expression of X-Ray selects, as the console and `GetTraceSummaries` do.
    ///
    /// # Errors
    ///
    /// It is not a filter expression, or it names a group that [`group`](Self::group) has not made.
    ///
    /// ```
    /// use lambda_runtime::{Error, Runtime};
    /// use lambda_test::Lambda;
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = Lambda::new().sample_every_trace();
    /// let double = Runtime::new(async |n: u64| Ok::<_, Error>(2 * n));
    /// let function = lambda.function("double", double).active_tracing().create();
    /// function.invoke(7).await.assert_ok();
    /// function.invoke("seven").await;
    ///
    /// let traces = lambda.traces();
    /// assert_eq!(traces.filter(r#"service(id(type: "AWS::Lambda::Function")) { fault }"#)?.len(), 1);
    /// assert_eq!(traces.filter(r#"service("double") AND duration < 1"#)?.len(), 2);
    /// # Ok::<(), lambda_test::FilterExpressionError>(())
    /// # }).unwrap();
    /// ```
    ///
    /// Source: AWS X-Ray developer guide, "Use filter expressions".
    pub fn filter(&self, expression: &str) -> Result<Vec<Trace>, FilterExpressionError> {
        let expression: FilterExpression = expression.parse()?;
        let store = self.store();
        let groups = store.groups.borrow();
        expression.check_groups(&groups)?;
        Ok(self.which(|trace| expression.selects(trace, &groups)))
    }

    /// Makes a group of X-Ray: `group.name = "NAME"` selects what its filter expression does.
    ///
    /// # Errors
    ///
    /// It is not a filter expression, or it names a group itself.
    pub fn group(&self, name: &str, expression: &str) -> Result<(), FilterExpressionError> {
        let expression: FilterExpression = expression.parse()?;
        expression.check_groups(&BTreeMap::new())?;
        self.store().groups.borrow_mut().insert(name.to_owned(), expression);
        Ok(())
    }

    /// Returns which services called which in all traces, and how that went.
    pub fn service_map(&self) -> ServiceMap {
        ServiceMap::of(&self.all())
    }

    fn which(&self, wanted: impl Fn(&Trace) -> bool) -> Vec<Trace> {
        self.all().into_iter().filter(wanted).collect()
    }

    /// Returns what functions have sent and X-Ray does not take, the last 1,000: the daemon and OTLP's receivers state nothing of it
    /// to a function.
    pub fn unprocessed(&self) -> Vec<UnprocessedSegment> {
        self.store().refused()
    }

    /// Keeps at most so many bytes of documents, 16 MiB unless set: the oldest are left out.
    pub fn limit(&self, bytes: usize) {
        self.store().set_limit(bytes);
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
        let store = self.store();
        let put = |document: D| store.put_document(document.as_ref());
        documents.into_iter().filter_map(put).collect()
    }
}

impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traces").field("traces", &self.all().len()).finish_non_exhaustive()
    }
}
