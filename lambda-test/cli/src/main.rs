//! The command `lambda-test`: runs a function here as Lambda would, and checks events.

mod build;
mod caller;
#[cfg(feature = "events")]
mod check_event;
mod explain;
mod invoke;
mod json;
#[cfg(not(feature = "events"))]
mod left_out;
mod output;
mod payload;
mod production;
mod replay;
#[cfg(feature = "events")]
mod sample;
mod show;
mod signals;
#[cfg(feature = "events")]
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
    Replay(replay::Replay),
    #[cfg(feature = "events")]
    CheckEvent(check_event::CheckEvent),
    #[cfg(feature = "events")]
    Sample(sample::Sample),
    #[cfg(not(feature = "events"))]
    CheckEvent(left_out::LeftOut),
    #[cfg(not(feature = "events"))]
    Sample(left_out::LeftOut),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Invoke(invoke) => invoke.run(),
        Command::Replay(replay) => replay.run(),
        #[cfg(feature = "events")]
        Command::CheckEvent(check) => check.run(),
        #[cfg(feature = "events")]
        Command::Sample(sample) => sample.run(),
        #[cfg(not(feature = "events"))]
        Command::CheckEvent(left_out) | Command::Sample(left_out) => left_out.run("events"),
    }
}
