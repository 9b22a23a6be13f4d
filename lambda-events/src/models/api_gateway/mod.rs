//! API Gateway: REST, HTTP and WebSocket APIs, and their Lambda authorizers.
//!
//! Source: Amazon API Gateway developer guide, read 2026-11-26. Shown by the fixtures in
//! `fixtures/apigw-*`.

mod authorizer;
mod http_api;
mod policy;
mod rest;
mod websocket;

use lambda_events_macros::model;

pub use authorizer::{
    HttpAuthorizerRequest, HttpAuthorizerV1Request, RequestAuthorizerContext,
    RequestAuthorizerRequest, TokenAuthorizerRequest,
};
pub use http_api::{
    ApiGatewayAuthentication, ApiGatewayAuthorizer, ApiGatewayCognitoIdentity,
    ApiGatewayHttpContext, ApiGatewayHttpDescription, ApiGatewayHttpRequest,
    ApiGatewayHttpResponse, ApiGatewayIam, ApiGatewayJwt,
};
pub use policy::{
    AuthorizerResponse, PolicyDocument, PolicyEffect, PolicyStatement, SimpleAuthorizerResponse,
};
pub use rest::{
    ApiGatewayIdentity, ApiGatewayRestContext, ApiGatewayRestRequest, ApiGatewayRestResponse,
};
pub use websocket::{
    ApiGatewayWebSocketContext, ApiGatewayWebSocketEventType, ApiGatewayWebSocketRequest,
    ApiGatewayWebSocketResponse,
};

/// The certificate of a client, with mutual TLS.
///
/// Source: Amazon API Gateway developer guide, "How to turn on mutual TLS authentication for your
/// REST APIs in API Gateway".
#[model]
pub struct ClientCert {
    /// The certificate in PEM; absent in access logs only.
    #[key = "clientCertPem"]
    pub client_cert_pem: Option<String>,
    /// Whom it names.
    #[key = "subjectDN"]
    pub subject_dn: Option<String>,
    /// Who issued it.
    #[key = "issuerDN"]
    pub issuer_dn: Option<String>,
    /// Its number.
    #[key = "serialNumber"]
    pub serial_number: Option<String>,
    /// From when to when it holds.
    #[key = "validity"]
    pub validity: Option<ClientCertValidity>,
}

/// From when to when a certificate holds.
///
/// Source: Amazon API Gateway developer guide, "How to turn on mutual TLS authentication for your
/// REST APIs in API Gateway".
#[model]
pub struct ClientCertValidity {
    /// From when, as `May 28 12:30:02 2019 GMT`.
    #[key = "notBefore"]
    pub not_before: Option<String>,
    /// To when, as `Aug  5 09:36:04 2021 GMT`.
    #[key = "notAfter"]
    pub not_after: Option<String>,
}
