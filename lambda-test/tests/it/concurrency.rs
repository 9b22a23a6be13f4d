//! Concurrency: reserved, provisioned, of the account; how fast environments become more, and when they end. Quotes are of
//! the AWS Lambda developer guide, "Understanding Lambda function scaling".

use std::time::Duration;

use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use lambda_test::{Function, Lambda, RecordKind};
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

/// Waits for so many seconds, and returns how its environment was initialized.
async fn sleeper(environment: Environment) -> Result<impl Bootstrap, Error> {
    let how = environment.variables().get("AWS_LAMBDA_INITIALIZATION_TYPE");
    let how = how.unwrap_or_default().to_owned();
    Ok(Runtime::new(async move |seconds: u64| {
        sleep(Duration::from_secs(seconds)).await;
        Ok::<_, Error>(how.clone())
    }))
}

/// Invokes a function so often at once; returns the reasons of those that were throttled.
async fn burst(function: &Function, count: usize) -> Vec<&'static str> {
    let invoking = (0..count).map(|_| tokio::task::spawn_local(function.invoke(1)));
    let mut reasons = Vec::new();
    for outcome in invoking.collect::<Vec<_>>() {
        let outcome = outcome.await.expect("no panic");
        reasons.extend(outcome.service_error().and_then(|error| error.reason));
    }
    reasons
}

const OF_ACCOUNT: &str = "ConcurrentInvocationLimitExceeded";
const OF_FUNCTION: &str = "ReservedFunctionConcurrentInvocationLimitExceeded";

/// "Account concurrency default 1,000 per Region." "Reserved concurrency: both floor and ceiling."
#[lambda_test::test]
async fn functions_share_what_the_account_has_left() {
    let lambda = Lambda::new().account_concurrency(120);
    let reserved = lambda.function("reserved", sleeper).reserved_concurrency(10).create();
    let [one, two] = ["one", "two"].map(|name| lambda.function(name, sleeper).create());
    let (of_reserved, of_one, of_two) =
        tokio::join!(burst(&reserved, 12), burst(&one, 100), burst(&two, 20));
    assert_eq!(of_reserved, [OF_FUNCTION; 2]);
    assert_eq!((of_one.len(), of_two), (0, vec![OF_ACCOUNT; 10]));
    // "Throttled requests count as Throttles, not Invocations": no environment takes them.
    assert_eq!((one.environments(), two.environments()), (100, 10));
    reserved.without_reserved_concurrency();
    assert_eq!(burst(&reserved, 121).await, [OF_ACCOUNT]);
    reserved.reserved_concurrency(0);
    assert_eq!(burst(&reserved, 1).await, [OF_FUNCTION]);
    // Another region has its own.
    let europe = lambda.in_region("eu-west-1").function("one", sleeper).create();
    assert_eq!(burst(&europe, 121).await, [""; 0]);
}

/// "The account keeps at least 100 unreserved."
#[lambda_test::test]
async fn a_hundred_are_left_to_functions_that_reserve_nothing() {
    let lambda = Lambda::new();
    let function = lambda.function("orders", sleeper).create();
    function.reserved_concurrency(900);
    let Err(error) = lambda.function("more", sleeper).reserved_concurrency(1).try_create() else {
        panic!("it is refused")
    };
    assert_eq!(
        error.message,
        "Specified ReservedConcurrentExecutions for function decreases account's \
         UnreservedConcurrentExecution below its minimum value of [100]."
    );
    function.reserved_concurrency(899);
    lambda.function("more", sleeper).reserved_concurrency(1).create();
}

/// "Up to 1,000 new environments per 10 s per function (refilled continuously, not in blocks)."
#[lambda_test::test]
async fn environments_become_more_at_the_rate_of_the_service() {
    let lambda = Lambda::new().account_concurrency(10_000);
    let function = lambda.function("orders", sleeper).create();
    assert_eq!(burst(&function, 1050).await, [OF_ACCOUNT; 50]);
    // The invocations took a second, in which 100 more may be made.
    assert_eq!(burst(&function, 1150).await, [OF_ACCOUNT; 50]);
    assert_eq!(function.environments(), 1100);
}

