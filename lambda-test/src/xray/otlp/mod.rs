//! Spans of OpenTelemetry, which functions send by OTLP or hand to an exporter of this process.
//!
//! Source: OpenTelemetry protocol specification, "OTLP/HTTP"; AWS X-Ray developer guide, "Using OpenTelemetry".

mod attributes;
mod endpoint;
mod exporter;
mod span;

use std::{rc::Rc, sync::Mutex};

use opentelemetry_proto::tonic::trace::v1::ResourceSpans;

pub use exporter::TraceExporter;

use super::{Traces, UnprocessedSegment, store::Store};

/// How many spans wait to be read at most: what an exporter takes while nobody asks for traces.
const MOST: usize = 100_000;

/// Spans that were exported in this process, from any thread.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    waiting: Mutex<Vec<ResourceSpans>>,
}

impl Inbox {
    /// Takes spans, unless too many wait.
    fn put(&self, spans: Vec<ResourceSpans>) -> Result<(), String> {
        let mut waiting = self.waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if MOST <= waiting.len() {
            return Err(format!(
                "{MOST} batches of spans wait: expected `traces()` to be asked before"
            ));
        }
        waiting.extend(spans);
        Ok(())
    }

    pub(super) fn take(&self) -> Vec<ResourceSpans> {
        let mut waiting = self.waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        std::mem::take(&mut waiting)
    }
}

impl Store {
    /// Takes spans as segments and subsegments. Returns those that are not ones.
    pub(super) fn put_spans(&self, spans: Vec<ResourceSpans>) -> Vec<UnprocessedSegment> {
        let mut refused = Vec::new();
        for of_resource in spans {
            let resource = of_resource.resource.unwrap_or_default();
            for span in of_resource.scope_spans.into_iter().flat_map(|it| it.spans) {
                let segment = span::segment(&span, &resource);
                match segment.refusal() {
                    Some(error_code) => {
                        refused.push(UnprocessedSegment { id: Some(segment.id), error_code });
                    }
                    None => self.put(segment),
                }
            }
        }
        refused
    }
}

impl Traces {
    /// Returns an exporter for the spans of functions in this process (feature `otlp`). It may be used on any thread.
    ///
    /// A span of kind `server`, and one without a parent, becomes a segment with the name of its service; another one becomes a
    /// subsegment. Its trace is that of the function where its parent is the context that the function was invoked with. Spans have
    /// the times of their SDK: of the clock of this machine, unless they are set.
    ///
    /// | of a span | in a segment |
    /// |---|---|
    /// | `http.request.method`, `url.full`, `http.response.status_code` and the older names | `http` |
    /// | `rpc.system` = `aws-api`, `rpc.service`, `rpc.method`, `aws.request_id`, `aws.dynamodb.table_names`, `aws.s3.bucket`, `messaging.url` | `namespace` = `aws`, `aws` |
    /// | `db.system.name`, `db.namespace`, `db.query.text` and the older names | `sql` |
    /// | `enduser.id` | `user` |
    /// | the attributes that `aws.xray.annotations` names | `annotations` |
    /// | other attributes | `metadata` |
    /// | events `exception`, the status | `cause`, `fault`, `error`, `throttle` |
    /// | links | `links` |
    ///
    /// ```
    /// use lambda_test::Lambda;
    /// use opentelemetry::trace::{Tracer, TracerProvider};
    /// use opentelemetry_sdk::trace::SdkTracerProvider;
    ///
    /// # lambda_test::block_on(async {
    /// let traces = Lambda::new().traces();
    /// let provider =
    ///     SdkTracerProvider::builder().with_simple_exporter(traces.span_exporter()).build();
    /// provider.tracer("orders").in_span("count", |_| ());
    /// assert_eq!(traces.all()[0].segments[0].name, "count");
    /// # });
    /// ```
    pub fn span_exporter(&self) -> TraceExporter {
        TraceExporter::new(self.store().inbox.clone())
    }

    /// Starts a receiver of OTLP over HTTP on this machine, and returns its address for `OTEL_EXPORTER_OTLP_ENDPOINT`, such as
    /// `http://127.0.0.1:49152` (feature `otlp`). It takes spans at `/v1/traces`, as Protobuf and as JSON, without compression and
    /// up to 16 MiB at once; further calls return the same address.
    ///
    /// In virtual time a test needs `#[lambda_test::test(external_io = "30ms")]`.
    ///
    /// # Panics
    ///
    /// Panics if this machine has no free port.
    #[track_caller]
    pub fn otlp_endpoint(&self) -> String {
        let store = self.store();
        let mut address = store.otlp_address.borrow_mut();
        address
            .get_or_insert_with(|| {
                let (address, serving) =
                    endpoint::serve(Rc::downgrade(&store)).expect("a port of this machine is free");
                self.registry.owner.context().spawn(serving);
                address
            })
            .clone()
    }
}
