//! The arm of our own: the simulated service over a socket.

use std::time::Duration;

use lambda_test::{Lambda, Program};
use tokio::sync::mpsc;

use crate::{BOOTSTRAP, Scenario, TIMEOUT, end, introduced, script::Runtime};

/// What a runtime and the caller see in a scenario.
pub(crate) async fn run(scenario: &Scenario) -> Vec<String> {
    let lambda = Lambda::in_real_time();
    let (told, mut heard) = mpsc::unbounded_channel();
    let function = lambda
        .function("function", Program::new("/bin/sh").arg("-c").arg(BOOTSTRAP))
        .timeout(Duration::from_secs(TIMEOUT))
        .on_log(move |line| introduced(line).map_or((), |process| drop(told.send(process))))
        .create();
    let mut invoke = function.invoke_bytes("\"event\"");
    if let Some(context) = scenario.client_context {
        invoke = invoke.client_context(serde_json::json!({ "custom": context }));
    }
    let mut invoking = tokio::task::spawn_local(invoke.into_future());
    let (process, address) = heard.recv().await.expect("the bootstrap says who it is");
    let mut runtime = Runtime::new(address);
    let mut outcome = None;
    for line in scenario.lines() {
        if line == "returned" {
            outcome = Some((&mut invoking).await);
        } else if end(process, line) {
            // What the service makes of it, the caller sees.
        } else if let Err(error) = runtime.line(line).await {
            runtime.seen.push(format!("cannot go on: {}", error.kind()));
        }
    }
    let outcome = match outcome {
        Some(outcome) => outcome,
        None => invoking.await,
    };
    let outcome = outcome.expect("the invocation ends");
    let payload = String::from_utf8_lossy(outcome.payload());
    let payload = payload.replace(&outcome.report().request_id, "ID");
    runtime.seen.push(format!("caller: {payload}"));
    runtime.seen
}
