//! The words of the service, one test each: the user guide shows them.

mod broker;
mod bucket;
mod concurrency;
mod event;
mod event_bus;
mod execution_environment;
mod function;
mod kafka_topic;
mod log_group;
mod qualifier;
mod queue;
mod runtime;
mod schedule;
mod stream;
mod table;
mod topic;
