//! What tests start as processes of their own: not a test, and not an example to read.

#![expect(clippy::print_stdout, reason = "tests read what it prints")]
#![cfg_attr(not(unix), allow(unused, reason = "child processes are suspended on Unix only"))]

mod conformance;
mod failing;
#[cfg(unix)]
mod function;
mod lost_update;
#[cfg(unix)]
mod spawning;
mod timeline;

use std::process::ExitCode;

fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_default();
    match name.as_str() {
        #[cfg(unix)]
        "function" => lambda_runtime::start(function::app),
        #[cfg(unix)]
        "recording" => {
            lambda_runtime::tracing::init();
            lambda_runtime::tracing::init();
            lambda_runtime::start(function::app)
        }
        #[cfg(unix)]
        "spawning" => lambda_runtime::start(spawning::app),
        #[cfg(unix)]
        "simulating" => {
            lambda_test::Harness::new().real_time().block_on(spawning::simulate());
            ExitCode::SUCCESS
        }
        "sleeper" => lambda_runtime::start(conformance::sleeper),
        "closing" => lambda_runtime::start(conformance::closing),
        "extension" => lambda_runtime::start(conformance::with_extension),
        "timeline" => {
            println!("{}", lambda_test::block_on(timeline::timeline(42, false)));
            ExitCode::SUCCESS
        }
        "lost-update" => {
            println!("{}", lambda_test::explore(1..1000, lost_update::orders_are_added_once));
            ExitCode::SUCCESS
        }
        "failing" => failing::run(),
        "hanging" => failing::hang(),
        "yielding" => failing::yielding(),
        _ => {
            println!("there is no program `{name}`");
            ExitCode::from(2)
        }
    }
}
