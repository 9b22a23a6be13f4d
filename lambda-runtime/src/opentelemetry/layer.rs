//! A span around each invocation.

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::{Context as TaskContext, Poll},
};

use ::opentelemetry::{
    Context, KeyValue,
    trace::{SpanBuilder, Status, TraceContextExt as _, Tracer},
};
use lambda_core::{BoxError, Environment, FunctionArn, error_type, rt::current};
use tower_layer::Layer;
use tower_service::Service;

use super::Trigger;
use crate::{FunctionError, Invocation, Response};

/// A tower layer that opens a span around each invocation, for [`Runtime::layer`](crate::Runtime::layer): see
/// [the module](crate::opentelemetry) for what the span has.
#[derive(Clone, Debug)]
pub struct OpenTelemetryLayer<T> {
    tracer: T,
    trigger: Trigger,
}

impl<T: Tracer> OpenTelemetryLayer<T> {
    /// Opens the spans with this tracer.
    pub fn new(tracer: T) -> Self {
        Self { tracer, trigger: Trigger::default() }
    }

    /// Sets what triggers the function: [`Trigger::Other`] unless set.
    pub fn trigger(mut self, trigger: Trigger) -> Self {
        self.trigger = trigger;
        self
    }
}

impl<T: Clone, S> Layer<S> for OpenTelemetryLayer<T> {
    type Service = OpenTelemetryService<T, S>;

    fn layer(&self, inner: S) -> OpenTelemetryService<T, S> {
        OpenTelemetryService { inner, tracer: self.tracer.clone(), trigger: self.trigger }
    }
}

/// A service whose calls are within spans.
pub struct OpenTelemetryService<T, S> {
    inner: S,
    tracer: T,
    trigger: Trigger,
}

impl<T, S> fmt::Debug for OpenTelemetryService<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenTelemetryService")
            .field("trigger", &self.trigger)
            .finish_non_exhaustive()
    }
}

impl<T, S> Service<Invocation> for OpenTelemetryService<T, S>
where
    T: Tracer,
    T::Span: Send + Sync + 'static,
    S: Service<Invocation, Response = Response, Error: Into<BoxError>, Future: 'static>,
{
    type Response = Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response, BoxError>>>>;

    fn poll_ready(&mut self, context: &mut TaskContext<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, invocation: Invocation) -> Self::Future {
        let environment = current();
        let span = Open(self.open(&environment, &invocation), environment);
        let handling = {
            let _within = span.0.clone().attach();
            self.inner.call(invocation)
        };
        Box::pin(async move {
            let mut handling = pin!(handling);
            let outcome = poll_fn(|context| {
                let _within = span.0.clone().attach();
                handling.as_mut().poll(context)
            });
            let outcome = outcome.await.map_err(Into::into);
            if let Err(error) = &outcome {
                span.fail(&**error);
            }
            outcome
        })
    }
}

impl<T, S> OpenTelemetryService<T, S>
where
    T: Tracer,
    T::Span: Send + Sync + 'static,
{
    fn open(&self, environment: &Environment, invocation: &Invocation) -> Context {
        let Invocation { context, payload } = invocation;
        let (parent, links) = self.trigger.origin(context.xray_trace_id.as_deref(), payload);
        let arn = context.arn().ok();
        let resource = arn.as_ref().map(without_qualifier);
        let attributes = [
            Some(KeyValue::new("faas.name", context.env_config.function_name.clone())),
            Some(KeyValue::new("faas.invocation_id", context.request_id.clone())),
            Some(KeyValue::new("faas.coldstart", context.is_cold_start())),
            Some(KeyValue::new("faas.trigger", self.trigger.as_str())),
            arn.map(|arn| KeyValue::new("aws.lambda.invoked_arn", arn.to_string())),
            resource.map(|arn| KeyValue::new("cloud.resource_id", arn)),
            context.tenant_id.clone().map(|tenant| KeyValue::new("tenant_id", tenant)),
        ];
        let builder = SpanBuilder::from_name(context.env_config.function_name.clone())
            .with_kind(self.trigger.kind())
            // The clock of the environment, which may be virtual.
            .with_start_time(environment.now())
            .with_attributes(attributes.into_iter().flatten())
            .with_links(links);
        let around = Context::new();
        let around = match parent {
            Some(parent) => around.with_remote_span_context(parent),
            None => around,
        };
        let span = self.tracer.build_with_context(builder, &around);
        around.with_span(span)
    }
}

/// "The ARN without its qualifier": the function itself.
fn without_qualifier(arn: &FunctionArn) -> String {
    let qualifier = arn.qualifier().map_or(0, |qualifier| 1 + qualifier.len());
    arn.as_str()[..arn.as_str().len() - qualifier].to_owned()
}

/// A span that is open. It ends when this is dropped: once the invocation is handled, has panicked or was cut off.
struct Open(Context, Environment);

impl Open {
    fn fail(&self, error: &(dyn std::error::Error + 'static)) {
        let (name, text) = match error.downcast_ref::<FunctionError>() {
            Some(error) => (error.error_type.clone(), error.error_message.clone()),
            None => {
                let report = error_type::report_dyn(error);
                (report.error_type, report.error_message)
            }
        };
        let span = self.0.span();
        span.set_attribute(KeyValue::new("error.type", name));
        span.set_status(Status::error(text));
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let span = self.0.span();
        if std::thread::panicking() {
            span.set_attribute(KeyValue::new("error.type", "Runtime.Panic"));
            span.set_status(Status::error("the handler panicked"));
        }
        span.end_with_timestamp(self.1.now());
    }
}
