//! AWS Lambda function URLs.
//!
//! Source: AWS Lambda developer guide, "Invoking Lambda function URLs", read 2026-11-26. Shown by the
//! fixtures in `fixtures/function-url`.

use lambda_events_macros::model;

use crate::{
    Headers, Millis, RawJson, ResponseFor, StringMap,
    api_gateway::{ApiGatewayAuthentication, ApiGatewayHttpDescription, ApiGatewayIam},
    http,
};

/// A request to a function URL, in the form of payload format 2.0. The answer is a
/// [`FunctionUrlResponse`], or any other JSON: that becomes a 200 with it as the body.
///
/// Source: AWS Lambda developer guide, "Invoking Lambda function URLs", "Request payload format".
#[model(FunctionUrl)]
pub struct FunctionUrlRequest {
    /// `2.0`.
    #[key = "version"]
    pub version: Option<String>,
    /// `$default`: function URLs have no routes.
    #[key = "routeKey"]
    pub route_key: Option<String>,
    /// The path as it was sent.
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
    /// The query, decoded; several values of one name are joined by commas. Absent when there is
    /// none.
    #[key = "queryStringParameters"]
    pub query_string_parameters: StringMap,
    /// What Lambda knows of the request.
    #[key = "requestContext"]
    #[required]
    pub request_context: FunctionUrlContext,
    /// The body, in base64 if `is_base64_encoded`; absent when there is none. See
    /// [`bytes`](Self::bytes).
    #[key = "body"]
    pub body: Option<String>,
    /// Null: function URLs have none.
    #[key = "pathParameters"]
    pub path_parameters: Option<RawJson>,
    /// Whether the body is in base64.
    #[key = "isBase64Encoded"]
    pub is_base64_encoded: bool,
    /// Null: function URLs have none.
    #[key = "stageVariables"]
    pub stage_variables: Option<RawJson>,
}

impl ResponseFor<FunctionUrlRequest> for FunctionUrlResponse {}
impl ResponseFor<FunctionUrlRequest> for String {}
impl ResponseFor<FunctionUrlRequest> for RawJson {}
impl ResponseFor<FunctionUrlRequest> for serde_json::Value {}
http::body!(FunctionUrlRequest);

/// What Lambda knows of a request to a function URL.
///
/// Source: AWS Lambda developer guide, "Invoking Lambda function URLs", "Request payload format".
#[model]
pub struct FunctionUrlContext {
    /// The account of the caller, or `anonymous`.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// The id of the URL.
    #[key = "apiId"]
    pub api_id: Option<String>,
    /// Null: function URLs have no mutual TLS.
    #[key = "authentication"]
    pub authentication: Option<ApiGatewayAuthentication>,
    /// Who signed the request, where the URL has `AWS_IAM`; absent otherwise.
    #[key = "authorizer"]
    pub authorizer: Option<FunctionUrlAuthorizer>,
    /// The domain of the URL, also where CloudFront stands before it.
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
    /// `$default`.
    #[key = "routeKey"]
    pub route_key: Option<String>,
    /// `$default`.
    #[key = "stage"]
    pub stage: Option<String>,
    /// When it came, as `12/Mar/2020:19:03:58 +0000`.
    #[key = "time"]
    pub time: Option<String>,
    /// When it came.
    #[key = "timeEpoch"]
    pub time_epoch: Option<Millis>,
}

/// Who signed a request.
///
/// Source: AWS Lambda developer guide, "Invoking Lambda function URLs", "Request payload format".
#[model]
pub struct FunctionUrlAuthorizer {
    /// The sender.
    #[key = "iam"]
    pub iam: Option<Box<ApiGatewayIam>>,
}

/// The answer to a request of a function URL.
///
/// Source: AWS Lambda developer guide, "Invoking Lambda function URLs", "Response payload format".
#[model]
pub struct FunctionUrlResponse {
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

http::response!(FunctionUrlResponse);
