//! Lambda authorizers.

use lambda_events_macros::model;

use crate::{Headers, Map, RawJson, ResponseFor};

/// Somebody asks an API that is authorized by a function. The answer is an
/// [`AppSyncAuthorizerResponse`].
///
/// Source: AWS AppSync developer guide, "AWS_LAMBDA authorization".
#[model(AppSyncAuthorizer)]
pub struct AppSyncAuthorizerRequest {
    /// The token.
    #[key = "authorizationToken"]
    #[required]
    pub authorization_token: String,
    /// The query, or what is done with a channel.
    #[key = "requestContext"]
    #[required]
    pub request_context: AppSyncAuthorizerContext,
    /// The headers of the request; absent in older events.
    #[key = "requestHeaders"]
    pub request_headers: Headers,
}

impl ResponseFor<AppSyncAuthorizerRequest> for AppSyncAuthorizerResponse {}

/// A query, or what is done with a channel of the Events API.
///
/// Source: AWS AppSync developer guide, "AWS_LAMBDA authorization", and AWS AppSync Events
/// developer guide.
#[model]
pub struct AppSyncAuthorizerContext {
    /// The id of the API.
    #[key = "apiId"]
    pub api_id: String,
    /// Its account.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// The id of the request.
    #[key = "requestId"]
    pub request_id: Option<String>,
    /// The query; of GraphQL only.
    #[key = "queryString"]
    pub query_string: Option<String>,
    /// The name of the operation, where it has one; of GraphQL only.
    #[key = "operationName"]
    pub operation_name: Option<String>,
    /// The variables; of GraphQL only.
    #[key = "variables"]
    pub variables: Option<RawJson>,
    /// `EVENT_CONNECT`, `EVENT_SUBSCRIBE` or `EVENT_PUBLISH`; of the Events API only.
    #[key = "operation"]
    pub operation: Option<String>,
    /// The namespace of the channel; of the Events API only.
    #[key = "channelNamespaceName"]
    pub channel_namespace_name: Option<String>,
    /// The channel; of the Events API only.
    #[key = "channel"]
    pub channel: Option<String>,
}

/// Whether somebody may ask.
///
/// Source: AWS AppSync developer guide, "AWS_LAMBDA authorization".
#[model]
pub struct AppSyncAuthorizerResponse {
    /// Whether the request goes on.
    #[key = "isAuthorized"]
    pub is_authorized: bool,
    /// What resolvers see as `resolverContext`; at most 5 MB, values without nesting.
    #[key = "resolverContext"]
    pub resolver_context: Option<Map<RawJson>>,
    /// Fields that come back as null: ARNs, or `Type.field`.
    #[key = "deniedFields"]
    pub denied_fields: Option<Vec<String>>,
    /// For how many seconds the answer is kept; 0 for not at all.
    #[key = "ttlOverride"]
    pub ttl_override: Option<i64>,
}

impl AppSyncAuthorizerResponse {
    /// The answer that the request goes on.
    pub fn allow() -> Self {
        Self { is_authorized: true, ..Self::default() }
    }

    /// The answer that it does not.
    pub fn deny() -> Self {
        Self::default()
    }
}
