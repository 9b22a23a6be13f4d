//! Spans of invocations for OpenTelemetry, with any of its exporters.
//!
//! ```
//! use lambda_runtime::{
//!     Bootstrap, Environment, Error, Runtime,
//!     opentelemetry::{OpenTelemetryLayer, SpanBuffer, resource},
//! };
//! use opentelemetry::trace::TracerProvider as _;
//! use opentelemetry_sdk::trace::SdkTracerProvider;
//! # use opentelemetry_sdk::trace::InMemorySpanExporter;
//! # fn exporter() -> Result<InMemorySpanExporter, Error> { Ok(Default::default()) }
//!
//! async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
//!     // For example that of the crate `opentelemetry-otlp`.
//!     let spans = SpanBuffer::new(exporter()?);
//!     let provider = SdkTracerProvider::builder()
//!         .with_resource(resource(&environment))
//!         .with_span_processor(spans.clone())
//!         .build();
//!     let handler = async |order: u32| Ok::<_, Error>(order);
//!     Ok(Runtime::new(handler)
//!         .layer(OpenTelemetryLayer::new(provider.tracer("orders")))
//!         .after_each(async move || spans.flush().await))
//! }
//! # let _ = app;
//! ```
//!
//! The span of an invocation has the name of the function and continues the trace of its caller: its parent is the
//! segment of the X-Ray header, and by [`Trigger`] also what an event itself has of a trace. What the handler starts is
//! below it, by the crate `opentelemetry` and by `tracing` with `tracing-opentelemetry`.
//!
//! | attribute | holds |
//! |---|---|
//! | `faas.name` | the function |
//! | `faas.invocation_id` | the request id |
//! | `faas.coldstart` | whether the invocation is the first of its environment |
//! | `faas.trigger` | what triggers the function, see [`Trigger`] |
//! | `aws.lambda.invoked_arn`, `cloud.resource_id` | the ARN as invoked, and without its qualifier |
//! | `tenant_id` | the tenant; absent without one |
//! | `error.type` | of a failed invocation: the type of its error; the status has its text |
//!
//! Export in [`after_each`](crate::Runtime::after_each), and where the environment may end with spans that were not, in
//! [`on_shutdown`](crate::Runtime::on_shutdown): between invocations the process is frozen, so no thread and no timer
//! exports for you. [`SpanBuffer`] exports on the thread of the function. A processor of the SDK's own does too, by
//! `provider.force_flush()`, where its exporter blocks: one that needs tokio waits for the thread that waits for it.
//!
//! Source: OpenTelemetry semantic conventions, "FaaS spans" and "AWS Lambda".

mod buffer;
mod layer;
mod parent;

use ::opentelemetry::KeyValue;
use lambda_core::{
    Environment,
    rt::{AttributeValue, resource_attributes},
};
use opentelemetry_sdk::Resource;

pub use self::{
    buffer::SpanBuffer,
    layer::{OpenTelemetryLayer, OpenTelemetryService},
    parent::Trigger,
};

/// Describes the function and where it runs, by the semantic conventions: `service.name`, `faas.name`, `faas.version`,
/// `faas.max_memory`, `cloud.provider`, `cloud.platform`, `cloud.region`.
///
/// The variables `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` of the function are obeyed.
/// Source: OpenTelemetry semantic conventions, "FaaS resource attributes".
pub fn resource(environment: &Environment) -> Resource {
    let variables = environment.variables();
    let (name, version) = (variables.function_name(), variables.function_version());
    let attributes = resource_attributes(environment, name, version, None);
    let key_value = |(key, value)| match value {
        AttributeValue::Text(text) => KeyValue::new(key, text),
        AttributeValue::Integer(number) => KeyValue::new(key, number),
    };
    Resource::builder_empty().with_attributes(attributes.into_iter().map(key_value)).build()
}
