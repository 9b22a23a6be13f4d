//! What is configured of an event source mapping: the options of each kind, their ranges, and what the service refuses.
//!
//! Source: AWS Lambda API reference, "CreateEventSourceMapping".

use std::{ops::RangeInclusive, sync::Arc, time::Duration};

use serde_json::Value;

use super::{filter::Filters, kind::Kind};
use crate::service::{ServiceError, constraint};

/// Where the first read of a stream or a topic begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartingPosition {
    /// With the oldest record that is kept: `TRIM_HORIZON`.
    TrimHorizon,
    /// With the next record: `LATEST`.
    Latest,
    /// With the first record that arrived at this time or later, since the service began: `AT_TIMESTAMP`. Not for
    /// tables.
    AtTimestamp(Duration),
}

impl StartingPosition {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::TrimHorizon => "TRIM_HORIZON",
            Self::Latest => "LATEST",
            Self::AtTimestamp(_) => "AT_TIMESTAMP",
        }
    }
}

/// What is configured of a mapping. What is absent has the default of its kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Config {
    pub(super) batch_size: Option<u32>,
    pub(super) window: Option<Duration>,
    pub(super) reports_failures: bool,
    pub(super) filters: Filters,
    /// Whether records are read.
    pub(super) disabled: bool,
    pub(super) maximum_concurrency: Option<u32>,
    /// The least and the most pollers.
    pub(super) provisioned: Option<(u32, u32)>,
    pub(super) starting_position: Option<StartingPosition>,
    pub(super) parallelization: Option<u32>,
    /// -1 is without end.
    pub(super) retries: Option<i64>,
    /// In seconds; -1 is as long as records are kept.
    pub(super) record_age: Option<i64>,
    pub(super) bisects: bool,
    pub(super) tumbling: Option<Duration>,
    pub(super) on_failure: Option<Arc<str>>,
    /// Whether records of Kafka are taken as those of a queue: each by itself, in no order.
    pub(super) queue_mode: bool,
    pub(super) consumer_group: Option<String>,
    /// Whether messages are waited for as long as the service may.
    pub(super) has_low_traffic: bool,
    /// How a cluster of one's own is accessed, as it was given.
    pub(super) access: Vec<Value>,
    /// Whether a destination was given, which may be none.
    pub(super) has_destination: bool,
}

impl Config {
    pub(super) fn batch_size(&self, kind: Kind) -> usize {
        let size = self.batch_size.unwrap_or(if kind.is_queue() { 10 } else { 100 });
        size.try_into().unwrap_or(usize::MAX)
    }

    /// For how long records are gathered.
    pub(super) fn window(&self, kind: Kind) -> Duration {
        let window = self.window.unwrap_or(kind.default_window());
        // "With low traffic a window may last up to 20 s, even if it is set lower."
        let is_longer = self.has_low_traffic && kind.is_queue() && !window.is_zero();
        if is_longer { window.max(Duration::from_secs(20)) } else { window }
    }

    /// How often a batch is tried again; absent without end.
    pub(super) fn retries(&self, kind: Kind) -> Option<u64> {
        let retries = self.retries.unwrap_or(if self.queue_mode { 0 } else { -1 });
        match u64::try_from(retries) {
            Ok(retries) => Some(retries),
            // "On infinite retries with an on-failure destination set, attempts are capped at 10."
            Err(_)
                if kind.is_kafka() && self.provisioned.is_some() && self.on_failure.is_some() =>
            {
                Some(9)
            }
            Err(_) => None,
        }
    }

    /// How old a record may become; absent as long as it is kept.
    pub(super) fn record_age(&self) -> Option<Duration> {
        let age = self.record_age.and_then(|age| u64::try_from(age).ok());
        age.map(Duration::from_secs)
    }

