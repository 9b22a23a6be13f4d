//! Where telemetry goes: to exporters of OpenTelemetry, and to the daemon of X-Ray.

use std::{
    cell::Cell,
    net::UdpSocket,
    rc::Rc,
    time::{Duration, SystemTime},
};

use expect_test::{Expect, expect};
use lambda_extension::{
    Environment, Error, Extension, FunctionInfo, Registration,
    telemetry::{
        EventType, JsonLines, Subscription, TelemetryEvent, XRay,
        opentelemetry::{Logs, Spans, resource},
    },
};
use lambda_runtime::{Bootstrap, Runtime};
use lambda_test::{IntoCode, Lambda, Virtual};
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    logs::InMemoryLogExporter,
    trace::{InMemorySpanExporter, SpanData, SpanExporter},
};
use serde_json::Value;

const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

/// Sleeps, and says so in text and in JSON.
async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    environment.log("cold");
    Ok(Runtime::new(async move |millis: u64| {
        environment.log(&format!("sleeps for {millis} ms"));
        environment.log(r#"{"level":"warn","message":"it is late","order":18446744073709551615}"#);
        // Of an invocation that nobody knows, and of a level that is none: nothing of it is lost.
        environment.log(r#"{"level":"notice","message":"?","requestId":"7","timestamp":"t"}"#);
        tokio::time::sleep(Duration::from_millis(millis)).await;
        Ok::<_, Error>(())
    }))
}

/// Runs a function beside the extension `x`: one invocation goes well, and one does not.
async fn run<M>(extension: impl IntoCode<Virtual, M>) {
    let lambda = Lambda::new();
    let function = lambda.function("orders", app).timeout(Duration::from_secs(1));
    let function = function.env("OTEL_RESOURCE_ATTRIBUTES", "team=shop%20floor, stage=test,wrong");
    let function = function.extension("x", extension).create();
    function.invoke(10).trace(TRACE).await.assert_ok();
    function.invoke(5000).await.assert_timeout();
    function.shut_down().await;
}

/// An extension whose handler of telemetry is made anew in each of its processes.
fn with<H, X>(
    handler: impl AsyncFn(&Environment, &FunctionInfo) -> Result<H, Error>,
) -> impl AsyncFn(Environment) -> Result<Extension, Error>
where
    H: AsyncFnMut(Vec<TelemetryEvent>) -> Result<(), X> + 'static,
    X: Into<Error> + 'static,
{
    async move |environment: Environment| {
        let subscription = Subscription::new().types(&[EventType::Platform, EventType::Function]);
        let registration = Registration::new().name("x").telemetry(subscription);
        let extension = registration.register(&environment).await?;
        let handler = handler(&environment, extension.function()).await?;
        Ok(extension.on_telemetry(handler))
    }
}

/// `name trace parent/id kind took status`, and what the ids are called.
fn lines(spans: &[SpanData]) -> String {
    let took = |from: SystemTime, to: SystemTime| {
        to.duration_since(from).unwrap_or_default().as_secs_f64() * 1000.0
    };
    let lines = spans.iter().map(|span| {
        let (context, kind, parent) = (&span.span_context, &span.span_kind, span.parent_span_id);
        let took = took(span.start_time, span.end_time);
        let status = match &span.status {
            opentelemetry::trace::Status::Error { description } => format!("error {description}"),
            status => format!("{status:?}"),
        };
        let (trace, id) = (context.trace_id(), context.span_id());
        format!("{} {trace} {parent}/{id} {kind:?} {took} ms {status}\n", span.name)
    });
    lines.collect()
}

#[track_caller]
fn check(seen: &str, expected: Expect) {
    expected.assert_eq(seen);
}

#[lambda_test::test]
async fn spans_are_joined_to_the_trace_of_the_caller() {
    let exporter = InMemorySpanExporter::default();
    let kept = exporter.clone();
    run(with(async move |environment, function| {
        let mut spans = Spans::new(exporter.clone(), &resource(environment, function));
        Ok(async move |events: Vec<TelemetryEvent>| spans.export(&events).await)
    }))
    .await;
    let spans = kept.get_finished_spans()?;
    check(
        &lines(&spans),
        expect![[r#"
            orders 5759e988bd862e3fe1be46a994272793 53995c3f42cd8ad8/4ce92ff80562b70c Server 10 ms Unset
            init 5759e988bd862e3fe1be46a994272793 4ce92ff80562b70c/121505a5031141eb Internal 0 ms Unset
            responseLatency 5759e988bd862e3fe1be46a994272793 4ce92ff80562b70c/0f0b35f7e4c4fd18 Internal 10 ms Unset
            responseDuration 5759e988bd862e3fe1be46a994272793 4ce92ff80562b70c/cf9ca4a3d24b718b Internal 0 ms Unset
            runtimeOverhead 5759e988bd862e3fe1be46a994272793 4ce92ff80562b70c/09f119fb9d58e627 Internal 0 ms Unset
            extensionOverhead 5759e988bd862e3fe1be46a994272793 4ce92ff80562b70c/e9136cd455e98f1a Internal 0 ms Unset
            orders bdd1212d70776c8a1fedbd19617a3785 0000000000000000/1fedbd19617a3785 Server 1000 ms error timeout
        "#]],
    );
}

#[lambda_test::test]
async fn lines_are_records_of_their_invocation() {
    let exporter = InMemoryLogExporter::default();
    let kept = exporter.clone();
    run(with(async move |environment, function| {
        let mut logs = Logs::new(exporter.clone(), &resource(environment, function));
        Ok(async move |events: Vec<TelemetryEvent>| logs.export(&events).await)
    }))
    .await;
    let records = kept.get_emitted_logs()?;
    let lines = records.iter().map(|log| {
        let record = &log.record;
        let trace = record.trace_context();
        let trace = trace.map(|trace| format!("{}/{}", trace.trace_id, trace.span_id));
        let attributes =
            record.attributes_iter().filter(|(name, _)| name.as_str() != "faas.log.source");
        let attributes: Vec<String> =
            attributes.map(|(name, value)| format!("{name}={value:?}")).collect();
        let (severity, body) = (record.severity_text().unwrap_or("-"), record.body());
        let trace = trace.as_deref().unwrap_or("-");
        format!("{severity} {body:?} {trace} {}\n", attributes.join(","))
    });
    check(
        &lines.collect::<String>(),
        expect![[r#"
            - Some(String(Owned("cold"))) - 
            - Some(String(Owned("sleeps for 10 ms"))) 5759e988bd862e3fe1be46a994272793/4ce92ff80562b70c faas.invocation_id=String(Owned("0a4a3718-1e68-4a30-8943-d8247c107334"))
            WARN Some(String(Owned("it is late"))) 5759e988bd862e3fe1be46a994272793/4ce92ff80562b70c order=String(Owned("18446744073709551615")),faas.invocation_id=String(Owned("0a4a3718-1e68-4a30-8943-d8247c107334"))
            - Some(String(Owned("?"))) - level=String(Owned("notice")),timestamp=String(Owned("t")),faas.invocation_id=String(Owned("7"))
            - Some(String(Owned("sleeps for 5000 ms"))) bdd1212d70776c8a1fedbd19617a3785/1fedbd19617a3785 faas.invocation_id=String(Owned("2509f086-ed9a-46dc-938d-55593d4e56cc"))
            WARN Some(String(Owned("it is late"))) bdd1212d70776c8a1fedbd19617a3785/1fedbd19617a3785 order=String(Owned("18446744073709551615")),faas.invocation_id=String(Owned("2509f086-ed9a-46dc-938d-55593d4e56cc"))
            - Some(String(Owned("?"))) - level=String(Owned("notice")),timestamp=String(Owned("t")),faas.invocation_id=String(Owned("7"))
        "#]],
    );
    let resource = &records[0].resource;
    let attribute = |name: &'static str| resource.get(&name.into()).map(|value| value.to_string());
    assert_eq!(attribute("service.name").as_deref(), Some("orders"));
    assert_eq!(attribute("team").as_deref(), Some("shop floor"));
    assert_eq!(attribute("stage").as_deref(), Some("test"));
    assert_eq!(attribute("cloud.platform").as_deref(), Some("aws_lambda"));
    assert_eq!(attribute("faas.max_memory").as_deref(), Some("134217728"));
}

/// Does not take what it gets, for a while.
#[derive(Clone, Debug, Default)]
struct Flaky {
    inner: InMemorySpanExporter,
    calls: std::sync::Arc<std::sync::atomic::AtomicUsize>,
}

impl SpanExporter for Flaky {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        match self.calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 => Err(OTelSdkError::InternalFailure("the collector is away".to_owned())),
            _ => self.inner.export(batch).await,
        }
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

#[lambda_test::test]
async fn what_an_exporter_did_not_take_is_sent_again() {
    let exporter = Flaky::default();
    let kept = exporter.clone();
    let errors = Rc::new(Cell::new(0));
    let counted = errors.clone();
    run(with(async move |environment, function| {
        let mut spans = Spans::new(exporter.clone(), &resource(environment, function));
        let errors = counted.clone();
        Ok(async move |events: Vec<TelemetryEvent>| {
            if spans.export(&events).await.is_err() {
                errors.set(errors.get() + 1);
            }
            Ok::<_, Error>(())
        })
    }))
    .await;
    assert_eq!(errors.get(), 1);
    let spans = kept.inner.get_finished_spans()?;
    let roots = spans.iter().filter(|span| span.name == "orders").count();
    assert_eq!(roots, 2, "{}", lines(&spans));
}

#[lambda_test::test]
async fn the_daemon_of_xray_gets_the_traces_that_are_sampled() {
    let daemon = UdpSocket::bind("127.0.0.1:0")?;
    daemon.set_nonblocking(true)?;
    let address = daemon.local_addr()?.to_string();
    run(with(async move |_, function| {
        let mut xray = XRay::to(&address, function)?;
        Ok(async move |events: Vec<TelemetryEvent>| xray.send(&events))
    }))
    .await;
    let mut buffer = [0; 65_536];
    let length = daemon.recv(&mut buffer)?;
    let datagram = String::from_utf8_lossy(&buffer[..length]);
    let (header, document) = datagram.split_once('\n').expect("a header line");
    assert_eq!(header, r#"{"format":"json","version":1}"#);
    let document: Value = serde_json::from_str(document)?;
    check(
        &serde_json::to_string_pretty(&document)?,
        expect![[r#"
            {
              "aws": {
                "request_id": "0a4a3718-1e68-4a30-8943-d8247c107334"
              },
              "end_time": 1767225600.01,
              "fault": false,
              "id": "4ce92ff80562b70c",
              "name": "orders",
              "parent_id": "53995c3f42cd8ad8",
              "start_time": 1767225600.0,
              "subsegments": [
                {
                  "end_time": 1767225600.0,
                  "fault": false,
                  "id": "121505a5031141eb",
                  "name": "init",
                  "start_time": 1767225600.0
                },
                {
                  "end_time": 1767225600.01,
                  "fault": false,
                  "id": "0f0b35f7e4c4fd18",
                  "name": "responseLatency",
                  "start_time": 1767225600.0
                },
                {
                  "end_time": 1767225600.01,
                  "fault": false,
                  "id": "cf9ca4a3d24b718b",
                  "name": "responseDuration",
                  "start_time": 1767225600.01
                },
                {
                  "end_time": 1767225600.01,
                  "fault": false,
                  "id": "09f119fb9d58e627",
                  "name": "runtimeOverhead",
                  "start_time": 1767225600.01
                },
                {
                  "end_time": 1767225600.01,
                  "fault": false,
                  "id": "e9136cd455e98f1a",
                  "name": "extensionOverhead",
                  "start_time": 1767225600.01
                }
              ],
              "trace_id": "1-5759e988-bd862e3fe1be46a994272793",
              "type": "subsegment"
            }"#]],
    );
    // The other one is not sampled.
    let none = daemon.recv(&mut buffer).expect_err("nothing more");
    assert_eq!(none.kind(), std::io::ErrorKind::WouldBlock);
}

#[lambda_test::test]
async fn lines_of_json_are_the_events_as_they_came() {
    let written = Rc::new(std::cell::RefCell::new(Vec::new()));
    struct Sink(Rc<std::cell::RefCell<Vec<u8>>>);
    impl std::io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let sink = written.clone();
    run(with(async move |_, _| {
        let mut lines = JsonLines::new(Sink(sink.clone()));
        Ok(async move |events: Vec<TelemetryEvent>| lines.write(&events))
    }))
    .await;
    let written = String::from_utf8(written.take())?;
    let events: Vec<Value> = written.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    assert_eq!(events[0]["type"], "platform.initStart");
    assert_eq!(events.last().map(|event| &event["type"]), Some(&"platform.report".into()));
}

/// The daemon of the simulated service, whose address a function with active tracing has among its variables.
#[lambda_test::test]
async fn subsegments_that_are_sent_are_a_part_of_the_trace() {
    let lambda = Lambda::new().sample_every_trace();
    let app = async |environment: Environment| {
        let registration = Registration::new().telemetry(Subscription::new());
        let extension = registration.register(&environment).await?;
        let mut xray = XRay::new(&environment, extension.function())?;
        let send = async move |events: Vec<TelemetryEvent>| xray.send(&events);
        // What an environment sends leaves while it runs.
        let double = Runtime::new(async |n: u64| {
            tokio::time::sleep(Duration::from_secs(2)).await;
            Ok::<_, Error>(2 * n)
        });
        Ok::<_, Error>((double, extension.on_telemetry(send)))
    };
    let function = lambda.function("double", app).active_tracing().create();
    function.invoke(7).await.assert_ok();
    function.invoke(8).await.assert_ok();

    let trace = lambda.traces().all().remove(0);
    let subsegment = trace.segments.iter().find(|it| it.kind.as_deref() == Some("subsegment"));
    let subsegment = subsegment.expect("the extension sends one");
    let names: Vec<&str> = subsegment.subsegments.iter().map(|it| it.name.as_str()).collect();
    assert!(names.contains(&"responseLatency"), "{names:?}");
    assert_eq!(lambda.traces().unprocessed(), []);
}
