//! Loops of functions, which the service stops. Quotes are of the AWS Lambda developer guide, "Use Lambda recursive loop
//! detection to prevent infinite loops".

use std::{cell::RefCell, rc::Rc};

use lambda_runtime::{Context, Error, Runtime};
use lambda_test::{Function, Lambda, RecordKind};
use serde_json::Value;

/// Two functions that invoke each other, as clients do that hand the trace header on.
fn ping_pong(lambda: &Lambda, runs: &Rc<RefCell<Vec<&'static str>>>) -> [Function; 2] {
    [("ping", "pong"), ("pong", "ping")].map(|(name, other)| {
        let (service, runs) = (lambda.clone(), runs.clone());
        let handler = move |event: Value, context: Context| {
            runs.borrow_mut().push(name);
            let trace = context.xray_trace_id.clone().unwrap_or_default();
            let invoke = service.invoke(other, event).trace(trace).event();
            async move { Ok::<_, Error>(invoke.await.response().status()) }
        };
        lambda.function(name, Runtime::new(handler)).create()
    })
}

/// "Lambda stops the chain when a function was invoked about 16 times": the event goes to the dead-letter queue.
#[lambda_test::test]
async fn a_chain_that_comes_to_a_function_for_the_17th_time_is_stopped() {
    let lambda = Lambda::new();
    lambda.metrics();
    let runs = Rc::default();
    let [ping, pong] = ping_pong(&lambda, &runs);
    let dead = lambda.queue("dead");
    for function in [&ping, &pong] {
        function.update_configuration(|configuration| {
            configuration.dead_letter(dead.arn());
        });
    }
    ping.invoke(7).event().await.assert_ok();
    lambda.until_idle().await;
    let count = |name| runs.borrow().iter().filter(|run| **run == name).count();
    // The first invocation came without a trace header of its own.
    assert_eq!((count("ping"), count("pong")), (16, 16));
    let rejected = lambda.timeline();
    let rejected = rejected.iter().filter(|record| {
        matches!(
            record.kind,
            RecordKind::Rejected { error_type: "RecursiveInvocationException", .. }
        )
    });
    assert_eq!(rejected.count(), 1);
    assert_eq!(lambda.metrics().function("ping").recursive_invocations_dropped, 1);
    assert_eq!(dead.messages()[0].body, "7");
}

/// "A synchronous caller receives `RecursiveInvocationException`"; the switch allows what is meant.
#[lambda_test::test]
async fn a_caller_of_a_loop_receives_400_unless_the_function_allows_it() {
    let lambda = Lambda::new();
    let header = async |_: Value, context: Context| {
        Ok::<_, Error>(context.xray_trace_id.clone().unwrap_or_default())
    };
    let function = lambda.function("f", Runtime::new(header)).create();
    let mut trace: String = function.invoke(()).await.json()?;
    assert!(!trace.contains("Lineage"), "{trace}");
    for _ in 0..16 {
        trace = function.invoke(()).trace(trace).await.json()?;
    }
    assert!(trace.ends_with(":16") && trace.contains(";Lineage="), "{trace}");
    let outcome = function.invoke(()).trace(&*trace).await;
    let error = outcome.assert_service_error(400);
    assert_eq!(error.error_type, "RecursiveInvocationException");
    function.allow_recursion();
    function.invoke(()).trace(trace).await.assert_ok();
}

/// A destination continues the chain.
#[lambda_test::test]
async fn a_function_that_is_its_destination_by_another_one_is_stopped() {
    let lambda = Lambda::new();
    let echo =
        || Runtime::new(async |event: Value| Ok::<_, Error>(event["requestContext"].is_null()));
    let one = lambda.function("one", echo()).create();
    let other = lambda.function("other", echo()).on_success(one.arn()).create();
    let config = lambda_test::EventInvokeConfig::new().on_success(other.arn());
    one.put_event_invoke_config("$LATEST", config)?;
    one.invoke(7).event().await.assert_ok();
    lambda.until_idle().await;
    let timeline = lambda.timeline();
    let runs = timeline.iter().filter(|record| record.kind == RecordKind::InvocationStarted);
    assert!((30..36).contains(&runs.count()));
}
