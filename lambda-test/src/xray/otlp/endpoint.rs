//! A receiver of OTLP over HTTP.

use std::{convert::Infallible, net::Ipv4Addr, rc::Weak};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message as _;
use tokio::{net::TcpListener, task::JoinSet};

use crate::xray::{UnprocessedSegment, store::Store};

/// How much a request may have.
const LARGEST: usize = 16 * 1024 * 1024;

/// How spans are written.
#[derive(Clone, Copy)]
enum Format {
    Protobuf,
    Json,
}

/// Binds a port. Returns its address, and what serves it for as long as the store is there.
pub(super) fn serve(
    store: Weak<Store>,
) -> std::io::Result<(String, impl Future<Output = ()> + 'static)> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let address = format!("http://{}", listener.local_addr()?);
    let listener = TcpListener::from_std(listener)?;
    let serving = async move {
        let mut connections = JoinSet::new();
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                continue;
            };
            while connections.try_join_next().is_some() {}
            let store = store.clone();
            let respond = move |request| {
                let store = store.clone();
                async move { Ok::<_, Infallible>(respond(&store, request).await) }
            };
            let connection =
                http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(respond));
            // A client that goes away is its own matter.
            connections.spawn_local(async move { drop(connection.await) });
        }
    };
    Ok((address, serving))
}

async fn respond(store: &Weak<Store>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    match receive(store, request).await {
        Ok((format, refused)) => success(format, &refused),
        Err((status, message)) => {
            let mut response = Response::new(Full::from(message));
            *response.status_mut() = status;
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
            response
        }
    }
}

type Refusal = (StatusCode, String);

async fn receive(
    store: &Weak<Store>,
    request: Request<Incoming>,
) -> Result<(Format, Vec<UnprocessedSegment>), Refusal> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    if path != "/v1/traces" {
        let message = format!("there is no {path}: expected /v1/traces");
        return Err((StatusCode::NOT_FOUND, message));
    }
    if parts.method != Method::POST {
        let message = format!("the method is {}: expected POST", parts.method);
        return Err((StatusCode::METHOD_NOT_ALLOWED, message));
    }
    let header = |name| parts.headers.get(name).and_then(|it: &HeaderValue| it.to_str().ok());
    let content_type = header(CONTENT_TYPE).unwrap_or_default();
    let format = match content_type.split(';').next().unwrap_or_default().trim() {
        "application/x-protobuf" => Format::Protobuf,
        "application/json" => Format::Json,
        _ => {
            let message = format!(
                "the content type is `{content_type}`: expected application/x-protobuf or application/json"
            );
            return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
    };
    if let Some(encoding) = header(CONTENT_ENCODING).filter(|it| *it != "identity") {
        let message = format!("the content encoding is `{encoding}`: expected none");
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    let body = Limited::new(body, LARGEST).collect().await;
    let too_large =
        |_| (StatusCode::PAYLOAD_TOO_LARGE, format!("expected at most {LARGEST} bytes"));
    let body = body.map_err(too_large)?.to_bytes();
    let wrong =
        |error: String| (StatusCode::BAD_REQUEST, format!("not a request of OTLP: {error}"));
    let request: ExportTraceServiceRequest = match format {
        Format::Protobuf => {
            ExportTraceServiceRequest::decode(body).map_err(|error| wrong(error.to_string()))?
        }
        Format::Json => serde_json::from_slice(&body).map_err(|error| wrong(error.to_string()))?,
    };
    let gone = || (StatusCode::SERVICE_UNAVAILABLE, "the service has ended".to_owned());
    let store = store.upgrade().ok_or_else(gone)?;
    Ok((format, store.put_spans(request.resource_spans)))
}

fn success(format: Format, refused: &[UnprocessedSegment]) -> Response<Full<Bytes>> {
    let partial_success = refused.first().map(|first| ExportTracePartialSuccess {
        rejected_spans: i64::try_from(refused.len()).unwrap_or(i64::MAX),
        error_message: first.error_code.to_owned(),
    });
    let message = ExportTraceServiceResponse { partial_success };
    let (body, content_type) = match format {
        Format::Protobuf => (message.encode_to_vec(), "application/x-protobuf"),
        Format::Json if refused.is_empty() => (b"{}".to_vec(), "application/json"),
        Format::Json => (serde_json::to_vec(&message).unwrap_or_default(), "application/json"),
    };
    let mut response = Response::new(Full::from(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
