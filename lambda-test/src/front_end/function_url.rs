//! Function URLs.

use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use super::{
    ResponseBody,
    exchange::{FrontEnd, front_end, of_status},
    proxied::{Dialect, Proxied},
    sent::{Sent, without_nulls},
};
use crate::{Function, InvokeResponse};

/// A function URL without authorization: what [`Function::url`] returns.
///
/// | what | the client receives |
/// |---|---|
/// | a response without `statusCode` | 200, as JSON; a JSON string without its quotes |
/// | a function error, a timeout | 502, `Internal Server Error` |
/// | a refusal of Lambda, as a throttle | its status and message |
/// | a request over 6 MB | 413 |
///
/// Names of headers are in lower case, several values are joined by a comma, cookies are taken out. The body is text where
/// its content type is one of a text, and in base64 otherwise, forms included.
///
/// Source: AWS Lambda developer guide, "Invoking Lambda function URLs".
#[derive(Clone, Debug)]
pub struct FunctionUrl {
    function: Function,
    streams: bool,
}

const HOST: &str = "abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws";

/// The most bytes of a body: with its envelope the event has 6 MB.
const MOST: usize = 6 * 1024 * 1024;

/// How the description of a response is read.
pub(super) const DIALECT: Dialect = Dialect {
    keys: None,
    single: true,
    multiple: false,
    cookies: true,
    any_body: true,
    strict_status: false,
};

impl FunctionUrl {
    pub(super) fn new(function: Function) -> Self {
        Self { function, streams: false }
    }

    /// Sets the invoke mode `RESPONSE_STREAM`: the client receives the response as it comes, and one that is not streamed
    /// is the JSON that the function returned, not interpreted.
    pub fn response_stream(mut self) -> Self {
        self.streams = true;
        self
    }
}

impl FrontEnd for FunctionUrl {
    fn host(&self) -> &'static str {
        HOST
    }

    fn refusal(&self, sent: &Sent) -> Option<Response<ResponseBody>> {
        let body = r#"{"Message":"Request Entity Too Large"}"#;
        let too_large = || of_status(StatusCode::PAYLOAD_TOO_LARGE, "application/json", body);
        (MOST < sent.body.len()).then(too_large)
    }

    fn streams(&self) -> bool {
        self.streams
    }

    fn event(&self, sent: &Sent) -> Value {
        event_2(sent, HOST, &sent.path, "$default")
    }

    fn response(&self, _: &Sent, response: &InvokeResponse) -> Response<ResponseBody> {
        if let Some(refused) = refused(response) {
            return refused;
        }
        if response.function_error().is_some() {
            return self.malformed();
        }
        described(response, "application/json").unwrap_or_else(|| self.malformed())
    }

    fn malformed(&self) -> Response<ResponseBody> {
        of_status(StatusCode::BAD_GATEWAY, "text/plain", "Internal Server Error")
    }
}

/// An event in payload format 2.0.
pub(super) fn event_2(sent: &Sent, host: &'static str, path: &str, stage: &str) -> Value {
    let (body, is_base64) = sent.body(sent.is_text());
    let cookies = sent.cookies();
    let domain_prefix = host.split('.').next();
    without_nulls(json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": sent.query,
        "cookies": (!cookies.is_empty()).then_some(cookies),
        "headers": sent.joined_headers(Some(header::COOKIE)),
        "queryStringParameters": sent.query(true).joined(),
        "requestContext": {
            "accountId": "anonymous",
            "apiId": domain_prefix,
            "domainName": host,
            "domainPrefix": domain_prefix,
            "http": {
                "method": sent.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": super::sent::CLIENT,
                "userAgent": sent.header("user-agent").unwrap_or_default(),
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": stage,
            "time": sent.time(),
            "timeEpoch": sent.time_epoch(),
        },
        "body": body,
        "isBase64Encoded": is_base64,
    }))
}

/// The response where Lambda refused the invocation.
fn refused(response: &InvokeResponse) -> Option<Response<ResponseBody>> {
    let error = response.service_error()?;
    let body = response.payload().as_bytes().clone();
    let mut refused = Response::new(ResponseBody::whole(body));
    *refused.status_mut() = StatusCode::from_u16(error.status).ok()?;
    let json = HeaderValue::from_static("application/json");
    refused.headers_mut().insert(header::CONTENT_TYPE, json);
    if let Ok(error_type) = HeaderValue::from_str(error.error_type) {
        refused.headers_mut().insert("x-amzn-errortype", error_type);
    }
    Some(refused)
}

/// The response that a function described, or any other JSON as the body of one.
pub(super) fn described(
    response: &InvokeResponse,
    content_type: &'static str,
) -> Option<Response<ResponseBody>> {
    let value: Value = response.payload().json().ok()?;
    match &value {
        Value::Object(object) if object.contains_key("statusCode") => {
            Some(Proxied::read(object, DIALECT)?.into_response(Some(content_type)))
        }
        other => {
            let body = match other {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let mut response = Response::new(ResponseBody::whole(body));
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            Some(response)
        }
    }
}

front_end!(FunctionUrl);
