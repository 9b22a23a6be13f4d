//! What functions send themselves: datagrams to the daemon, and spans of OpenTelemetry.

use std::{borrow::Cow, net::UdpSocket, time::Duration};

use lambda_runtime::{Context, Environment, Error, Runtime};
use lambda_test::{Lambda, Traces};
use opentelemetry::{
    KeyValue, SpanId, TraceFlags, TraceId,
    trace::{
        Event, Link, SpanContext, SpanKind, Status, TraceContextExt as _, TraceState, Tracer as _,
        TracerProvider as _,
    },
};
use opentelemetry_sdk::{
    Resource,
    trace::{SdkTracerProvider, SpanData, SpanExporter as _},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

#[lambda_test::test]
async fn a_document_that_is_sent_to_the_daemon_is_a_part_of_the_trace() {
    let lambda = Lambda::new().sample_every_trace();
    let app = async |environment: Environment| {
        let address = environment.variables().get("AWS_XRAY_DAEMON_ADDRESS").map(str::to_owned);
        let address = address.ok_or("there is no daemon")?;
        let both = format!(
            "{}:{}",
            environment.variables().get("_AWS_XRAY_DAEMON_ADDRESS").unwrap_or_default(),
            environment.variables().get("_AWS_XRAY_DAEMON_PORT").unwrap_or_default(),
        );
        assert_eq!(address, both);
        Ok::<_, Error>(Runtime::new(async move |documents: Vec<String>, context: Context| {
            let header = context.xray_trace_id.clone().unwrap_or_default();
            let part = |name: &str| {
                let field = header.split(';').find_map(|it| it.strip_prefix(name));
                field.unwrap_or_default().to_owned()
            };
            let socket = UdpSocket::bind("127.0.0.1:0")?;
            for document in documents {
                let document =
                    document.replace("ROOT", &part("Root=")).replace("PARENT", &part("Parent="));
                socket.send_to(document.as_bytes(), &address)?;
            }
            Ok::<_, Error>(())
        }))
    };
    let function = lambda.function("orders", app).active_tracing().create();
    let head = "{\"format\": \"json\", \"version\": 1}\n";
    let subsegment = json!({
        "type": "subsegment", "trace_id": "ROOT", "parent_id": "PARENT", "id": "53995c3f42cd8ad8", "name": "DynamoDB",
        "namespace": "aws", "start_time": 1767225600.0, "end_time": 1767225600.5, "aws": {"table_name": "orders"},
    });
    let documents = [
        format!("{head}{subsegment}"),
        format!("{head}{{}}"),
        subsegment.to_string(),
        format!("{head}not JSON"),
    ];
    function.invoke(documents).await.assert_ok();

    let traces = lambda.traces();
    let found =
        traces.filter(r#"edge("orders", "orders") AND service(id(type: "AWS::DynamoDB::Table"))"#);
    assert_eq!(found.map(|it| it.len()), Ok(1));
    let refused: Vec<&str> = traces.unprocessed().iter().map(|it| it.error_code).collect();
    assert_eq!(refused, ["ParseError", "MissingHeader", "ParseError"]);
    // Without active tracing nothing listens, as before.
    let plain = async |environment: Environment| {
        let address = environment.variables().get("AWS_XRAY_DAEMON_ADDRESS").map(str::to_owned);
        Ok::<_, Error>(Runtime::new(async move |_: Value| Ok::<_, Error>(address.clone())))
    };
    let outcome = lambda.function("plain", plain).create().invoke(()).await;
    assert_eq!(outcome.json::<String>().expect("an address"), "127.0.0.1:2000");
}

/// The context that a trace header is.
fn context_of(header: &str) -> opentelemetry::Context {
    let part =
        |name: &str| header.split(';').find_map(|it| it.strip_prefix(name)).unwrap_or_default();
    let trace = TraceId::from_hex(&part("Root=1-").replace('-', "")).expect("a trace id");
    let span = SpanId::from_hex(part("Parent=")).expect("a span id");
    let flags = if part("Sampled=") == "1" { TraceFlags::SAMPLED } else { TraceFlags::default() };
    let context = SpanContext::new(trace, span, flags, true, TraceState::default());
    opentelemetry::Context::new().with_remote_span_context(context)
}

#[lambda_test::test]
async fn a_span_is_a_part_of_the_trace_of_its_function() {
    let lambda = Lambda::new().sample_every_trace();
    let exporter = lambda.traces().span_exporter();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter).build();
    let tracer = provider.tracer("orders");
    let orders = move || {
        let tracer = tracer.clone();
        Runtime::new(async move |_: Value, context: Context| {
            let parent = context_of(context.xray_trace_id.as_deref().unwrap_or_default());
            let span =
                tracer.span_builder("GetItem").with_kind(SpanKind::Client).with_attributes([
                    KeyValue::new("rpc.system", "aws-api"),
                    KeyValue::new("rpc.service", "DynamoDB"),
                    KeyValue::new("rpc.method", "GetItem"),
                    KeyValue::new(
                        "aws.dynamodb.table_names",
                        opentelemetry::Value::Array(
                            vec![opentelemetry::StringValue::from("stock")].into(),
                        ),
                    ),
                ]);
            drop(span.start_with_context(&tracer, &parent));
            Ok::<_, Error>(())
        })
    };
    let function = lambda.function("orders", orders).active_tracing().create();
    function.invoke(()).await.assert_ok();

    let found = lambda
        .traces()
        .filter(r#"edge("orders", id(name: "stock", type: "AWS::DynamoDB::Table"))"#);
    assert_eq!(found.map(|it| it.len()), Ok(1));
    let map = lambda.traces().service_map();
    let names: Vec<&str> = map.services.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["orders", "orders", "orders", "stock"]);
}

/// The document that a span becomes, without what all have.
async fn document(traces: &Traces, kind: SpanKind, change: impl FnOnce(&mut SpanData)) -> Value {
    let at = |seconds| std::time::UNIX_EPOCH + Duration::from_secs(seconds);
    let id = |span: u64| {
        let (trace, span) =
            (TraceId::from(0x5759e988_bd862e3fe1be46a994272793), SpanId::from(span));
        SpanContext::new(trace, span, TraceFlags::SAMPLED, false, TraceState::default())
    };
    let mut span = SpanData {
        span_context: id(7),
        parent_span_id: SpanId::from(1),
        parent_span_is_remote: false,
        span_kind: kind,
        name: Cow::Borrowed("work"),
        start_time: at(1),
        end_time: at(2),
        attributes: Vec::new(),
        dropped_attributes_count: 0,
        events: opentelemetry_sdk::trace::SpanEvents::default(),
        links: opentelemetry_sdk::trace::SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: opentelemetry::InstrumentationScope::builder("t").build(),
    };
    change(&mut span);
    let mut exporter = traces.span_exporter();
    let resource = Resource::builder_empty()
        .with_service_name("shop")
        .with_attribute(KeyValue::new("cloud.account.id", "210987654321"));
    exporter.set_resource(&resource.build());
    exporter.export(vec![span]).await.expect("there is room");
    let segment = traces.all()[0].segments[0].clone();
    let mut document = serde_json::to_value(segment).expect("JSON");
    let members = document.as_object_mut().expect("an object");
    for (name, expected) in [
        ("id", json!("0000000000000007")),
        ("trace_id", json!("1-5759e988-bd862e3fe1be46a994272793")),
        ("start_time", json!(1.0)),
        ("end_time", json!(2.0)),
    ] {
        assert_eq!(members.remove(name), Some(expected), "{name}");
    }
    document
}

#[lambda_test::test]
async fn spans_become_documents_as_with_the_exporter_of_aws() {
    let traces = Lambda::new().traces();
    let part = |members: Value| {
        let mut document =
            json!({"type": "subsegment", "parent_id": "0000000000000001", "name": "work"});
        for (name, value) in members.as_object().expect("an object") {
            document[name] = value.clone();
        }
        document
    };
    let attribute = KeyValue::new::<&'static str, opentelemetry::Value>;
    let client = SpanKind::Client;
    for (kind, attributes, expected) in [
        (SpanKind::Internal, vec![], part(json!({}))),
        (client.clone(), vec![], part(json!({"namespace": "remote"}))),
        (
            client.clone(),
            vec![
                attribute("http.request.method", "GET".into()),
                attribute("url.full", "https://pay.example.com/7".into()),
                attribute("server.address", "pay.example.com".into()),
                attribute("http.response.status_code", 429.into()),
            ],
            part(json!({
                "name": "pay.example.com", "namespace": "remote", "error": true, "throttle": true,
                "http": {"request": {"method": "GET", "url": "https://pay.example.com/7"}, "response": {"status": 429}},
                "metadata": {"default": {"server.address": "pay.example.com"}},
            })),
        ),
        (
            client.clone(),
            vec![
                attribute("http.method", "POST".into()),
                attribute("http.scheme", "https".into()),
                attribute("http.host", "pay.example.com".into()),
                attribute("http.target", "/7?a=b".into()),
                attribute("http.status_code", 503.into()),
            ],
            part(json!({
                "name": "pay.example.com", "namespace": "remote", "fault": true,
                "http": {"request": {"method": "POST", "url": "https://pay.example.com/7?a=b"}, "response": {"status": 503}},
            })),
        ),
        (
            client.clone(),
            vec![
                attribute("rpc.system", "aws-api".into()),
                attribute("rpc.service", "SQS".into()),
                attribute("rpc.method", "SendMessage".into()),
                attribute("aws.request_id", "r".into()),
                attribute("cloud.region", "eu-central-1".into()),
                attribute("messaging.url", "https://sqs.example.com/1/orders".into()),
            ],
            part(json!({
                "name": "SQS", "namespace": "aws",
                "aws": {"operation": "SendMessage", "request_id": "r", "region": "eu-central-1",
                        "queue_url": "https://sqs.example.com/1/orders"},
                "metadata": {"default": {"rpc.service": "SQS", "rpc.system": "aws-api"}},
            })),
        ),
        (
            client,
            vec![
                attribute("db.system", "postgresql".into()),
                attribute("db.name", "orders".into()),
                attribute("net.peer.name", "db.example.com".into()),
                attribute("db.statement", "SELECT 1".into()),
                attribute("db.user", "app".into()),
            ],
            part(json!({
                "name": "orders@db.example.com", "namespace": "remote",
                "sql": {"database_type": "postgresql", "sanitized_query": "SELECT 1", "user": "app"},
                "metadata": {"default": {"db.name": "orders", "net.peer.name": "db.example.com"}},
            })),
        ),
        (
            SpanKind::Internal,
            vec![
                attribute("enduser.id", "ada".into()),
                attribute("peer.service", "stock <1>".into()),
                attribute("order.id", 7.into()),
                attribute("express", true.into()),
                attribute(
                    "aws.xray.annotations",
                    opentelemetry::Value::Array(
                        vec![opentelemetry::StringValue::from("order.id"), "express".into()].into(),
                    ),
                ),
            ],
            part(json!({
                "name": "stock 1", "user": "ada", "annotations": {"order_id": 7, "express": true},
                "metadata": {"default": {"peer.service": "stock <1>"}},
            })),
        ),
        (
            SpanKind::Server,
            vec![attribute("http.route", "/orders".into())],
            json!({
                "parent_id": "0000000000000001", "name": "shop", "aws": {"account_id": "210987654321"},
                "metadata": {"default": {"http.route": "/orders", "otel.resource.service.name": "shop",
                                         "otel.resource.cloud.account.id": "210987654321"}},
            }),
        ),
    ] {
        let found = document(&traces, kind, |span| span.attributes = attributes).await;
        assert_eq!(found, expected);
    }
}

#[lambda_test::test]
async fn what_a_span_threw_is_the_cause() {
    let traces = Lambda::new().traces();
    let found = document(&traces, SpanKind::Internal, |span| {
        span.status = Status::error("no stock");
    })
    .await;
    assert_eq!(found["fault"], true);
    assert_eq!(
        found["cause"]["exceptions"],
        json!([{"id": "0000000000000006", "message": "no stock", "remote": false}])
    );
    let found = document(&traces, SpanKind::Client, |span| {
        let attributes = vec![
            KeyValue::new("exception.type", "StockError"),
            KeyValue::new("exception.message", "none left"),
        ];
        let event = Event::new("exception", std::time::UNIX_EPOCH, attributes, 0);
        span.events.events.push(event);
    })
    .await;
    // Thrown, and handled: the status decides.
    assert_eq!(found.get("fault"), None);
    assert_eq!(
        found["cause"]["exceptions"],
        json!([{"id": "0000000000000006", "type": "StockError", "message": "none left", "remote": true}])
    );
    let other = SpanContext::new(
        TraceId::from(0x5759e988_000000000000000000000001),
        SpanId::from(9),
        TraceFlags::SAMPLED,
        true,
        TraceState::default(),
    );
    let found = document(&traces, SpanKind::Consumer, |span| {
        span.links.links.push(Link::new(other, Vec::new(), 0));
    })
    .await;
    assert_eq!(
        found["links"],
        json!([{"trace_id": "1-5759e988-000000000000000000000001", "id": "0000000000000009"}])
    );
}

/// Sends a request to the receiver of OTLP. Returns the status and the body of the response.
async fn send(endpoint: &str, head: &str, body: &[u8]) -> (u16, String) {
    let address = endpoint.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let head = format!(
        "{head}\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).await.expect("it reads");
    let mut response = String::new();
    stream.read_to_string(&mut response).await.expect("it is text");
    let status = response.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or_default();
    let body = response.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
    (status, body.unwrap_or_default())
}

#[lambda_test::test(external_io = "30ms")]
async fn the_receiver_of_otlp_takes_json_and_states_what_it_does_not_take() {
    let traces = Lambda::new().traces();
    let endpoint = traces.otlp_endpoint();
    assert_eq!(endpoint, traces.otlp_endpoint());
    let span = json!({
        "traceId": "5759e988bd862e3fe1be46a994272793", "spanId": "53995c3f42cd8ad8", "name": "work", "kind": 1,
        "startTimeUnixNano": "1000000000", "endTimeUnixNano": "2000000000",
    });
    let nameless = json!({"traceId": "", "spanId": "53995c3f42cd8ad8", "name": "work"});
    let request =
        |span: &Value| json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).to_string();
    let (json_type, protobuf) =
        ("Content-Type: application/json", "Content-Type: application/x-protobuf");
    let post = |header: &str| format!("POST /v1/traces HTTP/1.1\r\n{header}");
    let large = vec![b' '; 16 * 1024 * 1024 + 1];
    for (head, body, status, expected) in [
        (post(json_type), request(&span).into_bytes(), 200, "{}"),
        (post(json_type), request(&nameless).into_bytes(), 200, "InvalidTraceId"),
        (post(json_type), b"{".to_vec(), 400, "not a request of OTLP"),
        (post(protobuf), b"\xff".to_vec(), 400, "not a request of OTLP"),
        (post(protobuf), Vec::new(), 200, ""),
        (
            post("Content-Type: text/plain"),
            Vec::new(),
            415,
            "the content type is `text/plain`: expected",
        ),
        (
            post(&format!("{json_type}\r\nContent-Encoding: gzip")),
            Vec::new(),
            415,
            "`gzip`: expected none",
        ),
        (post(json_type), large, 413, "expected at most 16777216 bytes"),
        ("GET /v1/traces HTTP/1.1".to_owned(), Vec::new(), 405, "the method is GET: expected POST"),
        (
            "POST /v1/logs HTTP/1.1".to_owned(),
            Vec::new(),
            404,
            "there is no /v1/logs: expected /v1/traces",
        ),
    ] {
        let (found, text) = send(&endpoint, &head, &body).await;
        assert!(found == status && text.contains(expected), "{head}: {found} {text}");
    }
    assert_eq!(traces.all().len(), 1);
}
