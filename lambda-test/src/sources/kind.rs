//! What a mapping reads: one of the kinds of sources.

use std::time::Duration;

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Queue,
    FifoQueue,
    /// Kinesis.
    Stream,
    /// The stream of a table of DynamoDB.
    Table,
    /// Amazon MSK.
    Msk,
    /// A cluster of Kafka that is not AWS's.
    SelfManagedKafka,
    /// Amazon MQ.
    Broker,
    DocumentDb,
}

impl Kind {
    pub(super) fn is_queue(self) -> bool {
        matches!(self, Self::Queue | Self::FifoQueue)
    }

    pub(super) fn is_kafka(self) -> bool {
        matches!(self, Self::Msk | Self::SelfManagedKafka)
    }

    /// A stream of records in shards, which is polled and keeps them.
    pub(super) fn is_stream(self) -> bool {
        matches!(self, Self::Stream | Self::Table)
    }

    /// The member of a record that filters read as JSON.
    pub(super) fn data_key(self) -> Option<&'static str> {
        match self {
            Self::Queue | Self::FifoQueue => Some("body"),
            Self::Stream | Self::Broker => Some("data"),
            Self::Table => Some("dynamodb"),
            Self::Msk | Self::SelfManagedKafka => Some("value"),
            Self::DocumentDb => None,
        }
    }

    /// For how long records are gathered unless it is set.
    pub(super) fn default_window(self) -> Duration {
        match self {
            Self::Queue | Self::FifoQueue | Self::Stream | Self::Table => Duration::ZERO,
            _ => Duration::from_millis(500),
        }
    }

    /// Whether mappings of this kind have an option, by the name of the service; `has_pollers` is whether the pollers are
    /// provisioned.
    pub(super) fn has(self, option: &str, has_pollers: bool) -> bool {
        match option {
            "DestinationConfig" => self.is_stream() || self.is_kafka(),
            "ParallelizationFactor" | "TumblingWindowInSeconds" => self.is_stream(),
            "BisectBatchOnFunctionError" | "MaximumRetryAttempts" | "MaximumRecordAgeInSeconds" => {
                self.is_stream() || self.is_kafka() && has_pollers
            }
            "FunctionResponseTypes" => {
                self.is_queue() || self.is_stream() || self.is_kafka() && has_pollers
            }
            "ScalingConfig" => self.is_queue(),
            "ProvisionedPollerConfig" => self.is_queue() || self.is_kafka(),
            "FilterCriteria" => self != Self::DocumentDb,
            "StartingPosition" => self.is_stream() || self.is_kafka() || self == Self::DocumentDb,
            _ => false,
        }
    }
}
