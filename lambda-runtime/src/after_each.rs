//! What runs after each invocation.

use std::{
    fmt,
    future::{self, Future},
};

use lambda_core::{
    Environment,
    rt::{catch_panic, panic_message},
};

/// Runs after each invocation, in the order in which it was added. `()` is none.
pub trait AfterEach {
    /// Runs it to its end.
    fn run(&mut self, environment: &Environment) -> impl Future<Output = ()>;
}

impl AfterEach for () {
    fn run(&mut self, _: &Environment) -> impl Future<Output = ()> {
        // A future that is there at once costs a loop without a hook nothing.
        future::ready(())
    }
}

/// The first, then the second.
impl<A: AfterEach, B: AfterEach> AfterEach for (A, B) {
    async fn run(&mut self, environment: &Environment) {
        self.0.run(environment).await;
        self.1.run(environment).await;
    }
}

/// An async function.
#[derive(Clone)]
pub struct Hook<F>(pub(crate) F);

impl<F: AsyncFnMut()> AfterEach for Hook<F> {
    async fn run(&mut self, environment: &Environment) {
        // Within, since a closure may panic before it returns its future.
        if let Err(panic) = catch_panic(async { (self.0)().await }).await {
            environment.log(&format!("after_each panicked: {}", panic_message(&*panic)));
        }
    }
}

impl<F> fmt::Debug for Hook<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook")
    }
}
