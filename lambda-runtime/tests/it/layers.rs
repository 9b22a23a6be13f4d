//! Layers around invocations, what runs after each, and runtimes whose types are forgotten.

use std::{
    cell::RefCell,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use expect_test::{Expect, expect};
use futures_util::future::select;
use lambda_runtime::{
    Bootstrap, BoxRuntime, DeadlineLayer, Error, FunctionError, HandlerService, Invocation, Layer,
    Response, Runtime, Service,
};
use lambda_test::{IntoCode, Lambda, RecordKind, Virtual};
use tower::{layer::layer_fn, limit::ConcurrencyLimitLayer, service_fn, timeout::TimeoutLayer};

/// What happened, in its order.
#[derive(Clone, Default)]
struct Seen(Rc<RefCell<Vec<String>>>);

impl Seen {
    fn note(&self, what: impl Into<String>) {
        self.0.borrow_mut().push(what.into());
    }
}

/// A layer that notes what goes through it.
fn noting<S>(
    name: &'static str,
    seen: Seen,
) -> impl Layer<
    S,
    Service = impl Service<Invocation, Response = Response, Error = FunctionError, Future: 'static>,
> + Clone
where
    S: Service<Invocation, Response = Response, Error = FunctionError, Future: 'static>,
{
    layer_fn(move |mut inside: S| {
        let seen = seen.clone();
        service_fn(move |invocation: Invocation| {
            let payload = String::from_utf8_lossy(&invocation.payload).into_owned();
            seen.note(format!("{name}: {payload}"));
            let (seen, handling) = (seen.clone(), inside.call(invocation));
            async move {
                let outcome = handling.await;
                seen.note(match &outcome {
                    Ok(response) => format!("{name}: {}", response.content_type()),
                    Err(error) => format!("{name}: {error}"),
                });
                outcome
            }
        })
    })
}

/// Does as the event names it.
async fn handler(how: String) -> Result<String, Error> {
    match &*how {
        "fail" => Err(FunctionError::new("SoldOut", "of 7").into()),
        "panic" => panic!("on demand"),
        "slow" => {
            tokio::time::sleep(Duration::from_secs(2)).await;
            Ok(how)
        }
        _ => Ok(how),
    }
}

/// Invokes it with each event, and shows what came of it.
async fn check<M>(code: impl IntoCode<Virtual, M>, events: &[&str], seen: &Seen, expected: Expect) {
    let lambda = Lambda::new();
    let function = lambda.function("f", code).create();
    for event in events {
        let outcome = function.invoke(*event).await;
        match outcome.function_error() {
            Some(error) => seen.note(format!("{}: {}", error.error_type, error.error_message)),
            None => seen.note(format!("-> {}", String::from_utf8_lossy(outcome.payload()))),
        }
    }
    for record in outcome_logs(&lambda) {
        seen.note(record);
    }
    expected.assert_eq(&seen.0.borrow().join("\n"));
}

/// The lines of the log, without the reports of failed invocations.
fn outcome_logs(lambda: &Lambda) -> Vec<String> {
    let timeline = lambda.timeline();
    let logs = timeline.iter().filter_map(|record| match &record.kind {
        RecordKind::Logged(line) if !line.contains("RequestId") => Some(format!("log: {line}")),
        _ => None,
    });
    logs.collect()
}

#[lambda_test::test]
async fn the_layer_that_was_added_last_is_outermost() {
    let seen = Seen::default();
    let runtime = Runtime::new(handler)
        .layer(noting("inner", seen.clone()))
        .layer(noting("outer", seen.clone()));
    check(
        runtime,
        &["hi"],
        &seen,
        expect![[r#"
        outer: "hi"
        inner: "hi"
        inner: application/json
        outer: application/json
        -> "hi""#]],
    )
    .await;
}

#[lambda_test::test]
async fn an_error_passes_through_the_layers_and_a_panic_does_not() {
    let seen = Seen::default();
    let runtime = Runtime::new(handler).layer(noting("layer", seen.clone()));
    check(
        runtime,
        &["fail", "panic", "hi"],
        &seen,
        expect![[r#"
        layer: "fail"
        layer: SoldOut: of 7
        SoldOut: of 7
        layer: "panic"
        Runtime.Panic: on demand
        layer: "hi"
        layer: application/json
        -> "hi""#]],
    )
    .await;
}

/// Layers of tower box errors: the type of the handler's own is kept, and a layer's is by its name.
#[lambda_test::test]
async fn an_error_that_a_layer_boxes_keeps_its_type() {
    let seen = Seen::default();
    let runtime = Runtime::new(handler)
        .layer(ConcurrencyLimitLayer::new(1))
        .layer(TimeoutLayer::new(Duration::from_secs(1)));
    check(
        runtime,
        &["fail", "slow", "hi"],
        &seen,
        expect![[r#"
        SoldOut: of 7
        Elapsed: request timed out
        -> "hi""#]],
    )
    .await;
}

#[lambda_test::test]
async fn a_layer_that_is_not_ready_fails_the_invocation_or_lets_it_time_out() {
    struct Unready<S>(S, u8);

    impl<S: Service<Invocation, Error = FunctionError>> Service<Invocation> for Unready<S> {
        type Response = S::Response;
        type Error = FunctionError;
        type Future = S::Future;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), FunctionError>> {
            self.1 += 1;
            match self.1 {
                1 => Poll::Ready(Err(FunctionError::new("Layer.Busy", "not yet"))),
                2 => panic!("not ready"),
                3 => Poll::Pending,
                _ => Poll::Ready(Ok(())),
            }
        }

        fn call(&mut self, invocation: Invocation) -> S::Future {
            self.0.call(invocation)
        }
    }

    let seen = Seen::default();
    let runtime = Runtime::new(handler).layer(layer_fn(|inside| Unready(inside, 0)));
    check(runtime, &["a", "b", "c", "d"], &seen, expect![[r#"
        Layer.Busy: not yet
        Runtime.Panic: not ready
        Sandbox.Timedout: RequestId: e9052930-d4ee-48ee-a44a-0b3719569b3f Error: Task timed out after 3.00 seconds
        Layer.Busy: not yet"#]]).await;
}

/// As a layer that hedges would.
#[lambda_test::test]
async fn a_second_call_while_the_handler_handles_one_is_an_error() {
    let twice = layer_fn(|mut inside: HandlerService<_>| {
        service_fn(move |invocation: Invocation| {
            let first = inside.call(invocation.clone());
            let second = inside.call(invocation);
            async { select(first, second).await.factor_first().0 }
        })
    });
    let seen = Seen::default();
    let runtime = Runtime::new(handler).layer(twice);
    check(runtime, &["slow", "hi"], &seen, expect![[r#"
        Runtime.HandlerBusy: a layer called the handler while it handles an invocation: expected one call after the other
        -> "hi""#]]).await;
}

#[lambda_test::test]
async fn after_each_runs_in_order_after_successes_failures_and_panics() {
    let seen = Seen::default();
    let (first, second) = (seen.clone(), seen.clone());
    let runtime = Runtime::new(handler)
        .after_each(async move || first.note("first"))
        .after_each(async move || second.note("second"));
    check(
        runtime,
        &["hi", "fail", "panic"],
        &seen,
        expect![[r#"
        first
        second
        -> "hi"
        first
        second
        SoldOut: of 7
        first
        second
        Runtime.Panic: on demand"#]],
    )
    .await;
}

/// The caller has the response before it.
#[lambda_test::test]
async fn after_each_comes_after_the_response_and_counts_for_the_invocation() {
    let runtime = Runtime::new(handler)
        .after_each(async || tokio::time::sleep(Duration::from_millis(40)).await);
    let lambda = Lambda::new();
    let outcome = lambda.function("f", runtime).create().invoke("hi").await;
    expect![[r#"
        ms       runtime                       platform
        0                                      init
        0        GET next
        0                                      init done in 0 ms
        0                                      invoke
        0        POST response
        40       GET next
        40                                     responded with 4 bytes, 40 ms
    "#]]
    .assert_eq(&outcome.timeline().to_string());
}

#[lambda_test::test]
async fn a_panic_of_after_each_is_logged_and_the_loop_goes_on() {
    let seen = Seen::default();
    let last = seen.clone();
    let runtime = Runtime::new(handler)
        .after_each(async || panic!("flushing"))
        .after_each(async move || last.note("the next one runs"));
    check(
        runtime,
        &["a", "b"],
        &seen,
        expect![[r#"
        the next one runs
        -> "a"
        the next one runs
        -> "b"
        log: after_each panicked: flushing
        log: after_each panicked: flushing"#]],
    )
    .await;
}

/// The caller learns why, and the environment stays.
#[lambda_test::test]
async fn an_invocation_fails_a_margin_before_it_times_out() {
    let slow = async |millis: u64| {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        Ok::<_, Error>(millis)
    };
    let margin = |millis| DeadlineLayer::new(Duration::from_millis(millis));
    let lambda = Lambda::new();
    let flushed = Seen::default();
    let flushes = flushed.clone();
    let runtime =
        Runtime::new(slow).layer(margin(500)).after_each(async move || flushes.note("flushed"));
    let function = lambda.function("f", runtime).create();
    function.invoke(2499).await.assert_ok();
    let late = function.invoke(2501).await;
    let error = late.assert_error("Function.SoftTimeout");
    assert_eq!(
        error.error_message,
        "the handler did not finish within 2500 ms, 500 ms before the timeout"
    );
    assert_eq!(late.report().duration, Duration::from_millis(2500));
    assert!(!function.invoke(0).await.assert_ok().report().cold_start());
    assert_eq!(flushed.0.borrow().len(), 3);

    // More than there is: what is ready at once passes.
    let function = lambda.function("g", Runtime::new(slow).layer(margin(60_000))).create();
    let error = function.invoke(1).await;
    let error = error.assert_error("Function.SoftTimeout");
    assert_eq!(
        error.error_message,
        "the handler did not finish within 0 ms, 60000 ms before the timeout"
    );
    let ready = Runtime::new(handler).layer(margin(60_000));
    lambda.function("h", ready).create().invoke("hi").await.assert_ok();
}

#[lambda_test::test]
async fn boxed_runtimes_are_one_type_and_each_environment_has_its_own_handler() {
    fn runtime(loud: bool, seen: &Seen) -> BoxRuntime {
        match loud {
            true => {
                let mut count = 0;
                Runtime::new(async move |event: String| {
                    count += 1;
                    Ok::<_, Error>(format!("{count} {}", event.to_uppercase()))
                })
                .boxed()
            }
            false => Runtime::new(handler).layer(noting("layer", seen.clone())).boxed(),
        }
    }
    let seen = Seen::default();
    check(
        runtime(true, &seen),
        &["a", "b"],
        &seen,
        expect![[r#"
        -> "1 A"
        -> "2 B""#]],
    )
    .await;
    let seen = Seen::default();
    check(
        runtime(false, &seen).layer(noting("outer", seen.clone())),
        &["a"],
        &seen,
        expect![[r#"
        outer: "a"
        layer: "a"
        layer: application/json
        outer: application/json
        -> "a""#]],
    )
    .await;
    let mut runtimes = [runtime(true, &seen), runtime(true, &seen).clone()];
    assert_eq!(format!("{:?}", runtimes[0]), "Runtime { .. }");
    runtimes.reverse();
}

/// An application with a stack of its own.
#[lambda_test::test]
async fn a_handler_service_can_be_made_by_hand() {
    let mut service = HandlerService::new(handler);
    assert_eq!(format!("{service:?}"), "HandlerService { .. }");
    let invocation = Invocation::new("\"hi\"", lambda_runtime::Context::default());
    let response = service.call(invocation).await?;
    assert_eq!(response.as_bytes().expect("it is whole"), "\"hi\"");
    fn is_bootstrap(_: impl Bootstrap) {}
    is_bootstrap(Runtime::new(handler).layer(ConcurrencyLimitLayer::new(1)));
}
