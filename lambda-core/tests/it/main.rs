//! The contract from outside: heads, bodies, requests, and the init phase that fails.

mod connection;
mod head;
mod init;
mod requests;
