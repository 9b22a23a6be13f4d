//! REST APIs, and HTTP APIs with payload format 1.0.

use lambda_events_macros::model;

use super::ClientCert;
use crate::{Headers, Map, Millis, MultiHeaders, RawJson, ResponseFor, StringMap, http};

/// A request to a REST API with a proxy integration, or to an HTTP API with payload format 1.0. The
/// answer is an [`ApiGatewayRestResponse`].
///
/// The console's test button leaves fields out, and nearly all may be null.
///
/// Source: Amazon API Gateway developer guide, "Input format of a Lambda function for proxy
/// integration".
#[model(ApiGatewayRest)]
pub struct ApiGatewayRestRequest {
    /// `1.0` from an HTTP API; absent from a REST API.
    #[key = "version"]
    pub version: Option<String>,
    /// The resource that matched: `/orders/{id}`.
    #[key = "resource"]
    pub resource: Option<String>,
    /// The path as it was sent, with the stage where the API has no domain name of its own.
    #[key = "path"]
    pub path: Option<String>,
    /// The method, in capitals.
    #[key = "httpMethod"]
    #[required]
    pub http_method: String,
    /// The headers, with the names as the client wrote them; of those that came twice the last.
    /// Null when there are none.
    #[key = "headers"]
    pub headers: Headers,
    /// The headers with all their values. Null when there are none.
    #[key = "multiValueHeaders"]
    pub multi_value_headers: MultiHeaders,
    /// The query, decoded; of those that came twice the last. Null when there is none.
    #[key = "queryStringParameters"]
    pub query_string_parameters: StringMap,
    /// The query with all its values. Null when there is none.
    #[key = "multiValueQueryStringParameters"]
    pub multi_value_query_string_parameters: Option<Map<Vec<String>>>,
    /// What stands in the path for the variables of the resource. Null when it has none.
    #[key = "pathParameters"]
    pub path_parameters: StringMap,
    /// The variables of the stage. Null when it has none.
    #[key = "stageVariables"]
    pub stage_variables: StringMap,
    /// What API Gateway knows of the request.
    #[key = "requestContext"]
    pub request_context: ApiGatewayRestContext,
    /// The body, in base64 if `is_base64_encoded`; null when there is none. See
    /// [`bytes`](Self::bytes).
    #[key = "body"]
    pub body: Option<String>,
    /// Whether the body is in base64.
    #[key = "isBase64Encoded"]
    pub is_base64_encoded: bool,
}

impl ResponseFor<ApiGatewayRestRequest> for ApiGatewayRestResponse {}
http::body!(ApiGatewayRestRequest);

/// What API Gateway knows of a request to a REST API.
///
/// Source: Amazon API Gateway developer guide, "Input format of a Lambda function for proxy
/// integration".
#[model]
pub struct ApiGatewayRestContext {
    /// The account of the API.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// The id of the API.
    #[key = "apiId"]
    pub api_id: Option<String>,
    /// What an authorizer found: `principalId` and the context of a Lambda authorizer, `claims` of
    /// a user pool, `scopes`. Absent or null without one.
    #[key = "authorizer"]
    pub authorizer: Option<Map<RawJson>>,
    /// The connection; absent for most.
    #[key = "connectionId"]
    pub connection_id: Option<String>,
    /// The deployment that answered; absent in older events.
    #[key = "deploymentId"]
    pub deployment_id: Option<String>,
    /// The domain of the request; absent from the console's test button.
    #[key = "domainName"]
    pub domain_name: Option<String>,
    /// The first label of the domain; absent from the console's test button.
    #[key = "domainPrefix"]
    pub domain_prefix: Option<String>,
    /// An id of the request that is better to search for.
    #[key = "extendedRequestId"]
    pub extended_request_id: Option<String>,
    /// The method.
    #[key = "httpMethod"]
    pub http_method: Option<String>,
    /// Who sent it.
    #[key = "identity"]
    pub identity: Option<ApiGatewayIdentity>,
    /// The name of the operation; absent when the API has none.
    #[key = "operationName"]
    pub operation_name: Option<String>,
    /// The path with the stage.
    #[key = "path"]
    pub path: Option<String>,
    /// `HTTP/1.1`.
    #[key = "protocol"]
    pub protocol: Option<String>,
    /// An id of the request, which a client may set.
    #[key = "requestId"]
    pub request_id: Option<String>,
    /// When it came, as `09/Apr/2015:12:34:56 +0000`.
    #[key = "requestTime"]
    pub request_time: Option<String>,
    /// When it came.
    #[key = "requestTimeEpoch"]
    pub request_time_epoch: Option<Millis>,
    /// The id of the resource that matched; null from an HTTP API.
    #[key = "resourceId"]
    pub resource_id: Option<String>,
    /// The resource that matched; null from an HTTP API.
    #[key = "resourcePath"]
    pub resource_path: Option<String>,
    /// The stage.
    #[key = "stage"]
    pub stage: Option<String>,
}

