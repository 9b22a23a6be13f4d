//! What the service refuses before a function sees it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use expect_test::{Expect, expect};
use lambda_runtime::{Bootstrap, Environment, Error, RawEvent, Response, Runtime};
use lambda_test::{Function, Invoke, Lambda};
use tokio::time::sleep;

/// Answers with the event, byte for byte, after a second.
async fn echo(_: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async |RawEvent(event): RawEvent| {
        sleep(Duration::from_secs(1)).await;
        Ok::<_, Error>(Response::bytes(event))
    }))
}

async fn check(invoke: Invoke, expected: Expect) {
    let outcome = invoke.await;
    let error = outcome.service_error().expect("it is refused");
    assert!(outcome.function_error().is_none() && !outcome.is_timeout());
    let payload = String::from_utf8_lossy(outcome.payload());
    expected.assert_eq(&format!("{error}\n{payload}\n"));
    let message = |panics: &dyn Fn()| {
        let panic = catch_unwind(AssertUnwindSafe(panics)).expect_err("it panics");
        panic.downcast_ref::<String>().cloned().unwrap_or_default()
    };
    let refused = format!("the service refused the invocation: {error}");
    assert!(message(&|| _ = outcome.assert_ok()).starts_with(&refused));
    assert_eq!(message(&|| _ = outcome.report()), format!("there is no report: {refused}"));
    let json = outcome.json::<u8>().expect_err("it is refused");
    assert_eq!(json.to_string(), refused);
}

fn function(lambda: &Lambda) -> Function {
    lambda.function("orders", echo).create()
}

/// An event of 7 MB was cut to 6,291,556 bytes in silence.
#[lambda_test::test]
async fn an_event_over_6_mb_is_refused_with_413() {
    let lambda = Lambda::new();
    let function = function(&lambda);
    let event = |length: usize| vec![b' '; length - 1].into_iter().chain(*b"7").collect::<Vec<_>>();
    let largest = event(6_291_456);
    let outcome = function.invoke_raw(largest.clone()).await;
    assert!(outcome.assert_ok().payload() == &largest);
    let expected = expect![[r#"
        413 RequestEntityTooLargeException: Request must be smaller than 6291456 bytes for the InvokeFunction operation
        {"Type":"User","message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation"}
    "#]];
    check(function.invoke_raw(event(6_291_457)), expected).await;
    let text = "x".repeat(6_291_455);
    let outcome = function.invoke(text).skip_validation().response().await;
    assert_eq!(outcome.service_error().map(|error| error.status), Some(413));
}

/// `not json` and `{"a":"\xff"}` were handed to the function.
#[lambda_test::test]
async fn an_event_that_is_not_json_is_refused_with_400() {
    let lambda = Lambda::new();
    let function = function(&lambda);
    let expected = expect![[r#"
        400 InvalidRequestContentException: Could not parse request body into json: Could not parse payload into json: expected ident at line 1 column 2
        {"Type":"User","message":"Could not parse request body into json: Could not parse payload into json: expected ident at line 1 column 2"}
    "#]];
    check(function.invoke_raw("not json"), expected).await;
    let expected = expect![[r#"
        400 InvalidRequestContentException: Could not parse request body into json: Could not parse payload into json: Invalid UTF-8 at byte 7
        {"Type":"User","message":"Could not parse request body into json: Could not parse payload into json: Invalid UTF-8 at byte 7"}
    "#]];
    check(function.invoke_raw(b"{\"a\":\"\xff\"}"), expected).await;
    for event in [&b"not json"[..], b"{\"a\":\"\xff\"}", b""] {
        let outcome = function.invoke_raw(event).skip_validation().await;
        assert_eq!(outcome.assert_ok().payload(), event);
    }
    // "Empty body is accepted."
    assert_eq!(function.invoke_raw("").await.assert_ok().payload(), "{}");
    assert_eq!(function.invoke_raw(" [1] ").await.assert_ok().payload(), " [1] ");
}

#[lambda_test::test]
async fn what_is_over_the_reserved_concurrency_is_throttled() {
    let lambda = Lambda::new();
    let function = lambda.function("orders", echo).reserved_concurrency(2).create();
    let (one, two, three) =
        tokio::join!(function.invoke(1), function.invoke(2), function.invoke(3));
    one.assert_ok();
    two.assert_ok();
    let error = three.service_error().expect("the third is throttled");
    assert_eq!((error.status, error.error_type), (429, "TooManyRequestsException"));
    assert_eq!((three.latency(), lambda.elapsed()), (Duration::ZERO, Duration::from_secs(1)));
    // Free again.
    function.invoke(4).await.assert_ok();
    let off = lambda.function("off", echo).reserved_concurrency(0).create();
    let expected = expect![[r#"
        429 TooManyRequestsException: Rate Exceeded.
        {"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}
    "#]];
    check(off.invoke(1), expected).await;
}

#[lambda_test::test]
async fn a_deleted_function_is_not_found() {
    let lambda = Lambda::new();
    let function = function(&lambda);
    function.invoke(1).await.assert_ok();
    function.delete().await;
    assert_eq!(function.environments(), 0);
    let expected = expect![[r#"
        404 ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:123456789012:function:orders
        {"Type":"User","message":"Function not found: arn:aws:lambda:us-east-1:123456789012:function:orders"}
    "#]];
    check(function.clone().invoke(1), expected).await;
    expect![[r#"
        ms       runtime                       platform
        0                                      init
        0        GET next
        0                                      init done in 0 ms
        0                                      invoke
        1000     POST response
        1000     GET next
        1000                                   responded with 1 bytes, 1000 ms
        1000                                   shut down
        1000                                   404 ResourceNotFoundException
    "#]]
    .assert_eq(&lambda.timeline().to_string());
}
