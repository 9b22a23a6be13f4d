use std::time::Duration;

use lambda_runtime::{Error, Runtime};
use lambda_test::Lambda;

/// Concurrency is how many invocations are in flight: each has an environment of its own. What is over the limit is
/// throttled, and what is made ahead has no cold start.
#[lambda_test::test]
async fn concurrency() {
    let lambda = Lambda::new();
    let slow = Runtime::new(async |_: ()| {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok::<_, Error>(())
    });
    let function = lambda.function("orders", slow).reserved_concurrency(2).create();
    let (one, two, three) =
        tokio::join!(function.invoke(()), function.invoke(()), function.invoke(()));
    assert!(one.report().cold_start() && two.report().cold_start());
    three.assert_service_error(429);
    assert_eq!(function.environments(), 2);

    let version = function.publish();
    version.provisioned_concurrency(1);
    lambda.until_idle().await;
    assert!(!version.invoke(()).await.report().cold_start());
}
