//! Requests of API Gateway: of an HTTP API here, of the others in the modules.

pub mod authorizer;
pub mod rest;
pub mod websocket;

use serde::Serialize;

use super::{ACCOUNT, Sample, TIME_MILLIS, some};
use crate::{
    Headers, Millis,
    api_gateway::{ApiGatewayHttpContext, ApiGatewayHttpDescription, ApiGatewayHttpRequest},
    http,
};

/// The domain of the samples' API.
pub const DOMAIN: &str = "abcdef1234.execute-api.us-east-1.amazonaws.com";
/// The instant of the samples, as API Gateway writes it.
pub const TIME: &str = "01/Jan/2026:00:00:00 +0000";

const API: &str = "abcdef1234";
const CLIENT: &str = "192.0.2.1";
const PROGRAM: &str = "a-client/1.0";
const REQUEST: &str = "JKJaXmPLvHcESHA=";

pub(super) fn http_context(method: &str, path: &str) -> ApiGatewayHttpContext {
    ApiGatewayHttpContext {
        account_id: some(ACCOUNT),
        api_id: some(API),
        domain_name: some(DOMAIN),
        domain_prefix: some(API),
        http: ApiGatewayHttpDescription {
            method: method.to_owned(),
            path: path.to_owned(),
            protocol: some("HTTP/1.1"),
            source_ip: some(CLIENT),
            user_agent: some(PROGRAM),
            ..Default::default()
        },
        request_id: some(REQUEST),
        route_key: some("$default"),
        stage: some("$default"),
        time: some(TIME),
        time_epoch: Some(Millis::from_unix_millis(TIME_MILLIS)),
        ..Default::default()
    }
}

/// A request to an HTTP API, payload format 2.0, without query or body.
pub fn request(method: &str, path: &str) -> Sample<ApiGatewayHttpRequest> {
    Sample(ApiGatewayHttpRequest {
        version: some("2.0"),
        route_key: some("$default"),
        raw_path: path.to_owned(),
        headers: Headers::from([("host", DOMAIN), ("user-agent", PROGRAM)]),
        request_context: http_context(method, path),
        ..Default::default()
    })
}

/// A `GET` to an HTTP API, payload format 2.0.
pub fn get(path: &str) -> Sample<ApiGatewayHttpRequest> {
    request("GET", path)
}

/// A `POST` to an HTTP API, payload format 2.0.
pub fn post(path: &str) -> Sample<ApiGatewayHttpRequest> {
    request("POST", path)
}

impl Sample<ApiGatewayHttpRequest> {
    /// The same with a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(&name.to_ascii_lowercase(), value);
        self
    }

    /// The same with a parameter in the query. Letters, digits and `-._~` only: others are yours to
    /// encode in `raw_query_string`.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        let and = if self.raw_query_string.is_empty() { "" } else { "&" };
        self.raw_query_string.push_str(&format!("{and}{name}={value}"));
        self.query_string_parameters.insert(name, value);
        self
    }

    /// The same with a body of text.
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The same with a body of bytes, in base64.
    pub fn binary(mut self, body: &[u8]) -> Self {
        self.body = Some(http::to_base64(body));
        self.is_base64_encoded = true;
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