/// "Provisioned concurrency: overflow goes to on-demand environments."
#[lambda_test::test]
async fn what_is_made_ahead_is_taken_first() {
    let lambda = Lambda::new();
    let slow = async |environment: Environment| {
        sleep(20 * SECOND).await;
        sleeper(environment).await
    };
    let function = lambda.function("orders", slow).timeout(60 * SECOND).create();
    let version = function.publish();
    version.provisioned_concurrency(2);
    // Nothing is ready yet, so it runs on demand: 10 s of init, and 20 s within the invocation.
    assert_eq!(version.invoke(0).await.payload(), r#""on-demand""#);
    lambda.until_idle().await;
    let (one, two, three) = tokio::join!(version.invoke(5), version.invoke(5), version.invoke(5));
    let how = [one, two, three].map(|outcome| outcome.payload().to_string());
    assert_eq!(
        how,
        [r#""provisioned-concurrency""#, r#""provisioned-concurrency""#, r#""on-demand""#]
    );
    // "Init duration of provisioned environments is not in the REPORT line of the first invocation."
    let outcome = version.invoke(0).await;
    assert_eq!((outcome.report().init_duration, outcome.report().cold_start()), (None, false));
    // They are kept.
    lambda.advance(3600 * SECOND).await;
    assert_eq!(function.environments(), 2);
}

/// "Allocation fails after 6 tries; invocations are served on demand throughout."
#[lambda_test::test]
async fn environments_that_cannot_be_made_ahead_are_tried_six_times() {
    let lambda = Lambda::new();
    let app = async |environment: Environment| match environment
        .variables()
        .get("AWS_LAMBDA_INITIALIZATION_TYPE")
    {
        Some("on-demand") => sleeper(environment).await,
        _ => Err("not ahead".into()),
    };
    let function = lambda.function("orders", app).create();
    let version = function.publish();
    version.provisioned_concurrency(1);
    lambda.until_idle().await;
    let timeline = lambda.timeline();
    let failed = |kind: &&RecordKind| matches!(kind, RecordKind::InitFailed { .. });
    assert_eq!(timeline.iter().map(|record| &record.kind).filter(failed).count(), 6);
    assert_eq!(version.invoke(0).await.payload(), r#""on-demand""#);
}

/// "Request rate: sync 10 × concurrency per second; async and other non-API sources without this limit."
#[lambda_test::test]
async fn requests_are_throttled_that_come_faster_than_ten_times_the_concurrency() {
    let lambda = Lambda::new().account_concurrency(3).limit_request_rate();
    let function = lambda.function("orders", sleeper).create();
    let throttled = async |function: &Function, count: usize| {
        let mut reasons = Vec::new();
        for _ in 0..count {
            let outcome = function.invoke(0).await;
            reasons.extend(outcome.service_error().and_then(|error| error.reason));
        }
        reasons
    };
    assert_eq!(throttled(&function, 32).await, ["FunctionInvocationRateLimitExceeded"; 2]);
    lambda.advance(SECOND / 2).await;
    assert_eq!(throttled(&function, 16).await.len(), 1);
    // Events are not limited, and dry runs are none.
    for _ in 0..20 {
        function.invoke(0).event().await.assert_ok();
        function.invoke(0).dry_run().await.assert_ok();
        lambda.until_idle().await;
    }
    assert_eq!(lambda.elapsed(), SECOND / 2);

    let lambda = Lambda::new().limit_request_rate();
    let reserved = lambda.function("reserved", sleeper).reserved_concurrency(1).create();
    let reason = "ReservedFunctionInvocationRateLimitExceeded";
    assert_eq!(throttled(&reserved, 11).await, [reason]);
    let other = lambda.function("other", sleeper).create();
    assert_eq!(throttled(&other, 100).await, [""; 0]);
    reserved.reserved_concurrency(0);
    assert_eq!(throttled(&reserved, 1).await, [OF_FUNCTION]);
}

/// "You can't allocate more provisioned concurrency than reserved concurrency for a function."
#[lambda_test::test]
async fn what_is_made_ahead_is_held_of_the_account_or_of_what_is_reserved() {
    let lambda = Lambda::new().account_concurrency(300);
    let function = lambda.function("orders", sleeper).create();
    let [one, two] = [1, 2].map(|memory| {
        function.update_configuration(|configuration| {
            configuration.memory_mb(128 * memory);
        });
        function.publish()
    });
    let refused = |function: &Function, reserved: usize| {
        let put = serde_json::json!({
            "FunctionName": function.arn().name(), "ReservedConcurrentExecutions": reserved,
        });
        lambda.api_call("PutFunctionConcurrency", put).is_err()
    };
    let provision = |version: &str, requested: usize| {
        let put = serde_json::json!({
            "FunctionName": "orders", "Qualifier": version, "ProvisionedConcurrentExecutions": requested,
        });
        lambda.api_call("PutProvisionedConcurrencyConfig", put).map_err(|error| error.message)
    };
    one.provisioned_concurrency(120);
    // In place of what it has, not in addition to it; what the other version has counts.
    one.provisioned_concurrency(150);
    two.provisioned_concurrency(50);
    let error = provision("1", 151).expect_err("100 are left to others");
    assert!(error.ends_with("greater than account's unreserved concurrency [150]."), "{error}");

    // What is reserved includes it.
    let other = lambda.function("other", sleeper).create();
    assert!(refused(&other, 1));
    function.reserved_concurrency(200);
    let error = provision("2", 51).expect_err("150 and 51 are more than 200");
    assert!(error.contains("should not be greater than the reservedConcurrentExecution"));
    function.without_reserved_concurrency();
    assert!(refused(&other, 1));

    // What is not wanted any more is given back.
    two.delete();
    assert!(!refused(&other, 50) && refused(&other, 51));
    function.delete().await;
    assert!(!refused(&other, 200));
}

#[lambda_test::test]
async fn what_is_in_flight_in_an_environment_made_ahead_ends_first() {
    let lambda = Lambda::new();
    let function = lambda.function("orders", sleeper).timeout(60 * SECOND).create();
    let version = function.publish();
    version.provisioned_concurrency(1);
    lambda.until_idle().await;
    let (outcome, ()) = tokio::join!(version.invoke(5), async {
        sleep(SECOND).await;
        version.provisioned_concurrency(2);
        assert_eq!(function.environments(), 3);
    });
    assert_eq!(outcome.payload(), r#""provisioned-concurrency""#);
    lambda.until_idle().await;
    assert_eq!(function.environments(), 2);
}

/// "Reclaim = SHUTDOWN, reason `spindown`."
#[lambda_test::test]
async fn an_environment_that_waits_for_long_is_reclaimed() {
    let lambda = Lambda::new();
    let function = lambda.function("orders", sleeper).create();
    let (one, two) = tokio::join!(function.invoke(0), function.invoke(1));
    assert!(one.report().cold_start() && two.report().cold_start());
    lambda.advance(300 * SECOND).await;
    // The oldest is taken, and waits anew.
    assert!(!function.invoke(0).await.report().cold_start());
    lambda.advance(300 * SECOND - SECOND / 2).await;
    assert_eq!(function.environments(), 2);
    lambda.advance(SECOND / 2).await;
    assert_eq!(function.environments(), 1);
    let last = lambda.timeline();
    let ended = last.iter().find(|record| record.kind == RecordKind::ShutDown).expect("it ended");
    assert_eq!((ended.at, ended.environment), (601 * SECOND, Some(2)));
    lambda.advance(300 * SECOND).await;
    assert_eq!(function.environments(), 0);
    assert!(function.invoke(0).await.report().cold_start());
    // Without `advance` it is looked at when the function is invoked.
    sleep(3600 * SECOND).await;
    assert!(function.invoke(0).await.report().cold_start());
}

#[lambda_test::test]
async fn the_time_until_an_environment_is_reclaimed_is_set() {
    let lambda = Lambda::new().reclaim_after(60 * SECOND);
    let function = lambda.function("orders", sleeper).create();
    function.invoke(0).await;
    lambda.advance(59 * SECOND).await;
    assert!(!function.invoke(0).await.report().cold_start());
    lambda.advance(60 * SECOND).await;
    assert!(function.invoke(0).await.report().cold_start());
}
