//! Services of VPC Lattice.

use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::{
    ResponseBody,
    exchange::{FrontEnd, front_end, of_status},
    proxied::{Dialect, Proxied},
    sent::{Sent, without_nulls},
};
use crate::{Function, InvokeResponse};

/// A service of VPC Lattice with a function as its target: what [`Function::lattice`] returns.
///
/// A function error, a malformed response and a refusal of Lambda are 500 for the client; AWS documents none of its own
/// responses, nor its limits.
///
/// Source: Amazon VPC Lattice user guide, "Lambda functions as targets in VPC Lattice".
#[derive(Clone, Debug)]
pub struct Lattice {
    function: Function,
    first: bool,
}

const DIALECT: Dialect = Dialect {
    keys: None,
    single: true,
    multiple: false,
    cookies: false,
    any_body: false,
    strict_status: true,
};

impl Lattice {
    pub(super) fn new(function: Function) -> Self {
        Self { function, first: false }
    }

    /// Sets the event structure 1.0.
    pub fn event_structure_1(mut self) -> Self {
        self.first = true;
        self
    }
}

impl FrontEnd for Lattice {
    fn host(&self) -> &'static str {
        "orders-0a40eebed65f8d69c.7d67968.vpc-lattice-svcs.us-east-1.on.aws"
    }

    fn refusal(&self, sent: &Sent) -> Option<Response<ResponseBody>> {
        let too_large = || of_status(StatusCode::PAYLOAD_TOO_LARGE, "text/plain", "");
        (6 * 1024 * 1024 < sent.body.len()).then(too_large)
    }

    fn event(&self, sent: &Sent) -> Value {
        let (body, is_base64) = sent.body(sent.is_text());
        if self.first {
            let query = if sent.query.is_empty() { "" } else { "?" };
            return without_nulls(json!({
                "raw_path": format!("{}{query}{}", sent.path, sent.query),
                "method": sent.method,
                "headers": sent.joined_headers(None),
                "query_string_parameters": sent.query(true).last(),
                "body": body,
                "is_base64_encoded": is_base64,
            }));
        }
        let of = |kind: &str, id: &str| {
            format!("arn:aws:vpc-lattice:us-east-1:123456789012:{kind}/{id}")
        };
        without_nulls(json!({
            "version": "2.0",
            "path": sent.path,
            "method": sent.method,
            "headers": sent.all_headers(),
            "queryStringParameters": sent.query(true).all(),
            "body": body,
            "isBase64Encoded": is_base64,
            "requestContext": {
                "serviceNetworkArn": of("servicenetwork", "sn-0bf3f2882e9cc805a"),
                "serviceArn": of("service", "svc-0a40eebed65f8d69c"),
                "targetGroupArn": of("targetgroup", "tg-6d0ecf831eec9f09"),
                "identity": {
                    "sourceVpcArn": "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-0b8276c84697e7339",
                },
                "region": "us-east-1",
                "timeEpoch": format!("{}000", sent.time_epoch()),
            },
        }))
    }

    fn response(&self, _: &Sent, response: &InvokeResponse) -> Response<ResponseBody> {
        if response.service_error().is_some() || response.function_error().is_some() {
            return self.malformed();
        }
        let value = response.payload().json::<Value>().ok();
        let read = value.as_ref().and_then(Value::as_object);
        match read.and_then(|object| Proxied::read(object, DIALECT)) {
            None => self.malformed(),
            Some(proxied) => proxied.into_response(None),
        }
    }

    fn malformed(&self) -> Response<ResponseBody> {
        of_status(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", "Internal Server Error")
    }
}

front_end!(Lattice);
