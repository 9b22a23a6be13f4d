//! Versions, aliases and qualifiers, and what changes with an update. Quotes are of the AWS Lambda developer guide, "Manage
//! Lambda function versions" and "Create an alias for a Lambda function".

use std::{collections::BTreeMap, time::Duration};

use lambda_runtime::{Context, Environment, Error, Runtime};
use lambda_test::{Function, Lambda, ServiceError};
use serde_json::Value;
use tokio::time::sleep;

/// What a function sees of itself.
async fn seen(_: Value, context: Context) -> Result<(String, String), Error> {
    Ok((context.invoked_function_arn.clone(), context.env_config.version.clone()))
}

fn orders(lambda: &Lambda) -> Function {
    lambda.function("orders", Runtime::new(seen)).create()
}

/// "The ARN carries the qualifier as invoked, never the resolved number for an alias."
#[lambda_test::test]
async fn a_function_sees_the_qualifier_by_which_it_is_invoked() {
    let lambda = Lambda::new();
    let function = orders(&lambda);
    for number in ["1", "2", "3", "4"] {
        function.update_configuration(|configuration| {
            configuration.description(number);
        });
        assert_eq!(function.publish().number(), number);
    }
    function.alias("prod", 3);
    function.alias("canary", 3).weight(4, 1.0);
    function.alias("newest", "$LATEST");
    for (invoked, arn, version) in [
        ("orders", "", "$LATEST"),
        ("orders:$LATEST", ":$LATEST", "$LATEST"),
        ("orders:3", ":3", "3"),
        ("orders:prod", ":prod", "3"),
        ("orders:canary", ":canary", "4"),
        ("orders:newest", ":newest", "$LATEST"),
    ] {
        let outcome = lambda.invoke(invoked, ()).await;
        let arn = format!("arn:aws:lambda:us-east-1:123456789012:function:orders{arn}");
        assert_eq!(outcome.json::<(String, String)>()?, (arn, version.to_owned()), "{invoked}");
        assert_eq!(outcome.response().executed_version(), Some(version));
        let tail = outcome.response().log_tail().expect("it is over");
        let start =
            format!("START RequestId: {} Version: {version}\n", outcome.report().request_id);
        assert!(tail.starts_with(&start), "{tail}");
    }
}

/// "Unknown qualifier: 404 `ResourceNotFoundException`, message `Function not found: <arn with qualifier>`."
#[lambda_test::test]
async fn a_qualifier_that_is_unknown_is_not_found() {
    let lambda = Lambda::new();
    let function = orders(&lambda);
    function.publish();
    for qualifier in ["2", "01", "live", "$LATEST.PUBLISHED"] {
        let outcome = function.invoke(()).qualifier(qualifier).await;
        let arn = format!("{}:{qualifier}", function.arn());
        let message = format!("Function not found: {arn}");
        assert_eq!(outcome.assert_service_error(404).message, message);
    }
}

#[lambda_test::test]
async fn the_log_stream_has_the_version() {
    let lambda = Lambda::new();
    let stream =
        async |_: (), context: Context| Ok::<_, Error>(context.env_config.log_stream.clone());
    let function = lambda.function("orders", Runtime::new(stream)).create();
    let version = function.publish();
    let stream: String = version.invoke(()).await.json()?;
    assert!(stream.starts_with("2026/01/01/[1]"), "{stream}");
}

/// "Published versions are numbers from 1, never reused." What is not changed is not published again.
#[lambda_test::test]
async fn a_version_is_published_where_something_was_changed() {
    let lambda = Lambda::new();
    let function = orders(&lambda);
    assert_eq!(function.publish().number(), "1");
    assert_eq!(function.publish().number(), "1");
    function.update_configuration(|configuration| {
        configuration.memory_mb(256);
    });
    let second = function.publish();
    assert_eq!(second.to_string(), "2");
    assert_eq!(second.arn(), "arn:aws:lambda:us-east-1:123456789012:function:orders:2");
    second.delete();
    second.invoke(()).await.assert_service_error(404);
    // The last version is gone, so `$LATEST` is published once more, under a new number.
    assert_eq!(function.publish().number(), "3");
    // Each has the configuration that it was published with.
    let memory = async |version: &str| {
        let outcome = lambda.invoke(&format!("orders:{version}"), ()).await;
        outcome.report().memory_mb
    };
    assert_eq!((memory("1").await, memory("3").await), (128, 256));
}

#[lambda_test::test]
async fn what_an_alias_may_not_be_is_refused_in_the_words_of_the_service() {
    let lambda = Lambda::new();
    let function = orders(&lambda);
    function.publish();
    let arn = function.arn().as_str();
    let check = |name: &str, version: &str, status: u16, message: &str| {
        let ServiceError { status: refused, message: words, .. } =
            function.try_alias(name, version).expect_err("it is refused");
        assert_eq!((refused, &*words), (status, &*message.replace("ARN", arn)), "{name}");
    };
    let pattern = "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)";
    let violation = |name: &str| {
        format!(
            "1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: {pattern}"
        )
    };
    check("2024", "1", 400, &violation("2024"));
    check("a.b", "1", 400, &violation("a.b"));
    check("live", "2", 404, "Function not found: ARN:2");
    function.alias("live", 1);
    check("live", "1", 409, "Alias already exists: ARN:live");
    function.alias("1a-_", 1);
}

