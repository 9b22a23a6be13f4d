//! The arm of our own: the simulated service over a socket.

use std::time::Duration;

use lambda_test::{Lambda, Program};
use tokio::sync::mpsc;

use crate::{Scenario, TIMEOUT, introduced, process, script::Runtime};

/// The program in whose place the test talks.
fn program(name: &str) -> Program {
    Program::new("/bin/sh").arg("-c").arg(process(name))
}

/// What a runtime, extensions and the caller see in a scenario.
pub(crate) async fn run(scenario: &Scenario) -> Vec<String> {
    let lambda = Lambda::in_real_time();
    let (told, heard) = mpsc::unbounded_channel();
    let function = lambda
        .function("function", program("runtime"))
        .timeout(Duration::from_secs(TIMEOUT))
        // The script may have ended.
        .on_log(move |line| drop(introduced(line).map(|process| told.send(process))));
    let function = scenario.extensions.iter().fold(function, |function, name| {
        match name.strip_prefix('-') {
            None => function.extension(*name, program(name)),
            // A file that is there and no program.
            Some(name) => function.extension(name, Program::new("/etc/hostname")),
        }
    });
    let function = function.create();
    let mut invoke = function.invoke_raw("\"event\"");
    if let Some(context) = scenario.client_context {
        invoke = invoke.client_context(serde_json::json!({ "custom": context }));
    }
    let mut invoking = tokio::task::spawn_local(invoke.into_future());
    let mut runtime = Runtime::new(heard);
    let (mut outcome, mut ending) = (None, None);
    for line in scenario.lines() {
        if line == "returned" {
            outcome = Some((&mut invoking).await);
        } else if line == "invoke" {
            // It was invoked at once, since that is what starts a function.
        } else if line == "shut down" {
            let function = function.clone();
            ending = Some(tokio::task::spawn_local(async move { function.shut_down().await }));
        } else if runtime.end(line).await {
            // What the service makes of it, the caller sees.
        } else if let Err(error) = runtime.line(line).await {
            runtime.seen.push(format!("cannot go on: {}", error.kind()));
        }
    }
    let outcome = match outcome {
        Some(outcome) => outcome,
        None => invoking.await,
    };
    if let Some(ending) = ending {
        ending.await.expect("it ends");
    }
    let outcome = outcome.expect("the invocation ends");
    let payload = String::from_utf8_lossy(outcome.payload());
    let payload = payload.replace(&outcome.report().request_id, "ID");
    runtime.seen.push(format!("caller: {payload}"));
    runtime.seen
}
