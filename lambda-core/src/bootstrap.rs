//! The seam between a function and whatever runs it.

use std::{
    any::Any,
    cell::Cell,
    convert::Infallible,
    future::{self, Future},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
    time::Duration,
};

use crate::{
    BoxError, Chain, Environment, FunctionError, error_type,
    wire::{ExtensionRequests, Requests},
};

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

/// Runs an application in an environment: its init phase, then what came of it, until shutdown.
///
/// What it fails with leaves one line in the log. An init phase that fails or panics is also posted to `init/error` and
/// ends the run: "a runtime must exit directly after".
///
/// # Errors
///
/// What the init phase or the bootstrap failed with.
#[doc(hidden)]
pub async fn run_app<M, A: App<M>>(app: &A, environment: Environment) -> Result<(), BoxError> {
    // The call stands within: a closure may panic before it returns its future.
    let init = catch_panic(async { app.init(environment.clone()).await }).await;
    let (report, error) = match init {
        Ok(Ok(bootstrap)) => return run_bootstrap(bootstrap, environment).await,
        Ok(Err(error)) => {
            let name = error_type::of::<A::Error>();
            let error = error.into();
            let mut report = error_type::report_dyn(&*error);
            // A box or a text says nothing of what it holds, a report says it itself.
            if says_something(&name) && !error.is::<FunctionError>() {
                report.error_type = name;
            }
            (report, error)
        }
        Err(panic) => {
            let report = FunctionError::new("Runtime.Panic", panic_message(&*panic));
            (report.clone(), report.into())
        }
    };
    environment.log(&format!("init failed: {report}"));
    // Outside of Lambda there is nobody to tell; the error itself says what is wrong.
    let posted = tokio::time::timeout(INIT_ERROR_LIMIT, post_init_error(&environment, &report));
    let posted = posted.await.unwrap_or_else(|_| Err("the API did not answer within 1 s".into()));
    if let Err(unreported) = posted {
        environment.log(&format!("init/error was not delivered: {unreported}"));
    }
    Err(error)
}

/// Runs what needs no init phase, until shutdown. What it fails with leaves one line in the log.
///
/// # Errors
///
/// What the bootstrap failed with.
#[doc(hidden)]
pub async fn run_bootstrap<B: Bootstrap>(
    bootstrap: B,
    environment: Environment,
) -> Result<(), BoxError> {
    let ended = bootstrap.start(environment.clone()).await.map_err(Into::into);
    if let Err(error) = &ended {
        environment.log(&format!("error: {}", Chain(&**error)));
    }
    ended
}

/// `Box<dyn Error>` and text do not, nor do references.
fn says_something(name: &str) -> bool {
    !matches!(name, "dyn" | "String" | "Function.Error")
}

/// How long the service may take to answer: the process is to end.
const INIT_ERROR_LIMIT: Duration = Duration::from_secs(1);

async fn post_init_error(environment: &Environment, error: &FunctionError) -> Result<(), BoxError> {
    let address = environment.api_address()?;
    let body = error.to_json();
    let head = match environment.extension() {
        // The service does not know it yet.
        Some(None) => return Ok(()),
        Some(Some(identifier)) => ExtensionRequests::new(&address, crate::USER_AGENT).init_error(
            identifier,
            error,
            body.len(),
        ),
        None => Requests::new(&address, crate::USER_AGENT).init_error(error, body.len()).to_owned(),
    };
    let mut connection = environment.connect(&address).await?;
    connection.send(&head, &body).await?;
    match connection.receive().await?.status {
        200..=299 => Ok(()),
        status => Err(format!("the API answered {status}").into()),
    }
}

/// Awaits a future; a panic while it is polled is its outcome.
///
/// # Errors
///
/// The payload of the panic.
pub async fn catch_panic<F: Future>(future: F) -> Result<F::Output, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    // The future is dropped with this one after a panic and never polled again.
    future::poll_fn(|context| {
        let before = CATCHING.replace(true);
        let poll = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        CATCHING.set(before);
        match poll {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await
}

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread is caught and reported by who runs the future, so that a hook need
/// not tell it too.
pub fn is_catching_panics() -> bool {
    CATCHING.get()
}

/// The text of a panic, where it has one.
pub fn panic_message(panic: &(dyn Any + Send)) -> &str {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text,
        _ => "a panic without text",
    }
}
