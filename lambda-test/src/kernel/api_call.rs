//! What a process calls, by its head.

use std::{sync::Arc, time::Duration};

use serde::{Serialize, Serializer};

use super::millis::millis;

/// A call of an API, by its head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum ApiCall {
    /// `GET /runtime/invocation/next`.
    Next,
    /// `POST /runtime/invocation/{request_id}/response`.
    Response {
        /// The id in the path, whether or not it is that of the invocation.
        request_id: Arc<str>,
        /// How the answer is sent.
        mode: ResponseMode,
    },
    /// `POST /runtime/invocation/{request_id}/error`.
    Error {
        /// The id in the path, whether or not it is that of the invocation.
        request_id: Arc<str>,
        /// The header `Lambda-Runtime-Function-Error-Type`.
        error_type: Option<Arc<str>>,
    },
    /// `POST /runtime/init/error`.
    InitError {
        /// The header `Lambda-Runtime-Function-Error-Type`.
        error_type: Option<Arc<str>>,
    },
    /// `POST /extension/register`.
    Register(Box<RegisterRequest>),
    /// `GET /extension/event/next`.
    NextEvent {
        /// The header `Lambda-Extension-Identifier`.
        identifier: Option<Arc<str>>,
    },
    /// `POST /extension/init/error`.
    ExtensionInitError {
        /// The header `Lambda-Extension-Identifier`.
        identifier: Option<Arc<str>>,
        /// The header `Lambda-Extension-Function-Error-Type`.
        error_type: Option<Arc<str>>,
    },
    /// `PUT /telemetry`.
    Subscribe(Box<SubscribeRequest>),
    /// `POST /extension/exit/error`.
    ExtensionExitError {
        /// The header `Lambda-Extension-Identifier`.
        identifier: Option<Arc<str>>,
        /// The header `Lambda-Extension-Function-Error-Type`.
        error_type: Option<Arc<str>>,
    },
}

/// What an extension asks for when it subscribes to telemetry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SubscribeRequest {
    /// The header `Lambda-Extension-Identifier`.
    pub identifier: Option<Arc<str>>,
    /// What it wants, or what is wrong with that.
    #[serde(skip)]
    pub wanted: Result<TelemetrySubscription, Arc<str>>,
}

/// A subscription to telemetry that the service takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TelemetrySubscription {
    /// Whether the schema is of a version that tells lines of a log as objects, where its format is JSON.
    pub objects: bool,
    /// `platform`, `function`, `extension`.
    pub types: Vec<Arc<str>>,
    /// A batch is sent once it has so many events.
    pub max_items: usize,
    /// A batch is sent once it has so many bytes.
    pub max_bytes: usize,
    /// A batch is sent so long after its first event.
    #[serde(rename = "timeoutMs", serialize_with = "millis")]
    pub timeout: Duration,
    /// The port of the extension.
    pub port: u16,
    /// Where posts go; absent over TCP.
    pub path: Option<Arc<str>>,
}

/// What an extension asks for when it registers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RegisterRequest {
    /// The header `Lambda-Extension-Name`.
    pub name: Option<Arc<str>>,
    /// The events, as they were written; or what is wrong with the body.
    #[serde(serialize_with = "events_or_error")]
    pub events: Result<Vec<Arc<str>>, Arc<str>>,
    /// Whether the id of the account is asked for.
    pub account_id: bool,
    /// Under which identifier it is known from then on.
    #[serde(skip)]
    pub(crate) identifier: Arc<str>,
}

/// The header `Lambda-Runtime-Function-Response-Mode`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum ResponseMode {
    /// Absent or empty.
    Buffered,
    /// `streaming`. A stream is collected here.
    Streaming,
    /// Anything else, which the service refuses.
    Unknown(Arc<str>),
}

/// `["INVOKE"]` or what is wrong.
fn events_or_error<S: Serializer>(
    events: &Result<Vec<Arc<str>>, Arc<str>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match events {
        Ok(events) => events.serialize(serializer),
        Err(error) => error.serialize(serializer),
    }
}
