//! What CloudWatch would show of functions, and what they would cost. Quotes are of the AWS Lambda developer guide, "Types of
//! metrics for Lambda functions".

use std::time::Duration;

use expect_test::expect;
use lambda_runtime::{Error, Runtime};
use lambda_test::{Fault, Lambda};
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

async fn sleeper(seconds: u64) -> Result<u64, Error> {
    sleep(Duration::from_secs(seconds)).await;
    if seconds == 1 { Err("one".into()) } else { Ok(seconds) }
}

/// "Throttled requests count as Throttles, not Invocations or Errors."
#[lambda_test::test]
async fn each_function_has_its_metrics() {
    let lambda = Lambda::new();
    assert_eq!(lambda.metrics().functions().count(), 0);
    let function = lambda.function("orders", Runtime::new(sleeper)).memory_mb(512);
    let function = function.reserved_concurrency(2).create();
    let (two, one) = tokio::join!(function.invoke(2), function.invoke(1));
    two.assert_ok();
    one.assert_error("Function.Error");
    let (_, _, third) = tokio::join!(function.invoke(2), function.invoke(2), function.invoke(0));
    third.assert_service_error(429);
    function.invoke(60).await.assert_timeout();
    let orders = lambda.metrics().function("orders");
    assert_eq!((orders.invocations, orders.errors, orders.throttles), (5, 2, 1));
    assert_eq!((orders.concurrent_executions, orders.cold_starts), (2, 2));
    assert_eq!(orders.durations, [SECOND, 2 * SECOND, 2 * SECOND, 2 * SECOND, 3 * SECOND]);
    assert_eq!(orders.billed, 10 * SECOND);
    assert!((orders.gb_seconds() - 5.0).abs() < 1e-9, "{}", orders.gb_seconds());
    // 5 GB-seconds, and five requests.
    assert!((orders.cost() - 0.000_084_333_5).abs() < 1e-12, "{}", orders.cost());
    assert_eq!(lambda.metrics().function("unknown").invocations, 0);
    // Each invocation is billed by the memory that it had.
    function.update_configuration(|configuration| {
        configuration.memory_mb(2048);
    });
    function.invoke(2).await.assert_ok();
    let orders = lambda.metrics().function("orders");
    assert!((orders.gb_seconds() - 9.0).abs() < 1e-9, "{}", orders.gb_seconds());
}

/// "Metrics `AsyncEventsReceived`, `AsyncEventAge`, `AsyncEventsDropped`."
#[lambda_test::test]
async fn events_have_metrics_of_their_own() {
    let lambda = Lambda::new();
    lambda.metrics();
    let dead = lambda.queue("dead");
    let function = lambda.function("orders", Runtime::new(sleeper)).dead_letter(&dead).create();
    function.invoke(1).event().await.assert_ok();
    lambda.until_idle().await;
    function.fail_next(1, Fault::Throttle);
    function.invoke(0).event().await.assert_ok();
    lambda.until_idle().await;
    let nowhere = "arn:aws:sqs:us-east-1:123456789012:nowhere";
    let lost = lambda.function("lost", Runtime::new(sleeper)).maximum_retry_attempts(0);
    let lost = lost.dead_letter(nowhere).on_failure(nowhere).create();
    lost.invoke(1).event().await.assert_ok();
    lambda.until_idle().await;
    let orders = lambda.metrics().function("orders");
    assert_eq!((orders.async_events_received, orders.async_events_dropped), (2, 1));
    let ages: Vec<u64> = orders.async_event_ages.iter().map(Duration::as_secs).collect();
    assert_eq!(ages, [0, 61, 182, 1]);
    assert_eq!((orders.throttles, orders.dead_letters, orders.dead_letter_errors), (1, 1, 0));
    let lost = lambda.metrics().function("lost");
    assert_eq!((lost.dead_letter_errors, lost.destination_delivery_failures), (1, 1));
}

#[lambda_test::test]
async fn metrics_are_a_table_that_a_person_reads() {
    let lambda = Lambda::new();
    lambda.metrics();
    let [orders, payments] = ["orders", "payments"]
        .map(|name| lambda.function(name, Runtime::new(sleeper)).memory_mb(1024).create());
    tokio::join!(orders.invoke(2), orders.invoke(0), payments.invoke(1));
    expect![[r#"
        function                 invocations  errors throttles concurrent cold starts      longest  GB-seconds        cost
        orders                             2       0         0          2           2      2000 ms       2.000 $0.000034  
        payments                           1       1         0          1           1      1000 ms       1.000 $0.000017  
    "#]].assert_eq(&lambda.metrics().to_string());
    let metrics = lambda.metrics();
    assert!((metrics.gb_seconds() - 3.0).abs() < 1e-9);
    assert!((metrics.cost() - 0.000_050_600_1).abs() < 1e-12, "{}", metrics.cost());
}
