//! An external extension that ships what a function and the service say to a collector, over OTLP/HTTP: lines
//! of logs as log records, invocations as spans of the caller's trace. As an extension it is a file in
//! `/opt/extensions`, which a layer brings; the collector is another one, or at
//! `OTEL_EXPORTER_OTLP_ENDPOINT`.
//!
//! It is no function, so it runs beside one:
//!
//!     cargo build -q -p examples-extensions --example log_shipper && lambda-test invoke --example orders --payload-file examples/events/order.json --extension target/debug/examples/log_shipper

use std::{process::ExitCode, time::Duration};

use lambda_extension::{
    Bootstrap, Environment, Error, Extension, Registration,
    telemetry::{
        Subscription, TelemetryEvent,
        opentelemetry::{Logs, Spans, resource},
    },
};
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_otlp::{LogExporter, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{logs, trace};

/// How long the collector may take: the end of an environment leaves two seconds.
const TIMEOUT: Duration = Duration::from_millis(500);

/// Ships to these exporters.
async fn shipper(
    environment: Environment,
    spans: impl trace::SpanExporter + 'static,
    logs: impl logs::LogExporter + 'static,
) -> Result<Extension, Error> {
    // Called as its file; it is told of no invocations, so it holds none open.
    let registration = Registration::new().name("log_shipper").telemetry(Subscription::new());
    let events = [lambda_extension::LifecycleEventKind::Shutdown];
    let extension = registration.events(&events).register(&environment).await?;
    let resource = resource(&environment, extension.function());
    let mut spans = Spans::new(spans, &resource);
    let mut logs = Logs::new(logs, &resource);
    let ship = async move |events: Vec<TelemetryEvent>| {
        for shipped in [spans.export(&events).await, logs.export(&events).await] {
            // What was not taken comes with the next batch; without a collector the function goes on.
            if let Err(error) = shipped {
                environment.log(&format!("not shipped yet: {error}"));
            }
        }
        Ok::<_, Error>(())
    };
    Ok(extension.on_telemetry(ship))
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    let endpoint = environment.variables().get("OTEL_EXPORTER_OTLP_ENDPOINT");
    let endpoint = endpoint.unwrap_or("http://127.0.0.1:4318").trim_end_matches('/').to_owned();
    let client = HyperClient::with_default_connector(TIMEOUT, None);
    let spans = SpanExporter::builder().with_http().with_http_client(client.clone());
    let spans =
        spans.with_endpoint(format!("{endpoint}/v1/traces")).with_timeout(TIMEOUT).build()?;
    let logs = LogExporter::builder().with_http().with_http_client(client);
    let logs = logs.with_endpoint(format!("{endpoint}/v1/logs")).with_timeout(TIMEOUT).build()?;
    shipper(environment, spans, logs).await
}

fn main() -> ExitCode {
    lambda_extension::start(app)
}

#[cfg(test)]
mod tests {
    use lambda_runtime::Runtime;
    use lambda_test::Lambda;
    use opentelemetry_sdk::{logs::InMemoryLogExporter, trace::InMemorySpanExporter};

    use super::*;

    const TRACE: &str =
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    #[lambda_test::test]
    async fn everything_is_shipped_before_the_end() {
        let lambda = Lambda::new();
        let (spans, logs) = (InMemorySpanExporter::default(), InMemoryLogExporter::default());
        let exporters = (spans.clone(), logs.clone());
        let function = async |environment: Environment| {
            Ok::<_, Error>(Runtime::new(async move |order: u64| {
                environment.log(&format!("order {order}"));
                Ok::<_, Error>(())
            }))
        };
        let shipping = async move |environment: Environment| {
            let (spans, logs) = exporters.clone();
            shipper(environment, spans, logs).await
        };
        let orders =
            lambda.function("orders", function).extension("log_shipper", shipping).create();
        orders.invoke(7).trace(TRACE).await.assert_ok();
        orders.shut_down().await;

        let spans = spans.get_finished_spans()?;
        let names: Vec<&str> = spans.iter().map(|span| &*span.name).collect();
        assert_eq!(
            names,
            ["orders", "init", "responseLatency", "responseDuration", "runtimeOverhead"]
        );
        let invocation = &spans[0];
        assert_eq!(invocation.parent_span_id.to_string(), "53995c3f42cd8ad8");
        let trace = invocation.span_context.trace_id();
        assert_eq!(trace.to_string(), "5759e988bd862e3fe1be46a994272793");

        let logs = logs.get_emitted_logs()?;
        let line = logs.iter().find_map(|log| log.record.trace_context());
        let line = line.expect("a line belongs to the invocation");
        assert_eq!((line.trace_id, line.span_id), (trace, invocation.span_context.span_id()));
    }
}
