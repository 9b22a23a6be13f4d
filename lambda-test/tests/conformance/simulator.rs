//! The arm of our own: the simulated service over a socket.

use std::time::Duration;

use lambda_core::{Bootstrap, BoxError, Environment};
use lambda_test::Lambda;
use tokio::sync::mpsc;

use crate::{Scenario, TIMEOUT, script::Runtime};

/// Tells where its API listens, and leaves the talking to the test.
struct Tells(mpsc::UnboundedSender<String>);

impl Bootstrap for Tells {
    type Error = BoxError;

    async fn start(self, environment: Environment) -> Result<(), BoxError> {
        self.0.send(environment.api_address()?.to_string())?;
        std::future::pending().await
    }
}

/// What a runtime and the caller see in a scenario.
pub(crate) async fn run(scenario: &Scenario) -> Vec<String> {
    let lambda = Lambda::in_real_time();
    let (told, mut heard) = mpsc::unbounded_channel();
    let function = lambda
        .function("function", move || Tells(told.clone()))
        .timeout(Duration::from_secs(TIMEOUT))
        .create();
    let mut invoke = function.invoke_bytes("\"event\"");
    if let Some(context) = scenario.client_context {
        invoke = invoke.client_context(serde_json::json!({ "custom": context }));
    }
    let mut invoking = tokio::task::spawn_local(invoke.into_future());
    let address = heard.recv().await.expect("an address");
    let mut runtime = Runtime::new(address);
    let mut outcome = None;
    for line in scenario.lines() {
        if line == "returned" {
            outcome = Some((&mut invoking).await);
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
