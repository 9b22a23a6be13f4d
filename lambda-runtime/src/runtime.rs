//! The runtime: a handler, ready to be started.

use std::{fmt, marker::PhantomData};

use lambda_core::{Bootstrap, BoxError, Environment};

use crate::{Handler, IntoOutcome, invoke_loop::invoke_loop};

/// A function ready to be started in an execution environment.
///
/// It handles one invocation after the other. A failed invocation, a panic and an event that does
/// not fit are reported, and the loop goes on; it ends when the Runtime API is lost. After SIGTERM the
/// invocation in hand is finished, until its own deadline at the latest; then it ends without an error.
///
/// It is `Clone` where its handler is, so that a simulated service can start it in every environment:
/// `lambda.function("orders", Runtime::new(handler))`.
pub struct Runtime<H, Marker> {
    handler: H,
    marker: PhantomData<Marker>,
}

impl<H, M, N> Runtime<H, fn(M, N)>
where
    H: Handler<M>,
    H::Out: IntoOutcome<N>, // an error that is a `Diagnostic` too: wrap the handler in `service_fn`
{
    /// A runtime for this handler; see [`Handler`] for what may be one.
    pub fn new(handler: H) -> Self {
        Self { handler, marker: PhantomData }
    }

    /// Runs in the environment of this process, on the caller's tokio runtime.
    ///
    /// With the feature `trace-variable` it sets the variable `_X_AMZN_TRACE_ID` before each invocation through
    /// `std::env::set_var`: code that reads variables through Rust shares its lock, while C code of another thread
    /// that calls `getenv` at that moment races with it, and the C library may keep each text for good.
    /// [`start`](crate::start) has neither of these, since it begins before there are threads.
    ///
    /// # Errors
    ///
    /// The program does not run on Lambda, or the Runtime API was lost.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the runtime: an invocation in hand is not answered.
    pub async fn run(self) -> Result<(), BoxError> {
        Box::pin(invoke_loop(self.handler, Environment::from_process())).await
    }
}

impl<H, M, N> Bootstrap for Runtime<H, fn(M, N)>
where
    H: Handler<M> + 'static,
    H::Out: IntoOutcome<N>,
    M: 'static,
    N: 'static,
{
    type Error = BoxError;

    async fn start(self, environment: Environment) -> Result<(), BoxError> {
        // On the heap, once: the future of a large handler would stand on the stack several times.
        Box::pin(invoke_loop(self.handler, environment)).await
    }
}

impl<H: Clone, Marker> Clone for Runtime<H, Marker> {
    fn clone(&self) -> Self {
        Self { handler: self.handler.clone(), marker: PhantomData }
    }
}

impl<H, Marker> fmt::Debug for Runtime<H, Marker> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").finish_non_exhaustive()
    }
}

/// Runs a handler in the environment of this process, on the caller's tokio runtime.
///
/// It is there for code that is written this way. [`start`](crate::start) also brings the tokio
/// runtime, tells the service of an init phase that fails, and writes one record for a panic where the
/// log is JSON. It sets the trace variable as [`Runtime::run`] does, which see where C code reads variables.
///
/// # Errors
///
/// As [`Runtime::run`].
pub async fn run<H, M, N>(handler: H) -> Result<(), BoxError>
where
    H: Handler<M>,
    H::Out: IntoOutcome<N>, // an error that is a `Diagnostic` too: wrap the handler in `service_fn`
{
    Runtime::<H, fn(M, N)>::new(handler).run().await
}
