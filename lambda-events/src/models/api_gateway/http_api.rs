//! HTTP APIs with payload format 2.0.

use lambda_events_macros::model;

use super::ClientCert;
use crate::{Headers, Map, Millis, RawJson, ResponseFor, StringMap, http};

/// A request to an HTTP API, payload format 2.0. The answer is an [`ApiGatewayHttpResponse`], or
/// any other JSON: that becomes a 200 with it as the body.
///
/// Source: Amazon API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP
/// APIs".
#[model(ApiGatewayHttp)]
pub struct ApiGatewayHttpRequest {
    /// `2.0`.
    #[key = "version"]
    pub version: Option<String>,
    /// The route that matched: `POST /orders/{id}`, `$default`.
    #[key = "routeKey"]
    pub route_key: Option<String>,
    /// The path as it was sent, with the stage where it is not `$default`.
    #[key = "rawPath"]
    pub raw_path: String,
    /// The query as it was sent, without the question mark; empty when there is none.
    #[key = "rawQueryString"]
    pub raw_query_string: String,
    /// The cookies, taken out of the headers; absent when there are none.
    #[key = "cookies"]
    pub cookies: Option<Vec<String>>,
    /// The headers, with names in lower case; several values of one are joined by commas.
    #[key = "headers"]
    pub headers: Headers,
    /// The query, decoded; several values of one name are joined by commas, so `raw_query_string`
    /// is the truth. Absent when there is none.
    #[key = "queryStringParameters"]
    pub query_string_parameters: StringMap,
    /// What API Gateway knows of the request.
    #[key = "requestContext"]
    #[required]
    pub request_context: ApiGatewayHttpContext,
    /// The body, in base64 if `is_base64_encoded`; absent when there is none. See
    /// [`bytes`](Self::bytes).
    #[key = "body"]
    pub body: Option<String>,
    /// What stands in the path for the variables of the route; absent when it has none.
    #[key = "pathParameters"]
    pub path_parameters: StringMap,
    /// Whether the body is in base64.
    #[key = "isBase64Encoded"]
    pub is_base64_encoded: bool,
    /// The variables of the stage; absent when it has none.
    #[key = "stageVariables"]
    pub stage_variables: StringMap,
}

impl ResponseFor<ApiGatewayHttpRequest> for ApiGatewayHttpResponse {}
impl ResponseFor<ApiGatewayHttpRequest> for String {}
impl ResponseFor<ApiGatewayHttpRequest> for RawJson {}
impl ResponseFor<ApiGatewayHttpRequest> for serde_json::Value {}
http::body!(ApiGatewayHttpRequest);

/// What API Gateway knows of a request to an HTTP API.
///
/// Source: Amazon API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP
/// APIs".
#[model]
pub struct ApiGatewayHttpContext {
    /// The account of the API.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// The id of the API.
    #[key = "apiId"]
    pub api_id: Option<String>,
    /// The certificate of the client; absent or null without mutual TLS.
    #[key = "authentication"]
    pub authentication: Option<ApiGatewayAuthentication>,
    /// What an authorizer found; absent without one.
    #[key = "authorizer"]
    pub authorizer: Option<ApiGatewayAuthorizer>,
    /// The domain of the request.
    #[key = "domainName"]
    pub domain_name: Option<String>,
    /// The first label of the domain.
    #[key = "domainPrefix"]
    pub domain_prefix: Option<String>,
    /// The request line and who sent it.
    #[key = "http"]
    pub http: ApiGatewayHttpDescription,
    /// The id of the request.
    #[key = "requestId"]
    pub request_id: Option<String>,
    /// The id of the route; absent for most.
    #[key = "routeId"]
    pub route_id: Option<String>,
    /// The route that matched.
    #[key = "routeKey"]
    pub route_key: Option<String>,
    /// The stage.
    #[key = "stage"]
    pub stage: Option<String>,
    /// When it came, as `12/Mar/2020:19:03:58 +0000`.
    #[key = "time"]
    pub time: Option<String>,
    /// When it came.
    #[key = "timeEpoch"]
    pub time_epoch: Option<Millis>,
}

