//! Event source mappings: queues and streams that invoke functions.
//!
//! A file for each step, the pure ones first: `pattern`, `alternative` and `filter` have which records pass, `partial` what
//! a response means, `queue_scaling` how many batches are in flight. `config` is what is configured, `mapping` the mapping,
//! `queue_poller` reads a queue, `queue_event` makes its events, `event_source_mapping` is what a test holds.

mod alarm;
mod alternative;
pub(crate) mod api;
mod broker;
mod change;
mod config;
mod event_source_mapping;
mod failure_record;
mod filter;
mod invocation;
mod kafka;
mod lane;
mod lint;
mod log;
mod log_event;
mod log_poller;
mod log_state;
mod mapping;
mod partial;
mod pattern;
mod poller;
mod queue_event;
mod queue_poller;
mod queue_scaling;
mod reads;
mod registered;
mod response;
mod source;
mod stream;
mod table;
mod tumbling;

pub use broker::{ActiveMqBroker, DocumentDbCluster, RabbitMqBroker};
pub use config::StartingPosition;
pub use event_source_mapping::{EventSource, EventSourceMapping, MappingBuilder, MappingTargets};
pub use kafka::{KafkaCluster, KafkaRecordBuilder, Topic};
pub use lint::Lint;
pub use mapping::MappingState;
use registered::{registered, resources};
pub use stream::Stream;
pub use table::Table;

/// What the event of a batch may have. Source: AWS Lambda developer guide, "Batching behavior".
const EVENT_BYTES: usize = 6 * 1024 * 1024;
