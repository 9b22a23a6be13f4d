//! Runs applications and bootstraps, in this process or in a simulated environment.

use std::{process::ExitCode, time::Duration};

use crate::{
    App, Bootstrap, BoxError, Chain, Environment, FunctionError, error_type,
    panics::{catch_panic, panic_message},
};

/// Is the `main` of a program: runs one future on one thread, in the environment of this process.
///
/// The exit code is 1 where the future returns an error, whose text is in the log by then.
pub fn start<F>(main: impl FnOnce(Environment) -> F) -> ExitCode
where
    F: Future<Output = Result<(), BoxError>>,
{
    let environment = Environment::of_started_process();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build_local(Default::default());
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(main(environment)),
        Err(error) => {
            environment.log(&format!("error: tokio's runtime could not be built: {error}"));
            return ExitCode::FAILURE;
        }
    };
    if ended.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs an application in an environment: its init phase, then its bootstrap, until shutdown.
///
/// An error leaves one line in the log. One of the init phase, also a panic, is reported to the service as well, and
/// ends the run: "a runtime must exit directly after".
///
/// # Errors
///
/// The error of the init phase or of the bootstrap.
pub async fn run_app<M, A: App<M>>(app: &A, environment: Environment) -> Result<(), BoxError> {
    // The call is within: a closure may panic before it returns its future.
    let init = catch_panic(async { app.init(environment.clone()).await }).await;
    let (report, error) = match init {
        Ok(Ok(bootstrap)) => return run_bootstrap(bootstrap, environment).await,
        Ok(Err(error)) => {
            let name = error_type::of::<A::Error>();
            let error = error.into();
            let mut report = error_type::report_dyn(&*error);
            // The name of a box or of a text is not that of the error; a report has a type of its own.
            if is_informative(&name) && !error.is::<FunctionError>() {
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
    let posting = A::Bootstrap::init_failed(&environment, &report);
    let posted = tokio::time::timeout(INIT_ERROR_LIMIT, posting).await;
    let posted = posted.unwrap_or_else(|_| Err("the API did not respond within 1 s".into()));
    // Outside of Lambda there is no API; the error itself states what is wrong.
    if let Err(unreported) = posted {
        environment.log(&format!("init/error was not delivered: {unreported}"));
    }
    Err(error)
}

/// Runs a bootstrap until shutdown. An error leaves one line in the log.
///
/// # Errors
///
/// The error of the bootstrap.
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

/// `Box<dyn Error>`, text and references have no name that a caller could branch on.
fn is_informative(name: &str) -> bool {
    !matches!(name, "dyn" | "String" | "Function.Error")
}

/// How long the service may take to respond: the process is about to exit.
const INIT_ERROR_LIMIT: Duration = Duration::from_secs(1);
