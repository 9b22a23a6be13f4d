//! The Extensions API: what its calls ask for, and its answers.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request, Response,
    header::{CONTENT_TYPE, HeaderValue},
};
use serde::Deserialize;

use super::{
    http::{self, Route, header, json_ok},
    subscription,
};
use crate::{
    environment::FunctionInfo,
    kernel::{ApiCall, Clock, RegisterRequest, ShutdownReason, SubscribeRequest},
    lifecycle::{Body, Dispatch},
};

/// Finds the call of the Extensions API, or of those for telemetry; its path comes without the version.
pub(super) fn route<B>(request: &Request<B>, version: &str, path: &str) -> Option<Route> {
    let text = |name| header(request, name).map(Arc::from);
    let identifier = || text("lambda-extension-identifier");
    let error_type = || text("lambda-extension-function-error-type");
    let (method, call) = match (version, path) {
        ("2020-01-01", "extension/register") => {
            let features = header(request, "lambda-extension-accept-feature").unwrap_or_default();
            let registration = RegisterRequest {
                name: text("lambda-extension-name"),
                events: Err("the body is missing".into()),
                account_id: features.split(',').any(|feature| feature.trim() == "accountId"),
                // The environment gives it one.
                identifier: "".into(),
            };
            (Method::POST, ApiCall::Register(Box::new(registration)))
        }
        ("2020-01-01", "extension/event/next") => {
            (Method::GET, ApiCall::NextEvent { identifier: identifier() })
        }
        ("2020-01-01", "extension/init/error") => {
            let (identifier, error_type) = (identifier(), error_type());
            (Method::POST, ApiCall::ExtensionInitError { identifier, error_type })
        }
        ("2020-01-01", "extension/exit/error") => {
            let (identifier, error_type) = (identifier(), error_type());
            (Method::POST, ApiCall::ExtensionExitError { identifier, error_type })
        }
        ("2022-07-01", "telemetry") => {
            let wanted = Err("the body is missing".into());
            let subscribing = SubscribeRequest { identifier: identifier(), wanted };
            (Method::PUT, ApiCall::Subscribe(Box::new(subscribing)))
        }
        // "The environment cannot deliver (local emulation)."
        ("2020-08-15", "logs") => return Some(Route::Respond(http::no_logs())),
        _ => return None,
    };
    Some(match *request.method() == method {
        true => Route::Call(call),
        false => Route::Respond(http::method_not_allowed(method.as_str())),
    })
}

/// A call whose body has been read.
pub(super) fn with_body(call: ApiCall, body: Body) -> ApiCall {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Asked {
        #[serde(default)]
        events: Option<Vec<Arc<str>>>,
        #[serde(default)]
        configuration_keys: Option<Vec<serde_json::Value>>,
    }
    let mut registration = match call {
        ApiCall::Register(registration) => registration,
        ApiCall::Subscribe(subscribing) => {
            let wanted = subscription::read(body);
            return ApiCall::Subscribe(Box::new(SubscribeRequest { wanted, ..*subscribing }));
        }
        call => return call,
    };
    registration.events = match body {
        Body::Whole { payload, .. } => match serde_json::from_slice::<Asked>(&payload) {
            Ok(asked) if asked.configuration_keys.as_ref().is_some_and(|keys| !keys.is_empty()) => {
                Err("configurationKeys are deprecated; use environment variables instead".into())
            }
            Ok(asked) => Ok(asked.events.unwrap_or_default()),
            // In the words of the service, where ours differ.
            Err(error) if error.is_eof() => Err("unexpected end of JSON input".into()),
            Err(error) => Err(error.to_string().into()),
        },
        Body::Failed { .. } | Body::Truncated | Body::TooLarge => {
            Err("the body is not whole".into())
        }
    };
    ApiCall::Register(registration)
}

/// 200 for an extension that has registered.
pub(super) fn registered(
    identifier: &str,
    account_id: bool,
    info: &FunctionInfo,
) -> Response<Full<Bytes>> {
    let mut body = serde_json::json!({
        "functionName": &*info.name,
        "functionVersion": info.version,
        "handler": info.handler,
    });
    if account_id {
        body["accountId"] = (*info.account).into();
    }
    let mut response = json_ok(body.to_string());
    if let Ok(identifier) = HeaderValue::from_str(identifier) {
        response.headers_mut().insert("lambda-extension-identifier", identifier);
    }
    response
}

/// 200 with an invocation. It names itself by the id of the invocation.
pub(super) fn invoke(dispatch: &Dispatch, deadline_ms: u64) -> Response<Full<Bytes>> {
    let mut body = serde_json::json!({
        "eventType": "INVOKE",
        "deadlineMs": deadline_ms,
        "requestId": &*dispatch.request_id,
        "invokedFunctionArn": dispatch.invoked_function_arn,
    });
    if !dispatch.trace.is_empty() {
        body["tracing"] = serde_json::json!({"type": "X-Amzn-Trace-Id", "value": dispatch.trace});
    }
    let mut response = json_ok(body.to_string());
    if let Ok(identifier) = HeaderValue::from_str(&dispatch.request_id) {
        response.headers_mut().insert("lambda-extension-event-identifier", identifier);
    }
    response
}

/// 200 with the end: "core sends SHUTDOWN as `text/plain` and without the event-identifier header".
pub(super) fn shutdown(reason: ShutdownReason, deadline_ms: u64) -> Response<Full<Bytes>> {
    let body = serde_json::json!({
        "eventType": "SHUTDOWN",
        "shutdownReason": reason.as_str(),
        "deadlineMs": deadline_ms,
    });
    let mut response = json_ok(body.to_string());
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, plain);
    response
}

/// As the service counts.
pub(super) fn epoch_ms(clock: Clock, at: std::time::Duration) -> u64 {
    u64::try_from(clock.epoch_ms_at(at)).unwrap_or(u64::MAX)
}
