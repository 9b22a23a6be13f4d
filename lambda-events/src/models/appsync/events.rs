//! Handlers of the Events API.

use lambda_events_macros::model;

use super::{AppSyncIdentity, AppSyncPrevious, AppSyncRequest};
use crate::{RawJson, ResponseFor, codec::kinds::words};

/// Events are published to a channel, or somebody subscribes to it. The answer is an
/// [`AppSyncEventsResponse`]; of a subscription that is allowed also `()`.
///
/// Source: AWS AppSync Events developer guide, "Direct Lambda integration".
#[model(AppSyncEvents)]
pub struct AppSyncEventsRequest<P = RawJson> {
    /// Who it is; null with an API key.
    #[key = "identity"]
    pub identity: Option<Box<AppSyncIdentity>>,
    /// Null.
    #[key = "result"]
    pub result: Option<RawJson>,
    /// The request.
    #[key = "request"]
    pub request: AppSyncRequest,
    /// The channel, and what is done with it.
    #[key = "info"]
    #[required]
    pub info: AppSyncEventsInfo,
    /// Null.
    #[key = "error"]
    pub error: Option<RawJson>,
    /// Null.
    #[key = "prev"]
    pub prev: Option<AppSyncPrevious>,
    /// An empty object.
    #[key = "stash"]
    pub stash: RawJson,
    /// An empty list.
    #[key = "outErrors"]
    pub out_errors: RawJson,
    /// What is published; null of a subscription.
    #[key = "events"]
    pub events: Option<Vec<AppSyncPublished<P>>>,
}

impl<P> ResponseFor<AppSyncEventsRequest<P>> for () {}
impl<P, Q> ResponseFor<AppSyncEventsRequest<P>> for AppSyncEventsResponse<Q> {}

/// A channel, and what is done with it.
///
/// Source: AWS AppSync Events developer guide, "Direct Lambda integration".
#[model]
pub struct AppSyncEventsInfo {
    /// The channel.
    #[key = "channel"]
    pub channel: AppSyncChannel,
    /// Its namespace.
    #[key = "channelNamespace"]
    pub channel_namespace: AppSyncNamespace,
    /// What is done with it.
    #[key = "operation"]
    pub operation: AppSyncOperation,
}

/// A channel.
///
/// Source: AWS AppSync Events developer guide, "Direct Lambda integration".
#[model]
pub struct AppSyncChannel {
    /// Its path: `/default/channel`.
    #[key = "path"]
    pub path: String,
    /// The parts of the path.
    #[key = "segments"]
    pub segments: Vec<String>,
}

/// A namespace of channels.
///
/// Source: AWS AppSync Events developer guide, "Direct Lambda integration".
#[model]
pub struct AppSyncNamespace {
    /// Its name.
    #[key = "name"]
    pub name: String,
}

words! {
    /// What is done with a channel.
    ///
    /// Source: AWS AppSync Events developer guide, "Direct Lambda integration".
    pub enum AppSyncOperation {
        /// Events are published to it.
        #[word = "PUBLISH"]
        Publish,
        /// Somebody subscribes to it.
        #[word = "SUBSCRIBE"]
        Subscribe,
    }
}

/// An event that is published.
///
/// Source: AWS AppSync Events developer guide, "Direct Lambda integration".
#[model]
pub struct AppSyncPublished<P = RawJson> {
    /// The event.
    #[key = "payload"]
    pub payload: P,
    /// The id by which the answer names it.
    #[key = "id"]
    #[required]
    pub id: String,
}

/// What subscribers get, or why nothing is done.
///
/// Source: AWS AppSync Events developer guide, "Direct Lambda integration".
#[model]
pub struct AppSyncEventsResponse<P = RawJson> {
    /// One for each event that goes on or is refused; those that are left out are dropped.
    #[key = "events"]
    pub events: Option<Vec<AppSyncEventsResult<P>>>,
    /// Why nothing is done at all.
    #[key = "error"]
    pub error: Option<String>,
}

/// What subscribers get of an event, or why they get nothing.
///
/// Source: AWS AppSync Events developer guide, "Direct Lambda integration".
#[model]
pub struct AppSyncEventsResult<P = RawJson> {
    /// That of the event.
    #[key = "id"]
    pub id: String,
    /// What they get.
    #[key = "payload"]
    pub payload: Option<P>,
    /// Why they get nothing.
    #[key = "error"]
    pub error: Option<String>,
}
