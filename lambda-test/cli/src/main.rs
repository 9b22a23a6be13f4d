//! The command `lambda-test`: runs a function here as Lambda would, and checks events.

mod build;
mod caller;
mod check_event;
mod invoke;
mod json;
mod output;
mod payload;
mod sample;
mod show;
mod signals;
mod tree;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Runs AWS Lambda functions here, as the service would.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Invoke(Box<invoke::Invoke>),
    CheckEvent(check_event::CheckEvent),
    Sample(sample::Sample),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Invoke(invoke) => invoke.run(),
        Command::CheckEvent(check) => check.run(),
        Command::Sample(sample) => sample.run(),
    }
}
