//! A function as it runs in production: log records and metrics in its log, spans to a collector over OTLP/HTTP, and an
//! orderly end. All of them state the same request and the same trace.
//!
//!     lambda-test invoke --example traced_orders --log-json --payload '{"lines": [{"price": 7, "quantity": 2}]}'
//!
//! The collector is at `OTEL_EXPORTER_OTLP_ENDPOINT`; where none listens, a line of the log states it.

use std::{process::ExitCode, time::Duration};

use lambda_runtime::{
    Bootstrap, DeadlineLayer, Environment, Error, Runtime,
    metrics::{Metrics, Unit},
    opentelemetry::{OpenTelemetryLayer, SpanBuffer, resource},
    tracing,
};
use opentelemetry::trace::{Tracer as _, TracerProvider as _};
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::trace::{self, SdkTracerProvider};

/// How long the collector may take.
const TIMEOUT: Duration = Duration::from_millis(500);

#[derive(serde::Deserialize)]
struct Order {
    lines: Vec<Line>,
}

#[derive(serde::Deserialize)]
struct Line {
    price: u64,
    quantity: u64,
}

/// Totals orders, and exports spans to this exporter.
async fn orders(
    environment: Environment,
    exporter: impl trace::SpanExporter + 'static,
) -> Result<impl Bootstrap, Error> {
    tracing::init();
    let spans = SpanBuffer::new(exporter);
    let provider = SdkTracerProvider::builder().with_resource(resource(&environment));
    let tracer = provider.with_span_processor(spans.clone()).build().tracer("orders");
    let metrics = Metrics::new("Shop")?.dimension("service", "orders")?.cold_start();
    let (put, own) = (metrics.clone(), tracer.clone());
    let handler = async move |order: Order| {
        let total: u64 = own
            .in_span("total", |_| order.lines.iter().map(|line| line.price * line.quantity).sum());
        tracing::info!(lines = order.lines.len(), total, "order received");
        put.put("orders", 1, Unit::Count);
        put.put("total", total, Unit::None);
        Ok::<_, Error>(total)
    };
    let flush = async move || {
        metrics.flush();
        spans.flush().await;
    };
    Ok(Runtime::new(handler)
        .layer(DeadlineLayer::new(2 * TIMEOUT))
        .layer(OpenTelemetryLayer::new(tracer))
        .after_each(flush.clone())
        .on_shutdown(flush))
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    let endpoint = environment.variables().get("OTEL_EXPORTER_OTLP_ENDPOINT");
    let endpoint = endpoint.unwrap_or("http://127.0.0.1:4318").trim_end_matches('/');
    let client = HyperClient::with_default_connector(TIMEOUT, None);
    let exporter = SpanExporter::builder().with_http().with_http_client(client);
    let exporter = exporter.with_endpoint(format!("{endpoint}/v1/traces")).with_timeout(TIMEOUT);
    let exporter = exporter.build()?;
    orders(environment, exporter).await
}

fn main() -> ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use lambda_test::{Lambda, LogFormat};
    use opentelemetry_sdk::trace::InMemorySpanExporter;
    use serde_json::{Value, json};

    use super::*;

    const TRACE: &str =
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    #[lambda_test::test]
    async fn record_metrics_and_spans_state_the_same_request_and_trace() {
        let lambda = Lambda::new();
        let exporter = InMemorySpanExporter::default();
        let exports = exporter.clone();
        let app = async move |environment: Environment| orders(environment, exports.clone()).await;
        let function = lambda.function("orders", app).log_format(LogFormat::Json).create();

        let event = json!({"lines": [{"price": 7, "quantity": 2}]});
        let outcome = function.invoke(event).trace(TRACE).await;

        assert_eq!(outcome.payload(), "14");
        let id = outcome.report().request_id.as_str();
        let lines: Vec<Value> = outcome
            .logs()
            .iter()
            .map(|line| serde_json::from_str(line))
            .collect::<Result<_, _>>()?;
        for line in &lines {
            assert_eq!(line["requestId"], id);
            assert_eq!(line["traceId"], "1-5759e988-bd862e3fe1be46a994272793");
        }
        assert_eq!(
            (&lines[0]["message"], &lines[0]["total"]),
            (&"order received".into(), &14.into())
        );
        assert_eq!((&lines[1]["orders"], &lines[1]["ColdStart"]), (&1.into(), &1.into()));

        let spans = exporter.get_finished_spans()?;
        let [total, invocation] = &spans[..] else { panic!("{spans:?}") };
        assert_eq!(total.parent_span_id, invocation.span_context.span_id());
        let trace = invocation.span_context.trace_id().to_string();
        assert_eq!(trace, "5759e988bd862e3fe1be46a994272793");
        let attribute = |key: &str| invocation.attributes.iter().find(|it| it.key.as_str() == key);
        assert_eq!(
            attribute("faas.invocation_id").map(|it| it.value.to_string()).as_deref(),
            Some(id)
        );
    }

    /// The exporter as it runs in production, over HTTP.
    #[lambda_test::test(external_io = "30ms")]
    async fn spans_are_a_part_of_the_trace() {
        let lambda = Lambda::new();
        let endpoint = lambda.traces().otlp_endpoint();
        let function = lambda.function("orders", app).active_tracing();
        let function = function.env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint).create();

        function.invoke(json!({"lines": []})).trace(TRACE).await.assert_ok();

        let trace = lambda.traces().get(TRACE).expect("it is sampled");
        let total = trace.segments.iter().find(|it| it.name == "total").expect("a subsegment");
        let invocation = trace.segments.iter().find(|it| Some(&it.id) == total.parent_id.as_ref());
        let of_lambda = &trace.segments[1].subsegments[1];
        assert_eq!(invocation.expect("a segment").parent_id.as_ref(), Some(&of_lambda.id));
        assert_eq!(lambda.traces().unprocessed(), []);
    }
}
