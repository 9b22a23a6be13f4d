//! AWS AppSync: resolvers, Lambda authorizers, handlers of the Events API, Amplify's `@function`.
//!
//! Source: AWS AppSync developer guide, "Configuring resolvers: Lambda", "Lambda authorization" and
//! "AppSync Events", read 2026-11-26. Shown by the fixtures in `fixtures/appsync-*`.

mod authorizer;
mod events;
mod identity;

use lambda_events_macros::model;
use serde::Serialize;

use crate::{Event, EventList, Field, Headers, RawJson, ResponseFor, Trigger};

pub use authorizer::*;
pub use events::*;
pub use identity::*;

/// A field is resolved straight by the function. The answer is the field's value: any JSON.
///
/// Source: AWS AppSync developer guide, "Lambda resolvers", "Direct Lambda resolvers".
#[model(AppSyncResolver)]
pub struct AppSyncResolverEvent<A = RawJson, S = RawJson> {
    /// The arguments of the field.
    #[key = "arguments"]
    pub arguments: A,
    /// Who asks; null with an API key.
    #[key = "identity"]
    pub identity: Option<Box<AppSyncIdentity>>,
    /// The parent's value; null at the root.
    #[key = "source"]
    pub source: Option<S>,
    /// The request.
    #[key = "request"]
    pub request: AppSyncRequest,
    /// The answer of the function before, in a pipeline; null otherwise.
    #[key = "prev"]
    pub prev: Option<AppSyncPrevious>,
    /// The field.
    #[key = "info"]
    #[required]
    pub info: AppSyncInfo,
    /// What functions of a pipeline share; an object.
    #[key = "stash"]
    pub stash: RawJson,
}

impl<A, S, T: Serialize> ResponseFor<AppSyncResolverEvent<A, S>> for T {}

/// Fields that are resolved together, where the resolver has a batch size. The answer is a list of the
/// same length and order: of values, or of [`AppSyncBatchResult`]s.
pub type AppSyncBatchEvent<A = RawJson, S = RawJson> = EventList<AppSyncResolverEvent<A, S>>;

impl<A: Field, S: Field> Event for EventList<AppSyncResolverEvent<A, S>> {
    const TRIGGER: Trigger = Trigger::AppSyncBatch;
}
impl<A, S, T: Serialize> ResponseFor<EventList<AppSyncResolverEvent<A, S>>> for Vec<T> {}

/// The value of one field of a batch, or why it has none.
///
/// Source: AWS AppSync developer guide, "Lambda resolvers", "Returning individual errors".
#[model]
pub struct AppSyncBatchResult<T = RawJson> {
    /// The value.
    #[key = "data"]
    pub data: Option<T>,
    /// Why it has none.
    #[key = "errorMessage"]
    pub error_message: Option<String>,
    /// What kind of error that is.
    #[key = "errorType"]
    pub error_type: Option<String>,
}

/// A request.
///
/// Source: AWS AppSync developer guide, "AppSync resolver mapping template context reference",
/// "Access request headers".
#[model]
pub struct AppSyncRequest {
    /// Its headers.
    #[key = "headers"]
    pub headers: Headers,
    /// The domain of the API, where that is one's own; null otherwise.
    #[key = "domainName"]
    pub domain_name: Option<String>,
}

/// The answer of the function before.
///
/// Source: AWS AppSync developer guide, "AppSync resolver mapping template context reference".
#[model]
pub struct AppSyncPrevious {
    /// What it answered.
    #[key = "result"]
    pub result: Option<RawJson>,
}

/// A field of a query.
///
/// Source: AWS AppSync developer guide, "AppSync resolver mapping template context reference",
/// "Info".
#[model]
pub struct AppSyncInfo {
    /// The field.
    #[key = "fieldName"]
    #[required]
    pub field_name: String,
    /// The fields that are asked for within it, as paths.
    #[key = "selectionSetList"]
    pub selection_set_list: Option<Vec<String>>,
    /// The same in GraphQL.
    #[key = "selectionSetGraphQL"]
    pub selection_set_graphql: Option<String>,
    /// The variables of the query.
    #[key = "variables"]
    pub variables: Option<RawJson>,
    /// The type that has the field: `Query`, `Mutation`, …
    #[key = "parentTypeName"]
    #[required]
    pub parent_type_name: String,
}

/// A field is resolved by Amplify's `@function`. The answer is the field's value: any JSON.
///
/// Source: AWS Amplify documentation, "Configure Lambda resolvers".
#[model(AmplifyResolver)]
pub struct AmplifyResolverEvent<A = RawJson, S = RawJson> {
    /// The type that has the field: `Query`, `Mutation`, …
    #[key = "typeName"]
    #[required]
    pub type_name: String,
    /// The field.
    #[key = "fieldName"]
    #[required]
    pub field_name: String,
    /// The arguments of the field.
    #[key = "arguments"]
    pub arguments: A,
    /// Who asks; null with an API key.
    #[key = "identity"]
    pub identity: Option<Box<AppSyncIdentity>>,
    /// The parent's value; null at the root.
    #[key = "source"]
    pub source: Option<S>,
    /// The request.
    #[key = "request"]
    pub request: AppSyncRequest,
    /// The answer of the function before, in a pipeline; null otherwise.
    #[key = "prev"]
    pub prev: Option<AppSyncPrevious>,
}

impl<A, S, T: Serialize> ResponseFor<AmplifyResolverEvent<A, S>> for T {}

/// What a mapping template makes of a request: the function gets its payload.
///
/// Source: AWS AppSync developer guide, "Resolver mapping template reference for Lambda".
#[model]
pub struct AppSyncTemplate<P = RawJson> {
    /// `2018-05-29` or `2017-02-28`.
    #[key = "version"]
    pub version: String,
    /// `Invoke` or `BatchInvoke`.
    #[key = "operation"]
    pub operation: String,
    /// What the function gets; with `BatchInvoke` for each field, in a list.
    #[key = "payload"]
    pub payload: Option<P>,
    /// `RequestResponse`, which holds when absent, or `Event`.
    #[key = "invocationType"]
    pub invocation_type: Option<String>,
}
