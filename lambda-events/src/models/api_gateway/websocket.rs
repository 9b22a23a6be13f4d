//! WebSocket APIs.

use lambda_events_macros::model;

use super::ApiGatewayIdentity;
use crate::{
    Headers, Map, Millis, MultiHeaders, RawJson, ResponseFor, StringMap, codec::kinds::words, http,
};

/// A connection that begins or ends, or a message. The answer is an
/// [`ApiGatewayWebSocketResponse`]: its status lets a connection begin; its body goes back to the
/// client where the route has a response.
///
/// Source: Amazon API Gateway developer guide, "Overview of WebSocket APIs in API Gateway".
#[model(ApiGatewayWebSocket)]
pub struct ApiGatewayWebSocketRequest {
    /// Absent but in proxies of old.
    #[key = "resource"]
    pub resource: Option<String>,
    /// Absent but in proxies of old.
    #[key = "path"]
    pub path: Option<String>,
    /// Absent but in proxies of old.
    #[key = "httpMethod"]
    pub http_method: Option<String>,
    /// The headers of the handshake; absent for a message.
    #[key = "headers"]
    pub headers: Headers,
    /// The headers with all their values; absent for a message.
    #[key = "multiValueHeaders"]
    pub multi_value_headers: MultiHeaders,
    /// The query of the handshake; absent otherwise.
    #[key = "queryStringParameters"]
    pub query_string_parameters: StringMap,
    /// The query with all its values; absent but for a handshake.
    #[key = "multiValueQueryStringParameters"]
    pub multi_value_query_string_parameters: Option<Map<Vec<String>>>,
    /// Absent for most.
    #[key = "pathParameters"]
    pub path_parameters: StringMap,
    /// The variables of the stage; absent when it has none.
    #[key = "stageVariables"]
    pub stage_variables: StringMap,
    /// What API Gateway knows of the connection.
    #[key = "requestContext"]
    #[required]
    pub request_context: ApiGatewayWebSocketContext,
    /// The message, in base64 if `is_base64_encoded`; absent unless there is one. See
    /// [`bytes`](Self::bytes).
    #[key = "body"]
    pub body: Option<String>,
    /// Whether the message is in base64.
    #[key = "isBase64Encoded"]
    pub is_base64_encoded: bool,
}

impl ResponseFor<ApiGatewayWebSocketRequest> for ApiGatewayWebSocketResponse {}
impl ResponseFor<ApiGatewayWebSocketRequest> for () {}
http::body!(ApiGatewayWebSocketRequest);

/// What API Gateway knows of a connection and a message.
///
/// Source: Amazon API Gateway developer guide, "API Gateway WebSocket API mapping template and
/// access logging variable reference".
#[model]
pub struct ApiGatewayWebSocketContext {
    /// The route: `$connect`, `$disconnect`, `$default`, or one of the API's.
    #[key = "routeKey"]
    pub route_key: Option<String>,
    /// What the authorizer of the handshake found; absent without one.
    #[key = "authorizer"]
    pub authorizer: Option<Map<RawJson>>,
    /// The id of the message; absent unless there is one.
    #[key = "messageId"]
    pub message_id: Option<String>,
    /// What happened.
    #[key = "eventType"]
    pub event_type: Option<ApiGatewayWebSocketEventType>,
    /// An id of the request.
    #[key = "extendedRequestId"]
    pub extended_request_id: Option<String>,
    /// When it came, as `09/Apr/2015:12:34:56 +0000`.
    #[key = "requestTime"]
    pub request_time: Option<String>,
    /// `IN`.
    #[key = "messageDirection"]
    pub message_direction: Option<String>,
    /// Why the connection ended; at its end only.
    #[key = "disconnectStatusCode"]
    pub disconnect_status_code: Option<u16>,
    /// Why it ended, in words; at its end only.
    #[key = "disconnectReason"]
    pub disconnect_reason: Option<String>,
    /// The stage.
    #[key = "stage"]
    pub stage: Option<String>,
    /// When the connection began.
    #[key = "connectedAt"]
    pub connected_at: Option<Millis>,
    /// When it came.
    #[key = "requestTimeEpoch"]
    pub request_time_epoch: Option<Millis>,
    /// Who is connected.
    #[key = "identity"]
    pub identity: Option<ApiGatewayIdentity>,
    /// The id of the request.
    #[key = "requestId"]
    pub request_id: Option<String>,
    /// The domain: with the stage, where answers are sent to.
    #[key = "domainName"]
    pub domain_name: Option<String>,
    /// The connection.
    #[key = "connectionId"]
    pub connection_id: Option<String>,
    /// The id of the API.
    #[key = "apiId"]
    pub api_id: Option<String>,
    /// Absent but in proxies of old.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// Absent but in proxies of old.
    #[key = "resourceId"]
    pub resource_id: Option<String>,
    /// Absent but in proxies of old.
    #[key = "resourcePath"]
    pub resource_path: Option<String>,
    /// Absent but in proxies of old.
    #[key = "httpMethod"]
    pub http_method: Option<String>,
    /// Absent but in proxies of old.
    #[key = "error"]
    pub error: Option<String>,
    /// Absent but in proxies of old.
    #[key = "integrationLatency"]
    pub integration_latency: Option<String>,
    /// Absent but in proxies of old.
    #[key = "status"]
    pub status: Option<String>,
}

words! {
    /// What happened to a connection.
    ///
    /// Source: Amazon API Gateway developer guide, "API Gateway WebSocket API mapping template and
    /// access logging variable reference".
    pub enum ApiGatewayWebSocketEventType {
        /// It begins.
        #[word = "CONNECT"]
        Connect,
        /// A message came.
        #[word = "MESSAGE"]
        Message,
        /// It ended.
        #[word = "DISCONNECT"]
        Disconnect,
    }
}

/// The answer on a WebSocket.
///
/// Source: Amazon API Gateway developer guide, "Set up a WebSocket API integration responses in API
/// Gateway".
#[model]
pub struct ApiGatewayWebSocketResponse {
    /// The status: any but one of success refuses a connection.
    #[key = "statusCode"]
    #[default = 200]
    pub status_code: u16,
    /// The headers of the handshake; left out when there are none.
    #[key = "headers"]
    pub headers: Headers,
    /// What the client gets where the route has a response; left out when there is none.
    #[key = "body"]
    pub body: Option<String>,
    /// Whether the body is in base64; left out for most.
    #[key = "isBase64Encoded"]
    pub is_base64_encoded: Option<bool>,
}

impl ApiGatewayWebSocketResponse {
    /// An answer with a status.
    pub fn new(status: u16) -> Self {
        Self { status_code: status, ..Self::default() }
    }

    /// The same with a body.
    pub fn text(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }
}
