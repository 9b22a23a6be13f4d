//! The runtime, tested by conversation.

mod failure_table;
mod handler_forms;
mod headers;
mod script;
