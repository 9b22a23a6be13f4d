//! The runtime: a handler, ready to be started.

use std::fmt;

use lambda_core::{Bootstrap, BoxError, Environment};
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    FunctionError, Handler, IntoOutcome, Invocation, Response,
    boxed::{BoxRuntime, Boxed},
    hooks::{AfterEach, Hooks, OnShutdown},
    invoke_loop::invoke_loop,
    invoked::{IntoInvoked, Invoked, Typed},
    layers::{IntoService, Layered},
};

/// A function ready to be started in an execution environment.
///
/// It handles one invocation after the other. A failed invocation, a panic and an event that does
/// not fit are reported, and the loop goes on; it ends when the Runtime API is lost. After SIGTERM the
/// invocation in hand is finished, until its own deadline at the latest; then it ends without an error.
///
/// It is `Clone` where its handler and its layers are, so that a simulated service can start it in every
/// environment: `lambda.function("orders", Runtime::new(handler))`. What is in the parameters is inferred; where a type
/// must be written, [`boxed`](Self::boxed) has one name for all.
///
/// # Around the handler
///
/// [`layer`](Self::layer) puts tower services around the raw invocation, [`after_each`](Self::after_each) runs code
/// once an invocation was answered. The one that was added last is outermost:
/// `Runtime::new(handler).layer(inner).layer(outer)` goes through `outer`, then `inner`, then the event is read and the
/// handler called.
///
/// | where | an error | a panic | pending for ever |
/// |---|---|---|---|
/// | `poll_ready` of a layer, before each invocation | fails it, by the type of the error; `call` is not called | fails it, `Runtime.Panic` | it times out |
/// | `call` of a layer, or its future | likewise; a layer may also turn an error into a response | likewise | likewise |
/// | the event does not fit | `Runtime.UnmarshalError`, which passes through the layers | | |
/// | the handler | passes through the layers as a [`FunctionError`], unchanged where they box it | `Runtime.Panic`, which passes through no layer | it times out |
/// | `after_each` | has none | one line in the log; the loop continues | the invocation times out after its response |
/// | `on_shutdown` | has none | one line in the log | the process is killed |
///
/// `poll_ready` reserves: a layer that limits how many invocations run does so for one environment, where there is
/// one at a time. Layers that need a service which is `Send`, as `Buffer` and `BoxService` of tower, do not fit, since a
/// handler need not be; one that calls the handler while it handles an invocation gets the error
/// `Runtime.HandlerBusy`.
pub struct Runtime<P, A = ()> {
    plan: P,
    hooks: A,
}

impl<H, M, N> Runtime<Typed<H, M, N>>
where
    H: Handler<M>,
    H::Out: IntoOutcome<N>, // an error that is a `Diagnostic` too: wrap the handler in `service_fn`
{
    /// A runtime for this handler; see [`Handler`] for what may be one.
    pub fn new(handler: H) -> Self {
        Self { plan: Typed::new(handler), hooks: () }
    }
}

impl<P: IntoService, A> Runtime<P, A> {
    /// Puts a tower layer around the invocation before its payload is read, outside of the layers that are there.
    ///
    /// The layer is applied in each execution environment. Its service takes an [`Invocation`] and returns a
    /// [`Response`], or any error.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use lambda_runtime::{Error, Runtime};
    /// use tower::timeout::TimeoutLayer;
    ///
    /// async fn handler(name: String) -> Result<String, Error> {
    ///     Ok(format!("hello, {name}"))
    /// }
    ///
    /// fn main() -> std::process::ExitCode {
    /// #   return std::process::ExitCode::SUCCESS;
    ///     lambda_runtime::start(Runtime::new(handler).layer(TimeoutLayer::new(Duration::from_secs(2))))
    /// }
    /// ```
    pub fn layer<L>(self, layer: L) -> Runtime<Layered<P, L>, A>
    where
        L: Layer<P::Service>,
        L::Service: Service<Invocation, Response = Response, Error: Into<BoxError>>,
    {
        let Self { plan: inside, hooks } = self;
        Runtime { plan: Layered { inside, layer }, hooks }
    }
}

