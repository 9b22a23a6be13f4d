//! This program as a function under AWS's emulator: what only a process can show.

#![expect(
    clippy::print_stdout,
    reason = "what a function prints is read, and what was left out is said"
)]

use std::{path::PathBuf, process::ExitCode, time::Duration};

use lambda_core::{Bootstrap, BoxError, Environment};
use lambda_runtime::{Error, Runtime};

use crate::emulator::Running;

/// Set for a process that is to be a function and no test.
const FUNCTION: &str = "LAMBDA_CONFORMANCE_FUNCTION";

/// Runs this program as a function, tells its process id, and how it ended.
fn bootstrap(kind: &str) -> [String; 3] {
    let this = std::env::current_exe().expect("this program has a path");
    let script = format!(
        "{FUNCTION}={kind} \"$0\" --exact processes::what_the_emulator_runs --nocapture \
         --test-threads=1 & echo process $! x; wait $!; echo exited $?"
    );
    ["-c".to_owned(), script, this.display().to_string()]
}

#[test]
fn what_the_emulator_runs() {
    let code = match std::env::var(FUNCTION).as_deref() {
        Ok("sleeper") => lambda_runtime::start(async |seconds: u64| {
            println!("event");
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            Ok::<_, Error>(seconds)
        }),
        Ok("extension") => lambda_runtime::start(with_extension),
        _ => return,
    };
    // It says nothing of itself but in its `Debug` form.
    let failed = format!("{code:?}") != format!("{:?}", ExitCode::SUCCESS);
    std::process::exit(i32::from(failed));
}

/// A runtime and an internal extension, which registers in the init phase.
async fn with_extension(environment: Environment) -> Result<impl Bootstrap, Error> {
    let extension = Extension::register(&environment).await?;
    Ok((Runtime::new(async |event: u64| Ok::<_, Error>(event)), extension))
}

/// An internal extension, written on the core alone.
struct Extension {
    connection: lambda_core::Connection,
    identifier: String,
}

impl Extension {
    async fn register(environment: &Environment) -> Result<Self, Error> {
        let mut connection = environment.connect(&environment.api_address()?).await?;
        let body = br#"{"events":["INVOKE"]}"#;
        let head = format!(
            "POST /2020-01-01/extension/register HTTP/1.1\r\nhost: x\r\n\
             lambda-extension-name: within\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        // The identifier is a header that the connection does not keep, so it is read from the stream.
        connection.send(head.as_bytes(), body).await?;
        let mut stream = connection.into_transport();
        let mut text = Vec::new();
        while !text.windows(4).any(|end| end == b"\r\n\r\n") {
            tokio::io::AsyncReadExt::read_buf(&mut stream, &mut text).await?;
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        let identifier = text
            .lines()
            .find_map(|line| line.strip_prefix("Lambda-Extension-Identifier: "))
            .ok_or_else(|| format!("it is not registered: {text}"))?
            .to_owned();
        let connection = environment.connect(&environment.api_address()?).await?;
        println!("registered");
        Ok(Self { connection, identifier })
    }
}

impl Bootstrap for Extension {
    type Error = BoxError;

    async fn start(mut self, _: Environment) -> Result<(), BoxError> {
        loop {
            let head = format!(
                "GET /2020-01-01/extension/event/next HTTP/1.1\r\nhost: x\r\n\
                 lambda-extension-identifier: {}\r\n\r\n",
                self.identifier
            );
            self.connection.send(head.as_bytes(), b"").await?;
            let event = self.connection.receive().await?;
            println!("extension {}", event.status);
        }
    }
}

fn emulator() -> Option<PathBuf> {
    let emulator = std::env::var_os("LAMBDA_EMULATOR").map(PathBuf::from);
    if emulator.is_none() {
        println!("LAMBDA_EMULATOR is not set, so nothing was run");
    }
    emulator
}

/// SIGTERM in the middle of an invocation: answered, and then the process ends with 0.
#[tokio::test(flavor = "local")]
async fn an_invocation_in_hand_is_finished_after_sigterm_under_the_emulator() {
    use rustix::process::{Pid, Signal, kill_process};
    let Some(emulator) = emulator() else { return };
    let mut running = Running::start(&emulator, "/bin/sh", &bootstrap("sleeper")).await;
    let mut invoking = tokio::task::spawn_local(running.invoke("2"));
    let process = running.line_after("process ").await;
    let process = process.split(' ').next().and_then(|id| id.parse().ok()).and_then(Pid::from_raw);
    running.line_after("event").await;
    kill_process(process.expect("an id"), Signal::TERM).expect("it runs");
    let answer = tokio::time::timeout(Duration::from_secs(10), &mut invoking).await;
    assert_eq!(answer.expect("in time").expect("no panic"), "2");
    assert_eq!(running.line_after("exited ").await, "0");
}

/// "Tried: the runtime's first `next` came before the registration in 41 of 100 runs."
#[tokio::test(flavor = "local")]
async fn a_registration_in_the_init_phase_is_never_lost() {
    let Some(emulator) = emulator() else { return };
    for run in 0..100 {
        let mut running = Running::start(&emulator, "/bin/sh", &bootstrap("extension")).await;
        let invoking = tokio::task::spawn_local(running.invoke("7"));
        running.line_after("registered").await;
        assert_eq!(running.line_after("extension ").await, "200", "run {run}");
        let answer = tokio::time::timeout(Duration::from_secs(10), invoking).await;
        assert_eq!(answer.expect("in time").expect("no panic"), "7", "run {run}");
    }
    println!("100 of 100 registrations before the first next");
}