    /// # Errors
    ///
    /// In the words of the service where they are known: an option is out of its range, not one of this kind of source, or
    /// excludes another one.
    pub(super) fn check(&self, kind: Kind, source_arn: &str) -> Result<(), ServiceError> {
        let invalid = |message: &str| Err(ServiceError::invalid(message.to_owned()));
        let mut violations = Vec::new();
        let mut range = |name: &str, value: Option<f64>, range: RangeInclusive<i64>| {
            if let Some(value) = value {
                violations.extend(constraint::between(name, value, range));
            }
        };
        let seconds = |duration: Option<Duration>| duration.map(|it| it.as_secs_f64());
        range("batchSize", self.batch_size.map(f64::from), 1..=10_000);
        range("maximumBatchingWindowInSeconds", seconds(self.window), 0..=300);
        range("parallelizationFactor", self.parallelization.map(f64::from), 1..=10);
        range("maximumRetryAttempts", self.retries.map(|it| it as f64), -1..=10_000);
        range("maximumRecordAgeInSeconds", self.record_age.map(|it| it as f64), -1..=604_800);
        range("tumblingWindowInSeconds", seconds(self.tumbling), 0..=900);
        let concurrency = self.maximum_concurrency.map(f64::from);
        range("scalingConfig.maximumConcurrency", concurrency, 2..=1000);
        if !violations.is_empty() {
            return Err(ServiceError::validation(&violations));
        }
        self.filters.check()?;
        let whole = |duration: Option<Duration>| duration.is_none_or(|it| it.subsec_nanos() == 0);
        if !whole(self.window) || !whole(self.tumbling) {
            return invalid("A window is a whole number of seconds.");
        }
        if self.record_age.is_some_and(|age| age != -1 && age < 60) {
            return invalid("Maximum record age in seconds must be -1 or between 60 and 604800.");
        }
        for (is_set, name) in self.set() {
            if is_set && !kind.has(name, self.provisioned.is_some() || self.queue_mode) {
                return Err(ServiceError::invalid(format!(
                    "Unsupported {name} parameter for given event source mapping type."
                )));
            }
        }
        match kind.is_queue() {
            true => self.check_queue(kind),
            false => self.check_stream(kind, source_arn),
        }
    }

    /// Which options are set, by the names of the service.
    fn set(&self) -> [(bool, &'static str); 11] {
        [
            (self.on_failure.is_some() || self.has_destination, "DestinationConfig"),
            (self.parallelization.is_some(), "ParallelizationFactor"),
            (self.tumbling.is_some_and(|it| !it.is_zero()), "TumblingWindowInSeconds"),
            (self.bisects, "BisectBatchOnFunctionError"),
            (self.retries.is_some(), "MaximumRetryAttempts"),
            (self.record_age.is_some(), "MaximumRecordAgeInSeconds"),
            (self.maximum_concurrency.is_some(), "ScalingConfig"),
            (self.provisioned.is_some(), "ProvisionedPollerConfig"),
            (self.reports_failures, "FunctionResponseTypes"),
            (!self.filters.is_empty(), "FilterCriteria"),
            (self.starting_position.is_some(), "StartingPosition"),
        ]
    }

    fn check_queue(&self, kind: Kind) -> Result<(), ServiceError> {
        let invalid = |message: &str| Err(ServiceError::invalid(message.to_owned()));
        let (size, window) = (self.batch_size(kind), self.window(kind));
        if kind == Kind::FifoQueue {
            if 10 < size {
                return invalid("Batch size must be less than or equal to 10 for FIFO queues.");
            }
            if !window.is_zero() {
                return invalid("Batching window is not supported for FIFO queues.");
            }
        } else if 10 < size && window.is_zero() {
            return invalid(
                "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
            );
        }
        if let Some((least, most)) = self.provisioned {
            if self.maximum_concurrency.is_some() {
                return invalid("ScalingConfig cannot be used with ProvisionedPollerConfig.");
            }
            if !(2..=200).contains(&least) || !(2..=10_000).contains(&most) || most < least {
                return invalid(
                    "The pollers must be 2 to 200 at least and 2 to 10000 at most, and the least not over the most.",
                );
            }
        }
        Ok(())
    }

    fn check_stream(&self, kind: Kind, source_arn: &str) -> Result<(), ServiceError> {
        if self.queue_mode {
            if kind != Kind::SelfManagedKafka {
                return Err(ServiceError::invalid(
                    "ConsumptionMode Queue is supported for self-managed Apache Kafka only."
                        .to_owned(),
                ));
            }
            if self.starting_position.is_some() || self.window.is_some() {
                return Err(ServiceError::invalid(
                    "StartingPosition and MaximumBatchingWindowInSeconds are not supported with \
                     ConsumptionMode Queue."
                        .to_owned(),
                ));
            }
            if self.retries == Some(-1) {
                return Err(ServiceError::invalid(
                    "MaximumRetryAttempts must not be -1 with ConsumptionMode Queue.".to_owned(),
                ));
            }
            return Ok(());
        }
        match self.starting_position {
            // The recorded text of a validation error, as an error of another type.
            None if kind.has("StartingPosition", true) => Err(ServiceError::invalid(
                "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: \
                 Member must not be null."
                    .to_owned(),
            )),
            Some(StartingPosition::AtTimestamp(_)) if kind == Kind::Table => {
                Err(ServiceError::invalid(format!(
                    "Unsupported starting position for arn type: {source_arn}"
                )))
            }
            _ => Ok(()),
        }
    }
}
