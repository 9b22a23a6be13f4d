//! HTTP APIs of API Gateway.

use std::time::Duration;

use http::{Response, StatusCode};
use serde_json::Value;

use super::{
    ResponseBody,
    exchange::{FrontEnd, front_end, of_status},
    function_url::{described, event_2},
    sent::Sent,
};
use crate::{Function, InvokeResponse};

/// An HTTP API of API Gateway with payload format 2.0: what [`Function::http_api`] returns.
///
/// | what | the client receives |
/// |---|---|
/// | a response without `statusCode` | 200, as JSON |
/// | a function error, a malformed response | 502, `{"message":"Internal server error"}` |
/// | a refusal of Lambda, as a throttle | 500, likewise |
/// | nothing for 30 s | 503, `{"message":"Service Unavailable"}` |
/// | a request over 10 MB | 413 |
///
/// Headers, cookies and bodies are as those of a function URL.
///
/// Source: API Gateway developer guide, "AWS Lambda proxy integrations for HTTP APIs".
#[derive(Clone, Debug)]
pub struct HttpApi {
    function: Function,
    stage: String,
}

const HOST: &str = "abcdef1234.execute-api.us-east-1.amazonaws.com";

impl HttpApi {
    pub(super) fn new(function: Function) -> Self {
        Self { function, stage: "$default".to_owned() }
    }

    /// Sets the stage, whose name is in the path of the event; requests are relative to it.
    pub fn stage(mut self, stage: impl Into<String>) -> Self {
        self.stage = stage.into();
        self
    }
}

impl FrontEnd for HttpApi {
    fn host(&self) -> &'static str {
        HOST
    }

    fn refusal(&self, sent: &Sent) -> Option<Response<ResponseBody>> {
        too_long(sent)
    }

    fn patience(&self) -> Option<(Duration, Response<ResponseBody>)> {
        let body = r#"{"message":"Service Unavailable"}"#;
        let gone = of_status(StatusCode::SERVICE_UNAVAILABLE, "application/json", body);
        Some((Duration::from_secs(30), gone))
    }

    fn event(&self, sent: &Sent) -> Value {
        match &*self.stage {
            "$default" => event_2(sent, HOST, &sent.path, "$default"),
            stage => event_2(sent, HOST, &format!("/{stage}{}", sent.path), stage),
        }
    }

    fn response(&self, _: &Sent, response: &InvokeResponse) -> Response<ResponseBody> {
        if response.service_error().is_some() {
            return internal_error(StatusCode::INTERNAL_SERVER_ERROR);
        }
        if response.function_error().is_some() {
            return self.malformed();
        }
        described(response, "text/plain; charset=utf-8").unwrap_or_else(|| self.malformed())
    }

    fn malformed(&self) -> Response<ResponseBody> {
        internal_error(StatusCode::BAD_GATEWAY)
    }
}

/// The response of API Gateway to what is not the client's fault.
pub(super) fn internal_error(status: StatusCode) -> Response<ResponseBody> {
    of_status(status, "application/json", r#"{"message":"Internal server error"}"#)
}

/// The response of API Gateway to a body over 10 MB.
pub(super) fn too_long(sent: &Sent) -> Option<Response<ResponseBody>> {
    let body = r#"{"message":"Request Too Long"}"#;
    let too_long = || of_status(StatusCode::PAYLOAD_TOO_LARGE, "application/json", body);
    (10 * 1024 * 1024 < sent.body.len()).then(too_long)
}

front_end!(HttpApi);
