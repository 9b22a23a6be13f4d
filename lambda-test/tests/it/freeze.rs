//! Between invocations everything stands still.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use expect_test::expect;
use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use lambda_test::Lambda;
use serde_json::Value;
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

/// An application that counts a second after each invocation, in the background.
fn app(
    count: Arc<AtomicU32>,
    escape: bool,
) -> impl lambda_runtime::App<fn(Environment) -> LateCounter> {
    async move |environment: Environment| {
        Ok::<_, Error>(LateCounter { environment, count: count.clone(), escape })
    }
}

struct LateCounter {
    environment: Environment,
    count: Arc<AtomicU32>,
    escape: bool,
}

impl Bootstrap for LateCounter {
    type Error = Error;

    async fn start(self, environment: Environment) -> Result<(), Error> {
        let Self { environment: own, count, escape } = self;
        let handler = async move |event: Value| {
            let count = count.clone();
            let late = async move {
                sleep(SECOND).await;
                count.fetch_add(1, Ordering::Relaxed);
            };
            match escape {
                true => drop(tokio::spawn(late)),
                false => own.spawn(late),
            }
            Ok::<_, Error>(event)
        };
        Runtime::new(handler).start(environment).await
    }
}

#[lambda_test::test]
async fn background_work_stands_still_and_goes_on_with_the_next_invocation() {
    let count = Arc::new(AtomicU32::new(0));
    let lambda = Lambda::new();
    let function = lambda.function("f", app(count.clone(), false)).create();
    function.invoke(1).await;
    lambda.advance(60 * SECOND).await;
    assert_eq!(count.load(Ordering::Relaxed), 0, "frozen for a minute");
    function.invoke(2).await;
    assert_eq!(count.load(Ordering::Relaxed), 1, "the late write of the first invocation");
    function.shut_down().await;
    lambda.advance(60 * SECOND).await;
    assert_eq!(count.load(Ordering::Relaxed), 1, "dropped with its environment");
}

#[lambda_test::test]
async fn what_escapes_the_environment_is_reported() {
    let count = Arc::new(AtomicU32::new(0));
    let lambda = Lambda::new();
    let function = lambda.function("f", app(count.clone(), true)).create();
    function.invoke(1).await;
    lambda.advance(60 * SECOND).await;
    assert_eq!(count.load(Ordering::Relaxed), 1, "no gate holds it");
    expect![[r#"
        ms       runtime                       platform
        0                                      init
        0        GET next
        0                                      init done in 0 ms
        0                                      invoke
        0        POST response
        0        GET next
        0                                      responded with 1 bytes, 0 ms
        0                                      TasksEscaped: 1 not given to the environment
    "#]]
    .assert_eq(&lambda.timeline().to_string());
}
