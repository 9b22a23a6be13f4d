//! Misuse of event sources that hurts in production, for which a test fails.

use std::fmt;

/// Misuse of an event source that hurts in production: the test fails, unless the mapping
/// [allows](super::MappingBuilder::allow) it. `Display` writes its name.
///
/// Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS", "Best practices".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Lint {
    /// The function names records that failed, and the mapping has no `ReportBatchItemFailures`: nobody reads it, and
    /// the records count as handled.
    IgnoredPartialResponse,
    /// The visibility timeout of a queue is less than six times the timeout of the function: messages are received again
    /// while they are tried.
    ShortVisibilityTimeout,
    /// The function names a record that is not in the batch: the whole batch fails.
    UnknownItemIdentifier,
    /// The function may take longer than its source waits: 14 minutes for Kafka, Amazon MQ and DocumentDB.
    SlowFunction,
    /// A record is too large for an event of 6 MB.
    OversizedEvent,
    /// The function is invoked by what it sends itself, and the service stops it.
    Loop,
    /// A record that fails is tried until the stream forgets it, and everything behind it waits: there are neither
    /// a number of retries nor an age.
    EndlessRetry,
    /// A message of a group of a FIFO queue is reported as failed, and a later one is not: their order is lost.
    BrokenOrder,
}

impl Lint {
    /// Returns the name, such as `short-visibility-timeout`.
    pub fn name(self) -> &'static str {
        match self {
            Self::IgnoredPartialResponse => "ignored-partial-response",
            Self::ShortVisibilityTimeout => "short-visibility-timeout",
            Self::UnknownItemIdentifier => "unknown-item-identifier",
            Self::SlowFunction => "slow-function",
            Self::OversizedEvent => "oversized-event",
            Self::Loop => "loop",
            Self::EndlessRetry => "endless-retry",
            Self::BrokenOrder => "broken-order",
        }
    }
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
