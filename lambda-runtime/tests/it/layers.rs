//! Layers around invocations, what runs after each, and runtimes whose types are forgotten.

use std::{
    cell::RefCell,
    future::{Future, poll_fn},
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use expect_test::{Expect, expect};
use lambda_runtime::{
    Bootstrap, BoxRuntime, Error, FunctionError, HandlerService, Invocation, Layer, Response,
    Runtime, Service,
};
use lambda_test::{IntoCode, Lambda, Virtual};
use tower::{layer::layer_fn, limit::ConcurrencyLimitLayer, timeout::TimeoutLayer};

/// What happened, in its order.
#[derive(Clone, Default)]
struct Seen(Rc<RefCell<Vec<String>>>);

impl Seen {
    fn note(&self, what: impl Into<String>) {
        self.0.borrow_mut().push(what.into());
    }
}

/// Notes what goes through it.
#[derive(Clone)]
struct Noting(&'static str, Seen);

#[derive(Clone)]
struct NotingService<S>(Noting, S);

impl<S> Layer<S> for Noting {
    type Service = NotingService<S>;

    fn layer(&self, inside: S) -> Self::Service {
        NotingService(self.clone(), inside)
    }
}

impl<S> Service<Invocation> for NotingService<S>
where
    S: Service<Invocation, Response = Response, Error = FunctionError>,
    S::Future: 'static,
{
    type Response = Response;
    type Error = FunctionError;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response, FunctionError>>>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), FunctionError>> {
        self.1.poll_ready(context)
    }

    fn call(&mut self, invocation: Invocation) -> Self::Future {
        let Noting(name, seen) = self.0.clone();
        let payload = String::from_utf8_lossy(&invocation.payload).into_owned();
        seen.note(format!("{name}: {payload}"));
        let inside = self.1.call(invocation);
        Box::pin(async move {
            let outcome = inside.await;
            seen.note(match &outcome {
                Ok(response) => format!("{name}: {}", response.content_type()),
                Err(error) => format!("{name}: {error}"),
            });
            outcome
        })
    }
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
        lambda_test::RecordKind::Logged(line) if !line.contains("RequestId") => {
            Some(format!("log: {line}"))
        }
        _ => None,
    });
    logs.collect()
}

#[lambda_test::test]
async fn the_layer_that_was_added_last_is_outermost() {
    let seen = Seen::default();
    let runtime = Runtime::new(handler)
        .layer(Noting("inner", seen.clone()))
        .layer(Noting("outer", seen.clone()));
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
    let runtime = Runtime::new(handler).layer(Noting("layer", seen.clone()));
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
    #[derive(Clone)]
    struct Unready<S>(S, u8);

    impl<S: Service<Invocation>> Service<Invocation> for Unready<S>
    where
        S::Error: Into<Error>,
    {
        type Response = S::Response;
        type Error = Error;
        type Future = futures_like::Mapped<S::Future>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
            self.1 += 1;
            match self.1 {
                1 => Poll::Ready(Err("not yet".into())),
                2 => panic!("not ready"),
                3 => Poll::Pending,
                _ => Poll::Ready(Ok(())),
            }
        }

        fn call(&mut self, invocation: Invocation) -> Self::Future {
            futures_like::Mapped(Box::pin(self.0.call(invocation)))
        }
    }

    let seen = Seen::default();
    let runtime = Runtime::new(handler).layer(layer_fn(|inside| Unready(inside, 0)));
    check(runtime, &["a", "b", "c", "d"], &seen, expect![[r#"
        Function.Error: not yet
        Runtime.Panic: not ready
        Sandbox.Timedout: RequestId: e9052930-d4ee-48ee-a44a-0b3719569b3f Error: Task timed out after 3.00 seconds
        Function.Error: not yet"#]]).await;
}

mod futures_like {
    use super::*;

    /// A future whose error is boxed.
    pub(super) struct Mapped<F>(pub(super) std::pin::Pin<Box<F>>);

    impl<F, R, E> Future for Mapped<F>
    where
        F: Future<Output = Result<R, E>>,
        E: Into<Error>,
    {
        type Output = Result<R, Error>;

        fn poll(
            mut self: std::pin::Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Self::Output> {
            self.0.as_mut().poll(context).map_err(Into::into)
        }
    }
}

/// As a layer that hedges would.
#[lambda_test::test]
async fn a_second_call_while_the_handler_handles_one_is_an_error() {
    struct Twice<S>(S);

    impl<S> Service<Invocation> for Twice<S>
    where
        S: Service<Invocation, Response = Response, Error = FunctionError, Future: 'static>,
    {
        type Response = Response;
        type Error = FunctionError;
        type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response, FunctionError>>>>;

        fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), FunctionError>> {
            self.0.poll_ready(context)
        }

        fn call(&mut self, invocation: Invocation) -> Self::Future {
            let mut first = Box::pin(self.0.call(invocation.clone()));
            let mut second = Box::pin(self.0.call(invocation));
            Box::pin(poll_fn(move |context| match first.as_mut().poll(context) {
                Poll::Pending => second.as_mut().poll(context),
                ready => ready,
            }))
        }
    }

    let seen = Seen::default();
    let runtime = Runtime::new(handler).layer(layer_fn(Twice));
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
            false => Runtime::new(handler).layer(Noting("layer", seen.clone())).boxed(),
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
        runtime(false, &seen).layer(Noting("outer", seen.clone())),
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