/// "At most one further version; both must be published, and have the same dead-letter configuration (or none)."
#[lambda_test::test]
async fn what_a_weight_may_not_be_is_refused() {
    let lambda = Lambda::new();
    let function = orders(&lambda);
    function.publish();
    function.update_configuration(|configuration| {
        configuration.dead_letter("arn:aws:sqs:us-east-1:123456789012:dead");
    });
    function.publish();
    let refused = |from: &str, to: &str, weight: f64| {
        let alias = function.alias("live", from);
        let weighing = std::panic::AssertUnwindSafe(|| {
            alias.weight(to, weight);
        });
        let panic = std::panic::catch_unwind(weighing).expect_err("it is refused");
        alias.delete();
        panic.downcast_ref::<String>().expect("a message").clone()
    };
    assert!(refused("1", "1", 0.5).contains("already included in routing configuration"));
    assert!(refused("$LATEST", "1", 0.5).starts_with("$LATEST is not supported for an alias"));
    assert!(refused("1", "$LATEST", 0.5).starts_with("$LATEST is not supported for an alias"));
    assert!(refused("1", "2", 0.5).contains("dead-letter queue"));
    assert!(refused("1", "2", 1.5).contains("Member must have value less than or equal to 1.0"));
    assert!(refused("1", "7", 0.5).ends_with("function:orders:7"));
}

/// "Choice per invocation is random by weight": by the seed of the service.
#[lambda_test::test]
async fn an_alias_with_a_weight_sends_a_part_to_a_further_version() {
    let by_version = async |seed: u64, weight: f64| {
        let lambda = Lambda::new().seed(seed);
        let function = orders(&lambda);
        function.publish();
        function.update_configuration(|configuration| {
            configuration.memory_mb(256);
        });
        let canary = function.publish();
        let live = function.alias("live", 1);
        live.weight(&canary, weight);
        let mut counts = BTreeMap::new();
        for _ in 0..1000 {
            let outcome = live.invoke(()).await;
            let version = outcome.response().executed_version().map(str::to_owned);
            *counts.entry(version.unwrap_or_default()).or_insert(0) += 1;
        }
        counts.get("2").copied().unwrap_or(0)
    };
    assert_eq!(by_version(1, 0.0).await, 0);
    assert_eq!(by_version(1, 1.0).await, 1000);
    let canary = by_version(1, 0.1).await;
    assert!((70..130).contains(&canary), "{canary}");
    assert_eq!(by_version(1, 0.1).await, canary);
    assert_ne!(by_version(2, 0.1).await, canary);
}

#[lambda_test::test]
async fn a_version_that_an_alias_points_to_is_not_deleted() {
    let lambda = Lambda::new();
    let function = orders(&lambda);
    let version = function.publish();
    let alias = function.alias("live", &version);
    let deleting = std::panic::AssertUnwindSafe(|| version.delete());
    let panic = std::panic::catch_unwind(deleting).expect_err("it is refused");
    assert_eq!(
        panic.downcast_ref::<String>().expect("a message"),
        "Unable to delete version because the following aliases reference it: [live]"
    );
    alias.delete();
    alias.invoke(()).await.assert_service_error(404);
    version.delete();
    version.invoke(()).await.assert_service_error(404);
}

/// "An update never stops a running invocation", and environments that wait are not used any more.
#[lambda_test::test]
async fn old_environments_finish_what_they_do_and_end() {
    let lambda = Lambda::new();
    let sleeper = Runtime::new(async |seconds: u64, context: Context| {
        sleep(Duration::from_secs(seconds)).await;
        Ok::<_, Error>(context.env_config.memory)
    });
    let function = lambda.function("orders", sleeper).timeout(Duration::from_secs(30)).create();
    let (one, two) = tokio::join!(function.invoke(0), function.invoke(0));
    assert!(one.payload() == "128" && two.payload() == "128");
    let running = tokio::task::spawn_local(function.invoke(20));
    lambda.advance(Duration::from_secs(5)).await;
    function.update_configuration(|configuration| {
        configuration.memory_mb(256);
    });
    // One ends at once, and one when it is done.
    assert_eq!(function.environments(), 1);
    assert_eq!(function.invoke(0).await.payload(), "256");
    assert_eq!(function.environments(), 2);
    let running = running.await?;
    assert_eq!(
        (running.payload().as_bytes(), running.report().memory_mb),
        (&b"128"[..].into(), 128)
    );
    lambda.until_idle().await;
    assert_eq!(function.environments(), 1);
    assert_eq!(function.cold_starts(), 3);
}

/// One test, two accounts and two regions, "in every ARN and variable".
#[lambda_test::test]
async fn accounts_and_regions_are_apart() {
    let lambda = Lambda::new();
    let other = lambda.in_account("999999999999").in_region("eu-west-1");
    let app = async |environment: Environment| {
        let region = environment.variables().get("AWS_REGION").unwrap_or_default().to_owned();
        let place = async move |_: (), context: Context| {
            Ok::<_, Error>((context.invoked_function_arn.clone(), region.clone()))
        };
        Ok::<_, Error>(Runtime::new(place))
    };
    let _here = lambda.function("orders", app).create();
    let there = other.function("orders", app).create();
    let seen: (String, String) = other.invoke("orders", ()).await.json()?;
    let arn = "arn:aws:lambda:eu-west-1:999999999999:function:orders";
    assert_eq!(seen, (arn.to_owned(), "eu-west-1".to_owned()));
    assert_eq!(there.arn().as_str(), arn);
    // An account invokes a function of another one by its ARN, within a region.
    lambda.in_region("eu-west-1").invoke(arn, ()).await.assert_ok();
    assert_eq!(
        lambda.invoke(arn, ()).await.assert_service_error(404).message,
        "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
    );
    let Err(error) = other.function("orders", app).try_create() else {
        panic!("the name is taken there")
    };
    assert_eq!(error.status, 409);
}
