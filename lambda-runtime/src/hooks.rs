//! What runs after each invocation, and at the end of the process.

use std::{
    fmt,
    future::{self, Future},
};

use lambda_core::{
    Environment,
    rt::{catch_panic, panic_message},
};

use crate::sigterm::Registered;

/// Code around the loop, in the order in which it was added. `()` is none.
pub trait Hooks {
    /// Whether any of it is to run when the process is asked to end.
    const AT_SHUTDOWN: bool;

    /// Makes the service ask, where that is so.
    fn register(&self, environment: &Environment) -> impl Future<Output = Option<Registered>>;

    /// Runs what runs after each invocation.
    fn after_each(&mut self, environment: &Environment) -> impl Future<Output = ()>;

    /// Runs what runs at the end.
    fn on_shutdown(&mut self, environment: &Environment) -> impl Future<Output = ()>;
}

// A future that is there at once costs a loop without hooks nothing.
impl Hooks for () {
    const AT_SHUTDOWN: bool = false;

    fn register(&self, _: &Environment) -> impl Future<Output = Option<Registered>> {
        future::ready(None)
    }

    fn after_each(&mut self, _: &Environment) -> impl Future<Output = ()> {
        future::ready(())
    }

    fn on_shutdown(&mut self, _: &Environment) -> impl Future<Output = ()> {
        future::ready(())
    }
}

/// The first, then the second.
impl<A: Hooks, B: Hooks> Hooks for (A, B) {
    const AT_SHUTDOWN: bool = A::AT_SHUTDOWN || B::AT_SHUTDOWN;

    /// Once for all.
    async fn register(&self, environment: &Environment) -> Option<Registered> {
        match A::AT_SHUTDOWN {
            true => self.0.register(environment).await,
            false => self.1.register(environment).await,
        }
    }

    async fn after_each(&mut self, environment: &Environment) {
        self.0.after_each(environment).await;
        self.1.after_each(environment).await;
    }

    async fn on_shutdown(&mut self, environment: &Environment) {
        self.0.on_shutdown(environment).await;
        self.1.on_shutdown(environment).await;
    }
}

/// An async function that runs after each invocation.
#[derive(Clone)]
pub struct AfterEach<F>(pub(crate) F);

impl<F: AsyncFnMut()> Hooks for AfterEach<F> {
    const AT_SHUTDOWN: bool = false;

    fn register(&self, _: &Environment) -> impl Future<Output = Option<Registered>> {
        future::ready(None)
    }

    async fn after_each(&mut self, environment: &Environment) {
        run("after_each", &mut self.0, environment).await;
    }

    fn on_shutdown(&mut self, _: &Environment) -> impl Future<Output = ()> {
        future::ready(())
    }
}

/// An async function that runs at the end.
#[derive(Clone)]
pub struct OnShutdown<F>(pub(crate) F);

impl<F: AsyncFnMut()> Hooks for OnShutdown<F> {
    const AT_SHUTDOWN: bool = true;

    fn register(&self, environment: &Environment) -> impl Future<Output = Option<Registered>> {
        Registered::new(environment)
    }

    fn after_each(&mut self, _: &Environment) -> impl Future<Output = ()> {
        future::ready(())
    }

    async fn on_shutdown(&mut self, environment: &Environment) {
        run("on_shutdown", &mut self.0, environment).await;
    }
}

/// Runs a hook; a panic leaves one line in the log.
async fn run(name: &str, hook: &mut impl AsyncFnMut(), environment: &Environment) {
    // Within, since a closure may panic before it returns its future.
    if let Err(panic) = catch_panic(async { hook().await }).await {
        environment.log(&format!("{name} panicked: {}", panic_message(&*panic)));
    }
}

impl<F> fmt::Debug for AfterEach<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AfterEach")
    }
}

impl<F> fmt::Debug for OnShutdown<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnShutdown")
    }
}
