//! Batches on their way to the port of an extension.

use std::{io, sync::Arc, time::Duration};

use lambda_core::{BoxError, Connection, Transport};
use tokio::{
    io::{AsyncWriteExt as _, DuplexStream},
    net::TcpStream,
    sync::{mpsc, oneshot},
};

/// How much fits in the pipe between platform and extension.
const PIPE: usize = 64 * 1024;

/// How often a batch is sent before it is lost.
const ATTEMPTS: u32 = 8;

/// The first pause before a batch is sent again; it doubles.
const PAUSE: Duration = Duration::from_millis(100);

pub(super) enum Item {
    Batch(Vec<u8>),
    /// All before it has arrived.
    Flushed(oneshot::Sender<()>),
}

/// Sends one batch after the other; over HTTP again until it is acknowledged.
pub(super) async fn deliver(
    mut items: mpsc::Receiver<Item>,
    port: u16,
    path: Option<Arc<str>>,
    pipes: Option<mpsc::UnboundedSender<DuplexStream>>,
) {
    let mut way = Way { port, path, pipes, posts: None, lines: None };
    while let Some(item) = items.recv().await {
        match item {
            Item::Batch(batch) => way.send(&batch).await,
            // Whoever waits may have gone.
            Item::Flushed(told) => drop(told.send(())),
        }
    }
}

struct Way {
    port: u16,
    path: Option<Arc<str>>,
    pipes: Option<mpsc::UnboundedSender<DuplexStream>>,
    posts: Option<Connection>,
    lines: Option<Transport>,
}

impl Way {
    async fn send(&mut self, batch: &[u8]) {
        let mut pause = PAUSE;
        for _ in 0..ATTEMPTS {
            let sent = match self.path.clone() {
                Some(path) => self.post(&path, batch).await,
                None => self.write(batch).await,
            };
            if sent.is_ok() {
                return;
            }
            (self.posts, self.lines) = (None, None);
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    async fn post(&mut self, path: &str, batch: &[u8]) -> Result<(), BoxError> {
        let mut connection = match self.posts.take_if(|kept| kept.is_still_reusable()) {
            Some(connection) => connection,
            None => Connection::new(self.connect().await?),
        };
        let (port, length) = (self.port, batch.len());
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: sandbox.localdomain:{port}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n"
        );
        connection.send(head.as_bytes(), batch).await?;
        let status = connection.receive().await?.status;
        self.posts = Some(connection);
        match status {
            200..=299 => Ok(()),
            status => Err(format!("the extension answered {status}").into()),
        }
    }

    async fn write(&mut self, batch: &[u8]) -> Result<(), BoxError> {
        let mut stream = match self.lines.take() {
            Some(stream) => stream,
            None => self.connect().await?,
        };
        stream.write_all(batch).await?;
        self.lines = Some(stream);
        Ok(())
    }

    async fn connect(&self) -> io::Result<Transport> {
        let Some(pipes) = &self.pipes else {
            return Ok(Transport::Tcp(TcpStream::connect(("127.0.0.1", self.port)).await?));
        };
        let (platform, extension) = tokio::io::duplex(PIPE);
        pipes.send(extension).map_err(|_| io::ErrorKind::ConnectionRefused)?;
        Ok(Transport::Memory(platform))
    }
}
