//! The one door to the network: a connection to the APIs of the execution environment.

mod address;
mod http;
mod listener;
mod stream;

pub use address::ApiAddress;
pub use http::{Answer, Connection, ReceiveError, Stroke};
pub use listener::Listener;
pub use stream::Stream;
