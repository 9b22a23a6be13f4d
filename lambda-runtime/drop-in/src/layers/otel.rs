//! A span around each invocation, for subscribers that export to OpenTelemetry.

use std::{
    fmt,
    pin::Pin,
    task::{Context as TaskContext, Poll},
};

use tower::{Layer, Service};
use tracing::{Instrument as _, field::Empty, instrument::Instrumented};

use crate::LambdaInvocation;

/// Puts a span around each invocation, and flushes after it.
pub struct OpenTelemetryLayer<F> {
    flush: F,
    trigger: OpenTelemetryFaasTrigger,
}

impl<F: Fn() + Clone> OpenTelemetryLayer<F> {
    /// The layer, with what flushes.
    pub fn new(flush: F) -> Self {
        Self { flush, trigger: OpenTelemetryFaasTrigger::default() }
    }

    /// Sets the attribute `faas.trigger`.
    pub fn with_trigger(self, trigger: OpenTelemetryFaasTrigger) -> Self {
        Self { trigger, ..self }
    }
}

impl<S, F: Fn() + Clone> Layer<S> for OpenTelemetryLayer<F> {
    type Service = OpenTelemetryService<S, F>;

    fn layer(&self, inner: S) -> OpenTelemetryService<S, F> {
        OpenTelemetryService { inner, flush: self.flush.clone(), trigger: self.trigger, cold: true }
    }
}

/// A service within a span.
pub struct OpenTelemetryService<S, F> {
    inner: S,
    flush: F,
    trigger: OpenTelemetryFaasTrigger,
    cold: bool,
}

impl<S, F> Service<LambdaInvocation> for OpenTelemetryService<S, F>
where
    S: Service<LambdaInvocation, Response = ()>,
    F: Fn() + Clone,
{
    type Response = ();
    type Error = S::Error;
    type Future = OpenTelemetryFuture<Instrumented<S::Future>, F>;

    fn poll_ready(&mut self, context: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, invocation: LambdaInvocation) -> Self::Future {
        let context = &invocation.context;
        let span = tracing::info_span!(
            "Lambda function invocation",
            "otel.name" = context.env_config.function_name,
            "otel.kind" = Empty,
            "faas.name" = context.env_config.function_name,
            "faas.trigger" = self.trigger.to_string(),
            "faas.invocation_id" = context.request_id,
            "faas.coldstart" = std::mem::take(&mut self.cold),
            "tenant_id" = Empty,
        );
        if let Some(tenant) = &context.tenant_id {
            span.record("tenant_id", tenant.as_str());
        }
        let handling = span.in_scope(|| self.inner.call(invocation)).instrument(span);
        OpenTelemetryFuture { handling: Some(Box::pin(handling)), flush: self.flush.clone() }
    }
}

/// An invocation within its span. What flushes may borrow.
pub struct OpenTelemetryFuture<H, F> {
    handling: Option<Pin<Box<H>>>,
    flush: F,
}

// What flushes is not pinned.
impl<H, F> Unpin for OpenTelemetryFuture<H, F> {}

impl<H: Future, F: Fn()> Future for OpenTelemetryFuture<H, F> {
    type Output = H::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<H::Output> {
        let Some(handling) = &mut self.handling else { return Poll::Pending };
        let ended = std::task::ready!(handling.as_mut().poll(context));
        // That closes the span, so that it is flushed too.
        self.handling = None;
        (self.flush)();
        Poll::Ready(ended)
    }
}

/// What triggers a function.
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub enum OpenTelemetryFaasTrigger {
    /// A change of data.
    #[default]
    Datasource,
    /// A request of HTTP.
    Http,
    /// Messages.
    PubSub,
    /// A schedule.
    Timer,
    /// Anything else.
    Other,
}

impl fmt::Display for OpenTelemetryFaasTrigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Datasource => "datasource",
            Self::Http => "http",
            Self::PubSub => "pubsub",
            Self::Timer => "timer",
            Self::Other => "other",
        })
    }
}
