//! What Lambda authorizers are asked.

use super::{API, CLIENT, DOMAIN, PROGRAM, REQUEST, TIME, http_context};
use crate::{
    Headers, Millis, MultiHeaders,
    api_gateway::{
        ApiGatewayIdentity, HttpAuthorizerRequest, HttpAuthorizerV1Request,
        RequestAuthorizerContext, RequestAuthorizerRequest, TokenAuthorizerRequest,
    },
    samples::{ACCOUNT, Sample, TIME_MILLIS, arn, id, some},
};

fn method_arn(stage: &str, method: &str, path: &str) -> String {
    arn("execute-api", &format!("{API}/{stage}/{method}{path}"))
}

/// An authorizer of type `TOKEN` is asked for a token.
pub fn token(token: &str) -> Sample<TokenAuthorizerRequest> {
    Sample(TokenAuthorizerRequest {
        kind: some("TOKEN"),
        authorization_token: some(token),
        method_arn: method_arn("prod", "GET", "/orders"),
        ..Default::default()
    })
}

fn context(stage: &str, method: &str, path: &str) -> RequestAuthorizerContext {
    RequestAuthorizerContext {
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
        path: Some(format!("/{stage}{path}")),
        protocol: some("HTTP/1.1"),
        request_id: Some(id(1)),
        request_time: some(TIME),
        request_time_epoch: Some(Millis::from_unix_millis(TIME_MILLIS)),
        resource_id: some("abc123"),
        resource_path: some(path),
        stage: some(stage),
        ..Default::default()
    }
}

/// An authorizer of type `REQUEST` of a REST API is asked, with the header `Authorization`.
pub fn request(method: &str, path: &str, token: &str) -> Sample<RequestAuthorizerRequest> {
    let headers = [("Authorization", token), ("Host", DOMAIN)];
    Sample(RequestAuthorizerRequest {
        kind: some("REQUEST"),
        method_arn: method_arn("prod", method, path),
        resource: some(path),
        path: some(path),
        http_method: some(method),
        headers: Headers::from(headers),
        multi_value_headers: MultiHeaders::from_iter(headers),
        request_context: context("prod", method, path),
        ..Default::default()
    })
}

/// An authorizer of an HTTP API is asked, format 1.0.
pub fn http_v1(method: &str, path: &str, token: &str) -> Sample<HttpAuthorizerV1Request> {
    Sample(HttpAuthorizerV1Request {
        version: some("1.0"),
        kind: some("REQUEST"),
        method_arn: method_arn("$default", method, path),
        identity_source: some(token),
        authorization_token: some(token),
        resource: some(path),
        path: some(path),
        http_method: some(method),
        headers: Headers::from([("Authorization", token), ("Host", DOMAIN)]),
        request_context: context("$default", method, path),
        ..Default::default()
    })
}

/// An authorizer of an HTTP API is asked, format 2.0.
pub fn http(method: &str, path: &str, token: &str) -> Sample<HttpAuthorizerRequest> {
    Sample(HttpAuthorizerRequest {
        version: some("2.0"),
        kind: some("REQUEST"),
        route_arn: method_arn("$default", method, path),
        identity_source: Some(vec![token.to_owned()]),
        route_key: some("$default"),
        raw_path: path.to_owned(),
        headers: Headers::from([("authorization", token), ("host", DOMAIN)]),
        request_context: http_context(method, path),
        ..Default::default()
    })
}
