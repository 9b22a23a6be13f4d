//! An application in this process: its environment, and its end.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
    time::SystemTime,
};

use lambda_core::{ApiAddress, BoxFuture, Environment, Host, Stream, catch_panic};
use tokio::task::AbortHandle;

use super::{
    AnyApp, Incoming, Said, Start, Tell,
    freeze::{Frozen, Gate},
};
use crate::{
    environment::log::LogWriter,
    ground::{Clock, Exit, Random},
};

/// How much fits in the pipe between runtime and platform.
const PIPE: usize = 64 * 1024;

/// An application that runs. Dropping it drops its futures: the process is killed.
pub(crate) struct AppProcess {
    shared: Arc<Shared>,
}

struct Shared {
    gate: Arc<Gate>,
    tasks: Mutex<Vec<AbortHandle>>,
    /// Tasks given to the environment, which are frozen with it.
    spawned: AtomicUsize,
    /// Tasks that the application started past its environment.
    escaped: AtomicUsize,
}

impl Shared {
    fn tasks(&self) -> std::sync::MutexGuard<'_, Vec<AbortHandle>> {
        // The list is whole at every step, so a panic elsewhere does not spoil it.
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AppProcess {
    pub(crate) fn start(app: &AnyApp, start: Start) -> Self {
        let shared = Arc::new(Shared {
            gate: Arc::default(),
            tasks: Mutex::default(),
            spawned: AtomicUsize::new(0),
            escaped: AtomicUsize::new(0),
        });
        let Start { variables, clock, random, sockets, log, tell } = start;
        let host = SimulatedHost {
            shared: shared.clone(),
            clock,
            random: Mutex::new(random),
            sockets,
            log,
            tell: tell.clone(),
        };
        let environment = Environment::new(variables, host);
        let running = catch_panic(app(environment));
        let running = counting_escapes(running, shared.clone());
        let running = async move {
            let exit = match running.await {
                Ok(Ok(())) => Exit::Status(0),
                Ok(Err(_)) => Exit::Status(1),
                // As a process whose `main` panics.
                Err(_) => Exit::Status(101),
            };
            tell(Said::Exited(exit));
        };
        let task = tokio::task::spawn_local(Frozen::new(shared.gate.clone(), running));
        shared.tasks().push(task.abort_handle());
        Self { shared }
    }

    pub(crate) fn freeze(&self) -> usize {
        self.shared.gate.freeze();
        self.shared.escaped.swap(0, Ordering::Relaxed)
    }

    pub(crate) fn thaw(&self) {
        self.shared.gate.thaw();
    }
}

impl Drop for AppProcess {
    fn drop(&mut self) {
        for task in self.shared.tasks().drain(..) {
            task.abort();
        }
    }
}

/// Counts the tasks that come alive while the application is polled and that its environment does
/// not know: they cannot be frozen.
async fn counting_escapes<F: Future>(future: F, shared: Arc<Shared>) -> F::Output {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|context| {
        let alive = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
        let (before, known_before) = (alive(), shared.spawned.load(Ordering::Relaxed));
        let poll: Poll<F::Output> = future.as_mut().poll(context);
        // No task ends while this one is polled: there is one thread.
        let known = shared.spawned.load(Ordering::Relaxed) - known_before;
        let escaped = alive().saturating_sub(before).saturating_sub(known);
        shared.escaped.fetch_add(escaped, Ordering::Relaxed);
        poll
    })
    .await
}

struct SimulatedHost {
    shared: Arc<Shared>,
    clock: Clock,
    random: Mutex<Random>,
    sockets: bool,
    log: LogWriter,
    tell: Tell,
}

impl Host for SimulatedHost {
    fn connect(&self, address: &ApiAddress) -> BoxFuture<io::Result<Stream>> {
        if self.sockets {
            let address = address.authority().to_owned();
            return Box::pin(async move {
                let stream = tokio::net::TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                Ok(Stream::Tcp(stream))
            });
        }
        let (runtime, platform) = tokio::io::duplex(PIPE);
        // Where nobody listens any more, the other end is dropped, which reads as a closed connection.
        (self.tell)(Said::Connected(Incoming::Pipe(platform)));
        Box::pin(async move { Ok(Stream::Memory(runtime)) })
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
        let task = tokio::spawn(Frozen::new(self.shared.gate.clone(), task));
        self.shared.spawned.fetch_add(1, Ordering::Relaxed);
        self.shared.tasks().push(task.abort_handle());
    }
}
