//! What an application in this process has of its environment: connections, time, chance, a log, and its tasks.

use std::{
    future::poll_fn,
    io,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU16, Ordering},
    },
    task::Poll,
    time::SystemTime,
};

use lambda_core::{ApiAddress, BoxFuture, Host, Listener, LocalBoxFuture, Transport};
use tokio::sync::mpsc;

use super::{Incoming, ProcessEvent, ProcessEvents, app::Shared};
use crate::{
    environment::log::LogWriter,
    kernel::{Clock, Random},
};

/// How much fits in the pipe between runtime and platform.
const PIPE: usize = 64 * 1024;

pub(super) struct SimulatedHost {
    pub(super) shared: Arc<Shared>,
    pub(super) extension: Option<Arc<str>>,
    pub(super) clock: Clock,
    pub(super) random: Mutex<Random>,
    pub(super) sockets: bool,
    pub(super) log: LogWriter,
    pub(super) events: ProcessEvents,
    /// The next that is free.
    pub(super) port: AtomicU16,
}

impl Host for SimulatedHost {
    fn connect(&self, address: &ApiAddress) -> BoxFuture<io::Result<Transport>> {
        if self.sockets {
            let address = address.authority().to_owned();
            return Box::pin(async move {
                let stream = tokio::net::TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                Ok(Transport::Tcp(stream))
            });
        }
        let (runtime, platform) = tokio::io::duplex(PIPE);
        // Where nobody listens any more, the other end is dropped, which reads as a closed connection.
        (self.events)(ProcessEvent::Connected(Incoming::Pipe(platform)));
        Box::pin(async move { Ok(Transport::Memory(runtime)) })
    }

    fn listen(&self) -> BoxFuture<io::Result<Listener>> {
        if self.sockets {
            return Box::pin(async {
                let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
                let address = format!("sandbox.localdomain:{}", listener.local_addr()?.port());
                Ok(Listener::tcp(address, listener))
            });
        }
        let port = self.port.fetch_add(1, Ordering::Relaxed);
        let (pipes, receiver) = mpsc::unbounded_channel();
        (self.events)(ProcessEvent::Listening(port, pipes));
        let address = format!("sandbox.localdomain:{port}");
        Box::pin(async move { Ok(Listener::memory(address, receiver)) })
    }

    fn program_name(&self) -> Option<String> {
        self.extension.as_deref().map(str::to_owned)
    }

    fn now(&self) -> SystemTime {
        self.clock.wall()
    }

    fn log(&self, line: &str) {
        self.log.write(line);
    }

    fn random(&self) -> u64 {
        self.random.lock().unwrap_or_else(PoisonError::into_inner).next()
    }

    fn spawn(&self, task: BoxFuture<()>) {
        self.shared.tasks().spawn(self.shared.given(task));
    }

    fn spawn_local(&self, task: LocalBoxFuture<()>) {
        self.shared.tasks().spawn_local(self.shared.given(task));
    }

    fn tasks_ended(&self) -> BoxFuture<()> {
        let mut given = self.shared.given.subscribe();
        // The sender lives as long as the application.
        Box::pin(async move { drop(given.wait_for(|given| *given == 0).await) })
    }

    fn terminated(&self) -> BoxFuture<()> {
        let (shared, mut asked) = (self.shared.clone(), self.shared.asked.subscribe());
        Box::pin(async move {
            let mut come = pin!(asked.wait_for(|asked| *asked));
            let come = poll_fn(|context| match shared.looked_at.load(Ordering::Relaxed) {
                true => Poll::Pending,
                false => come.as_mut().poll(context).map(|come| come.is_ok()),
            });
            // The sender lives as long as the application.
            if !come.await {
                std::future::pending().await
            }
        })
    }
}
