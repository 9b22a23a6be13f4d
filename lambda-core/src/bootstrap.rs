//! The seam between a function and whatever runs it.

use std::{
    convert::Infallible,
    future::{self, Future},
    pin::pin,
    task::Poll,
};

use crate::{BoxError, Environment, FunctionError, init_error};

/// What the service starts in an execution environment: a process called `bootstrap`, or a value
/// that does the same within a test.
///
/// Runtimes and extensions are bootstraps. The future need not be `Send`: an environment lives on
/// one thread.
pub trait Bootstrap: 'static {
    /// Why it ended.
    type Error: Into<BoxError>;

    /// Runs until shutdown. Returning is the end of the process: `Ok` is exit status 0, `Err` 1.
    fn start(self, environment: Environment) -> impl Future<Output = Result<(), Self::Error>>;

    /// Reports to the service that the init phase failed. There is no value of this type then, so the
    /// type alone chooses the route: a runtime posts to `runtime/init/error`, which is the default, and an
    /// external extension to `extension/init/error`.
    ///
    /// # Errors
    ///
    /// The report was not delivered.
    fn init_failed(
        environment: &Environment,
        error: &FunctionError,
    ) -> impl Future<Output = Result<(), BoxError>> {
        init_error::post_runtime(environment, error)
    }
}

/// Two bootstraps in one process, as a runtime and an internal extension are. They run side by side, and
/// the first end ends both.
///
/// It orders nothing between them: an extension registers in the init phase, before its bootstrap is
/// given here, since after the runtime's first `next` it cannot any more.
impl<A: Bootstrap, B: Bootstrap> Bootstrap for (A, B) {
    type Error = BoxError;

    async fn start(self, environment: Environment) -> Result<(), BoxError> {
        let mut first = pin!(self.0.start(environment.clone()));
        let mut second = pin!(self.1.start(environment));
        future::poll_fn(|context| match first.as_mut().poll(context) {
            Poll::Ready(ended) => Poll::Ready(ended.map_err(Into::into)),
            Poll::Pending => second.as_mut().poll(context).map_err(Into::into),
        })
        .await
    }

    /// Reports as the first of the two does.
    async fn init_failed(environment: &Environment, error: &FunctionError) -> Result<(), BoxError> {
        A::init_failed(environment, error).await
    }
}

/// An application: the init phase of a function or extension, run anew in every environment.
///
/// Two forms need no more words: `async fn app(environment: Environment) -> Result<impl Bootstrap,
/// Error>`, whose error or panic is posted to `init/error`, and `fn app() -> impl Bootstrap` where
/// nothing can fail. `Marker` tells them apart and is never written out.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no application",
    label = "expected `async fn(Environment) -> Result<impl Bootstrap, Error>` or `fn() -> impl Bootstrap`",
    note = "for a single handler write `|| lambda_runtime::Runtime::new(handler)`"
)]
pub trait App<Marker>: 'static {
    /// What runs after the init phase.
    type Bootstrap: Bootstrap;

    /// What the init phase fails with.
    type Error: Into<BoxError>;

    /// The init phase.
    fn init(
        &self,
        environment: Environment,
    ) -> impl Future<Output = Result<Self::Bootstrap, Self::Error>>;
}

impl<F, B, E> App<fn(Environment) -> B> for F
where
    F: AsyncFn(Environment) -> Result<B, E> + 'static,
    B: Bootstrap,
    E: Into<BoxError>,
{
    type Bootstrap = B;
    type Error = E;

    async fn init(&self, environment: Environment) -> Result<B, E> {
        self(environment).await
    }
}

impl<F, B> App<fn() -> B> for F
where
    F: Fn() -> B + 'static,
    B: Bootstrap,
{
    type Bootstrap = B;
    type Error = Infallible;

    async fn init(&self, _: Environment) -> Result<B, Infallible> {
        Ok(self())
    }
}
