//! The one door: what an extension's program is started with.

use std::process::ExitCode;

use lambda_core::{App, Environment, run_app};

/// The `main` of an external extension: runs an application on one thread, its init phase and then what
/// came of it, until the environment ends.
///
/// An init phase that fails after it has registered is told to the service as `init/error`.
///
/// Exit code 1 when the init phase or a handler failed, the program does not run on Lambda, or the service
/// was lost; the reason stands on stderr.
pub fn start<A: App<M>, M>(app: A) -> ExitCode {
    let environment = Environment::of_started_process();
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
