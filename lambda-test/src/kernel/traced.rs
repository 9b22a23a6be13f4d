//! The segments of an invocation that is traced.

use std::{sync::Arc, time::Duration};

use serde::Serialize;

use super::millis::perhaps_millis;

/// The segments of an invocation that is traced, by their ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TracedInvocation {
    /// The ARN of the function, without a qualifier.
    pub arn: Arc<str>,
    /// The id of the trace: `Root` of the header.
    pub root: Arc<str>,
    /// The segment of the caller. Absent where the caller is not traced.
    pub parent: Option<Arc<str>>,
    /// The segment of the service, `AWS::Lambda`: all attempts of an event have one.
    pub service: Arc<str>,
    /// When the event was accepted of which it is an attempt, since the service began. Absent in a synchronous invocation.
    #[serde(rename = "acceptedMs", serialize_with = "perhaps_millis")]
    pub accepted: Option<Duration>,
    /// The segment of the function, `AWS::Lambda::Function`.
    pub function: Arc<str>,
    /// The parent of what the function calls: the subsegment `Invocation`, or in the newer structure the segment of the
    /// function.
    pub invocation: Arc<str>,
    /// The traces of other messages of the batch.
    #[serde(skip_serializing_if = "<[TraceLink]>::is_empty")]
    pub links: Arc<[TraceLink]>,
}

/// Another trace that an invocation is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TraceLink {
    /// The id of the trace: `Root` of its header.
    pub root: Arc<str>,
    /// The segment in it that sent the message. Absent where its header has none.
    pub parent: Option<Arc<str>>,
}

impl TraceLink {
    pub(crate) fn new(root: &str, parent: Option<&str>) -> Self {
        Self { root: root.into(), parent: parent.map(Into::into) }
    }
}
