//! A span as a segment or a subsegment of X-Ray.
//!
//! Source: OpenTelemetry semantic conventions, "HTTP", "RPC", "Database", "AWS SDK"; what AWS's exporter makes of them.

use std::fmt::Write as _;

use opentelemetry_proto::tonic::{
    resource::v1::Resource,
    trace::v1::{Span, span::SpanKind, status::StatusCode},
};
use serde_json::{Map, Value, json};

use super::attributes::Attributes;
use crate::xray::Segment;

/// "Segment names can be up to 200 characters."
const LONGEST: usize = 200;

pub(super) fn segment(span: &Span, resource: &Resource) -> Segment {
    let (kind, mut attributes) = (span.kind(), Attributes::of(&span.attributes));
    let resource = Attributes::of(&resource.attributes);
    let has_parent = span.parent_span_id.iter().any(|byte| *byte != 0);
    let is_segment = kind == SpanKind::Server || !has_parent;
    let is_aws = attributes.text(&["rpc.system", "rpc.system.name"]) == Some("aws-api")
        || attributes.get(&["aws.service"]).is_some();
    let namespace = match kind {
        _ if is_segment => None,
        _ if is_aws => Some("aws"),
        SpanKind::Client => Some("remote"),
        _ => None,
    };
    let name = name_of(span, is_segment, &attributes, &resource);
    let status = attributes.get(&["http.response.status_code", "http.status_code"]);
    let status = status.and_then(Value::as_u64);
    let (error, throttle, fault) = match status {
        Some(400..=499) => (true, status == Some(429), false),
        Some(500..=599) => (false, false, true),
        _ => (false, false, span.status.as_ref().is_some_and(|it| it.code() == StatusCode::Error)),
    };
    let mut other = Map::new();
    let mut set = |name: &str, value: Value| {
        if !value.is_null() {
            other.insert(name.to_owned(), value);
        }
    };
    set("cause", cause(span, matches!(kind, SpanKind::Client | SpanKind::Producer)));
    set("http", http(&mut attributes));
    set("sql", sql(&mut attributes));
    set("aws", aws(&mut attributes, &resource, is_segment));
    set("user", attributes.take(&["enduser.id"]).unwrap_or_default());
    if !span.links.is_empty() {
        let link = |trace: &[u8], span: &[u8]| json!({"trace_id": root(trace), "id": hex(span)});
        set("links", span.links.iter().map(|it| link(&it.trace_id, &it.span_id)).collect());
    }
    let (annotations, metadata) = annotated(attributes, is_segment.then_some(resource));
    set("annotations", annotations);
    set("metadata", metadata);
    Segment {
        id: hex(&span.span_id),
        name,
        trace_id: Some(root(&span.trace_id)),
        parent_id: has_parent.then(|| hex(&span.parent_span_id)),
        kind: (!is_segment).then(|| "subsegment".to_owned()),
        namespace: namespace.map(str::to_owned),
        start_time: seconds(span.start_time_unix_nano),
        end_time: Some(seconds(span.end_time_unix_nano)),
        error,
        throttle,
        fault,
        other,
        ..Segment::default()
    }
}

fn seconds(nanos: u64) -> f64 {
    std::time::Duration::from_nanos(nanos).as_secs_f64()
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// A trace id as X-Ray has it: the first four bytes are seconds.
fn root(trace: &[u8]) -> String {
    let text = hex(trace);
    match text.split_at_checked(8) {
        Some((seconds, rest)) => format!("1-{seconds}-{rest}"),
        None => text,
    }
}

/// "Segment names are names of services": that which is called, or that of the function.
fn name_of(
    span: &Span,
    is_segment: bool,
    attributes: &Attributes,
    resource: &Attributes,
) -> String {
    let database = || {
        let name = attributes.text(&["db.namespace", "db.name"])?;
        Some(match attributes.text(&["server.address", "net.peer.name"]) {
            Some(host) => format!("{name}@{host}"),
            None => name.to_owned(),
        })
    };
    let text = |names: &[&str]| attributes.text(names).map(str::to_owned);
    let service = || resource.text(&["service.name"]).filter(|_| span.kind() == SpanKind::Server);
    let called = || {
        let names = ["rpc.service", "server.address", "http.host", "net.peer.name"];
        text(&names).filter(|_| !is_segment && span.kind() != SpanKind::Internal)
    };
    let name = text(&["peer.service", "aws.service"])
        .or_else(database)
        .or_else(|| service().map(str::to_owned))
        .or_else(called)
        .unwrap_or_else(|| span.name.clone());
    let is_allowed = |it: &char| it.is_alphanumeric() || " _.:/%&#=+\\-@".contains(*it);
    let name: String = name.chars().filter(is_allowed).take(LONGEST).collect();
    if name.is_empty() { "span".to_owned() } else { name }
}

/// What was thrown: of events, or else of the status.
fn cause(span: &Span, is_remote: bool) -> Value {
    let own = span.span_id.iter().fold(0_u64, |id, byte| id << 8 | u64::from(*byte));
    // Ids that are made of that of the span, so that they are the same every time.
    let id = |place: usize| format!("{:016x}", own ^ (place as u64 + 1));
    let thrown = span.events.iter().filter(|event| event.name == "exception");
    let exception = |(place, event): (
        usize,
        &opentelemetry_proto::tonic::trace::v1::span::Event,
    )| {
        let attributes = Attributes::of(&event.attributes);
        let text = |name: &str| attributes.text(&[name]).unwrap_or_default().to_owned();
        json!({
            "id": id(place), "type": text("exception.type"), "message": text("exception.message"), "remote": is_remote,
        })
    };
    let mut exceptions: Vec<Value> = thrown.enumerate().map(exception).collect();
    let failed = span.status.as_ref().filter(|it| it.code() == StatusCode::Error);
    if let (true, Some(status)) = (exceptions.is_empty(), failed) {
        if !status.message.is_empty() {
            exceptions.push(json!({"id": id(0), "message": status.message, "remote": is_remote}));
        }
    }
    if exceptions.is_empty() { Value::Null } else { json!({"exceptions": exceptions}) }
}

/// An object of those members that are there; null without any.
fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let members = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let members: Map<String, Value> = members.collect();
    if members.is_empty() { Value::Null } else { Value::Object(members) }
}

