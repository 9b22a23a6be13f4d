//! REST APIs of API Gateway.

use std::time::Duration;

use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::{
    ResponseBody,
    exchange::{FrontEnd, front_end, of_status},
    http_api::{internal_error, too_long},
    proxied::{Dialect, Proxied},
    sent::Sent,
};
use crate::{Function, InvokeResponse};

/// A REST API of API Gateway with a Lambda proxy integration: what [`Function::rest_api`] returns.
///
/// | what | the client receives |
/// |---|---|
/// | a function error, a malformed response, one with an unknown key | 502, `{"message":"Internal server error"}` |
/// | a refusal of Lambda, as a throttle | 500, likewise |
/// | nothing for 29 s | 504, `{"message":"Endpoint request timed out"}` |
/// | a request over 10 MB | 413 |
/// | a body in base64 | as it is, unless its type is one of [`binary_types`](Self::binary_types) |
///
/// The query is decoded, the path is not. Requests are relative to the stage `prod`, which is in the path of the event's
/// `requestContext` alone.
///
/// Not here yet: the authorizers, request validation, models, the gateway's own limit of 2 MB/s after 10 MB (Lambda's comes
/// first) and its idle timeouts of streams.
///
/// Source: API Gateway developer guide, "Lambda proxy integrations in API Gateway".
#[derive(Clone, Debug)]
pub struct RestApi {
    function: Function,
    streams: bool,
    is_traced: bool,
    binary_types: Vec<String>,
}

const HOST: &str = "abcdef1234.execute-api.us-east-1.amazonaws.com";

const STAGE: &str = "prod";

/// The name of the stage in traces.
const TRACED: &str = "abcdef1234/prod";

const DIALECT: Dialect = Dialect {
    keys: Some(&["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"]),
    single: true,
    multiple: true,
    cookies: false,
    any_body: false,
    strict_status: false,
};

impl RestApi {
    pub(super) fn new(function: Function) -> Self {
        Self { function, streams: false, is_traced: false, binary_types: Vec::new() }
    }

    /// Sets the response transfer mode `STREAM`: the client receives the response as it comes.
    pub fn response_stream(mut self) -> Self {
        self.streams = true;
        self
    }

    /// Traces requests: the stage sends a segment for those that are sampled, and the function continues the trace. Of a response
    /// that is streamed it ends with the head.
    ///
    /// Source: API Gateway developer guide, "Set up AWS X-Ray with API Gateway REST APIs".
    pub fn active_tracing(mut self) -> Self {
        self.is_traced = true;
        self
    }

    /// Sets the binary media types, as `image/png` or `*/*`. A request body of one of these is in base64, and a response in
    /// base64 is decoded where the first type that the client accepts is one of them.
    pub fn binary_types<S: Into<String>>(mut self, types: impl IntoIterator<Item = S>) -> Self {
        self.binary_types = types.into_iter().map(Into::into).collect();
        self
    }

    fn is_binary(&self, media_types: Option<&str>) -> bool {
        let first =
            media_types.unwrap_or_default().split([',', ';']).next().unwrap_or_default().trim();
        self.binary_types.iter().any(|listed| listed == "*/*" || listed.eq_ignore_ascii_case(first))
    }
}

impl FrontEnd for RestApi {
    fn host(&self) -> &'static str {
        HOST
    }

    fn refusal(&self, sent: &Sent) -> Option<Response<ResponseBody>> {
        too_long(sent)
    }

    fn patience(&self) -> Option<(Duration, Response<ResponseBody>)> {
        let body = r#"{"message": "Endpoint request timed out"}"#;
        let gone = of_status(StatusCode::GATEWAY_TIMEOUT, "application/json", body);
        Some((Duration::from_secs(29), gone))
    }

    fn streams(&self) -> bool {
        self.streams
    }

    fn traced(&self, sent: &Sent) -> Option<(&'static str, String)> {
        let url = || format!("https://{HOST}/{STAGE}{}", sent.path);
        self.is_traced.then(|| (TRACED, url()))
    }

    fn event(&self, sent: &Sent) -> Value {
        let (body, is_base64) = if self.is_binary(sent.header("content-type")) {
            sent.body(false)
        } else if sent.body.is_empty() {
            (Value::Null, false)
        } else {
            // What is not UTF-8 is lost without binary media types.
            (String::from_utf8_lossy(&sent.body).into(), false)
        };
        // Of the slashes after the stage, one is left.
        let path = format!("/{}", sent.path.trim_start_matches('/'));
        let query = sent.query(true);
        json!({
            "resource": "/{proxy+}",
            "path": path,
            "httpMethod": sent.method,
            "headers": sent.last_headers(),
            "multiValueHeaders": sent.all_headers(),
            "queryStringParameters": query.last(),
            "multiValueQueryStringParameters": query.all(),
            "pathParameters": {"proxy": &path[1..]},
            "stageVariables": null,
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "abcdef1234",
                "deploymentId": "abc123",
                "domainName": HOST,
                "domainPrefix": "abcdef1234",
                "extendedRequestId": "JKJaXmPLvHcESHA=",
                "httpMethod": sent.method,
                "identity": {
                    "accessKey": null,
                    "accountId": null,
                    "caller": null,
                    "cognitoAuthenticationProvider": null,
                    "cognitoAuthenticationType": null,
                    "cognitoIdentityId": null,
                    "cognitoIdentityPoolId": null,
                    "principalOrgId": null,
                    "sourceIp": super::sent::CLIENT,
                    "user": null,
                    "userAgent": sent.header("user-agent"),
                    "userArn": null,
                },
                "path": format!("/{STAGE}{}", sent.path),
                "protocol": "HTTP/1.1",
                "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
                "requestTime": sent.time(),
                "requestTimeEpoch": sent.time_epoch(),
                "resourceId": "abc123",
                "resourcePath": "/{proxy+}",
                "stage": STAGE,
            },
            "body": body,
            "isBase64Encoded": is_base64,
        })
    }

    fn response(&self, sent: &Sent, response: &InvokeResponse) -> Response<ResponseBody> {
        if response.service_error().is_some() {
            return internal_error(StatusCode::INTERNAL_SERVER_ERROR);
        }
        if response.function_error().is_some() {
            return self.malformed();
        }
        let value = response.payload().json::<Value>().ok();
        let read = value.as_ref().and_then(Value::as_object);
        match read.and_then(|object| Proxied::read(object, DIALECT)) {
            None => self.malformed(),
            Some(mut proxied) => {
                if proxied.was_base64 && !self.is_binary(sent.header("accept")) {
                    proxied.body = std::mem::take(&mut proxied.text).into();
                }
                proxied.into_response(Some("application/json"))
            }
        }
    }

    fn malformed(&self) -> Response<ResponseBody> {
        internal_error(StatusCode::BAD_GATEWAY)
    }
}

front_end!(RestApi);
