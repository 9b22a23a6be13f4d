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
        400 InvalidRequestContentException: Could not parse request body into json: Could not parse payload into json: Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
         at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 4]
        {"Type":"User","message":"Could not parse request body into json: Could not parse payload into json: Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 4]"}
    "#]];
    check(function.invoke_raw("not json"), expected).await;
    let expected = expect![[r#"
        400 InvalidRequestContentException: Could not parse request body into json: Could not parse payload into json: Invalid UTF-8 start byte 0xff
         at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 7]
        {"Type":"User","message":"Could not parse request body into json: Could not parse payload into json: Invalid UTF-8 start byte 0xff\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 7]"}
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
        404 ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:123456789012:function:orders:$LATEST
        {"Message":"Function not found: arn:aws:lambda:us-east-1:123456789012:function:orders:$LATEST","Type":"User"}
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

#[lambda_test::test]
async fn a_name_that_is_taken_is_refused_until_its_function_is_deleted_or_dropped() {
    let lambda = Lambda::new();
    let first = function(&lambda);
    let error = lambda.function("orders", echo).try_create().expect_err("it exists");
    assert_eq!(error.to_string(), "409 ResourceConflictException: Function already exist: orders");
    // In another region it is another function.
    let abroad = lambda.function("orders", echo).env("AWS_REGION", "eu-west-1").create();
    first.delete().await;
    let second = function(&lambda);
    second.invoke(1).await.assert_ok();
    drop(second);
    function(&lambda).invoke(1).await.assert_ok();
    assert_eq!(abroad.arn().as_str(), "arn:aws:lambda:eu-west-1:123456789012:function:orders");
}

#[lambda_test::test]
async fn a_configuration_out_of_range_is_refused_with_all_that_is_wrong() {
    #[track_caller]
    fn check(function: lambda_test::FunctionBuilder, expected: Expect) {
        let error = function.try_create().expect_err("it is refused");
        expected.assert_eq(&error.to_string());
    }
    let lambda = Lambda::new();
    let new = || lambda.function("orders", echo);
    check(
        new().memory_mb(127),
        expect![
            "400 ValidationException: 1 validation error detected: Value '127' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128"
        ],
    );
    check(
        new().memory_mb(10_241).timeout(Duration::from_secs(901)),
        expect![
            "400 ValidationException: 2 validation errors detected: Value '10241' at 'memorySize' failed to satisfy constraint: Member must have value less than or equal to 10240; Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900"
        ],
    );
    check(
        new().timeout(Duration::ZERO),
        expect![
            "400 ValidationException: 1 validation error detected: Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1"
        ],
    );
    check(
        new().env("1ST", "x").env("A", "x"),
        expect![
            "400 ValidationException: 1 validation error detected: Value '[1ST, A]' at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]"
        ],
    );
    check(
        new().env("_HANDLER", "x"),
        expect![
            "400 InvalidParameterValueException: Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: _HANDLER"
        ],
    );
    check(
        lambda.function("", echo),
        expect![[
            r#"400 ValidationException: 2 validation errors detected: Value '' at 'functionName' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"#
        ]],
    );
    let foreign = "arn:aws:lambda:us-east-1:999999999999:function:orders";
    check(
        lambda.function(foreign, echo),
        expect![
            "400 InvalidParameterValueException: the name is `arn:aws:lambda:us-east-1:999999999999:function:orders`: expected an ARN of the region us-east-1 and the account 123456789012, without a version"
        ],
    );
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:orders:$LATEST";
    assert_eq!(lambda.function(arn, echo).create().arn().name(), "orders");
}

/// Names, quotes and commas are measured too: the compact JSON of all variables.
#[lambda_test::test]
async fn variables_of_4096_bytes_pass_and_one_more_is_refused() {
    let lambda = Lambda::new();
    let with = |length: usize| {
        let function = lambda.function("orders", echo).env("LARGE_VAR", "x".repeat(length));
        function.env("Q2", "\"").env("AWS_REGION", "us-east-1")
    };
    let rest = r#"{"LARGE_VAR":"","Q2":"\""}"#.len();
    with(4096 - rest).try_create().expect("4,096 bytes");
    let error = with(4097 - rest).try_create().expect_err("4,097 bytes");
    let start = "Lambda was unable to configure your environment variables because the environment \
                 variables you have provided exceeded the 4KB limit. String measured: \
                 {\"LARGE_VAR\":\"xxx";
    assert!(error.message.starts_with(start), "{error}");
    assert!(error.message.ends_with(r#"xxx","Q2":"\""}"#), "{error}");
}
