//! One span for each invocation.

use std::task::{Context as TaskContext, Poll};

use ::tracing::{
    Instrument as _, Metadata, Span, field::Empty, info_span, instrument::Instrumented,
};
use tower_layer::Layer;
use tower_service::Service;

use crate::{Context, Invocation, Response};

/// A tower layer that opens a span around each invocation, for [`Runtime::layer`](crate::Runtime::layer).
///
/// The span is called `invocation`, has the level `INFO`, and the fields `requestId`, `traceId` and `tenantId`, of which
/// the last two are absent where the invocation has none.
///
/// ```
/// use lambda_runtime::{Error, Runtime, tracing::TracingLayer};
///
/// let runtime = Runtime::new(async |name: String| Ok::<_, Error>(name)).layer(TracingLayer::new());
/// # let _ = runtime;
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TracingLayer;

impl TracingLayer {
    /// Makes the layer.
    pub fn new() -> Self {
        Self
    }
}

impl<S> Layer<S> for TracingLayer {
    type Service = TracingService<S>;

    fn layer(&self, inner: S) -> TracingService<S> {
        TracingService { inner }
    }
}

/// A service whose calls are within spans.
#[derive(Clone, Debug)]
pub struct TracingService<S> {
    inner: S,
}

impl<S: Service<Invocation, Response = Response>> Service<Invocation> for TracingService<S> {
    type Response = Response;
    type Error = S::Error;
    type Future = Instrumented<S::Future>;

    fn poll_ready(&mut self, context: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, invocation: Invocation) -> Self::Future {
        let span = invocation_span(&invocation.context);
        let handling = span.in_scope(|| self.inner.call(invocation));
        handling.instrument(span)
    }
}

const TARGET: &str = "lambda_runtime";
const NAME: &str = "invocation";

fn invocation_span(context: &Context) -> Span {
    let span = info_span!(
        target: TARGET,
        NAME,
        requestId = context.request_id,
        traceId = Empty,
        tenantId = Empty,
    );
    if span.is_disabled() {
        return span;
    }
    if let Some(root) = context.trace().as_ref().and_then(|trace| trace.root()) {
        span.record("traceId", root);
    }
    if let Some(tenant) = &context.tenant_id {
        span.record("tenantId", tenant.as_str());
    }
    span
}

/// Returns whether it is the span of an invocation.
pub(super) fn is_invocation(metadata: &Metadata<'_>) -> bool {
    metadata.target() == TARGET && metadata.name() == NAME
}
