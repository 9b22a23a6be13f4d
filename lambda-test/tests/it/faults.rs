//! What goes wrong by order, and what callers and functions see of it.

use std::{cell::Cell, rc::Rc, time::Duration};

use lambda_runtime::{Error, Runtime};
use lambda_test::{Fault, FunctionError, Lambda, Outcome, RecordKind, Stub};
use serde_json::{Value, json};
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

/// Invokes a function once with this fault, then twice without; returns what the first caller received, and how often
/// the handler ran for it.
async fn with(fault: Fault) -> (Lambda, Outcome, usize) {
    let lambda = Lambda::new();
    let ran = Rc::new(Cell::new(0));
    let counter = ran.clone();
    let handler = move |_: Value| {
        counter.set(counter.get() + 1);
        async {
            sleep(SECOND / 10).await;
            Ok::<_, Error>("done")
        }
    };
    let function = lambda.function("orders", Runtime::new(handler)).create();
    function.invoke(()).await.assert_ok();
    let before = ran.get();
    function.fail_next(1, fault);
    let outcome = function.invoke(()).await;
    let during = ran.get() - before;
    function.invoke(()).await.assert_ok();
    assert!(outcome.timeline().iter().any(|it| it.kind == RecordKind::FaultInjected(fault)));
    (lambda, outcome, during)
}

#[lambda_test::test]
async fn a_function_of_this_name_in_another_region_is_another_one() {
    let lambda = Lambda::new();
    let function = |lambda: &Lambda| {
        let handler = Runtime::new(async |_: Value| Ok::<_, Error>(()));
        lambda.function("orders", handler).create()
    };
    let (here, europe) = (function(&lambda), function(&lambda.in_region("eu-west-1")));
    here.fail_next(1, Fault::Crash);
    let from_europe = europe.invoke(()).await;
    let id = from_europe.assert_ok().report().request_id.clone();
    let from_here = here.invoke(()).await;
    from_here.assert_error("Runtime.ExitError");
    assert_ne!(from_here.report().request_id, id);
}

#[lambda_test::test]
async fn the_service_refuses() {
    let (_, outcome, ran) = with(Fault::Throttle).await;
    let error = outcome.assert_service_error(429);
    assert_eq!((error.reason, ran), (Some("ConcurrentInvocationLimitExceeded"), 0));
    let (_, outcome, ran) = with(Fault::ServiceError).await;
    let error = outcome.assert_service_error(500);
    assert_eq!((error.error_type, ran), ("ServiceException", 0));
    assert_eq!(outcome.payload().json::<Value>()?["Type"], "Service");
}

#[lambda_test::test]
async fn the_process_ends_before_or_after_the_handler() {
    let message = "Error: Runtime exited with error: signal: killed";
    let (_, outcome, ran) = with(Fault::Crash).await;
    let error = outcome.assert_error("Runtime.ExitError");
    assert!(error.error_message.ends_with(message), "{error}");
    assert_eq!((ran, outcome.latency()), (0, Duration::ZERO));
    let (_, outcome, ran) = with(Fault::CrashBeforeResponse).await;
    outcome.assert_error("Runtime.ExitError");
    assert_eq!((ran, outcome.latency()), (1, SECOND / 10));
    let (_, outcome, ran) = with(Fault::OutOfMemory).await;
    outcome.assert_error("Runtime.ExitError");
    assert_eq!((ran, outcome.report().max_memory_used_mb), (0, Some(128)));
}

#[lambda_test::test]
async fn the_response_does_not_arrive_in_time() {
    let (lambda, outcome, ran) = with(Fault::Timeout).await;
    outcome.assert_timeout();
    assert_eq!((ran, outcome.latency()), (1, 3 * SECOND));
    assert_eq!(lambda.elapsed(), 3 * SECOND + SECOND / 5);
}

#[lambda_test::test]
async fn an_invocation_has_a_cold_start_or_is_late() {
    let (_, outcome, ran) = with(Fault::ColdStart).await;
    assert_eq!((outcome.assert_ok().report().cold_start(), ran), (true, 1));
    let (_, outcome, ran) = with(Fault::Latency(2 * SECOND)).await;
    assert_eq!((outcome.assert_ok().latency(), ran), (2 * SECOND + SECOND / 10, 1));
    assert_eq!(outcome.report().duration, SECOND / 10);
}

