//! Spans of invocations.

use std::{sync::Arc, time::Duration};

use expect_test::{Expect, expect};
use lambda_runtime::{
    Bootstrap, BoxRuntime, Environment, Error, FunctionError, Runtime,
    opentelemetry::{OpenTelemetryLayer, SpanBuffer, Trigger, resource},
};
use lambda_test::{Lambda, Outcome};
use opentelemetry::trace::{Tracer as _, TracerProvider as _};
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    trace::{InMemorySpanExporter, SdkTracer, SdkTracerProvider, SpanData, SpanExporter},
};
use tokio::time::sleep;

const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
const W3C: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn provider(
    environment: &Environment,
    spans: SpanBuffer<impl SpanExporter + 'static>,
) -> SdkTracerProvider {
    let provider = SdkTracerProvider::builder().with_span_processor(spans);
    provider.with_resource(resource(environment)).build()
}

/// A function that does as its event names it, within a span of its own.
fn runtime(tracer: SdkTracer, trigger: Trigger) -> BoxRuntime {
    let own = tracer.clone();
    let handler = async move |event: serde_json::Value| {
        sleep(Duration::from_millis(10)).await;
        let span = own.start("own");
        sleep(Duration::from_millis(5)).await;
        drop(span);
        match event.as_str() {
            Some("fail") => Err(FunctionError::new("SoldOut", "of 7")),
            Some("panic") => panic!("on demand"),
            Some("hang") => std::future::pending().await,
            _ => Ok(()),
        }
    };
    Runtime::new(handler).layer(OpenTelemetryLayer::new(tracer).trigger(trigger)).boxed()
}

/// A span in some lines. Ids that are drawn anew are left out.
fn shown(span: &SpanData, base: std::time::SystemTime) -> String {
    let millis =
        |time: std::time::SystemTime| time.duration_since(base).expect("later").as_millis();
    let mut text = format!(
        "{} {:?} below {} of {}, {} to {} ms, {:?}\n",
        span.name,
        span.span_kind,
        span.parent_span_id,
        span.span_context.trace_id(),
        millis(span.start_time),
        millis(span.end_time),
        span.status,
    );
    for link in &span.links.links {
        text += &format!("  link {}\n", link.span_context.span_id());
    }
    for attribute in &span.attributes {
        text += &format!("  {}: {}\n", attribute.key, attribute.value);
    }
    text
}

/// Invokes a function with these events. Returns the outcomes, and the spans that were exported.
async fn spans(trigger: Trigger, events: &[serde_json::Value]) -> (Vec<Outcome>, Vec<SpanData>) {
    let exporter = InMemorySpanExporter::default();
    let exports = exporter.clone();
    let app = async move |environment: Environment| {
        let spans = SpanBuffer::new(exports.clone());
        let tracer = provider(&environment, spans.clone()).tracer("tests");
        Ok::<_, Error>(runtime(tracer, trigger).after_each(async move || spans.flush().await))
    };
    let lambda = Lambda::new();
    let function = lambda.function("orders", app).create();
    let mut outcomes = Vec::new();
    for event in events {
        outcomes.push(function.invoke(event).trace(TRACE).await);
    }
    (outcomes, exporter.get_finished_spans().expect("spans"))
}

async fn check(trigger: Trigger, event: serde_json::Value, expected: Expect) {
    let (outcomes, spans) = spans(trigger, &[event]).await;
    let base = std::time::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
    let id = &outcomes[0].report().request_id;
    // The handler's own span has the time of this machine.
    let spans = spans.iter().filter(|span| span.name != "own");
    let text: String = spans.map(|span| shown(span, base).replace(id, "id")).collect();
    expected.assert_eq(&text);
}

