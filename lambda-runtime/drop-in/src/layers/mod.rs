//! Layers around invocations.

#[cfg(feature = "opentelemetry")]
mod otel;

#[cfg(feature = "opentelemetry")]
pub use otel::{OpenTelemetryFaasTrigger, OpenTelemetryLayer, OpenTelemetryService};
#[cfg(feature = "tracing")]
pub use trace::{TracingLayer, TracingService};

/// A span around each invocation.
#[cfg(feature = "tracing")]
pub mod trace {
    use std::task::{Context as TaskContext, Poll};

    use ours::{Context, Error};
    use tower::{Layer, Service};
    use tracing::{Instrument as _, instrument::Instrumented};

    use crate::LambdaInvocation;

    /// Puts a span around each invocation.
    #[derive(Clone, Copy, Debug, Default)]
    pub struct TracingLayer {}

    impl TracingLayer {
        /// The layer.
        pub fn new() -> Self {
            Self::default()
        }
    }

    impl<S> Layer<S> for TracingLayer {
        type Service = TracingService<S>;

        fn layer(&self, inner: S) -> TracingService<S> {
            TracingService { inner }
        }
    }

    /// A service within a span.
    #[derive(Clone, Debug)]
    pub struct TracingService<S> {
        inner: S,
    }

    impl<S> Service<LambdaInvocation> for TracingService<S>
    where
        S: Service<LambdaInvocation, Response = (), Error = Error>,
    {
        type Response = ();
        type Error = Error;
        type Future = Instrumented<S::Future>;

        fn poll_ready(&mut self, context: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
            self.inner.poll_ready(context)
        }

        fn call(&mut self, invocation: LambdaInvocation) -> Self::Future {
            let span = request_span(&invocation.context);
            self.inner.call(invocation).instrument(span)
        }
    }

    /// The span of an invocation, with its id, its trace and its tenant.
    pub fn request_span(context: &Context) -> tracing::Span {
        let span = tracing::info_span!(
            "Lambda runtime invoke",
            requestId = context.request_id,
            xrayTraceId = tracing::field::Empty,
            tenantId = tracing::field::Empty,
        );
        if let Some(trace) = &context.xray_trace_id {
            span.record("xrayTraceId", trace.as_str());
        }
        if let Some(tenant) = &context.tenant_id {
            span.record("tenantId", tenant.as_str());
        }
        span
    }
}