/// "At least once": with one request id.
#[lambda_test::test]
async fn an_event_is_delivered_twice() {
    let lambda = Lambda::new();
    let done = lambda.queue("done");
    let handler = Runtime::new(async |n: u64| Ok::<_, Error>(n));
    let function = lambda.function("orders", handler).on_success(&done).create();
    function.fail_next(1, Fault::Duplicate);
    // An invocation that waits for its response is never made twice.
    function.invoke(1).await.assert_ok();
    for event in [2, 3] {
        function.invoke(event).event().await.assert_ok();
    }
    lambda.until_idle().await;
    let seen: Vec<(Value, Value)> = done
        .messages()
        .iter()
        .map(|message| {
            let record: Value = message.json().expect("JSON");
            (record["requestPayload"].clone(), record["requestContext"]["requestId"].clone())
        })
        .collect();
    assert_eq!(seen.len(), 3);
    let twice: Vec<_> = seen.iter().filter(|(event, _)| *event == 2).collect();
    assert!(twice.len() == 2 && twice[0].1 == twice[1].1, "{seen:?}");
}

/// A part of all invocations, by the seed: each function has numbers of its own.
#[lambda_test::test]
async fn chance_is_of_the_seed_and_of_the_function() {
    let failing = async |seed: u64, another: bool| {
        let lambda = Lambda::new().seed(seed);
        lambda.fail_at_random(0.2, Fault::Throttle);
        let echo = Runtime::new(async |n: u64| Ok::<_, Error>(n));
        let function = lambda.function("orders", echo.clone()).create();
        let other = lambda.function("other", echo).create();
        let mut failed = Vec::new();
        for n in 0..200 {
            if another {
                other.invoke(n).await;
            }
            if function.invoke(n).await.service_error().is_some() {
                failed.push(n);
            }
        }
        failed
    };
    let failed = failing(1, false).await;
    assert!((20..60).contains(&failed.len()), "{failed:?}");
    assert_eq!(failing(1, true).await, failed);
    assert_ne!(failing(2, false).await, failed);
}

/// A rule sees the function, the number of the invocation, the time and the event.
#[lambda_test::test]
async fn a_rule_decides_by_what_it_sees() {
    let lambda = Lambda::new();
    lambda.fault_rule(|occasion, chance| {
        assert!(chance.below(3) < 3 && chance.below(0) == 0 && !occasion.is_accepted);
        let poison = occasion.payload == b"13" && occasion.at < 2 * SECOND;
        (occasion.function == "orders" && (poison || occasion.number == 2)).then_some(Fault::Crash)
    });
    let echo = Runtime::new(async |n: u64| Ok::<_, Error>(n));
    let function = lambda.function("orders", echo.clone()).create();
    let failed = async |n: u64| function.invoke(n).await.function_error().is_some();
    assert_eq!([failed(1).await, failed(1).await, failed(1).await], [false, true, false]);
    assert!(failed(13).await);
    lambda.advance(2 * SECOND).await;
    assert!(!failed(13).await);
    lambda.function("other", echo).create().invoke(13).await.assert_ok();
    lambda.stop_faults();
    function.fail_next(1, Fault::Crash);
    assert!(!failed(1).await);
}

/// As the kernel of its machine may: nothing announces it.
#[lambda_test::test]
async fn a_process_is_killed_while_it_works_and_while_it_waits() {
    let lambda = Lambda::new();
    let sleeper = Runtime::new(async |seconds: u64| {
        sleep(Duration::from_secs(seconds)).await;
        Ok::<_, Error>(())
    });
    let function = lambda.function("orders", sleeper).create();
    let running = tokio::task::spawn_local(function.invoke(2));
    lambda.advance(SECOND).await;
    function.kill();
    running.await?.assert_error("Runtime.ExitError");
    assert_eq!(lambda.elapsed(), SECOND);
    function.invoke(0).await.assert_ok();
    function.kill();
    lambda.advance(SECOND).await;
    let outcome = function.invoke(0).await;
    assert!(outcome.assert_ok().report().cold_start());
}