impl<P: IntoInvoked, A> Runtime<P, A> {
    /// Runs this after each invocation, between its response and the request for the next one: the caller has the
    /// response by then, and the environment is not frozen yet, so it is where exporters flush.
    ///
    /// It runs after a failure and after a panic too, and not after SIGTERM once the deadline has passed. Several run in
    /// the order in which they were added. Its time counts for the invocation, which it may make time out.
    ///
    /// ```
    /// use std::cell::Cell;
    ///
    /// use lambda_runtime::{Error, Runtime};
    ///
    /// async fn handler(name: String) -> Result<String, Error> {
    ///     Ok(format!("hello, {name}"))
    /// }
    ///
    /// let count = Cell::new(0);
    /// let runtime = Runtime::new(handler).after_each(async move || count.set(count.get() + 1));
    /// # let _ = runtime;
    /// ```
    pub fn after_each<F: AsyncFnMut()>(self, hook: F) -> Runtime<P, (A, AfterEach<F>)> {
        Runtime { plan: self.plan, hooks: (self.hooks, AfterEach(hook)) }
    }

    /// Runs this once the process was asked to end and the invocation in flight is over: to close connections, or to
    /// flush for the last time. Several run in the order in which they were added.
    ///
    /// Lambda asks, by SIGTERM, where the function has an extension. So this registers an internal one, without events, in
    /// the init phase: one request to the service. From SIGTERM on the process has up to 500 ms, or 300 ms where there is
    /// an external extension too; then it is killed. It does not run where the process ends in another way, such as a
    /// timeout that resets the environment, or when the Runtime API is lost.
    ///
    /// Source: AWS Lambda developer guide, "Lambda execution environment lifecycle", Shutdown phase.
    ///
    /// ```
    /// use lambda_runtime::{Error, Runtime};
    ///
    /// let runtime = Runtime::new(async |name: String| Ok::<_, Error>(name))
    ///     .on_shutdown(async || eprintln!("closed"));
    /// # let _ = runtime;
    /// ```
    pub fn on_shutdown<F: AsyncFnMut()>(self, hook: F) -> Runtime<P, (A, OnShutdown<F>)> {
        Runtime { plan: self.plan, hooks: (self.hooks, OnShutdown(hook)) }
    }

    /// Forgets the types of the handler and of its layers, so that different runtimes are one type.
    ///
    /// ```
    /// use lambda_runtime::{BoxRuntime, Error, Runtime};
    ///
    /// fn runtime(loud: bool) -> BoxRuntime {
    ///     match loud {
    ///         true => Runtime::new(async |name: String| Ok::<_, Error>(name.to_uppercase())).boxed(),
    ///         false => Runtime::new(async |name: String| Ok::<_, Error>(name)).boxed(),
    ///     }
    /// }
    /// # runtime(true);
    /// ```
    pub fn boxed(self) -> BoxRuntime<A>
    where
        P: Clone + 'static,
    {
        Runtime { plan: Boxed::new(self.plan), hooks: self.hooks }
    }
}

impl<P: IntoInvoked, A: Hooks> Runtime<P, A> {
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
        self.run_in(Environment::from_process()).await
    }

    /// Runs in this environment, which may be a simulated one.
    #[doc(hidden)]
    pub async fn run_in(self, environment: Environment) -> Result<(), BoxError> {
        let Self { plan, hooks } = self;
        // On the heap, once: the future of a large handler would stand on the stack several times.
        Box::pin(invoke_loop(plan.into_invoked(), hooks, environment)).await
    }
}

impl BoxRuntime {
    /// Handles one invocation, as the loop does; what is to run after each does not.
    #[doc(hidden)]
    pub async fn call(&mut self, invocation: Invocation) -> Result<Response, FunctionError> {
        self.plan.call(invocation).await
    }
}

impl<P: IntoInvoked + 'static, A: Hooks + 'static> Bootstrap for Runtime<P, A> {
    type Error = BoxError;

    async fn start(self, environment: Environment) -> Result<(), BoxError> {
        self.run_in(environment).await
    }
}

impl<P: Clone, A: Clone> Clone for Runtime<P, A> {
    fn clone(&self) -> Self {
        Self { plan: self.plan.clone(), hooks: self.hooks.clone() }
    }
}

impl<P, A> fmt::Debug for Runtime<P, A> {
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
    Runtime::new(handler).run().await
}
