//! Lambda authorizers: what they are asked.

use lambda_events_macros::model;

use super::{
    ApiGatewayHttpContext, ApiGatewayIdentity, AuthorizerResponse, SimpleAuthorizerResponse,
};
use crate::{Headers, Map, Millis, MultiHeaders, ResponseFor, StringMap};

/// What a Lambda authorizer of type `TOKEN` is asked. The answer is an [`AuthorizerResponse`].
///
/// Source: Amazon API Gateway developer guide, "Input to an API Gateway Lambda authorizer".
#[model(ApiGatewayTokenAuthorizer)]
pub struct TokenAuthorizerRequest {
    /// `TOKEN`.
    #[key = "type"]
    pub kind: Option<String>,
    /// The value of the header that carries the token.
    #[key = "authorizationToken"]
    pub authorization_token: Option<String>,
    /// The ARN of the method that is asked for.
    #[key = "methodArn"]
    #[required]
    pub method_arn: String,
}

impl ResponseFor<TokenAuthorizerRequest> for AuthorizerResponse {}

/// What a Lambda authorizer of type `REQUEST` is asked, of a REST or a WebSocket API. The answer is
/// an [`AuthorizerResponse`].
///
/// Source: Amazon API Gateway developer guide, "Input to an API Gateway Lambda authorizer".
#[model(ApiGatewayRequestAuthorizer)]
pub struct RequestAuthorizerRequest {
    /// `REQUEST`.
    #[key = "type"]
    pub kind: Option<String>,
    /// The ARN of the method that is asked for.
    #[key = "methodArn"]
    #[required]
    pub method_arn: String,
    /// The resource that matched; absent for a WebSocket.
    #[key = "resource"]
    pub resource: Option<String>,
    /// The path; absent for a WebSocket.
    #[key = "path"]
    pub path: Option<String>,
    /// The method; absent for a WebSocket.
    #[key = "httpMethod"]
    pub http_method: Option<String>,
    /// The headers; of those that came twice the last.
    #[key = "headers"]
    pub headers: Headers,
    /// The headers with all their values; absent in older events.
    #[key = "multiValueHeaders"]
    pub multi_value_headers: MultiHeaders,
    /// The query; of those that came twice the last.
    #[key = "queryStringParameters"]
    pub query_string_parameters: StringMap,
    /// The query with all its values; absent in older events.
    #[key = "multiValueQueryStringParameters"]
    pub multi_value_query_string_parameters: Option<Map<Vec<String>>>,
    /// What stands in the path for the variables of the resource; absent for a WebSocket.
    #[key = "pathParameters"]
    pub path_parameters: StringMap,
    /// The variables of the stage.
    #[key = "stageVariables"]
    pub stage_variables: StringMap,
    /// What API Gateway knows of the request.
    #[key = "requestContext"]
    pub request_context: RequestAuthorizerContext,
}

impl ResponseFor<RequestAuthorizerRequest> for AuthorizerResponse {}

/// What a Lambda authorizer of an HTTP API is asked, format 1.0. The answer is an
/// [`AuthorizerResponse`].
///
/// Source: Amazon API Gateway developer guide, "Control access to HTTP APIs with AWS Lambda
/// authorizers".
#[model(ApiGatewayHttpAuthorizerV1)]
pub struct HttpAuthorizerV1Request {
    /// `1.0`.
    #[key = "version"]
    pub version: Option<String>,
    /// `REQUEST`.
    #[key = "type"]
    pub kind: Option<String>,
    /// The ARN of the route that is asked for.
    #[key = "methodArn"]
    #[required]
    pub method_arn: String,
    /// The values that identify the sender, joined by commas.
    #[key = "identitySource"]
    pub identity_source: Option<String>,
    /// The same.
    #[key = "authorizationToken"]
    pub authorization_token: Option<String>,
    /// The resource that matched.
    #[key = "resource"]
    pub resource: Option<String>,
    /// The path.
    #[key = "path"]
    pub path: Option<String>,
    /// The method.
    #[key = "httpMethod"]
    pub http_method: Option<String>,
    /// The headers.
    #[key = "headers"]
    pub headers: Headers,
    /// The query; null when there is none.
    #[key = "queryStringParameters"]
    pub query_string_parameters: StringMap,
    /// What stands in the path for the variables of the route; null when it has none.
    #[key = "pathParameters"]
    pub path_parameters: StringMap,
    /// The variables of the stage; null when it has none.
    #[key = "stageVariables"]
    pub stage_variables: StringMap,
    /// What API Gateway knows of the request.
    #[key = "requestContext"]
    pub request_context: RequestAuthorizerContext,
}

