//! What the APIs have in common: what a request asks for, and answers of every kind.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Request, Response, StatusCode,
    header::{ALLOW, CONTENT_TYPE, HeaderValue},
};
use serde::Serialize;

use crate::kernel::ApiCall;

/// What a request asks for.
pub(super) enum Route {
    /// A call for the environment.
    Call(ApiCall),
    /// Answered without it.
    Respond(Response<Full<Bytes>>),
}

/// The value of a header, where it is text.
pub(super) fn header<'a, B>(request: &'a Request<B>, name: &str) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

/// "Body of every error of the service."
pub(super) fn refusal(
    status: StatusCode,
    error_type: &str,
    message: &str,
) -> Response<Full<Bytes>> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct ErrorBody<'a> {
        error_message: &'a str,
        error_type: &'a str,
    }
    let body = ErrorBody { error_message: message, error_type };
    json(status, serde_json::to_string(&body).unwrap_or_default())
}

/// "JSON with `Content-Type: application/json`, HTML-escaped characters and one newline at the end."
pub(super) fn json(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let text = text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026") + "\n";
    with_json(status, text.into())
}

/// 202, "accepted": the one answer that every invocation gets.
pub(super) fn accepted() -> Response<Full<Bytes>> {
    with_json(StatusCode::ACCEPTED, Bytes::from_static(b"{\"status\":\"OK\"}\n"))
}

fn with_json(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    respond(status, "application/json", body)
}

fn respond(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

const PLAIN: &str = "text/plain; charset=utf-8";

/// 200 `"OK"`, to a subscription: this one has no newline at its end.
pub(super) fn subscribed() -> Response<Full<Bytes>> {
    with_json(StatusCode::OK, Bytes::from_static(b"\"OK\""))
}

/// "400 `ValidationError`, `text/plain`": what is wrong with a subscription, in a form of its own.
pub(super) fn invalid(message: &str) -> Response<Full<Bytes>> {
    let message = serde_json::to_string(message).unwrap_or_default();
    let body = format!("{{\"errorType\": \"ValidationError\", \"errorMessage\": {message}}}");
    respond(StatusCode::BAD_REQUEST, PLAIN, body.into())
}

/// 200 with JSON.
pub(super) fn json_ok(text: String) -> Response<Full<Bytes>> {
    json(StatusCode::OK, text)
}

/// 202: "the environment cannot deliver (local emulation); the client should go on without".
pub(super) fn no_logs() -> Response<Full<Bytes>> {
    refusal(StatusCode::ACCEPTED, "Logs.NotSupported", "Logs API is not supported")
}

/// A plain text.
pub(super) fn text(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    respond(status, PLAIN, Bytes::from_static(text.as_bytes()))
}

/// "Unknown path: 404 with plain text."
pub(super) fn not_found() -> Response<Full<Bytes>> {
    text(StatusCode::NOT_FOUND, "404 page not found\n")
}

/// "Known path with the wrong method: 405 with an `Allow` header and empty body."
pub(super) fn method_not_allowed(allowed: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    if let Ok(allowed) = HeaderValue::from_str(allowed) {
        response.headers_mut().insert(ALLOW, allowed);
    }
    response
}
