//! The entry point: what a process can be started with.

use std::process::ExitCode;

use lambda_core::{
    App, BoxError, Environment,
    rt::{self, run_app, run_bootstrap},
};

use crate::{
    FunctionError, Handler, IntoOutcome, Response, Runtime, hooks::Hooks, invoked::IntoInvoked,
    panics, trace_variable::put_early,
};

/// What [`start`] takes: a handler, a [`Runtime`], or an application with an init phase of its own.
///
/// `Marker` distinguishes the forms and is inferred, as that of [`Handler`](Handler#the-type-parameter-marker) is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a handler nor an application",
    label = "expected a handler or an application",
    note = "a handler is `async fn(Event) -> Result<Answer, Error>`, `async fn(Event, Context) -> …`, \
            `async fn(LambdaEvent<Event>) -> …` or a `tower::Service<LambdaEvent<Event>>`, where \
            `Event` is `serde::Deserialize` or `lambda_runtime::RawEvent`",
    note = "an application is `async fn(Environment) -> Result<impl Bootstrap, Error>` or \
            `fn() -> impl Bootstrap`",
    note = "a boxed function is called by a closure: `move |event| handler(event)`"
)]
pub trait IntoApp<Marker> {
    /// What its handler returns, which [`start`] asks about; an application has looked at it itself.
    type Out;

    /// Runs it in this environment, from the init phase to the end.
    #[doc(hidden)]
    fn run_in<N: 'static>(
        self,
        environment: Environment,
    ) -> impl Future<Output = Result<(), BoxError>>
    where
        Self::Out: IntoOutcome<N>;
}

/// Stands in the markers of applications.
#[derive(Debug)]
pub enum ByApp {}

/// Stands in the markers of handlers.
#[derive(Debug)]
pub enum ByHandler {}

/// Stands in the markers of runtimes.
#[derive(Debug)]
pub enum ByRuntime {}

/// What the handlers of an application, or of a runtime, return was looked at when it was made.
#[derive(Debug)]
pub enum LookedAt {}

impl IntoOutcome<fn(ByApp)> for LookedAt {
    fn into_outcome(self) -> Result<Response, FunctionError> {
        match self {}
    }
}

impl<A: App<M>, M> IntoApp<fn(ByApp, M)> for A {
    type Out = LookedAt;

    async fn run_in<N: 'static>(self, environment: Environment) -> Result<(), BoxError>
    where
        LookedAt: IntoOutcome<N>,
    {
        run_app(&self, environment).await
    }
}

impl<P, A> IntoApp<fn(ByRuntime)> for Runtime<P, A>
where
    P: IntoInvoked + 'static,
    A: Hooks + 'static,
{
    type Out = LookedAt;

    async fn run_in<N: 'static>(self, environment: Environment) -> Result<(), BoxError>
    where
        LookedAt: IntoOutcome<N>,
    {
        run_bootstrap(self, environment).await
    }
}

impl<H: Handler<M> + 'static, M: 'static> IntoApp<fn(ByHandler, M)> for H {
    type Out = H::Out;

    async fn run_in<N: 'static>(self, environment: Environment) -> Result<(), BoxError>
    where
        H::Out: IntoOutcome<N>,
    {
        run_bootstrap(Runtime::new(self), environment).await
    }
}

/// The `main` of a function: runs a handler, or an application's init phase and what comes of it, on
/// one thread, until the environment ends.
///
/// ```no_run
/// use lambda_runtime::Error;
///
/// async fn handler(name: String) -> Result<String, Error> {
///     Ok(format!("hello, {name}"))
/// }
///
/// fn main() -> std::process::ExitCode {
///     lambda_runtime::start(handler)
/// }
/// ```
///
/// Closures may own state. Work of the init phase, which may fail, goes into an application:
///
/// ```no_run
/// use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
///
/// async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
///     let greeting = environment.variables().get("GREETING").unwrap_or("hello").to_owned();
///     Ok(Runtime::new(async move |name: String| Ok::<_, Error>(format!("{greeting}, {name}"))))
/// }
///
/// fn main() -> std::process::ExitCode {
///     lambda_runtime::start(app)
/// }
/// ```
///
/// After SIGTERM, and after Ctrl-C, the invocation in hand is finished, until its own deadline at the
/// latest; then the process ends with exit code 0.
///
/// # One thread
///
/// A handler shares its thread with the loop and with what it gave to [`Environment::spawn`], which is the least for
/// one invocation at a time. One that computes for long keeps the others waiting, SIGTERM among them. Three ways out:
///
/// - `tokio::task::spawn_blocking(move || compute(input)).await?` runs it on a thread of its own;
/// - a pool such as rayon's takes it, and a channel brings the result back:
///   `let (sender, result) = tokio::sync::oneshot::channel(); rayon::spawn(move || { let _ = sender.send(compute(input)); });
///   result.await?`;
/// - `#[tokio::main]` with [`run`](crate::run) has the threads of tokio, where `tokio::task::block_in_place` and
///   tasks of `tokio::spawn` share them.
///
/// Lambda gives a function a share of a processor by its memory, and a second one from 1,769 MB on: below that more
/// threads only keep the others responsive.
/// Source: AWS Lambda developer guide, "Configure Lambda function memory".
///
/// # What a process has once
///
/// An application runs once for each environment: on Lambda that is once for a process, in a test it is several times in
/// one. What a process has once, as the subscriber of `tracing` or the hook of panics, is set in `main` before this
/// function is called, or with a call that may be repeated: `lambda_runtime::tracing::init()` of the feature `tracing`,
/// or `tracing_subscriber::fmt().try_init()`, whose error states that there is one.
///
/// Exit code 1 when the init phase failed, the program does not run on Lambda, or the Runtime API
/// was lost; the reason stands on stderr.
pub fn start<A, M, N>(app: A) -> ExitCode
where
    A: IntoApp<M>,
    // The compiler shows the next line, with its end, to who returns an error that is both.
    A::Out: IntoOutcome<N>, // an error that is a `Diagnostic` too: wrap the handler in `service_fn`
    N: 'static,
{
    // While there are no threads.
    put_early();
    rt::start(|environment| {
        panics::set_hook(&environment);
        app.run_in::<N>(environment)
    })
}
