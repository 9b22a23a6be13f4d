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

use lambda_core::{
    Environment,
    rt::{AttributeValue, Waiting, resource_attributes},
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
};

use crate::FunctionInfo;

pub use logs::Logs;
pub use spans::Spans;

/// The function and where it runs, in the words of the semantic conventions: `service.name`, `faas.name`,
/// `faas.version`, `faas.max_memory`, `cloud.provider`, `cloud.platform`, `cloud.region`, `cloud.account.id`.
///
/// The variables `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` are obeyed.
/// Source: OpenTelemetry semantic conventions, "FaaS resource attributes".
pub fn resource(environment: &Environment, function: &FunctionInfo) -> Resource {
    let (name, version) = (Some(&*function.name), Some(&*function.version));
    let attributes =
        resource_attributes(environment, name, version, function.account_id.as_deref());
    let key_value = |(key, value)| match value {
        AttributeValue::Text(text) => KeyValue::new(key, text),
        AttributeValue::Integer(number) => KeyValue::new(key, number),
    };
    Resource::builder_empty().with_attributes(attributes.into_iter().map(key_value)).build()
}

/// Makes an error of what an exporter did not take, which states how many are lost.
fn not_taken<T>(waiting: &mut Waiting<T>, exported: OTelSdkResult) -> OTelSdkResult {
    let (what, lost) = match exported {
        Ok(()) => (String::new(), waiting.taken(usize::MAX)),
        Err(error) => match waiting.not_taken() {
            0 => return Err(error),
            lost => (format!("{error}; "), lost),
        },
    };
    match lost {
        0 => Ok(()),
        lost => {
            let text = format!("{what}{lost} are lost, since too many waited");
            Err(OTelSdkError::InternalFailure(text))
        }
    }
}

fn scope() -> InstrumentationScope {
    InstrumentationScope::builder("lambda-extension")
        .with_version(env!("CARGO_PKG_VERSION"))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_states_what_is_lost() {
        let away = || Err(OTelSdkError::InternalFailure("away".to_owned()));
        let mut waiting = Waiting::default();
        (0..10_003).for_each(|item| waiting.push(item));
        let error = not_taken(&mut waiting, away()).expect_err("it was not taken").to_string();
        assert!(error.contains("3 are lost, since too many waited"), "{error}");
        let error = not_taken(&mut waiting, away()).expect_err("it was not taken").to_string();
        assert!(!error.contains("lost"), "{error}");
        assert!(not_taken(&mut waiting, Ok(())).is_ok() && waiting.items().is_empty());
    }
}
