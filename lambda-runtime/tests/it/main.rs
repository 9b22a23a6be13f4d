//! The runtime, tested by conversation.

mod handler_forms;
