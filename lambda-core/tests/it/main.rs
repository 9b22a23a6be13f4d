//! The contract from outside: heads, bodies, requests, context, and the init phase.

mod body;
mod bootstrap;
mod connection;
mod context;
mod environment;
mod exchange;
mod head;
mod properties;
mod requests;
mod responses;
