//! Event source mappings: queues and streams that invoke functions.
//!
//! A file for each step, the pure ones first: `pattern` and `filter` have which records pass, `partial`
//! what a response means, `queue_scaling` how many batches of a queue are in flight, `lane` and `tumbling` what becomes of the
//! records of a shard. `config` is what is configured, `mapping` the mapping, `create` what the service refuses.
//!
//! `poller` is the loop of `queue_poller`, `log_poller` and `broker`, which invoke by `invocation` and read by `response` which
//! records failed. What invokes by itself is in `push`. `mapping_builder` and `event_source_mapping` are what a test holds, and so are the sources: `stream`,
//! `table`, `kafka` and `broker`.

mod alarm;
pub(crate) mod api;
mod broker;
mod change;
mod config;
mod create;
mod event_pattern;
mod event_source_mapping;
mod failure_record;
mod filter;
mod invocation;
mod kafka;
mod kafka_record;
mod kind;
mod lane;
mod lint;
mod log;
mod log_event;
mod log_poller;
mod log_reader;
mod log_state;
mod mapping;
mod mapping_builder;
mod partial;

#[cfg_attr(
    not(feature = "push"),
    allow(dead_code, unused_imports, reason = "buses and topics use all of it")
)]
mod pattern;
mod poller;
#[cfg(feature = "push")]
mod push;
mod queue_event;
mod queue_poller;
mod queue_scaling;
mod registered;
mod response;
mod source;
mod stream;
mod table;
mod tumbling;

pub use broker::{ActiveMqBroker, DocumentDbCluster, RabbitMqBroker};
pub use config::StartingPosition;
pub use event_pattern::EventPattern;
pub use event_source_mapping::{EventSourceMapping, MappingTargets};
pub use kafka::{KafkaCluster, KafkaTopic};
pub use kafka_record::KafkaRecordBuilder;
pub use lint::Lint;
pub use mapping::MappingState;
pub use mapping_builder::MappingBuilder;
#[cfg(feature = "push")]
pub use push::*;
use registered::{registered, resources};
pub use source::EventSource;
pub use stream::Stream;
pub use table::Table;

/// What the event of a batch may have. Source: AWS Lambda developer guide, "Batching behavior".
const EVENT_BYTES: usize = 6 * 1024 * 1024;
