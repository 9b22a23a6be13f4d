//! The answers of the Runtime API, to the letter.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Response, StatusCode,
    header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue},
};
use serde::Serialize;

use crate::lifecycle::{Dispatch, Reply};

/// Writes a reply of the environment.
pub(crate) fn response(reply: Reply) -> Response<Full<Bytes>> {
    match reply {
        Reply::Event(dispatch, deadline) => event(*dispatch, deadline),
        Reply::Accepted => json(StatusCode::ACCEPTED, "{\"status\":\"OK\"}".to_owned()),
        Reply::Refused(status, error_type, message) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            refusal(status, error_type, &message)
        }
        // The server asks for a body once; a second time would be a bug of ours.
        Reply::ReadBody => {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            refusal(status, "InternalServerError", "Internal Server Error")
        }
    }
}

/// 200 with the event, byte for byte. The deadline is in the headers already where the environment
/// knows its clock.
fn event(dispatch: Dispatch, _deadline: Duration) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(dispatch.payload));
    for (name, value) in dispatch.headers {
        // A value that cannot stand in a header is left out, as the service would refuse it.
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// "Body of every error of the service."
fn refusal(status: StatusCode, error_type: &str, message: &str) -> Response<Full<Bytes>> {
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
fn json(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let text = text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026") + "\n";
    let mut response = Response::new(Full::new(text.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A plain text.
pub(crate) fn text(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, plain);
    response
}

/// "Unknown path: 404 with plain text."
pub(crate) fn not_found() -> Response<Full<Bytes>> {
    text(StatusCode::NOT_FOUND, "404 page not found\n")
}

/// "Known path with the wrong method: 405 with an `Allow` header and empty body."
pub(crate) fn method_not_allowed(allowed: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    if let Ok(allowed) = HeaderValue::from_str(allowed) {
        response.headers_mut().insert(ALLOW, allowed);
    }
    response
}
