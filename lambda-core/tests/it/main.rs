//! The contract from outside: heads, bodies, requests, context, and the init phase.

mod answers;
mod bootstrap;
mod connection;
mod context;
mod environment;
mod exchange;
mod head;
mod properties;
mod requests;
mod strokes;
