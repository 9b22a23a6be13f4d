//! `lambda-test invoke`: one function, one or several invocations.

use std::{
    hash::{BuildHasher as _, RandomState},
    io::{self, IsTerminal as _},
    path::PathBuf,
    process::ExitCode,
    str::FromStr as _,
    time::Duration,
};

use clap::{Args, value_parser};
use lambda_test::{Function, Harness, InvokeStream, Lambda, LogFormat, LogLevel, Outcome, Program};

use crate::{
    build::Build,
    caller::Caller,
    json::as_json,
    output::{print_part, say, say_event},
    payload::{Event, Payload},
    show::{Verdict, for_people},
    signals,
};

/// Starts a function in an execution environment, invokes it and prints its answer.
///
/// The answer goes to stdout, one line for each event; the function's log lines and the service's
/// REPORT lines go to stderr. Several events are given to one function, one after the other: the first
/// is a cold start, between them it is frozen.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 0: every event was answered; 1: the function failed, timed out or ended; 2: the command
could not be carried out, or the service refuses the event; 130 and 143: ended by Ctrl-C or SIGTERM.

Examples:
  lambda-test invoke --example orders --payload-file events/order.json
  lambda-test invoke --bin my-function --payload-file cold.json warm.json
  lambda-test invoke ./target/debug/bootstrap --payload '{\"id\": 7}' --env TABLE=orders
  lambda-test invoke --timeout 30 --aws-env -- node --enable-source-maps handler.mjs
  lambda-test invoke --bin my-function --json | jq .report
  lambda-test invoke --bin my-function --stream
  lambda-test invoke --bin my-function --extension ./target/debug/log-shipper
  echo '{}' | lambda-test invoke --bin my-function --payload-file -")]
pub(crate) struct Invoke {
    /// A program that speaks the Runtime API, in any language, with its arguments; `--` stands before
    /// it where they begin with a dash.
    #[arg(value_name = "PROGRAM", conflicts_with_all = ["example", "bin"], num_args = 1..)]
    program: Vec<String>,

    #[command(flatten)]
    build: Build,

    #[command(flatten)]
    event: Events,

    #[command(flatten)]
    caller: Caller,

    #[command(flatten)]
    settings: Settings,
}

/// What it is invoked with.
#[derive(Debug, Args)]
#[command(next_help_heading = "What it is invoked with")]
struct Events {
    /// The event, as JSON; `{}` when no event is given. May be given several times.
    #[arg(long, value_name = "JSON", conflicts_with = "payload_file", allow_hyphen_values = true)]
    payload: Vec<String>,

    /// Files with an event each; `-` reads one from stdin.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    payload_file: Vec<PathBuf>,
}

/// How it is configured, and what is printed.
#[derive(Debug, Args)]
#[command(next_help_heading = "How it is configured, and what is printed")]
struct Settings {
    /// An environment variable of the function; may be given several times. The region and the
    /// credentials may be given too; without them they are us-east-1 and no real ones.
    #[arg(long = "env", short = 'e', value_name = "NAME=VALUE", value_parser = name_and_value)]
    variables: Vec<(String, String)>,

    /// Give the function the region and the credentials of this shell.
    #[arg(long)]
    aws_env: bool,

    /// The function's timeout in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 3, value_parser = value_parser!(u64).range(1..=900))]
    timeout: u64,

    /// The function's memory in MB, as it is told to the function. It is not enforced.
    #[arg(long, value_name = "MB", default_value_t = 128, value_parser = value_parser!(u32).range(128..=10_240))]
    memory: u32,

    /// The function's handler, as it is configured: its variable `_HANDLER`; `bootstrap` unless given.
    #[arg(long, value_name = "HANDLER")]
    handler: Option<String>,

    /// Write the log as JSON, of this level and above: trace, debug, info, warn, error or fatal. The service drops what is
    /// below. Without it the log is text, and nothing is dropped.
    #[arg(long, value_name = "LEVEL", num_args = 0..=1, default_missing_value = "info", require_equals = true, value_parser = LogLevel::from_str)]
    log_json: Option<LogLevel>,

    /// The seed of request ids, trace ids and log streams, to have those of an earlier run again.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,

    /// Run this program beside the function, as an external extension of its file's name; may be given
    /// several times. Its log lines go to stderr, after its name.
    #[arg(long = "extension", value_name = "PROGRAM")]
    extensions: Vec<PathBuf>,

    /// Print everything as JSON, one line for each event: answer, error, log, report, timeline.
    #[arg(long)]
    json: bool,

