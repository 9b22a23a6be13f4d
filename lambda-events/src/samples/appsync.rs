//! Requests of AWS AppSync.

use serde::Serialize;

use super::{ACCOUNT, Sample, id, some};
use crate::{Headers, RawJson, appsync::*};

fn headers() -> AppSyncRequest {
    AppSyncRequest {
        headers: Headers::from([("x-forwarded-for", "192.0.2.1"), ("host", "an-api.example.com")]),
        ..Default::default()
    }
}

/// Who signed in with a user pool of Cognito.
pub fn cognito(username: &str) -> AppSyncIdentity {
    AppSyncIdentity {
        claims: Some(crate::Map::from([("sub", RawJson::of("\"a-user\""))])),
        default_auth_strategy: some("ALLOW"),
        issuer: some("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_APool00"),
        source_ip: Some(vec!["192.0.2.1".to_owned()]),
        sub: some("a-user"),
        username: some(username),
        ..Default::default()
    }
}

/// A field is resolved, with these arguments, for somebody with an API key.
///
/// # Errors
///
/// The arguments have no form in JSON.
pub fn resolver(
    parent: &str,
    field: &str,
    arguments: impl Serialize,
) -> serde_json::Result<Sample<AppSyncResolverEvent>> {
    Ok(Sample(field_of(parent, field, RawJson::new(&arguments)?)))
}

pub(super) fn field_of(parent: &str, field: &str, arguments: RawJson) -> AppSyncResolverEvent {
    AppSyncResolverEvent {
        arguments,
        request: headers(),
        info: AppSyncInfo {
            field_name: field.to_owned(),
            selection_set_list: Some(vec!["id".to_owned()]),
            selection_set_graphql: some("{\n  id\n}"),
            variables: Some(RawJson::of("{}")),
            parent_type_name: parent.to_owned(),
            ..Default::default()
        },
        stash: RawJson::of("{}"),
        ..Default::default()
    }
}

pub(super) fn named(event: AppSyncResolverEvent) -> Sample<AppSyncResolverEvent> {
    Sample(event)
}

/// Fields that are resolved together.
pub fn batch(
    fields: impl IntoIterator<Item = Sample<AppSyncResolverEvent>>,
) -> Sample<AppSyncBatchEvent> {
    Sample(fields.into_iter().map(Sample::into_event).collect())
}

/// Somebody asks this query with this token.
pub fn authorizer(token: &str, query: &str) -> Sample<AppSyncAuthorizerRequest> {
    Sample(AppSyncAuthorizerRequest {
        authorization_token: token.to_owned(),
        request_context: AppSyncAuthorizerContext {
            api_id: "abcdefghijklmnopqrstuvwxyz".to_owned(),
            account_id: some(ACCOUNT),
            request_id: Some(id(1)),
            query_string: some(query),
            variables: Some(RawJson::of("{}")),
            ..Default::default()
        },
        request_headers: Headers::from([("authorization", token)]),
        ..Default::default()
    })
}

fn events(operation: AppSyncOperation, path: &str) -> AppSyncEventsRequest {
    let segments: Vec<String> =
        path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let info = AppSyncEventsInfo {
        channel_namespace: AppSyncNamespace {
            name: segments.first().cloned().unwrap_or_default(),
            ..Default::default()
        },
        channel: AppSyncChannel { path: path.to_owned(), segments, ..Default::default() },
        operation,
        ..Default::default()
    };
    AppSyncEventsRequest {
        request: headers(),
        info,
        stash: RawJson::of("{}"),
        out_errors: RawJson::of("[]"),
        ..Default::default()
    }
}

/// These events, JSON each, are published to a channel.
pub fn publish(
    path: &str,
    payloads: impl IntoIterator<Item = RawJson>,
) -> Sample<AppSyncEventsRequest> {
    let mut event = events(AppSyncOperation::Publish, path);
    let published = payloads.into_iter().enumerate().map(|(number, payload)| AppSyncPublished {
        payload,
        id: (number + 1).to_string(),
        ..Default::default()
    });
    event.events = Some(published.collect());
    Sample(event)
}

/// Somebody subscribes to a channel.
pub fn subscribe(path: &str) -> Sample<AppSyncEventsRequest> {
    Sample(events(AppSyncOperation::Subscribe, path))
}

/// A field is resolved by Amplify's `@function`, with these arguments.
///
/// # Errors
///
/// The arguments have no form in JSON.
pub fn amplify(
    parent: &str,
    field: &str,
    arguments: impl Serialize,
) -> serde_json::Result<Sample<AmplifyResolverEvent>> {
    Ok(amplify_field(parent, field, RawJson::new(&arguments)?))
}

pub(super) fn amplify_field(
    parent: &str,
    field: &str,
    arguments: RawJson,
) -> Sample<AmplifyResolverEvent> {
    Sample(AmplifyResolverEvent {
        type_name: parent.to_owned(),
        field_name: field.to_owned(),
        arguments,
        identity: Some(Box::new(cognito("somebody"))),
        request: headers(),
        ..Default::default()
    })
}
