//! What happens between a source of events and the function that it invokes.

use std::{fmt, sync::Arc, time::Duration};

use serde::Serialize;

use super::millis::millis;

/// What happened in an event source mapping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum SourceEvent {
    /// The mapping is in another state: `Enabled`, `Disabled` and so on.
    State(&'static str),
    /// So many messages or records were read.
    Received {
        /// How many.
        count: usize,
    },
    /// So many of them match no filter: a queue deletes them, and a stream goes on behind them.
    Filtered {
        /// How many.
        count: usize,
    },
    /// The function is invoked with a batch.
    BatchSent {
        /// How many records it has.
        count: usize,
        /// How long the last of them was in the stream: `IteratorAge`. For a queue, in the queue.
        #[serde(rename = "ageMs", serialize_with = "millis")]
        age: Duration,
    },
    /// So many messages were handled, and are deleted.
    Deleted {
        /// How many.
        count: usize,
    },
    /// So many messages were received too often, and are in the dead-letter queue now.
    Redriven {
        /// How many.
        count: usize,
    },
    /// Everything up to this record of the shard or partition is handled.
    Checkpoint {
        /// The shard or partition.
        shard: Arc<str>,
        /// The sequence number or offset.
        position: Arc<str>,
    },
    /// A batch that failed is tried again in two parts.
    Bisected {
        /// The shard or partition.
        shard: Arc<str>,
        /// How many records they have.
        sizes: [usize; 2],
    },
    /// A batch is tried again later.
    Retried {
        /// The shard or partition.
        shard: Arc<str>,
        /// After how long.
        #[serde(rename = "afterMs", serialize_with = "millis")]
        after: Duration,
    },
    /// Records are not tried any more.
    Discarded {
        /// The shard or partition.
        shard: Arc<str>,
        /// How many.
        count: usize,
        /// Why: `RetryAttemptsExhausted` or `RecordAgeExceeded`.
        condition: &'static str,
    },
    /// What hurts in production: see `Lint`.
    LintFailed {
        /// Which.
        lint: &'static str,
        /// In words.
        message: Arc<str>,
    },
}

impl fmt::Display for SourceEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(state) => write!(f, "mapping: {state}"),
            Self::Received { count } => write!(f, "{count} received"),
            Self::Filtered { count } => write!(f, "{count} filtered out"),
            Self::BatchSent { count, age } => {
                write!(f, "batch of {count}, {} ms old", age.as_millis())
            }
            Self::Deleted { count } => write!(f, "{count} deleted"),
            Self::Redriven { count } => write!(f, "{count} to the dead-letter queue"),
            Self::Checkpoint { shard, position } => write!(f, "{shard}: checkpoint {position}"),
            Self::Bisected { shard, sizes: [first, second] } => {
                write!(f, "{shard}: bisected into {first} and {second}")
            }
            Self::Retried { shard, after } => {
                write!(f, "{shard}: tried again after {} ms", after.as_millis())
            }
            Self::Discarded { shard, count, condition } => {
                write!(f, "{shard}: {count} discarded: {condition}")
            }
            Self::LintFailed { lint, message } => write!(f, "lint {lint}: {message}"),
        }
    }
}