/// Who sent a request. Most fields are null without IAM authorization.
///
/// Source: Amazon API Gateway developer guide, "Variables for data transformations for API
/// Gateway".
#[model]
pub struct ApiGatewayIdentity {
    /// The access key that signed it.
    #[key = "accessKey"]
    pub access_key: Option<String>,
    /// The account of the sender.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// The API key; absent without one.
    #[key = "apiKey"]
    pub api_key: Option<String>,
    /// The id of the API key; absent without one.
    #[key = "apiKeyId"]
    pub api_key_id: Option<String>,
    /// The id of the sender.
    #[key = "caller"]
    pub caller: Option<String>,
    /// The certificate of the client; absent without mutual TLS.
    #[key = "clientCert"]
    pub client_cert: Option<ClientCert>,
    /// How a Cognito identity signed in; HTTP APIs only.
    #[key = "cognitoAmr"]
    pub cognito_amr: Option<String>,
    /// Who vouched for a Cognito identity.
    #[key = "cognitoAuthenticationProvider"]
    pub cognito_authentication_provider: Option<String>,
    /// Whether a Cognito identity is authenticated.
    #[key = "cognitoAuthenticationType"]
    pub cognito_authentication_type: Option<String>,
    /// The Cognito identity.
    #[key = "cognitoIdentityId"]
    pub cognito_identity_id: Option<String>,
    /// Its pool.
    #[key = "cognitoIdentityPoolId"]
    pub cognito_identity_pool_id: Option<String>,
    /// The organization.
    #[key = "principalOrgId"]
    pub principal_org_id: Option<String>,
    /// The address.
    #[key = "sourceIp"]
    pub source_ip: Option<String>,
    /// The id of the user.
    #[key = "user"]
    pub user: Option<String>,
    /// The program.
    #[key = "userAgent"]
    pub user_agent: Option<String>,
    /// The ARN of the user.
    #[key = "userArn"]
    pub user_arn: Option<String>,
    /// The VPC; private APIs only.
    #[key = "vpcId"]
    pub vpc_id: Option<String>,
    /// The endpoint; private APIs only.
    #[key = "vpceId"]
    pub vpce_id: Option<String>,
}

/// The answer to a request of a REST API, or of an HTTP API with payload format 1.0. What is
/// malformed becomes a 502.
///
/// Source: Amazon API Gateway developer guide, "Output format of a Lambda function for proxy
/// integration".
#[model]
pub struct ApiGatewayRestResponse {
    /// The status.
    #[key = "statusCode"]
    #[default = 200]
    pub status_code: u16,
    /// The headers; left out when there are none.
    #[key = "headers"]
    pub headers: Headers,
    /// Headers with several values; left out when there are none. Where a name is in both, these
    /// count.
    #[key = "multiValueHeaders"]
    pub multi_value_headers: MultiHeaders,
    /// The body, in base64 if `is_base64_encoded`; left out when there is none.
    #[key = "body"]
    pub body: Option<String>,
    /// Whether the body is in base64.
    #[key = "isBase64Encoded"]
    pub is_base64_encoded: bool,
}

http::response!(ApiGatewayRestResponse);
