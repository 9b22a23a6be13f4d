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
    Kafka,
    /// Amazon MQ.
    Broker,
    DocumentDb,
}

impl Kind {
    pub(super) fn is_queue(self) -> bool {
        matches!(self, Self::Queue | Self::FifoQueue)
    }

    /// The member of a record that filters read as JSON.
    pub(super) fn data_key(self) -> Option<&'static str> {
        match self {
            Self::Queue | Self::FifoQueue => Some("body"),
            Self::Stream | Self::Broker => Some("data"),
            Self::Table => Some("dynamodb"),
            Self::Kafka => Some("value"),
            Self::DocumentDb => None,
        }
    }

    /// For how long records are gathered unless it is set.
    pub(super) fn default_window(self) -> Duration {
        match self {
            Self::Queue | Self::FifoQueue | Self::Stream | Self::Table => Duration::ZERO,
            Self::Kafka | Self::Broker | Self::DocumentDb => Duration::from_millis(500),
        }
    }

    /// Whether mappings of this kind have an option, by the name of the service; `has_pollers` is whether the pollers are
    /// provisioned.
    pub(super) fn has(self, option: &str, has_pollers: bool) -> bool {
        match option {
            "DestinationConfig" => matches!(self, Self::Stream | Self::Table | Self::Kafka),
            "ParallelizationFactor" | "TumblingWindowInSeconds" => {
                matches!(self, Self::Stream | Self::Table)
            }
            "BisectBatchOnFunctionError" | "MaximumRetryAttempts" | "MaximumRecordAgeInSeconds" => {
                matches!(self, Self::Stream | Self::Table) || self == Self::Kafka && has_pollers
            }
            "FunctionResponseTypes" => {
                matches!(self, Self::Queue | Self::FifoQueue | Self::Stream | Self::Table)
                    || self == Self::Kafka && has_pollers
            }
            "ScalingConfig" => self.is_queue(),
            "ProvisionedPollerConfig" => {
                matches!(self, Self::Queue | Self::FifoQueue | Self::Kafka)
            }
            "FilterCriteria" => self != Self::DocumentDb,
            "StartingPosition" => {
                matches!(self, Self::Stream | Self::Table | Self::Kafka | Self::DocumentDb)
            }
            _ => true,
        }
    }
}
