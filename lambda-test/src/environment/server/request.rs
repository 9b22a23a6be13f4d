//! Which call a request is.

use std::sync::Arc;

use bytes::Bytes;
use hyper::{Method, Request, StatusCode};
use serde::{Deserialize, Serialize};

use super::{
    extensions,
    http::{self, Route, header},
};
use crate::{
    kernel::{ApiCall, Payload, ResponseMode},
    lifecycle::Body,
};

/// Finds the call by method and path.
pub(crate) fn route<B>(request: &Request<B>) -> Route {
    let path = request.uri().path();
    let Some(path) = path.strip_prefix("/2018-06-01/") else {
        let versioned = path.strip_prefix('/').and_then(|path| path.split_once('/'));
        let route = versioned.and_then(|(version, path)| extensions::route(request, version, path));
        return route.unwrap_or_else(|| Route::Respond(http::not_found()));
    };
    let parts: Vec<&str> = path.split('/').collect();
    let error_type = || header(request, "lambda-runtime-function-error-type").map(Arc::from);
    let (method, call) = match parts.as_slice() {
        ["ping"] => {
            return match *request.method() {
                Method::GET => Route::Respond(http::text(StatusCode::OK, "pong")),
                _ => Route::Respond(http::method_not_allowed("GET")),
            };
        }
        ["runtime", "invocation", "next"] => (Method::GET, ApiCall::Next),
        ["runtime", "invocation", id, "response"] => {
            (Method::POST, ApiCall::Response { request_id: (*id).into(), mode: mode(request) })
        }
        ["runtime", "invocation", id, "error"] => {
            let request_id = (*id).into();
            (Method::POST, ApiCall::Error { request_id, error_type: error_type() })
        }
        ["runtime", "init", "error"] => {
            (Method::POST, ApiCall::InitError { error_type: error_type() })
        }
        _ => return Route::Respond(http::not_found()),
    };
    if *request.method() == method {
        Route::Call(call)
    } else {
        Route::Respond(http::method_not_allowed(method.as_str()))
    }
}

/// "Absent, empty or exactly `streaming` (lower case)."
fn mode<B>(request: &Request<B>) -> ResponseMode {
    match header(request, "lambda-runtime-function-response-mode") {
        None | Some("") => ResponseMode::Buffered,
        Some("streaming") => ResponseMode::Streaming,
        Some(other) => ResponseMode::Unknown(other.into()),
    }
}

/// The cause for X-Ray of an error that is posted.
pub(crate) fn posted_cause<B>(request: &Request<B>) -> Option<Arc<str>> {
    header(request, "lambda-runtime-function-xray-error-cause").map(Arc::from)
}

/// `application/vnd.aws.lambda.error.cause+json`: the body carries the X-Ray cause too.
pub(crate) fn has_combined_type<B>(request: &Request<B>) -> bool {
    header(request, "content-type") == Some("application/vnd.aws.lambda.error.cause+json")
}

/// "The invoker gets only the first three keys, as `application/json`, `stackTrace` omitted when
/// empty. If the body does not parse, the invoker gets the JSON string `"Invalid error body"` with
/// content type `application/octet-stream`." The cause is that of the body.
pub(crate) fn with_cause_in_body(body: Body) -> Body {
    #[derive(Default, Deserialize, Serialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Combined {
        error_message: String,
        error_type: String,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        stack_trace: Vec<serde_json::Value>,
        #[serde(skip_serializing)]
        error_cause: Option<serde_json::Value>,
    }
    let Body::Whole { payload, .. } = body else { return body };
    let parsed = serde_json::from_slice::<Combined>(&payload)
        .and_then(|combined| Ok((serde_json::to_vec(&combined)?, combined.error_cause)));
    let (bytes, content_type, cause) = match parsed {
        Ok((bytes, cause)) => (bytes.into(), "application/json", cause),
        Err(_) => (Bytes::from_static(b"\"Invalid error body\""), "application/octet-stream", None),
    };
    let cause = cause.map(|cause| cause.to_string().into());
    Body::Whole { length: bytes.len(), payload: Payload::new(bytes, content_type), cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_with_a_cause_is_taken_apart() {
        let check = |text: &'static str, expected: &str, expected_cause: Option<&str>| {
            let body = Body::Whole { length: 0, payload: Payload::from(text), cause: None };
            let Body::Whole { payload, cause, .. } = with_cause_in_body(body) else {
                panic!("the body is whole");
            };
            assert_eq!((&*payload.to_string(), cause.as_deref()), (expected, expected_cause));
        };
        check(
            r#"{"errorMessage":"m","errorType":"T","stackTrace":[],"errorCause":{"message":"c"}}"#,
            r#"{"errorMessage":"m","errorType":"T"}"#,
            Some(r#"{"message":"c"}"#),
        );
        check("nothing", r#""Invalid error body""#, None);
    }
}
