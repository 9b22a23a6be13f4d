//! The answers of the APIs, to the letter.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Response, StatusCode,
    header::{HeaderName, HeaderValue},
};

use super::{
    extensions,
    http::{accepted, invalid, refusal, subscribed},
};
use crate::{
    environment::FunctionInfo,
    kernel::Clock,
    lifecycle::{Dispatch, Reply},
};

/// Writes a reply of the environment.
pub(crate) fn response(reply: Reply, clock: Clock, info: &FunctionInfo) -> Response<Full<Bytes>> {
    match reply {
        Reply::Registered { identifier, account_id } => {
            extensions::registered(&identifier, account_id, info)
        }
        Reply::InvokeEvent(dispatch, deadline) => {
            let clock = clock.skewed(dispatch.clock);
            extensions::invoke(&dispatch, extensions::epoch_ms(clock, deadline))
        }
        Reply::ShutdownEvent(reason, deadline) => {
            extensions::shutdown(reason, extensions::epoch_ms(clock, deadline))
        }
        Reply::Event(dispatch, deadline) => {
            let clock = clock.skewed(dispatch.clock);
            event(&dispatch, clock.epoch_ms_at(deadline))
        }
        Reply::Subscribed => subscribed(),
        Reply::Accepted => accepted(),
        Reply::Refused(_, "ValidationError", message) => invalid(&message),
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

/// 200 with the event, byte for byte: the one place that writes the headers of `next`.
fn event(dispatch: &Dispatch, deadline_ms: u128) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(dispatch.payload.clone()));
    let headers = response.headers_mut();
    let mut set = |name, value: &str| {
        // Values were looked at when the invocation was made.
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    let optional = [
        ("lambda-runtime-client-context", &dispatch.client_context),
        ("lambda-runtime-cognito-identity", &dispatch.cognito_identity),
        ("lambda-runtime-aws-tenant-id", &dispatch.tenant),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            set(name, value);
        }
    }
    set("lambda-runtime-aws-request-id", &dispatch.request_id);
    set("lambda-runtime-invoked-function-arn", &dispatch.invoked_function_arn);
    set("lambda-runtime-trace-id", &dispatch.trace);
    set("content-type", &dispatch.content_type);
    set("lambda-runtime-deadline-ms", &deadline_ms.to_string());
    response
}