    /// Receive the response as it comes, and print each part at once, as it is: for functions that stream.
    #[arg(long, conflicts_with = "json")]
    stream: bool,
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
            Ok(code) => code,
            Err(message) => {
                say(&format!("error: {message}"));
                ExitCode::from(2)
            }
        }
    }

    fn prepare_and_invoke(self) -> Result<ExitCode, String> {
        // Read first: a file that is missing need not wait for a build.
        let payloads = self.event.payloads().into_iter().map(|payload| payload.read());
        let payloads = payloads.collect::<Result<Vec<_>, _>>()?;
        let variables = self.settings.variables()?;
        Harness::new().real_time().block_on(async {
            let (program, name) = tokio::select! {
                program = self.program() => program?,
                code = signals::ended() => return Ok(code),
            };
            self.invoke(program, &name, variables, payloads).await
        })
    }

    /// The program, and what the function is called.
    async fn program(&self) -> Result<(Program, String), String> {
        match (self.build.target(), self.program.as_slice()) {
            (Some((kind, name)), _) => {
                let program = self.build.build(kind, name).await?;
                Ok((Program::new(program), function_name(name)))
            }
            (None, [_, ..]) if self.build.is_asked_for() => {
                Err("a PROGRAM is not built: give --example or --bin in its place".to_owned())
            }
            (None, [path, arguments @ ..]) => {
                let path = PathBuf::from(path);
                let name = path.file_stem().map(|name| name.to_string_lossy().into_owned());
                let program = arguments.iter().fold(Program::new(&path), Program::arg);
                Ok((program, function_name(&name.unwrap_or_default())))
            }
            (None, []) => Err("nothing to invoke: give a PROGRAM, --example or --bin".to_owned()),
        }
    }

    async fn invoke(
        self,
        program: Program,
        name: &str,
        variables: Vec<(String, String)>,
        payloads: Vec<Event>,
    ) -> Result<ExitCode, String> {
        let Self { caller, settings, .. } = self;
        let Settings { timeout, memory, handler, log_json, seed, json, stream, extensions, .. } =
            settings;
        // Another one each run, from the chance that the standard library has.
        let seed = seed.unwrap_or_else(|| RandomState::new().hash_one(0));
        let lambda = Lambda::in_real_time().seed(seed);
        let function = lambda.function(name, program).memory_mb(memory);
        let function = match handler {
            Some(handler) => function.handler(handler),
            None => function,
        };
        let function = match log_json {
            Some(level) => function.log_format(LogFormat::Json).application_log_level(level),
            None => function,
        };
        // A tenant is given to functions with tenant isolation.
        let function = if caller.has_tenant() { function.tenant_isolation() } else { function };
        let function = function.timeout(Duration::from_secs(timeout));
        // Whoever runs a function by hand means what it calls.
        let function = function.allow("*");
        let function = if json { function } else { function.on_log(say_event) };
        let function = variables
            .into_iter()
            .fold(function, |function, (name, value)| function.env(name, value));
        let function = extensions.into_iter().try_fold(function, |function, path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            let name = name.ok_or_else(|| format!("--extension {}: no file", path.display()))?;
            Ok::<_, String>(function.extension(name, Program::new(path)))
        })?;
        let function = function.try_create().map_err(|error| error.message)?;
        let invoking = async {
            let mut verdict = Verdict::Succeeded;
            for Event { bytes, hint } in payloads {
                let invoke = caller.call(function.invoke_raw(bytes));
                let outcome = match stream {
                    true => progress(streamed(invoke.stream()), name).await,
                    false => progress(invoke, name).await,
                };
                match json {
                    true => as_json(&outcome, seed),
                    false => for_people(&outcome, name, stream),
                }
                if let Some(hint) = hint.filter(|_| !json) {
                    say(&hint);
                }
                verdict = verdict.max(Verdict::of(&outcome));
            }
            if verdict == Verdict::Failed && !json {
                say(&format!("the same ids again: --seed {seed}"));
            }
            verdict.exit_code()
        };
        Ok(end_with(&function, invoking).await)
    }
}

/// Prints a response as it comes. A line end follows where it has none.
async fn streamed(mut stream: InvokeStream) -> Outcome {
    let mut last = b'\n';
    while let Some(chunk) = stream.next().await {
        print_part(&chunk.bytes);
        last = chunk.bytes.last().copied().unwrap_or(last);
    }
    if last != b'\n' {
        print_part(b"\n");
    }
    stream.outcome().await
}

/// Whatever ends the work, ends the function.
async fn end_with(function: &Function, work: impl Future<Output = ExitCode>) -> ExitCode {
    let code = tokio::select! {
        code = work => code,
        code = signals::ended() => code,
    };
    function.shut_down().await;
    code
}

impl Events {
    fn payloads(&self) -> Vec<Payload> {
        let texts = self.payload.iter().cloned().map(Payload::Text);
        let payloads: Vec<Payload> =
            texts.chain(self.payload_file.iter().cloned().map(Payload::File)).collect();
        if payloads.is_empty() { vec![Payload::Empty] } else { payloads }
    }
}

impl Settings {
    /// Those of the command line, and of this shell where it is to be asked.
    fn variables(&self) -> Result<Vec<(String, String)>, String> {
        let mut variables = Vec::new();
        if self.aws_env {
            for name in [
                "AWS_REGION",
                "AWS_DEFAULT_REGION",
                "AWS_ACCESS_KEY_ID",
                "AWS_SECRET_ACCESS_KEY",
                "AWS_SESSION_TOKEN",
            ] {
                variables.extend(std::env::var(name).ok().map(|value| (name.to_owned(), value)));
            }
            if !variables.iter().any(|(name, _)| name == "AWS_ACCESS_KEY_ID") {
                return Err("--aws-env: AWS_ACCESS_KEY_ID is not set in this shell".to_owned());
            }
        }
        variables.extend(self.variables.iter().cloned());
        Ok(variables)
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

/// A name that the service takes.
fn function_name(name: &str) -> String {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    let name: String = name.chars().filter(|character| allowed(*character)).take(64).collect();
    if name.is_empty() { "function".to_owned() } else { name }
}
