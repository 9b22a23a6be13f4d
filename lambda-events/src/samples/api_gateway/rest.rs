//! Requests to a REST API.

use serde::Serialize;

use super::{API, CLIENT, DOMAIN, PROGRAM, REQUEST, TIME};
use crate::{
    Headers, Map, Millis, MultiHeaders,
    api_gateway::{ApiGatewayIdentity, ApiGatewayRestContext, ApiGatewayRestRequest},
    http,
    samples::{ACCOUNT, Sample, TIME_MILLIS, id, some},
};

/// A request to a REST API, without query or body.
pub fn request(method: &str, path: &str) -> Sample<ApiGatewayRestRequest> {
    let headers = [("Host", DOMAIN), ("User-Agent", PROGRAM)];
    let context = ApiGatewayRestContext {
        account_id: some(ACCOUNT),
        api_id: some(API),
        domain_name: some(DOMAIN),
        domain_prefix: some(API),
        extended_request_id: some(REQUEST),
        http_method: some(method),
        identity: Some(ApiGatewayIdentity {
            source_ip: some(CLIENT),
            user_agent: some(PROGRAM),
            ..Default::default()
        }),
        path: Some(format!("/prod{path}")),
        protocol: some("HTTP/1.1"),
        request_id: Some(id(1)),
        request_time: some(TIME),
        request_time_epoch: Some(Millis::from_unix_millis(TIME_MILLIS)),
        resource_id: some("abc123"),
        resource_path: some("/{proxy+}"),
        stage: some("prod"),
        ..Default::default()
    };
    let mut request = ApiGatewayRestRequest {
        resource: some("/{proxy+}"),
        path: some(path),
        http_method: method.to_owned(),
        headers: Headers::from(headers),
        multi_value_headers: MultiHeaders::from_iter(headers),
        request_context: context,
        ..Default::default()
    };
    request.path_parameters.insert("proxy", path.trim_start_matches('/'));
    Sample(request)
}

/// A `GET` to a REST API.
pub fn get(path: &str) -> Sample<ApiGatewayRestRequest> {
    request("GET", path)
}

/// A `POST` to a REST API.
pub fn post(path: &str) -> Sample<ApiGatewayRestRequest> {
    request("POST", path)
}

impl Sample<ApiGatewayRestRequest> {
    /// The same with one more value of a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name, value);
        self.multi_value_headers.append(name, value);
        self
    }

    /// The same with one more value of a parameter of the query.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query_string_parameters.insert(name, value);
        let all = self.multi_value_query_string_parameters.get_or_insert_with(Map::default);
        let mut values = all.get(name).cloned().unwrap_or_default();
        values.push(value.to_owned());
        all.insert(name, values);
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
        Ok(self.header("Content-Type", "application/json").body(body))
    }
}
