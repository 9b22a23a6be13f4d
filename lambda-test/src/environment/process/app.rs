//! An application in this process: its environment, and its end.

use std::{
    future::poll_fn,
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU16, AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use lambda_core::{
    ApiAddress, BoxFuture, Environment, Host, Listener, LocalBoxFuture, Transport, rt::catch_panic,
};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};

use super::{
    AnyApp, Control, Incoming, ProcessEvent, ProcessEvents, Start,
    freeze::{Frozen, Gate},
};
use crate::{
    environment::log::LogWriter,
    kernel::{Clock, Exit, Random, inputs, tracked, untracked_alive},
};

/// How much fits in the pipe between runtime and platform.
const PIPE: usize = 64 * 1024;

/// An application that runs. Dropping it drops its futures: the process is killed.
pub(crate) struct AppProcess {
    shared: Arc<Shared>,
}

struct Shared {
    gate: Arc<Gate>,
    /// The application, and what it gave to its environment.
    tasks: Mutex<JoinSet<()>>,
    /// Tasks that were alive before it and are not ours.
    strangers: usize,
    /// Tasks that it started past its environment, as far as they may be alive.
    escaped: AtomicUsize,
    /// How many tasks that it gave to its environment are alive.
    given: watch::Sender<usize>,
    /// Whether it was asked to end.
    asked: watch::Sender<bool>,
}

/// A task that the application gave to its environment, for as long as it lives.
struct Given(Arc<Shared>);

impl Drop for Given {
    fn drop(&mut self) {
        self.0.given.send_modify(|given| *given -= 1);
    }
}

impl Shared {
    fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        // The set is whole at every step, so a panic elsewhere does not spoil it.
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that have ended.
        while tasks.try_join_next().is_some() {}
        tasks
    }

    /// A task that the application gives to its environment.
    fn given<F: Future<Output = ()>>(
        self: &Arc<Self>,
        future: F,
    ) -> impl Future<Output = ()> + use<F> {
        self.given.send_modify(|given| *given += 1);
        let given = Given(self.clone());
        self.task(async move {
            let _given = given;
            future.await;
        })
    }

    /// A task of the application, behind the gate.
    fn task<F: Future>(self: &Arc<Self>, future: F) -> impl Future<Output = F::Output> + use<F> {
        tracked(Frozen::new(self.gate.clone(), counting_escapes(future, self.clone())))
    }
}

impl AppProcess {
    pub(crate) fn start(app: &AnyApp, start: Start) -> Self {
        let shared = Arc::new(Shared {
            gate: Arc::default(),
            tasks: Mutex::default(),
            strangers: untracked_alive(),
            escaped: AtomicUsize::new(0),
            given: watch::Sender::new(0),
            asked: watch::Sender::new(false),
        });
        let Start { extension, variables, clock, random, sockets, timeout, log, port, events } =
            start;
        let host = SimulatedHost {
            shared: shared.clone(),
            extension,
            clock,
            random: Mutex::new(random),
            sockets,
            log,
            events: events.clone(),
            port: AtomicU16::new(port),
        };
        let environment = Environment::new(variables, host);
        let function = environment.variables().function_name().unwrap_or_default().to_owned();
        let running = watching_its_thread(catch_panic(app(environment)), timeout, events.clone());
        let running = watching_its_polls(running, function);
        let running = shared.task(async move {
            let exit = match running.await {
                Ok(Ok(())) => Exit::Status(0),
                Ok(Err(_)) => Exit::Status(1),
                // As a process whose `main` panics.
                Err(_) => Exit::Status(101),
            };
            events(ProcessEvent::Exited(exit));
        });
        shared.tasks().spawn_local(running);
        Self { shared }
    }
}

impl Control for AppProcess {
    fn freeze(&self) -> usize {
        self.shared.gate.freeze();
        let strangers = untracked_alive().saturating_sub(self.shared.strangers);
        let escaped = self.shared.escaped.load(Ordering::Relaxed).min(strangers);
        self.shared.escaped.store(escaped, Ordering::Relaxed);
        escaped
    }

    fn thaw(&self) {
        self.shared.gate.thaw();
    }

    fn terminate(&self) {
        self.shared.asked.send_replace(true);
        self.thaw();
    }
}

impl Drop for AppProcess {
    fn drop(&mut self) {
        // Taken out first: what is dropped with a task may give another one to its environment.
        let tasks = std::mem::take(&mut *self.shared.tasks());
        drop(tasks);
    }
}

/// Counts the tasks that come alive while the application is polled and that its environment does
/// not know: they cannot be frozen.
async fn counting_escapes<F: Future>(future: F, shared: Arc<Shared>) -> F::Output {
    let mut future = std::pin::pin!(future);
    poll_fn(|context| {
        let before = untracked_alive();
        let poll = future.as_mut().poll(context);
        // No task ends while this one is polled: there is one thread.
        let escaped = untracked_alive().saturating_sub(before);
        shared.escaped.fetch_add(escaped, Ordering::Relaxed);
        poll
    })
    .await
}

/// Tells when it holds its thread for longer than an invocation may take.
async fn watching_its_thread<F: Future>(
    future: F,
    timeout: Duration,
    events: ProcessEvents,
) -> F::Output {
    let mut future = std::pin::pin!(future);
    poll_fn(|context| {
        // A blocked thread takes real time.
        let began = std::time::Instant::now();
        let poll = future.as_mut().poll(context);
        if timeout < began.elapsed() {
            events(ProcessEvent::Blocked);
        }
        poll
    })
    .await
}

/// Says so once when it is polled again and again while nothing happens: virtual time stands still for as long as
/// a task has something to do, so a loop that yields waits for ever.
#[expect(clippy::print_stderr, reason = "the test hangs, and nothing else would be seen")]
async fn watching_its_polls<F: Future>(future: F, function: String) -> F::Output {
    /// Many more than a handler with something to do needs between two things that happen.
    const MOST: u32 = 1_000_000;
    let mut future = std::pin::pin!(future);
    let (mut seen, mut polls) = (0, 0_u32);
    poll_fn(|context| {
        let inputs = inputs();
        if inputs != seen {
            (seen, polls) = (inputs, 0);
        }
        polls = polls.saturating_add(1);
        if polls == MOST {
            eprintln!(
                "the function `{function}` was polled {MOST} times while nothing happened, and virtual time \
                 stands still meanwhile: await `tokio::time::sleep` or what it waits for, in place of \
                 `yield_now` in a loop. With LAMBDA_TEST_LIMIT=SECONDS the test fails after so long"
            );
        }
        future.as_mut().poll(context)
    })
    .await
}

struct SimulatedHost {
    shared: Arc<Shared>,
    extension: Option<Arc<str>>,
    clock: Clock,
    random: Mutex<Random>,
    sockets: bool,
    log: LogWriter,
    events: ProcessEvents,
    /// The next that is free.
    port: AtomicU16,
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
        let mut asked = self.shared.asked.subscribe();
        Box::pin(async move {
            if asked.wait_for(|asked| *asked).await.is_err() {
                std::future::pending().await
            }
        })
    }
}
