//! `lambda-test invoke`: one environment, one invocation.

use std::{
    io::{self, IsTerminal as _},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::{Args, value_parser};
use lambda_test::{Lambda, Outcome, Program};

use crate::{
    build::{Target, build},
    output::{print, say},
    payload::Payload,
};

/// Starts a function in an execution environment, invokes it once and prints its answer.
///
/// The answer goes to stdout; the function's log lines and the service's REPORT line go to stderr.
/// Exit code 0: the function answered; 1: it failed, timed out or ended; 2: the command could not be
/// carried out.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  lambda-test invoke --example orders --payload-file events/order.json\n  \
                  lambda-test invoke ./target/debug/bootstrap --payload '{\"id\": 7}' --env TABLE=orders\n  \
                  echo '{}' | lambda-test invoke --bin my-function --payload-file -"
)]
pub(crate) struct Invoke {
    /// A program that speaks the Runtime API, in any language, with its arguments.
    #[arg(value_name = "PROGRAM", conflicts_with_all = ["example", "bin"], num_args = 1..)]
    program: Vec<String>,

    /// An example of this workspace, built first.
    #[arg(long, value_name = "NAME", conflicts_with = "bin")]
    example: Option<String>,

    /// A binary of this workspace, built first.
    #[arg(long, value_name = "NAME")]
    bin: Option<String>,

    /// Build with optimizations.
    #[arg(long)]
    release: bool,

    /// The event, as JSON; `{}` when no event is given.
    #[arg(long, value_name = "JSON", conflicts_with = "payload_file", allow_hyphen_values = true)]
    payload: Option<String>,

    /// A file with the event; `-` reads it from stdin.
    #[arg(long, value_name = "FILE")]
    payload_file: Option<PathBuf>,

    /// An environment variable of the function; may be given several times.
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = name_and_value)]
    variables: Vec<(String, String)>,

    /// The function's timeout in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 3, value_parser = value_parser!(u64).range(1..=900))]
    timeout: u64,

    /// The function's memory in MB, as it is told to the function. It is not enforced.
    #[arg(long, value_name = "MB", default_value_t = 128, value_parser = value_parser!(u32).range(128..=10_240))]
    memory: u32,
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

impl Invoke {
    pub(crate) fn run(self) -> ExitCode {
        match self.prepare_and_invoke() {
            Ok((outcome, name)) => show(&outcome, &name),
            Err(message) => {
                say(&format!("error: {message}"));
                ExitCode::from(2)
            }
        }
    }

    fn prepare_and_invoke(self) -> Result<(Outcome, String), String> {
        let payload = match (&self.payload, &self.payload_file) {
            (Some(text), _) => Payload::Text(text.clone()),
            (None, Some(path)) => Payload::File(path.clone()),
            (None, None) => Payload::Empty,
        };
        // Read first: a payload that is no JSON need not wait for a build.
        let payload = payload.read()?;
        let (program, name) = self.program()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build_local(Default::default())
            .map_err(|error| format!("no runtime: {error}"))?;
        let outcome = runtime.block_on(self.invoke(program, &name, payload));
        Ok((outcome, name))
    }

    /// The program, and what the function is called.
    fn program(&self) -> Result<(Program, String), String> {
        let target = match (&self.example, &self.bin, self.program.as_slice()) {
            (Some(name), _, _) => Target::Example(name.clone()),
            (None, Some(name), _) => Target::Bin(name.clone()),
            (None, None, [path, arguments @ ..]) => {
                let path = PathBuf::from(path);
                let name = path.file_stem().map(|name| name.to_string_lossy().into_owned());
                let program = Program::new(&path);
                let program = arguments.iter().fold(program, Program::arg);
                return Ok((program, function_name(&name.unwrap_or_default())));
            }
            (None, None, []) => {
                return Err("nothing to invoke: give a PROGRAM, --example or --bin".to_owned());
            }
        };
        let program = build(&target, self.release)?;
        let (Target::Example(name) | Target::Bin(name)) = target;
        Ok((Program::new(program), function_name(&name)))
    }

    async fn invoke(self, program: Program, name: &str, payload: Vec<u8>) -> Outcome {
        let lambda = Lambda::in_real_time();
        let mut function = lambda
            .function(name, program)
            .memory_mb(self.memory)
            .timeout(Duration::from_secs(self.timeout))
            .on_log(say);
        for (name, value) in self.variables {
            function = function.env(name, value);
        }
        let function = function.create();
        let invoking = function.invoke_bytes(payload);
        let outcome = progress(invoking, name).await;
        function.shut_down().await;
        outcome
    }
}

/// Says now and then that it waits, where a person looks on.
async fn progress<F: Future>(work: F, name: &str) -> F::Output {
    const STEP: Duration = Duration::from_secs(2);
    let mut work = std::pin::pin!(work);
    let mut waited = Duration::ZERO;
    loop {
        match tokio::time::timeout(STEP, &mut work).await {
            Ok(output) => return output,
            Err(_) => {
                waited += STEP;
                if io::stderr().is_terminal() {
                    say(&format!("waiting for {name} ({} s)", waited.as_secs()));
                }
            }
        }
    }
}

fn show(outcome: &Outcome, name: &str) -> ExitCode {
    if let Some(error) = outcome.service_error() {
        say(&format!("error: the service refuses the event: {error}"));
        return ExitCode::from(2);
    }
    if let Some(error) = outcome.function_error() {
        if error.error_type == "Runtime.InvalidEntrypoint" {
            let message = error.error_message.split_once("Error: ").map(|(_, message)| message);
            say(&format!("error: {}", message.unwrap_or(&error.error_message)));
            return ExitCode::from(2);
        }
    }
    say(outcome.report().to_string().trim_end());
    print(outcome.payload());
    let Some(error) = outcome.function_error() else { return ExitCode::SUCCESS };
    match error.error_type.as_str() {
        "Runtime.ExitError" => say(&format!(
            "{name} ended before it answered. A Lambda function runs on and asks for the next \
             event; see its log above"
        )),
        "Sandbox.Timedout" if outcome.report().cold_start() && outcome.logs().is_empty() => {
            say(&format!(
                "{name} timed out. If it never asked for an event, it is no Lambda function; if it \
                 is slow, give it more time with --timeout"
            ));
        }
        _ => say(&format!("{name} failed: {error}")),
    }
    ExitCode::FAILURE
}

/// A name that the service takes.
fn function_name(name: &str) -> String {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    let name: String = name.chars().filter(|character| allowed(*character)).take(64).collect();
    if name.is_empty() { "function".to_owned() } else { name }
}
