//! Versions, aliases, updates and environments that are made ahead.

use std::time::Duration;

use lambda_runtime::{Context, Environment, Error, Runtime};
use lambda_test::{Invoke, Lambda};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{answer, check_refusal, event_and_context, function, initialization, recorded_json};
use crate::recordings::{check, scenario};

#[lambda_test::test]
async fn a_version_is_invoked_by_its_number() {
    let lambda = Lambda::new();
    let recorded = scenario("invoke-published-version-by-qualifier");
    let function = lambda.function("orders", Runtime::new(event_and_context)).create();
    let version = function.publish();
    let outcome = version.invoke(json!({"foo": "bar with 'quotes\""})).await;
    let mut seen = answer(&outcome);
    let tail = outcome.response().log_tail().expect("it is over");
    assert!(tail.starts_with("START RequestId: ") && tail.contains(" Version: 1\n"), "{tail}");
    seen["LogResult"] = tail.into();
    check(&seen, &recorded.block("invoke"));
}

#[lambda_test::test]
async fn an_alias_follows_an_update_of_itself_only() {
    let recorded = recorded_json("invoke/alias-follows-only-updatealias.recorded-answers.json");
    scenario("alias-follows-only-updatealias")
        .says("the invoked ARN in the context ends in `:alias1`");
    let lambda = Lambda::new();
    let code = |constant: &'static str| {
        Runtime::new(async move |_: Value, context: Context| {
            Ok::<_, Error>(json!({
                "function_version": context.env_config.version,
                "invoked_function_arn": context.invoked_function_arn,
                "env_var": constant,
            }))
        })
    };
    let function = lambda.function("orders", code("1")).create();
    let alias = function.alias("alias1", function.publish());
    let seen = async || {
        let outcome = lambda.invoke("orders", json!({})).qualifier("alias1").await;
        let seen: Value = outcome.assert_ok().json().expect("JSON");
        let version = outcome.response().executed_version().map(str::to_owned);
        assert!(seen["invoked_function_arn"].as_str().expect("an ARN").ends_with(":alias1"));
        assert_eq!(seen["function_version"].as_str(), version.as_deref());
        version.expect("a version")
    };
    let mut versions = vec![seen().await];
    lambda.update_code(&function, code("2"));
    versions.push(seen().await);
    let second = function.publish();
    versions.push(seen().await);
    alias.update(second);
    versions.push(seen().await);
    let executed = recorded.as_object().expect("answers").values();
    let executed: Vec<&str> =
        executed.filter_map(|answer| answer["ExecutedVersion"].as_str()).collect();
    assert_eq!(versions, ["1", "1", "1", "2"]);
    assert!(executed.iter().all(|version| ["1", "2"].contains(version)), "{executed:?}");

    scenario("invoke-unknown-alias").says("function:<function-name:1>:non-existent-alias");
}

#[lambda_test::test]
async fn an_update_takes_effect_and_does_not_disturb_what_runs() {
    let lambda = Lambda::new();
    let app = async |environment: Environment| {
        let variables = environment.variables();
        let handler = variables.handler().unwrap_or_default().to_owned();
        let variant = variables.get("FUNCTION_VARIANT").unwrap_or_default().to_owned();
        Ok::<_, Error>(Runtime::new(async move |seconds: u64, context: Context| {
            sleep(Duration::from_secs(seconds)).await;
            let version = &context.env_config.version;
            Ok::<_, Error>(json!({"handler": handler, "variant": variant, "version": version}))
        }))
    };
    let configured = |name: &str| lambda.function(name, app).handler("handler");
    scenario("handler-update-takes-effect").says("always executed version `$LATEST`");
    let function = configured("handlers").create();
    let handler = async || {
        let outcome = function.invoke(0).await;
        assert_eq!(outcome.response().executed_version(), Some("$LATEST"));
        outcome.json::<Value>().expect("JSON")["handler"].clone()
    };
    assert_eq!(handler().await, "handler");
    function.update_configuration(|configuration| {
        configuration.handler("handler_two");
    });
    assert_eq!(handler().await, "handler_two");
    function.publish();
    assert_eq!(handler().await, "handler_two");

    scenario("update-does-not-disturb-running-invoke")
        .says("An update never stops a running invocation");
    let function = configured("variants").env("FUNCTION_VARIANT", "variant-1");
    let function = function.timeout(Duration::from_secs(60)).create();
    let running = tokio::task::spawn_local(function.invoke(20));
    lambda.advance(Duration::from_secs(5)).await;
    function.update_configuration(|configuration| {
        configuration.env("FUNCTION_VARIANT", "variant-2");
    });
    let second: Value = function.invoke(0).await.json()?;
    assert_eq!((&second["variant"], &second["version"]), (&json!("variant-2"), &json!("$LATEST")));
    assert_eq!(running.await?.json::<Value>()?["variant"], "variant-1");
}

#[lambda_test::test]
async fn environments_are_made_ahead_for_a_version() {
    let ahead = json!("provisioned-concurrency");
    let on_demand = json!("on-demand");
    let how = async |invoke: Invoke| invoke.await.json::<Value>().expect("JSON");
    let lambda = Lambda::new();

    scenario("provisioned-concurrency-on-version").says("invoke `$LATEST` → `\"on-demand\"`");
    let function = lambda.function("version", initialization).create();
    let version = function.publish();
    version.provisioned_concurrency(5);
    lambda.until_idle().await;
    assert_eq!(
        (how(version.invoke(0)).await, how(function.invoke(0)).await),
        (ahead.clone(), on_demand.clone())
    );

    scenario("provisioned-concurrency-on-alias").says("Invoke by `live` and by version `1` → both");
    let function = lambda.function("alias", initialization).create();
    let version = function.publish();
    let live = function.alias("live", &version);
    live.provisioned_concurrency(5);
    lambda.until_idle().await;
    for (invoke, expected) in
        [(live.invoke(0), &ahead), (version.invoke(0), &ahead), (function.invoke(0), &on_demand)]
    {
        assert_eq!(how(invoke).await, *expected);
    }

    scenario("provisioned-concurrency-spill-over").says("no throttle");
    let function = lambda.function("spill-over", initialization);
    let function = function.timeout(Duration::from_secs(30)).create();
    let version = function.publish();
    version.provisioned_concurrency(1);
    lambda.until_idle().await;
    let first = tokio::task::spawn_local(version.invoke(6));
    lambda.advance(Duration::from_secs(2)).await;
    assert_eq!(how(version.invoke(0)).await, on_demand);
    assert_eq!(first.await?.json::<Value>()?, ahead);

    let recorded = scenario("concurrency-reserved-all-provisioned");
    let function = lambda.function("reserved", initialization).reserved_concurrency(1).create();
    let version = function.publish();
    function.invoke(0).await.assert_ok();
    version.provisioned_concurrency(1);
    lambda.until_idle().await;
    check_refusal(&function.invoke(0).await, &recorded);
    assert_eq!(version.invoke(0).await.assert_ok().response().executed_version(), Some("1"));
    check_refusal(&function.invoke(0).await, &recorded);
}

#[lambda_test::test]
async fn a_function_of_another_account_is_invoked_by_its_arn() {
    scenario("cross-account-invoke").says("account B calls Invoke with the full ARN of A");
    let lambda = Lambda::new();
    let function = function(&lambda.in_account("999999999999"));
    lambda.invoke(function.arn().as_str(), json!({})).await.assert_ok();
}