#[lambda_test::test]
async fn an_invocation_is_a_span_of_its_callers_trace() {
    check(
        Trigger::Other,
        "hi".into(),
        expect![[r#"
        orders Server below 53995c3f42cd8ad8 of 5759e988bd862e3fe1be46a994272793, 0 to 15 ms, Unset
          faas.name: orders
          faas.invocation_id: id
          faas.coldstart: true
          faas.trigger: other
          aws.lambda.invoked_arn: arn:aws:lambda:us-east-1:123456789012:function:orders
          cloud.resource_id: arn:aws:lambda:us-east-1:123456789012:function:orders
    "#]],
    )
    .await;
}

#[lambda_test::test]
async fn a_failed_invocation_is_a_span_with_its_error() {
    check(Trigger::Timer, "fail".into(), expect![[r#"
        orders Server below 53995c3f42cd8ad8 of 5759e988bd862e3fe1be46a994272793, 0 to 15 ms, Error { description: "of 7" }
          faas.name: orders
          faas.invocation_id: id
          faas.coldstart: true
          faas.trigger: timer
          aws.lambda.invoked_arn: arn:aws:lambda:us-east-1:123456789012:function:orders
          cloud.resource_id: arn:aws:lambda:us-east-1:123456789012:function:orders
          error.type: SoldOut
    "#]]).await;
    check(Trigger::Datasource, "panic".into(), expect![[r#"
        orders Server below 53995c3f42cd8ad8 of 5759e988bd862e3fe1be46a994272793, 0 to 15 ms, Error { description: "the handler panicked" }
          faas.name: orders
          faas.invocation_id: id
          faas.coldstart: true
          faas.trigger: datasource
          aws.lambda.invoked_arn: arn:aws:lambda:us-east-1:123456789012:function:orders
          cloud.resource_id: arn:aws:lambda:us-east-1:123456789012:function:orders
          error.type: Runtime.Panic
    "#]]).await;
}

#[lambda_test::test]
async fn an_event_names_its_trace_by_its_trigger() {
    let request = serde_json::json!({"headers": {"traceparent": W3C}});
    check(
        Trigger::Http,
        request,
        expect![[r#"
        orders Server below b7ad6b7169203331 of 0af7651916cd43dd8448eb211c80319c, 0 to 15 ms, Unset
          link 53995c3f42cd8ad8
          faas.name: orders
          faas.invocation_id: id
          faas.coldstart: true
          faas.trigger: http
          aws.lambda.invoked_arn: arn:aws:lambda:us-east-1:123456789012:function:orders
          cloud.resource_id: arn:aws:lambda:us-east-1:123456789012:function:orders
    "#]],
    )
    .await;
    let message = serde_json::json!({"messageAttributes": {"traceparent": {"stringValue": W3C}}});
    check(Trigger::PubSub, serde_json::json!({"Records": [message]}), expect![[r#"
        orders Consumer below 53995c3f42cd8ad8 of 5759e988bd862e3fe1be46a994272793, 0 to 15 ms, Unset
          link b7ad6b7169203331
          faas.name: orders
          faas.invocation_id: id
          faas.coldstart: true
          faas.trigger: pubsub
          aws.lambda.invoked_arn: arn:aws:lambda:us-east-1:123456789012:function:orders
          cloud.resource_id: arn:aws:lambda:us-east-1:123456789012:function:orders
    "#]]).await;
}

#[lambda_test::test]
async fn what_the_handler_starts_is_below_its_invocation() {
    let (_, spans) = spans(Trigger::Other, &["hi".into(), "hi".into()]).await;
    let [own, invocation, next, _] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!((&*own.name, &*invocation.name), ("own", "orders"));
    assert_eq!(own.parent_span_id, invocation.span_context.span_id());
    assert_eq!(own.span_context.trace_id(), invocation.span_context.trace_id());
    assert_ne!(next.parent_span_id, own.parent_span_id);
}

/// A caller that does not record the trace: then this part is not recorded either.
#[lambda_test::test]
async fn a_trace_that_is_not_sampled_is_not_exported() {
    let exporter = InMemorySpanExporter::default();
    let exports = exporter.clone();
    let app = async move |environment: Environment| {
        let spans = SpanBuffer::new(exports.clone());
        let tracer = provider(&environment, spans.clone()).tracer("tests");
        let runtime = runtime(tracer, Trigger::Other);
        Ok::<_, Error>(runtime.after_each(async move || spans.flush().await))
    };
    let function = Lambda::new().function("orders", app).create();
    function.invoke("hi").trace(TRACE.replace("Sampled=1", "Sampled=0")).await.assert_ok();
    assert_eq!(exporter.get_finished_spans().expect("spans").len(), 0);
}

/// Takes spans from the second call on, after a time.
#[derive(Clone, Debug, Default)]
struct Collector {
    calls: Arc<std::sync::atomic::AtomicUsize>,
    taken: InMemorySpanExporter,
    described: Arc<std::sync::Mutex<Option<Resource>>>,
}

impl SpanExporter for Collector {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        sleep(Duration::from_millis(20)).await;
        match self.calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 => Err(OTelSdkError::InternalFailure("the collector is away".to_owned())),
            _ => self.taken.export(batch).await,
        }
    }

    fn set_resource(&mut self, resource: &Resource) {
        *self.described.lock().expect("nobody panics") = Some(resource.clone());
    }
}

fn app(collector: &Collector) -> impl AsyncFn(Environment) -> Result<Shipping, Error> + use<> {
    let collector = collector.clone();
    async move |environment| {
        let spans = SpanBuffer::new(collector.clone());
        let tracer = provider(&environment, spans.clone()).tracer("tests");
        Ok(Shipping(runtime(tracer, Trigger::Other), spans))
    }
}

/// Exports after each invocation, and at the end.
struct Shipping(BoxRuntime, SpanBuffer<Collector>);

impl Bootstrap for Shipping {
    type Error = Error;

    async fn start(self, environment: Environment) -> Result<(), Error> {
        let Self(runtime, spans) = self;
        let end = spans.clone();
        let runtime = runtime.after_each(async move || spans.flush().await);
        runtime.on_shutdown(async move || end.flush().await).start(environment).await
    }
}

/// The environment freezes after the export; what the collector did not take is exported with the next invocation.
#[lambda_test::test]
async fn spans_are_exported_before_the_environment_freezes_or_kept() {
    let collector = Collector::default();
    let function = Lambda::new().function("orders", app(&collector)).create();
    let first = function.invoke("hi").await;
    let logs = first.logs();
    let line = logs.last().expect("a line");
    let message = "2 spans were not exported and are kept: Operation failed: the collector is away";
    assert!(line.starts_with("WARN ") && line.ends_with(message), "{line}");
    assert_eq!(first.report().duration, Duration::from_millis(35));
    assert_eq!(collector.taken.get_finished_spans().expect("spans").len(), 0);
    function.invoke("hi").await.assert_ok();
    assert_eq!(collector.taken.get_finished_spans().expect("spans").len(), 4);
    let resource = collector.described.lock().expect("nobody panics").clone().expect("a resource");
    let attributes = resource.iter().map(|(key, value)| format!("{key}: {value}"));
    let mut attributes: Vec<String> = attributes.collect();
    attributes.sort();
    expect![[r#"
        cloud.platform: aws_lambda
        cloud.provider: aws
        cloud.region: us-east-1
        faas.max_memory: 134217728
        faas.name: orders
        faas.version: $LATEST
        service.name: orders"#]]
    .assert_eq(&attributes.join("\n"));
}

/// An invocation that times out is reset; what its process had of spans is exported at its end.
#[lambda_test::test]
async fn spans_of_an_invocation_that_times_out_are_exported() {
    let collector = Collector::default();
    collector.calls.store(1, std::sync::atomic::Ordering::Relaxed);
    let lambda = Lambda::new();
    let function = lambda.function("orders", app(&collector)).create();
    function.invoke("hang").await.assert_timeout();
    lambda.advance(Duration::from_secs(1)).await;
    let spans = collector.taken.get_finished_spans().expect("spans");
    let names: Vec<&str> = spans.iter().map(|span| &*span.name).collect();
    assert_eq!(names, ["own", "orders"]);
}

#[lambda_test::test]
async fn spans_that_were_not_taken_are_exported_at_the_end() {
    let collector = Collector::default();
    let lambda = Lambda::new();
    let function = lambda.function("orders", app(&collector)).create();
    function.invoke("hi").await.assert_ok();
    function.shut_down().await;
    assert_eq!(collector.taken.get_finished_spans().expect("spans").len(), 2);
}
