//! The segments of an invocation that is traced.

use std::{sync::Arc, time::Duration};

use serde::Serialize;

use super::millis::perhaps_millis;

/// The segments of an invocation that is traced, by their ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TracedInvocation {
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
    /// The subsegment `Invocation`, which is the parent of what the function calls.
    pub invocation: Arc<str>,
}
