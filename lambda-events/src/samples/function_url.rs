//! Requests to a function URL.

use serde::Serialize;

use super::{ACCOUNT, Sample, TIME_MILLIS, id, some};
use crate::{
    Headers, Millis,
    api_gateway::{ApiGatewayHttpDescription, ApiGatewayIam},
    function_url::{FunctionUrlAuthorizer, FunctionUrlContext, FunctionUrlRequest},
    http,
};

const DOMAIN: &str = "abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws";

/// A request of anybody, without query or body.
pub fn request(method: &str, path: &str) -> Sample<FunctionUrlRequest> {
    let http = ApiGatewayHttpDescription {
        method: method.to_owned(),
        path: path.to_owned(),
        protocol: some("HTTP/1.1"),
        source_ip: some("192.0.2.1"),
        user_agent: some("a-client/1.0"),
        ..Default::default()
    };
    let request_context = FunctionUrlContext {
        account_id: some("anonymous"),
        api_id: some("abcdefghijklmnopqrstuvwxyz012345"),
        domain_name: some(DOMAIN),
        domain_prefix: some("abcdefghijklmnopqrstuvwxyz012345"),
        http,
        request_id: Some(id(1)),
        route_key: some("$default"),
        stage: some("$default"),
        time: some("01/Jan/2026:00:00:00 +0000"),
        time_epoch: Some(Millis::from_unix_millis(TIME_MILLIS)),
        ..Default::default()
    };
    Sample(FunctionUrlRequest {
        version: some("2.0"),
        route_key: some("$default"),
        raw_path: path.to_owned(),
        headers: Headers::from([
            ("host", DOMAIN),
            ("user-agent", "a-client/1.0"),
            ("x-forwarded-for", "192.0.2.1"),
            ("x-forwarded-port", "443"),
            ("x-forwarded-proto", "https"),
        ]),
        request_context,
        ..Default::default()
    })
}

/// A `GET`.
pub fn get(path: &str) -> Sample<FunctionUrlRequest> {
    request("GET", path)
}

/// A `POST`.
pub fn post(path: &str) -> Sample<FunctionUrlRequest> {
    request("POST", path)
}

impl Sample<FunctionUrlRequest> {
    /// The same, signed by this user, to a URL with `AWS_IAM`.
    pub fn signed_by(mut self, user: &str) -> Self {
        let iam = ApiGatewayIam {
            access_key: some("AKIAIOSFODNN7EXAMPLE"),
            account_id: some(ACCOUNT),
            caller_id: some("AIDACKCEVSQ6C2EXAMPLE"),
            user_arn: Some(format!("arn:aws:iam::{ACCOUNT}:user/{user}")),
            user_id: some("AIDACKCEVSQ6C2EXAMPLE"),
            ..Default::default()
        };
        self.request_context.account_id = some(ACCOUNT);
        self.request_context.authorizer =
            Some(FunctionUrlAuthorizer { iam: Some(Box::new(iam)), ..Default::default() });
        self
    }

    /// The same with a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(&name.to_ascii_lowercase(), value);
        self
    }

    /// The same with a body of text.
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The same with a value as JSON, and the content type that says so.
    ///
    /// # Errors
    ///
    /// The value has no form in JSON.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Result<Self, serde_json::Error> {
        let body = http::to_json(value)?;
        Ok(self.header("content-type", "application/json").body(body))
    }
}
