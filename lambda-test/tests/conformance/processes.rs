//! Functions under AWS's emulator: what only a process can show.

#![expect(
    clippy::print_stdout,
    reason = "what a function prints is read, and what was left out is said"
)]

use std::{path::PathBuf, time::Duration};

use crate::emulator::Running;

/// Runs a function of `tests/programs`, prints its process id, and how it ended.
fn bootstrap(kind: &str) -> [String; 3] {
    let script = format!("\"$0\" {kind} & echo process $! x; wait $!; echo exited $?");
    ["-c".to_owned(), script, crate::example("test_programs").display().to_string()]
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
async fn an_invocation_in_flight_is_finished_after_sigterm_under_the_emulator() {
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

/// The registration makes the service send SIGTERM, and the hook runs.
#[tokio::test(flavor = "local")]
async fn what_runs_on_shutdown_runs_under_the_emulator() {
    let Some(emulator) = emulator() else { return };
    let program = crate::example("test_programs").display().to_string();
    let mut running = Running::start(&emulator, &program, &["closing".to_owned()]).await;
    let invoking = tokio::task::spawn_local(running.invoke("7"));
    let answer = tokio::time::timeout(Duration::from_secs(10), invoking).await;
    assert_eq!(answer.expect("in time").expect("no panic"), "7");
    running.terminate();
    assert_eq!(running.line_after("closed after ").await, "1");
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