/// The request line and who sent it.
///
/// Source: Amazon API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP
/// APIs".
#[model]
pub struct ApiGatewayHttpDescription {
    /// The method, in capitals.
    #[key = "method"]
    pub method: String,
    /// The path as it was sent.
    #[key = "path"]
    pub path: String,
    /// `HTTP/1.1`.
    #[key = "protocol"]
    pub protocol: Option<String>,
    /// The address of the client.
    #[key = "sourceIp"]
    pub source_ip: Option<String>,
    /// The program of the client.
    #[key = "userAgent"]
    pub user_agent: Option<String>,
}

/// How a client proved who it is.
///
/// Source: Amazon API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP
/// APIs".
#[model]
pub struct ApiGatewayAuthentication {
    /// Its certificate.
    #[key = "clientCert"]
    pub client_cert: Option<ClientCert>,
}

/// What an authorizer found: one of the three.
///
/// Source: Amazon API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP
/// APIs".
#[model]
pub struct ApiGatewayAuthorizer {
    /// The token; absent for other authorizers.
    #[key = "jwt"]
    pub jwt: Option<ApiGatewayJwt>,
    /// The context that a Lambda authorizer answered; absent for other authorizers, null when it
    /// answered none.
    #[key = "lambda"]
    pub lambda: Option<Map<RawJson>>,
    /// The sender of a signed request; absent for other authorizers.
    #[key = "iam"]
    pub iam: Option<Box<ApiGatewayIam>>,
}

/// A token.
///
/// Source: Amazon API Gateway developer guide, "Control access to HTTP APIs with JWT authorizers in
/// API Gateway".
#[model]
pub struct ApiGatewayJwt {
    /// Its claims, all as texts, lists too.
    #[key = "claims"]
    pub claims: StringMap,
    /// The scopes of the route; null when it asks for none.
    #[key = "scopes"]
    pub scopes: Option<Vec<String>>,
}

/// The sender of a signed request.
///
/// Source: Amazon API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP
/// APIs".
#[model]
pub struct ApiGatewayIam {
    /// The key that signed it.
    #[key = "accessKey"]
    pub access_key: Option<String>,
    /// The account.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// The id of the sender.
    #[key = "callerId"]
    pub caller_id: Option<String>,
    /// The Cognito identity; null without one.
    #[key = "cognitoIdentity"]
    pub cognito_identity: Option<ApiGatewayCognitoIdentity>,
    /// The organization; null without one.
    #[key = "principalOrgId"]
    pub principal_org_id: Option<String>,
    /// The ARN of the user.
    #[key = "userArn"]
    pub user_arn: Option<String>,
    /// The id of the user.
    #[key = "userId"]
    pub user_id: Option<String>,
}

/// A Cognito identity.
///
/// Source: Amazon API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP
/// APIs".
#[model]
pub struct ApiGatewayCognitoIdentity {
    /// How it signed in.
    #[key = "amr"]
    pub amr: Option<Vec<String>>,
    /// Its id.
    #[key = "identityId"]
    pub identity_id: Option<String>,
    /// Its pool.
    #[key = "identityPoolId"]
    pub identity_pool_id: Option<String>,
}

/// The answer to a request of an HTTP API, payload format 2.0.
///
/// Source: Amazon API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP
/// APIs".
#[model]
pub struct ApiGatewayHttpResponse {
    /// The status.
    #[key = "statusCode"]
    #[default = 200]
    pub status_code: u16,
    /// The headers; left out when there are none.
    #[key = "headers"]
    pub headers: Headers,
    /// Cookies to set, a `Set-Cookie` header each.
    #[key = "cookies"]
    pub cookies: Option<Vec<String>>,
    /// The body, in base64 if `is_base64_encoded`; left out when there is none.
    #[key = "body"]
    pub body: Option<String>,
    /// Whether the body is in base64.
    #[key = "isBase64Encoded"]
    pub is_base64_encoded: bool,
}

http::response!(ApiGatewayHttpResponse);
