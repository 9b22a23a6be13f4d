//! Spans and log records for OpenTelemetry, made of telemetry, for any of its exporters.
//!
//! ```no_run
//! use lambda_extension::{
//!     Bootstrap, Environment, Error, Registration,
//!     telemetry::{
//!         Subscription, TelemetryEvent,
//!         opentelemetry::{Logs, Spans, resource},
//!     },
//! };
//! # use opentelemetry_sdk::{logs::InMemoryLogExporter, trace::InMemorySpanExporter};
//! # fn span_exporter() -> Result<InMemorySpanExporter, Error> { Ok(Default::default()) }
//! # fn log_exporter() -> Result<InMemoryLogExporter, Error> { Ok(Default::default()) }
//!
//! async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
//!     let registration = Registration::new().telemetry(Subscription::new());
//!     let extension = registration.register(&environment).await?;
//!     let resource = resource(&environment, extension.function());
//!     // For example those of the crate `opentelemetry-otlp`.
//!     let mut spans = Spans::new(span_exporter()?, &resource);
//!     let mut logs = Logs::new(log_exporter()?, &resource);
//!     let export = async move |events: Vec<TelemetryEvent>| {
//!         for error in [spans.export(&events).await.err(), logs.export(&events).await.err()] {
//!             // What was not taken is sent with the next batch.
//!             error.iter().for_each(|error| environment.log(&error.to_string()));
//!         }
//!         Ok::<_, Error>(())
//!     };
//!     Ok(extension.on_telemetry(export))
//! }
//! ```
//!
//! The trace is the one of the service's header: its root is the id of the trace, and the span of an
//! invocation has the caller's segment as its parent. Where the service says the id of its own segment, the
//! span has that id, so that spans which the function makes below the header are its children. Without
//! a trace, as where tracing is not active, ids are made of the request id.

mod logs;
mod spans;
mod waiting;

use lambda_core::Environment;
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::Resource;
use percent_encoding::percent_decode_str;

use crate::FunctionInfo;

pub use logs::Logs;
pub use spans::Spans;

/// The function and where it runs, in the words of the semantic conventions: `service.name`, `faas.name`,
/// `faas.version`, `faas.max_memory`, `cloud.provider`, `cloud.platform`, `cloud.region`, `cloud.account.id`.
///
/// The variables `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` are obeyed.
/// Source: OpenTelemetry semantic conventions, "FaaS resource attributes".
pub fn resource(environment: &Environment, function: &FunctionInfo) -> Resource {
    let variable = |name| environment.variables().get(name);
    let text = |key: &'static str, value: Option<&str>| {
        value.map(|value| KeyValue::new(key, value.to_owned()))
    };
    let memory = variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").and_then(|mb| mb.parse::<i64>().ok());
    let known = [
        text("cloud.provider", Some("aws")),
        text("cloud.platform", Some("aws_lambda")),
        text("cloud.region", variable("AWS_REGION")),
        text("cloud.account.id", function.account_id.as_deref()),
        text("faas.name", Some(&function.name)),
        text("faas.version", Some(&function.version)),
        memory.map(|mb| KeyValue::new("faas.max_memory", mb * 1024 * 1024)),
        text("service.name", Some(&function.name)),
    ];
    let asked = variable("OTEL_RESOURCE_ATTRIBUTES").unwrap_or_default().split(',');
    let asked = asked.filter_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        // "Percent-encoded", as in the header `baggage`.
        let value = percent_decode_str(value.trim()).decode_utf8().ok()?;
        Some(KeyValue::new(key.trim().to_owned(), value.into_owned()))
    });
    let resource = Resource::builder_empty()
        .with_attributes(known.into_iter().flatten())
        .with_attributes(asked)
        .with_attributes(text("service.name", variable("OTEL_SERVICE_NAME")));
    resource.build()
}

fn scope() -> InstrumentationScope {
    InstrumentationScope::builder("lambda-extension")
        .with_version(env!("CARGO_PKG_VERSION"))
        .build()
}
