use std::time::Duration;

use lambda_runtime::{Environment, Error, Runtime};
use lambda_test::Lambda;

/// An execution environment runs one invocation at a time: init, invocations, shutdown. What is in its memory stays from
/// one invocation to the next.
#[lambda_test::test]
async fn execution_environment() {
    let app = async |_: Environment| {
        // The init phase, once for each environment.
        tokio::time::sleep(Duration::from_millis(800)).await;
        let mut count = 0;
        Ok::<_, Error>(Runtime::new(async move |_: ()| {
            count += 1;
            Ok::<_, Error>(count)
        }))
    };
    let lambda = Lambda::new();
    let function = lambda.function("orders", app).create();

    let cold = function.invoke(()).await;
    assert_eq!(cold.report().init_duration, Some(Duration::from_millis(800)));
    let warm = function.invoke(()).await;
    assert_eq!((warm.payload().to_string(), warm.report().cold_start()), ("2".to_owned(), false));

    // The service takes away what waits for long.
    lambda.advance(Duration::from_secs(600)).await;
    assert_eq!(function.environments(), 0);
    assert_eq!(function.invoke(()).await.payload(), "1");
}
