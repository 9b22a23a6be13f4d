//! Cold start, timeout, crash, failed init: what each phase looks like from both sides.

use std::time::Duration;

use expect_test::{Expect, expect};
use lambda_runtime::{App, Bootstrap, Environment, Error, Runtime};
use lambda_test::Lambda;
use serde_json::{Value, json};
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

/// Invokes a function with each event, then compares the timeline.
async fn check<A: App<M>, M: 'static>(app: A, events: &[Value], expected: Expect) {
    let lambda = Lambda::new();
    let function = lambda.function("f", app).create();
    for event in events {
        function.invoke(event).await;
    }
    function.shut_down().await;
    expected.assert_eq(&lambda.timeline().to_string());
}

/// Sleeps for as many seconds as it is told; ends the process for `null`.
async fn sleeper(_: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async |seconds: u64| {
        sleep(Duration::from_secs(seconds)).await;
        Ok::<_, Error>(seconds)
    }))
}

#[lambda_test::test]
async fn a_cold_start_a_warm_start_and_a_shutdown() {
    check(
        sleeper,
        &[json!(1), json!(2)],
        expect![[r#"
        ms       runtime                       platform
        0                                      init
        0        GET next
        0                                      init done in 0 ms
        0                                      invoke
        1000     POST response
        1000     GET next
        1000                                   responded with 1 bytes, 1000 ms
        1000                                   invoke
        3000     POST response
        3000     GET next
        3000                                   responded with 1 bytes, 2000 ms
        3000                                   shut down
    "#]],
    )
    .await;
}

#[lambda_test::test]
async fn a_timeout_ends_the_process_and_the_next_invocation_begins_with_init() {
    check(
        sleeper,
        &[json!(5), json!(0)],
        expect![[r#"
            ms       runtime                       platform
            0                                      init
            0        GET next
            0                                      init done in 0 ms
            0                                      invoke
            3000                                   reset: timeout
            3000                                   failed: Sandbox.Timedout, 3000 ms
            3000                                   invoke
            3000     GET next
            3000     POST response
            3000     GET next
            3000                                   responded with 1 bytes, 0 ms
            3000                                   shut down
        "#]],
    )
    .await;
}

#[lambda_test::test]
async fn an_error_is_reported_and_the_environment_lives_on() {
    check(sleeper, &[json!("no number"), json!(0)], expect![[r#"
        ms       runtime                       platform
        0                                      init
        0        GET next
        0                                      init done in 0 ms
        0                                      invoke
        0        log: ERROR RequestId: ef6e3696-9672-4722-8ffd-7165edb54d92 Runtime.UnmarshalError: event does not fit `u64`: expected u64, found string
        0        POST error Runtime.UnmarshalError
        0        GET next
        0                                      failed: Runtime.UnmarshalError, 0 ms
        0                                      invoke
        0        POST response
        0        GET next
        0                                      responded with 1 bytes, 0 ms
        0                                      shut down
    "#]]).await;
}

#[lambda_test::test]
async fn a_failed_init_is_tried_again_within_the_invocation() {
    check(
        fails_in_init,
        &[json!(0)],
        expect![[r#"
        ms       runtime                       platform
        0                                      init
        0        log: init failed: Function.Error: no table
        0        POST init/error Function.Error
        0        (exit status 1)
        0                                      init failed after 0 ms: error Function.Error
        0                                      invoke
        0        log: init failed: Function.Error: no table
        0        POST init/error Function.Error
        0        (exit status 1)
        0                                      reset: failure
        0                                      failed: Function.Error, 0 ms
        0                                      shut down
    "#]],
    )
    .await;
}

async fn fails_in_init(environment: Environment) -> Result<impl Bootstrap, Error> {
    let table = environment.variables().get("TABLE").ok_or("no table")?.to_owned();
    Ok(Runtime::new(async move |_: Value| Ok::<_, Error>(table.clone())))
}

/// 10 s for the init phase; then it runs again inside the invocation, whose timeout is its limit.
#[lambda_test::test]
async fn an_init_that_is_too_slow_is_stopped_after_ten_seconds() {
    async fn slow(_: Environment) -> Result<impl Bootstrap, Error> {
        sleep(60 * SECOND).await;
        Ok(Runtime::new(async |event: Value| Ok::<_, Error>(event)))
    }
    check(
        slow,
        &[json!(0)],
        expect![[r#"
            ms       runtime                       platform
            0                                      init
            10000                                  init failed after 10000 ms: timeout
            10000                                  invoke
            13000                                  reset: timeout
            13000                                  failed: Sandbox.Timedout, 3000 ms
            13000                                  shut down
        "#]],
    )
    .await;
}

/// A bootstrap that returns is a process that exits.
#[lambda_test::test]
async fn a_process_that_ends_fails_the_invocation() {
    struct Quits;
    impl Bootstrap for Quits {
        type Error = Error;
        async fn start(self, environment: Environment) -> Result<(), Error> {
            let runtime = Runtime::new(async |event: Value| Ok::<_, Error>(event));
            tokio::select! {
                biased;
                ended = runtime.start(environment) => ended,
                () = sleep(SECOND) => Err("out of patience".into()),
            }
        }
    }
    let lambda = Lambda::new();
    let function = lambda.function("f", || Quits).create();
    assert_eq!(function.invoke(1).await.json::<u8>()?, 1);
    lambda.advance(5 * SECOND).await;
    // Frozen meanwhile: the patience ends as soon as the next invocation thaws the process.
    let outcome = function.invoke(2).await;
    expect![[r#"
        {"errorType":"Runtime.ExitError","errorMessage":"RequestId: a6b71a40-88d0-488a-a30a-0e2cfe965c7a Error: Runtime exited with error: exit status 1"}
        ms       runtime                       platform
        0                                      init
        0        GET next
        0                                      init done in 0 ms
        0                                      invoke
        0        POST response
        0        GET next
        0                                      responded with 1 bytes, 0 ms
        5000                                   invoke
        5000     log: error: out of patience
        5000     (exit status 1)
        5000                                   reset: failure
        5000                                   failed: Runtime.ExitError, 0 ms
    "#]].assert_eq(&format!(
        "{}\n{}",
        String::from_utf8_lossy(outcome.payload()),
        lambda.timeline()
    ));
}

/// "A 15-minute timeout", at once.
#[lambda_test::test]
async fn a_timeout_of_fifteen_minutes_passes_at_once() {
    let lambda = Lambda::new();
    let function = lambda.function("f", sleeper).timeout(900 * SECOND).create();
    let outcome = function.invoke(3600).await;
    assert!(outcome.is_timeout());
    assert_eq!(lambda.elapsed(), 900 * SECOND);
    let error = outcome.function_error().expect("it timed out");
    assert_eq!(error.error_type, "Sandbox.Timedout");
    let id = &outcome.report().request_id;
    assert_eq!(
        error.error_message,
        format!("RequestId: {id} Error: Task timed out after 900.00 seconds")
    );
}

#[lambda_test::test]
async fn the_report_tells_init_and_duration_apart() {
    async fn app(_: Environment) -> Result<impl Bootstrap, Error> {
        sleep(Duration::from_millis(250)).await;
        Ok(Runtime::new(async |event: Value| {
            sleep(Duration::from_millis(100)).await;
            Ok::<_, Error>(event)
        }))
    }
    let lambda = Lambda::new();
    let function = lambda.function("f", app).memory_mb(512).create();
    let mut reports = String::new();
    for _ in 0..2 {
        let outcome = function.invoke(0).await;
        let report = outcome.report().to_string().replace(&outcome.report().request_id, "id");
        reports.push_str(&report.replace('\t', " | "));
        reports.push('\n');
    }
    expect![[r#"
        REPORT RequestId: id | Duration: 100.00 ms | Billed Duration: 350 ms | Memory Size: 512 MB | Init Duration: 250.00 ms | 
        REPORT RequestId: id | Duration: 100.00 ms | Billed Duration: 100 ms | Memory Size: 512 MB | 
    "#]].assert_eq(&reports);
}