impl ResponseFor<HttpAuthorizerV1Request> for AuthorizerResponse {}

/// What API Gateway knows of a request that is to be authorized. A WebSocket has fields of its own.
///
/// Source: Amazon API Gateway developer guide, "Input to an API Gateway Lambda authorizer".
#[model]
pub struct RequestAuthorizerContext {
    /// The account of the API; absent for a WebSocket.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// The id of the API.
    #[key = "apiId"]
    pub api_id: Option<String>,
    /// When the connection began; WebSockets only.
    #[key = "connectedAt"]
    pub connected_at: Option<Millis>,
    /// The connection; WebSockets only.
    #[key = "connectionId"]
    pub connection_id: Option<String>,
    /// The domain of the request.
    #[key = "domainName"]
    pub domain_name: Option<String>,
    /// The first label of the domain.
    #[key = "domainPrefix"]
    pub domain_prefix: Option<String>,
    /// `CONNECT`; WebSockets only.
    #[key = "eventType"]
    pub event_type: Option<String>,
    /// An id of the request.
    #[key = "extendedRequestId"]
    pub extended_request_id: Option<String>,
    /// The method; absent for a WebSocket.
    #[key = "httpMethod"]
    pub http_method: Option<String>,
    /// Who sent it.
    #[key = "identity"]
    pub identity: Option<ApiGatewayIdentity>,
    /// `IN`; WebSockets only.
    #[key = "messageDirection"]
    pub message_direction: Option<String>,
    /// The path with the stage; absent for a WebSocket.
    #[key = "path"]
    pub path: Option<String>,
    /// `HTTP/1.1`.
    #[key = "protocol"]
    pub protocol: Option<String>,
    /// An id of the request.
    #[key = "requestId"]
    pub request_id: Option<String>,
    /// When it came, as `09/Apr/2015:12:34:56 +0000`.
    #[key = "requestTime"]
    pub request_time: Option<String>,
    /// When it came.
    #[key = "requestTimeEpoch"]
    pub request_time_epoch: Option<Millis>,
    /// The id of the resource; absent for a WebSocket.
    #[key = "resourceId"]
    pub resource_id: Option<String>,
    /// The resource that matched; absent for a WebSocket.
    #[key = "resourcePath"]
    pub resource_path: Option<String>,
    /// The route: `$connect`; WebSockets only.
    #[key = "routeKey"]
    pub route_key: Option<String>,
    /// The stage.
    #[key = "stage"]
    pub stage: Option<String>,
}

/// What a Lambda authorizer of an HTTP API is asked, format 2.0. The answer is the one that the
/// authorizer is set up for, a [`SimpleAuthorizerResponse`] or an [`AuthorizerResponse`]: the other
/// one is a 500.
///
/// Source: Amazon API Gateway developer guide, "Control access to HTTP APIs with AWS Lambda
/// authorizers".
#[model(ApiGatewayHttpAuthorizer)]
pub struct HttpAuthorizerRequest {
    /// `2.0`.
    #[key = "version"]
    pub version: Option<String>,
    /// `REQUEST`.
    #[key = "type"]
    pub kind: Option<String>,
    /// The ARN of the route that is asked for.
    #[key = "routeArn"]
    #[required]
    pub route_arn: String,
    /// The values that identify the sender; null or absent when it asks for none.
    #[key = "identitySource"]
    pub identity_source: Option<Vec<String>>,
    /// The route that matched.
    #[key = "routeKey"]
    pub route_key: Option<String>,
    /// The path as it was sent.
    #[key = "rawPath"]
    pub raw_path: String,
    /// The query as it was sent.
    #[key = "rawQueryString"]
    pub raw_query_string: String,
    /// The cookies; absent when there are none.
    #[key = "cookies"]
    pub cookies: Option<Vec<String>>,
    /// The headers, with names in lower case.
    #[key = "headers"]
    pub headers: Headers,
    /// The query, decoded; absent when there is none.
    #[key = "queryStringParameters"]
    pub query_string_parameters: StringMap,
    /// What API Gateway knows of the request.
    #[key = "requestContext"]
    pub request_context: ApiGatewayHttpContext,
    /// What stands in the path for the variables of the route; absent when it has none.
    #[key = "pathParameters"]
    pub path_parameters: StringMap,
    /// The variables of the stage; absent when it has none.
    #[key = "stageVariables"]
    pub stage_variables: StringMap,
}

impl ResponseFor<HttpAuthorizerRequest> for SimpleAuthorizerResponse {}
impl ResponseFor<HttpAuthorizerRequest> for AuthorizerResponse {}
