//! The words of the service, one test each: the user guide shows them.

mod api_gateway;
mod auto_scaling_group;
mod broker;
mod bucket;
mod concurrency;
mod delivery_stream;
mod event;
mod event_bus;
mod execution_environment;
mod function;
mod journey;
mod kafka_topic;
mod load_balancer;
mod log_group;
mod qualifier;
mod queue;
mod receipt_rules;
mod repository;
mod runtime;
mod schedule;
mod stream;
mod table;
mod topic;
mod trace;
