//! A port of the process's own, for what the service sends to it.

use std::io;

use tokio::{io::DuplexStream, net::TcpListener, sync::mpsc};

use super::Transport;

/// A port of the process's own, for what the service sends to it: a socket, or pipes within the
/// process.
#[derive(Debug)]
pub struct Listener {
    address: String,
    source: Source,
}

#[derive(Debug)]
enum Source {
    Tcp(TcpListener),
    Memory(mpsc::UnboundedReceiver<DuplexStream>),
}

impl Listener {
    /// A socket that is reached at this `host:port`.
    pub fn tcp(address: String, listener: TcpListener) -> Self {
        Self { address, source: Source::Tcp(listener) }
    }

    /// Pipes within this process, for a simulated environment that knows them by this `host:port`.
    pub fn memory(address: String, pipes: mpsc::UnboundedReceiver<DuplexStream>) -> Self {
        Self { address, source: Source::Memory(pipes) }
    }

    /// `host:port`, as the service is told.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Waits for a connection.
    ///
    /// # Errors
    ///
    /// [`NotConnected`](io::ErrorKind::NotConnected): nobody can connect any more. After any other error, as
    /// where the process has no descriptor left, later connections may come.
    pub async fn accept(&mut self) -> io::Result<Transport> {
        match &mut self.source {
            Source::Tcp(listener) => Ok(Transport::Tcp(listener.accept().await?.0)),
            Source::Memory(pipes) => {
                let pipe = pipes.recv().await.ok_or(io::ErrorKind::NotConnected)?;
                Ok(Transport::Memory(pipe))
            }
        }
    }
}
