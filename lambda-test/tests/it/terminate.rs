//! SIGTERM: the invocation in hand is finished, then the process ends with 0.

use std::time::Duration;

use expect_test::expect;
use lambda_core::BoxError;
use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use lambda_test::Lambda;
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

async fn sleeper(_: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async |seconds: u64| {
        sleep(Duration::from_secs(seconds)).await;
        Ok::<_, Error>(seconds)
    }))
}

#[lambda_test::test]
async fn an_invocation_in_hand_is_finished_in_memory() {
    let lambda = Lambda::new();
    let function = lambda.function("f", sleeper).create();
    let invoking = tokio::task::spawn_local(function.invoke(2));
    lambda.advance(SECOND).await;
    function.send_sigterm();
    assert_eq!(invoking.await?.assert_ok().json::<u64>()?, 2);
    assert!(function.invoke(0).await.assert_ok().report().cold_start());
    function.send_sigterm();
    lambda.advance(SECOND).await;
    expect![[r#"
        ms       runtime                       platform
        0                                      init
        0        GET next
        0                                      init done in 0 ms
        0                                      invoke
        1000                                   SIGTERM
        2000     POST response
        2000     (exit status 0)
        2000                                   reset: failure
        2000                                   responded with 1 bytes, 2000 ms
        2000                                   invoke
        2000     GET next
        2000     POST response
        2000     GET next
        2000                                   responded with 1 bytes, 0 ms
        2000                                   SIGTERM
        2000     (exit status 0)
        2000                                   reset: failure
    "#]]
    .assert_eq(&lambda.timeline().to_string());
}

/// It makes the service send SIGTERM; without it there would be none.
#[lambda_test::test]
async fn what_runs_on_shutdown_runs_after_the_last_invocation() {
    let lambda = Lambda::new();
    let app = async |environment: Environment| {
        let [first, second] = [environment.clone(), environment.clone()];
        let closes = async move || {
            sleep(SECOND / 10).await;
            first.log("closed");
        };
        let runtime = Runtime::new(async |seconds: u64| {
            sleep(Duration::from_secs(seconds)).await;
            Ok::<_, Error>(seconds)
        });
        let runtime = runtime.on_shutdown(closes).on_shutdown(async || panic!("no pool"));
        Ok::<_, Error>(runtime.on_shutdown(async move || second.log("last")))
    };
    let function = lambda.function("f", app).create();
    function.invoke(1).await.assert_ok();
    function.shut_down().await;
    expect![[r#"
        ms       runtime                       platform
        0                                      init
        0        lambda-runtime-shutdown: POST register []
        0        lambda-runtime-shutdown: GET event/next
        0        GET next
        0                                      lambda-runtime-shutdown: Ready
        0                                      init done in 0 ms
        0                                      invoke
        1000     POST response
        1000     GET next
        1000                                   runtime done
        1000                                   responded with 1 bytes, 1000 ms
        1000                                   shut down
        1000                                   SIGTERM
        1100     log: closed
        1100     log: on_shutdown panicked: no pool
        1100     log: last
        1100     (exit status 0)
    "#]]
    .assert_eq(&lambda.timeline().to_string());
}

#[lambda_test::test]
async fn an_invocation_in_flight_is_finished_before_what_runs_on_shutdown() {
    let lambda = Lambda::new();
    let app = async |environment: Environment| {
        let runtime = Runtime::new(async |seconds: u64| {
            sleep(Duration::from_secs(seconds)).await;
            Ok::<_, Error>(seconds)
        });
        Ok::<_, Error>(runtime.on_shutdown(async move || environment.log("closed")))
    };
    let function = lambda.function("f", app).create();
    for (seconds, expected) in [(2, true), (60, false)] {
        let invoking = tokio::task::spawn_local(function.invoke(seconds));
        lambda.advance(SECOND).await;
        function.send_sigterm();
        let outcome = invoking.await?;
        assert_eq!(outcome.function_error().is_none(), expected);
    }
    assert_eq!(lambda.timeline().to_string().matches("log: closed").count(), 2);
}

/// "Until its own deadline at the latest."
#[lambda_test::test]
async fn an_invocation_that_takes_too_long_is_given_up_at_its_deadline() {
    let lambda = Lambda::new();
    let function = lambda.function("f", sleeper).create();
    let invoking = tokio::task::spawn_local(function.invoke(60));
    lambda.advance(SECOND).await;
    function.send_sigterm();
    assert!(invoking.await?.function_error().is_some());
    assert_eq!(lambda.elapsed(), 3 * SECOND);
}

/// What was given to the environment is waited for by whoever asks.
#[lambda_test::test]
async fn background_work_can_be_awaited_at_the_end() {
    struct Flushes;
    impl Bootstrap for Flushes {
        type Error = Error;
        async fn start(self, environment: Environment) -> Result<(), Error> {
            let own = environment.clone();
            let handler = async move |event: u8| {
                let log = own.clone();
                // It holds what cannot leave the thread.
                let lines = std::rc::Rc::new(event);
                own.spawn_local(async move {
                    sleep(SECOND).await;
                    log.log(&format!("flushed {lines}"));
                });
                Ok::<_, Error>(event)
            };
            Runtime::new(handler).start(environment.clone()).await?;
            environment.tasks_ended().await;
            environment.log("done");
            Ok(())
        }
    }
    let lambda = Lambda::new();
    let function = lambda.function("f", || Flushes).create();
    function.invoke(7).await.assert_ok();
    function.send_sigterm();
    lambda.advance(2 * SECOND).await;
    let text = lambda.timeline().to_string();
    let logged: Vec<&str> =
        text.lines().filter_map(|line| line.split_once("log: ")).map(|it| it.1).collect();
    assert_eq!(logged, ["flushed 7", "done"]);
}

/// A runtime and an internal extension side by side: the first end ends both.
#[lambda_test::test]
async fn two_bootstraps_run_in_one_process() {
    struct Counts(Environment);
    impl Bootstrap for Counts {
        type Error = BoxError;
        async fn start(self, _: Environment) -> Result<(), BoxError> {
            for second in 0.. {
                self.0.log(&format!("second {second}"));
                sleep(SECOND).await;
                if second == 2 {
                    break;
                }
            }
            Err("it has counted to two".into())
        }
    }
    async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
        Ok((Runtime::new(async |event: u8| Ok::<_, Error>(event)), Counts(environment)))
    }
    let lambda = Lambda::new();
    let function = lambda.function("f", app).create();
    assert_eq!(function.invoke(7).await.assert_ok().json::<u8>()?, 7);
    function.send_sigterm();
    lambda.advance(SECOND).await;
    assert!(lambda.timeline().to_string().contains("(exit status 0)"), "the runtime ended both");
}
