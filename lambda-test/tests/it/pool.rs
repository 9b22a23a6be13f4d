//! Which environment takes an invocation, and how many may be in flight.

use std::time::Duration;

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

/// Counting what is alive and not free underflowed, and in release the function was throttled for ever.
#[lambda_test::test]
async fn a_function_that_was_shut_down_while_busy_has_its_concurrency_again() {
    let lambda = Lambda::new();
    let function = lambda.function("f", sleeper).reserved_concurrency(1).create();
    let invoking = tokio::task::spawn_local(function.invoke(2));
    lambda.advance(SECOND).await;
    function.invoke(0).await.assert_service_error(429);
    function.shut_down().await;
    invoking.await?.assert_error("Sandbox.Failure");
    for _ in 0..3 {
        function.invoke(0).await.assert_ok();
    }
    assert_eq!(function.environments(), 1);
}

/// A caller that hangs up gives nothing back before its invocation is over.
#[lambda_test::test]
async fn concurrency_is_given_back_when_the_invocation_is_over() {
    let lambda = Lambda::new();
    let function = lambda.function("f", sleeper).reserved_concurrency(1).create();
    assert!(tokio::time::timeout(SECOND, function.invoke(2)).await.is_err());
    function.invoke(0).await.assert_service_error(429);
    lambda.advance(2 * SECOND).await;
    function.invoke(0).await.assert_ok();
}

/// The environment whose invocation timed out took the next one, with a new init phase.
#[lambda_test::test]
async fn a_warm_environment_is_taken_before_one_that_was_reset() {
    let lambda = Lambda::new();
    let function = lambda.function("f", sleeper).create();
    let (slow, fast) = tokio::join!(function.invoke(60), function.invoke(1));
    slow.assert_timeout();
    fast.assert_ok();
    let outcome = function.invoke(0).await;
    assert!(!outcome.report().cold_start());
    let environments: Vec<_> = outcome.timeline().iter().map(|it| it.environment).collect();
    assert!(environments.iter().all(|environment| *environment == Some(2)), "{environments:?}");
    // Where no warm one is left, the one that was reset is taken, and none is made.
    let (one, two) = tokio::join!(function.invoke(1), function.invoke(1));
    assert_eq!((one.report().cold_start(), two.report().cold_start()), (false, true));
    assert_eq!(function.environments(), 2);
}

#[lambda_test::test]
async fn the_handler_is_as_it_is_configured() {
    let app = async |environment: Environment| {
        let handler = environment.variables().handler().unwrap_or_default().to_owned();
        Ok::<_, Error>(Runtime::new(async move |_: ()| Ok::<_, Error>(handler.clone())))
    };
    let lambda = Lambda::new();
    let invoke = async |name: &str, handler: Option<&str>| {
        let function = lambda.function(name, app);
        let function = match handler {
            Some(handler) => function.handler(handler),
            None => function,
        };
        function.create().invoke(()).await.json::<String>()
    };
    assert_eq!(invoke("one", None).await?, "bootstrap");
    assert_eq!(invoke("two", Some("file.function")).await?, "file.function");
}
