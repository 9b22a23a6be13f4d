//! A command that this build does not have.

use std::{ffi::OsString, process::ExitCode};

use clap::Args;

use crate::output::say;

/// Needs a build with `--features events`.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(crate) struct LeftOut {
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

impl LeftOut {
    /// States which feature has the command.
    pub(crate) fn run(self, feature: &str) -> ExitCode {
        drop(self.arguments);
        say(&format!(
            "error: this build does not have the command: it comes with the feature `{feature}`, as in \
             `cargo install --locked --path lambda-test/cli --features {feature}`, or \
             `cargo run --bin lambda-test --features {feature} -- …`"
        ));
        ExitCode::from(2)
    }
}
