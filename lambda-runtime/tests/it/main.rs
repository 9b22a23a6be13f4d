//! The runtime, tested by conversation.

mod error_crates;
mod failure_table;
mod handler_forms;
mod headers;
mod script;
