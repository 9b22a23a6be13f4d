//! The runtime, tested by conversation.

mod client;
mod error_crates;
mod failure_table;
mod handler_forms;
mod headers;
mod layers;
mod metrics;
mod one_thread;
mod opentelemetry;
mod script;
mod scripted_host;
mod streams;
mod tracing;