fn http(attributes: &mut Attributes) -> Value {
    let mut take = |names: &[&str]| attributes.take(names);
    let (scheme, host) = (take(&["url.scheme", "http.scheme"]), take(&["http.host"]));
    let target = take(&["url.path", "http.target"]);
    let is_addressed = target.is_some();
    let part = |value: Option<Value>| value.and_then(|it| it.as_str().map(str::to_owned));
    let built = part(host).map(|host| {
        let scheme = part(scheme).unwrap_or_else(|| "http".to_owned());
        let target = part(target).unwrap_or_else(|| "/".to_owned());
        json!(format!("{scheme}://{host}{target}"))
    });
    let request = object([
        ("url", take(&["url.full", "http.url"]).or(built)),
        ("method", take(&["http.request.method", "http.method"])),
        ("user_agent", take(&["user_agent.original", "http.user_agent"])),
        ("client_ip", take(&["client.address", "http.client_ip"])),
    ]);
    let response = object([
        ("status", take(&["http.response.status_code", "http.status_code"])),
        ("content_length", take(&["http.response.body.size", "http.response_content_length"])),
    ]);
    // A host or an address alone is not of HTTP.
    let is_http = is_addressed
        || response.is_object()
        || ["method", "user_agent"].iter().any(|it| request.get(it).is_some());
    let whole = |value: Value| Some(value).filter(Value::is_object);
    let http = object([("request", whole(request)), ("response", whole(response))]);
    if is_http { http } else { Value::Null }
}

fn sql(attributes: &mut Attributes) -> Value {
    let system = attributes.text(&["db.system.name", "db.system"]).map(str::to_owned);
    // What is not a database of SQL has its attributes among the others.
    const NOT: [&str; 8] = [
        "dynamodb",
        "aws.dynamodb",
        "redis",
        "mongodb",
        "cassandra",
        "elasticsearch",
        "memcached",
        "neo4j",
    ];
    if system.as_deref().is_none_or(|system| NOT.contains(&system)) {
        return Value::Null;
    }
    object([
        ("database_type", attributes.take(&["db.system.name", "db.system"])),
        ("url", attributes.take(&["db.connection_string"])),
        ("sanitized_query", attributes.take(&["db.query.text", "db.statement"])),
        ("user", attributes.take(&["db.user"])),
    ])
}

fn aws(attributes: &mut Attributes, resource: &Attributes, is_segment: bool) -> Value {
    let first = |list: Option<Value>| match list {
        Some(Value::Array(names)) if names.len() == 1 => (names.into_iter().next(), None),
        Some(Value::Array(names)) => (None, Some(Value::Array(names))),
        other => (other, None),
    };
    let is_call = attributes.text(&["rpc.system", "rpc.system.name"]) == Some("aws-api");
    let named = if is_call { attributes.take(&["rpc.method"]) } else { None };
    let operation = attributes.take(&["aws.operation"]).or(named);
    let (table_name, table_names) =
        first(attributes.take(&["aws.dynamodb.table_names", "aws.table_name"]));
    let of_resource = |name: &str| resource.get(&[name]).filter(|_| is_segment).cloned();
    object([
        ("operation", operation),
        ("request_id", attributes.take(&["aws.request_id", "aws.requestId"])),
        (
            "region",
            attributes
                .take(&["cloud.region", "aws.region"])
                .or_else(|| of_resource("cloud.region")),
        ),
        ("table_name", table_name),
        ("table_names", table_names),
        ("bucket_name", attributes.take(&["aws.s3.bucket"])),
        ("queue_url", attributes.take(&["aws.sqs.queue.url", "messaging.url", "aws.queue_url"])),
        ("function_name", attributes.take(&["aws.lambda.function_name"])),
        ("account_id", of_resource("cloud.account.id")),
    ])
}

/// The attributes that are annotations, and the others as metadata.
fn annotated(mut attributes: Attributes, resource: Option<Attributes>) -> (Value, Value) {
    let named = attributes.take(&["aws.xray.annotations"]).unwrap_or_default();
    let named: Vec<&str> =
        named.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let of_resource = resource.into_iter().flat_map(Attributes::rest);
    let of_resource = of_resource.map(|(name, value)| (format!("otel.resource.{name}"), value));
    let (mut annotations, mut metadata) = (Map::new(), Map::new());
    for (name, value) in attributes.rest().chain(of_resource) {
        if named.contains(&name.as_str())
            && !(value.is_array() || value.is_object() || value.is_null())
        {
            let key = name.replace(|it: char| !it.is_ascii_alphanumeric(), "_");
            annotations.insert(key, value);
        } else {
            metadata.insert(name, value);
        }
    }
    let whole =
        |map: Map<String, Value>| if map.is_empty() { Value::Null } else { Value::Object(map) };
    let metadata = whole(metadata);
    (whole(annotations), if metadata.is_null() { metadata } else { json!({"default": metadata}) })
}
