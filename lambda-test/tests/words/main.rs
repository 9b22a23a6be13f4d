//! The words of the service, one test each: the user guide shows them.

mod concurrency;
mod event;
mod execution_environment;
mod function;
mod qualifier;
mod runtime;
