//! An application in this process: its environment, and its end.

use std::{
    future::poll_fn,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering},
    },
    time::Duration,
};

use lambda_core::{
    Environment,
    rt::{catch_panic, within},
};
use tokio::{sync::watch, task::JoinSet};

use super::{
    AnyApp, Control, ProcessEvent, ProcessEvents, Start,
    freeze::{Frozen, Gate},
    host::SimulatedHost,
    watched::Watched,
};
use crate::kernel::{Exit, Waits, inputs, tracked, untracked_alive};

/// An application that runs. Dropping it drops its futures: the process is killed.
pub(crate) struct AppProcess {
    shared: Arc<Shared>,
    application: Watched,
}

pub(super) struct Shared {
    gate: Arc<Gate>,
    /// The application, and what it gave to its environment.
    tasks: Mutex<JoinSet<()>>,
    /// Tasks that were alive before it and are not ours.
    strangers: usize,
    /// Tasks that it started past its environment, as far as they may be alive.
    escaped: AtomicUsize,
    /// How many tasks that it gave to its environment are alive.
    pub(super) given: watch::Sender<usize>,
    /// Whether it was asked to end.
    pub(super) asked: watch::Sender<bool>,
    /// Whether somebody looks what it waits for: that it may be asked to end does not count.
    pub(super) looked_at: AtomicBool,
}

/// A task that the application gave to its environment, for as long as it lives.
struct Given(Arc<Shared>);

impl Drop for Given {
    fn drop(&mut self) {
        self.0.given.send_modify(|given| *given -= 1);
    }
}

impl Shared {
    pub(super) fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        // The set is whole at every step, so a panic elsewhere does not spoil it.
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that have ended.
        while tasks.try_join_next().is_some() {}
        tasks
    }

    /// A task that the application gives to its environment.
    pub(super) fn given<F: Future<Output = ()>>(
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
            looked_at: AtomicBool::new(false),
        });
        let Start {
            extension,
            variables,
            clock,
            random,
            sockets,
            timeout,
            init,
            log,
            port,
            events,
            ..
        } = start;
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
        let mut application = app(environment.clone());
        if !init.is_zero() {
            application = Box::pin(async move {
                tokio::time::sleep(init).await;
                application.await
            });
        }
        let running = within(environment, catch_panic(application));
        let running = watching_its_thread(running, timeout, events.clone());
        let running = watching_its_polls(running, function);
        let application = Watched::new(async move {
            let exit = match running.await {
                Ok(Ok(())) => Exit::Status(0),
                Ok(Err(_)) => Exit::Status(1),
                // As a process whose `main` panics.
                Err(_) => Exit::Status(101),
            };
            events(ProcessEvent::Exited(exit));
        });
        shared.tasks().spawn_local(shared.task(application.clone()));
        Self { shared, application }
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

    fn waits(&self) -> Option<Waits> {
        self.shared.looked_at.store(true, Ordering::Relaxed);
        let waits = self.application.waits();
        self.shared.looked_at.store(false, Ordering::Relaxed);
        waits
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
