//! Application Load Balancers.

use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::{
    ResponseBody,
    exchange::{FrontEnd, front_end, of_status},
    proxied::{Dialect, Proxied},
    sent::Sent,
};
use crate::{Function, InvokeResponse};

/// An Application Load Balancer with a function as its target: what [`Function::load_balancer`] returns.
///
/// | what | the client receives |
/// |---|---|
/// | a function error, a malformed response, one over 1 MB, a refusal of Lambda | 502 |
/// | a request over 1 MB | 413 |
/// | a request with `upgrade` | 400 |
///
/// Nothing is decoded. Without multi-value headers the last value of a header and of a name in the query is what the
/// function receives, and it returns `headers`; with them all, and it returns `multiValueHeaders`.
///
/// Source: Elastic Load Balancing user guide for Application Load Balancers, "Use Lambda functions as targets".
#[derive(Clone, Debug)]
pub struct LoadBalancer {
    function: Function,
    multi_value: bool,
}

/// "The maximum size of the request body that you can send to a Lambda function is 1 MB", and that of the response JSON.
const MOST: usize = 1024 * 1024;

impl LoadBalancer {
    pub(super) fn new(function: Function) -> Self {
        Self { function, multi_value: false }
    }

    /// Sets the attribute `lambda.multi_value_headers.enabled` of the target group to true.
    pub fn multi_value_headers(mut self) -> Self {
        self.multi_value = true;
        self
    }
}

impl FrontEnd for LoadBalancer {
    fn host(&self) -> &'static str {
        "orders-1334523864.us-east-1.elb.amazonaws.com"
    }

    fn refusal(&self, sent: &Sent) -> Option<Response<ResponseBody>> {
        if sent.header("upgrade").is_some() {
            return Some(page(StatusCode::BAD_REQUEST, "400 Bad Request"));
        }
        let too_large = || page(StatusCode::PAYLOAD_TOO_LARGE, "413 Request Entity Too Large");
        (MOST < sent.body.len()).then(too_large)
    }

    fn event(&self, sent: &Sent) -> Value {
        let encoded = sent.header("content-encoding").is_some();
        let (body, is_base64) = sent.body(sent.is_text() && !encoded);
        let query = sent.query(false);
        let group = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/orders/6d0ecf831eec9f09";
        let mut event = json!({
            "requestContext": {"elb": {"targetGroupArn": group}},
            "httpMethod": sent.method,
            "path": sent.path,
            "body": if body.is_null() { "".into() } else { body },
            "isBase64Encoded": is_base64,
        });
        let empty = |query: Value| if query.is_null() { json!({}) } else { query };
        if self.multi_value {
            event["multiValueQueryStringParameters"] = empty(query.all());
            event["multiValueHeaders"] = sent.all_headers();
        } else {
            event["queryStringParameters"] = empty(query.last());
            event["headers"] = sent.last_headers();
        }
        event
    }

    fn response(&self, _: &Sent, response: &InvokeResponse) -> Response<ResponseBody> {
        let failed = response.service_error().is_some() || response.function_error().is_some();
        if failed || MOST < response.payload().as_bytes().len() {
            return self.malformed();
        }
        let dialect = Dialect {
            keys: None,
            single: !self.multi_value,
            multiple: self.multi_value,
            cookies: false,
            any_body: false,
            strict_status: true,
        };
        let value = response.payload().json::<Value>().ok();
        let read = value.as_ref().and_then(Value::as_object);
        match read.and_then(|object| Proxied::read(object, dialect)) {
            None => self.malformed(),
            Some(proxied) => proxied.into_response(None),
        }
    }

    fn malformed(&self) -> Response<ResponseBody> {
        page(StatusCode::BAD_GATEWAY, "502 Bad Gateway")
    }
}

/// A page of the load balancer itself.
fn page(status: StatusCode, title: &str) -> Response<ResponseBody> {
    let html = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    );
    of_status(status, "text/html", html)
}

front_end!(LoadBalancer);
