//! The one door to the network: a connection to the APIs of the execution environment.

mod back_off;
mod http;
mod io;
mod listener;

pub use back_off::BackOff;
pub use http::{Connection, HttpResponse, ReceiveError, WriteOutcome};
pub use io::Transport;
pub use listener::Listener;
