//! The entry point of an external extension.

use std::process::ExitCode;

use lambda_core::{
    App,
    rt::{self, run_app},
};

/// The `main` of an external extension: runs an application on one thread, its init phase and then what
/// came of it, until the environment ends.
///
/// An error of the init phase after the registration is reported to the service as `init/error`.
///
/// Exit code 1 when the init phase or a handler failed, the program does not run on Lambda, or the service
/// was lost; the reason stands on stderr.
pub fn start<A: App<M>, M>(app: A) -> ExitCode {
    rt::start(|environment| run_app(&app, environment))
}
