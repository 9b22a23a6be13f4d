//! The runtime: a handler, ready to be started.

use std::{fmt, marker::PhantomData, process::ExitCode};

use lambda_core::{App, Bootstrap, BoxError, Environment, run_app};

use crate::{Handler, invoke_loop::invoke_loop};

/// A function ready to be started in an execution environment.
///
/// It handles one invocation after the other. A failed invocation, a panic and an event that does
/// not fit are reported, and the loop goes on; it ends when the Runtime API is lost.
pub struct Runtime<H, M> {
    handler: H,
    marker: PhantomData<fn() -> M>,
}

impl<H: Handler<M>, M> Runtime<H, M> {
    /// A runtime for this handler; see [`Handler`] for what may be one.
    pub fn new(handler: H) -> Self {
        Self { handler, marker: PhantomData }
    }

    /// Runs in the environment of this process.
    ///
    /// # Errors
    ///
    /// The program does not run on Lambda, or the Runtime API was lost.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the runtime: an invocation in hand is not answered.
    pub async fn run(self) -> Result<(), BoxError> {
        invoke_loop(self.handler, Environment::from_process()).await
    }
}

impl<H: Handler<M> + 'static, M: 'static> Bootstrap for Runtime<H, M> {
    type Error = BoxError;

    async fn start(self, environment: Environment) -> Result<(), BoxError> {
        // On the heap, once: the future of a large handler would stand on the stack several times.
        Box::pin(invoke_loop(self.handler, environment)).await
    }
}

impl<H, M> fmt::Debug for Runtime<H, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").finish_non_exhaustive()
    }
}

/// Runs a handler in the environment of this process, on the caller's tokio runtime.
///
/// This is all of a function whose init phase cannot fail. [`start`] also tells the service of an
/// init phase that fails, and brings the tokio runtime.
///
/// # Errors
///
/// As [`Runtime::run`].
pub async fn run<H: Handler<M>, M>(handler: H) -> Result<(), BoxError> {
    Runtime::new(handler).run().await
}

/// The `main` of a function: runs its init phase and what comes of it on one thread, until the
/// environment ends.
///
/// Exit code 1 when the init phase failed, the program does not run on Lambda, or the Runtime API
/// was lost; the reason stands on stderr.
///
/// ```no_run
/// use std::process::ExitCode;
///
/// use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
///
/// async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
///     let greeting = environment.variables().get("GREETING").unwrap_or("hello").to_owned();
///     Ok(Runtime::new(async move |name: String| Ok::<_, Error>(format!("{greeting}, {name}"))))
/// }
///
/// fn main() -> ExitCode {
///     lambda_runtime::start(app)
/// }
/// ```
pub fn start<A: App<M>, M>(app: A) -> ExitCode {
    let environment = Environment::from_process();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build_local(Default::default());
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(run_app(&app, environment)),
        Err(error) => {
            environment.log(&format!("error: no tokio runtime: {error}"));
            Err(error.into())
        }
    };
    if ended.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