#[lambda_test::test]
async fn a_closure_stands_for_a_function() {
    let lambda = Lambda::new();
    let pay = |order: Value| match order["total"].as_u64() {
        Some(total) => Ok(json!({"paid": total})),
        None => Err(FunctionError::new("Payments.NoTotal", "the order has no total")),
    };
    let payments = lambda.stub("payments", pay);
    assert_eq!(payments.invoke(json!({"total": 7})).await.payload(), r#"{"paid":7}"#);
    let outcome = payments.invoke(json!({})).await;
    assert_eq!(outcome.assert_error("Payments.NoTotal").error_message, "the order has no total");
    let typed = Stub::new(|n: u8| Ok(n)).takes(2 * SECOND);
    assert_eq!(format!("{typed:?}"), "Stub { takes: 2s, .. }");
    let typed = lambda.function("typed", typed).create();
    assert_eq!(typed.invoke(7).await.assert_ok().latency(), 2 * SECOND);
    typed.invoke("seven").await.assert_error("Runtime.UnmarshalError");
}

/// What a function sees where its clock is wrong: the deadline is the service's.
#[lambda_test::test]
async fn a_clock_that_is_wrong_changes_the_time_that_seems_to_remain() {
    let lambda = Lambda::new();
    let remaining = async |_: (), context: lambda_runtime::Context| {
        Ok::<_, Error>(context.remaining_time().as_secs())
    };
    let function = |name: &str| lambda.function(name, Runtime::new(remaining)).timeout(30 * SECOND);
    let seen = async |function: lambda_test::FunctionBuilder| {
        function.create().invoke(()).await.json::<u64>().expect("a number")
    };
    assert_eq!(seen(function("right")).await, 30);
    assert_eq!(seen(function("ahead").clock_ahead(20 * SECOND)).await, 10);
    assert_eq!(seen(function("behind").clock_behind(20 * SECOND)).await, 50);
    // Of one invocation.
    let function = function("once").create();
    let outcome = function.invoke(()).clock_ahead(20 * SECOND).await;
    assert_eq!(outcome.json::<u64>()?, 10);
    assert_eq!(function.invoke(()).clock_behind(20 * SECOND).await.json::<u64>()?, 50);
    assert_eq!(function.invoke(()).await.json::<u64>()?, 30);
}

/// The environment is gone, whatever it does at that time.
#[lambda_test::test]
async fn an_environment_is_shut_down_by_one_call() {
    let lambda = Lambda::new();
    let sleeper = Runtime::new(async |seconds: u64| {
        sleep(Duration::from_secs(seconds)).await;
        Ok::<_, Error>(())
    });
    let function = lambda.function("orders", sleeper).timeout(60 * SECOND).create();
    function.invoke(0).await.assert_ok();
    let outcome = function.invoke(10).shut_down_after(2 * SECOND).await;
    outcome.assert_error("Sandbox.Failure");
    assert_eq!((outcome.latency(), function.environments()), (2 * SECOND, 0));
    // It is over by then, and another one is in flight.
    let outcome = function.invoke(1).shut_down_after(3 * SECOND).await;
    assert!(outcome.assert_ok().report().cold_start());
    function.invoke(10).await.assert_error("Sandbox.Failure");
    // One that was made ahead is made anew.
    let version = function.publish();
    version.provisioned_concurrency(1);
    lambda.until_idle().await;
    version.invoke(0).shut_down_after(SECOND).await.assert_ok();
    lambda.until_idle().await;
    assert_eq!(function.environments(), 1);
    let read = json!({"FunctionName": "orders", "Qualifier": "1"});
    let config = lambda.api_call("GetProvisionedConcurrencyConfig", read)?.body;
    assert_eq!(
        (&config["Status"], &config["AllocatedProvisionedConcurrentExecutions"]),
        (&json!("READY"), &json!(1))
    );
}

/// The knobs of one call, and of every cold start.
#[lambda_test::test]
async fn a_call_has_a_deadline_of_its_own_and_a_cold_start_takes_time() {
    let lambda = Lambda::new();
    let sleeper = Runtime::new(async |seconds: u64| {
        sleep(Duration::from_secs(seconds)).await;
        Ok::<_, Error>(())
    });
    let function = lambda.function("orders", sleeper).timeout(60 * SECOND);
    let function = function.cold_start_takes(4 * SECOND).create();
    let cold = function.invoke(1).await;
    assert_eq!(cold.report().init_duration, Some(4 * SECOND));
    assert_eq!(cold.latency(), 5 * SECOND);
    let outcome = function.invoke(10).timeout(2 * SECOND).await;
    let error = outcome.assert_timeout().function_error().expect("an error");
    assert!(error.error_message.ends_with("Task timed out after 2.00 seconds"), "{error}");
    assert!(function.invoke(10).await.assert_ok().report().cold_start());
}

/// Several functions, one timeline.
#[lambda_test::test]
async fn a_timeline_of_several_functions_names_them() {
    let lambda = Lambda::new();
    let _rates = lambda.stub("rates", |_: Value| Ok(1));
    let service = lambda.clone();
    let orders = Runtime::new(move |n: u64| {
        let rate = service.invoke("rates", n);
        async { Ok::<_, Error>(rate.await.payload().to_string()) }
    });
    lambda.function("orders", orders).create().invoke(7).await.assert_ok();
    let timeline = lambda.timeline().to_string();
    let lines: Vec<&str> = timeline.lines().map(|line| line[9..].trim()).collect();
    assert!(
        lines.contains(&"orders[1] invoke") && lines.contains(&"rates[2] POST response"),
        "{timeline}"
    );
}
