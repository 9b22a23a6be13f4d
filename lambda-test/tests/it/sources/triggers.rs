//! Events of services that have nothing of their own: how often each tries, and which responses it takes.

use std::time::Duration;

use lambda_events::samples;
use lambda_test::{Fault, FunctionError, Lambda, TriggerError};
use serde::Serialize;
use serde_json::{Value, json};

/// Sends an event to a function that responds so, and returns the attempts and what the service takes.
async fn sent(
    event: &impl Serialize,
    respond: impl Fn(Value) -> Result<Value, FunctionError> + 'static,
) -> (u32, Result<Value, TriggerError>) {
    let function = Lambda::new().stub("f", respond);
    let triggered = function.trigger(event).await;
    (triggered.attempts, triggered.response)
}

#[track_caller]
fn check(seen: (u32, Result<Value, TriggerError>), attempts: u32, expected: Result<Value, &str>) {
    let (seen_attempts, response) = seen;
    let response = response.map_err(|error| error.to_string());
    match (&response, &expected) {
        (Err(seen), Err(expected)) => {
            assert!(seen.contains(expected), "{seen}: expected {expected}")
        }
        _ => assert_eq!(response, expected.map_err(str::to_owned)),
    }
    assert_eq!(seen_attempts, attempts);
}

#[lambda_test::test]
async fn cognito_tries_three_times_and_wants_the_event_back() {
    let event = samples::cognito::pre_sign_up("ada@example.com");
    let whole = serde_json::to_value(&event).expect("JSON");
    check(sent(&event, Ok).await, 1, Ok(whole));
    check(
        sent(&event, |_| Ok(json!({"ok": true}))).await,
        3,
        Err("InvalidLambdaResponseException: expected the event with its `response` filled in"),
    );
    check(
        sent(&event, |_| Err(FunctionError::new("Refused", "no children"))).await,
        3,
        Err("UserLambdaValidationException: PreSignUp failed with error no children."),
    );

    // Five seconds each time.
    let lambda = Lambda::new();
    let function = lambda.stub("slow", Ok::<Value, FunctionError>);
    function.fail_next(3, Fault::Latency(Duration::from_secs(60)));
    let triggered = function.trigger(&event).await;
    assert_eq!(triggered.response.expect_err("it is late").error_type, "UnexpectedLambdaException");
    assert_eq!(lambda.elapsed(), Duration::from_secs(15));
}

#[lambda_test::test]
async fn responses_are_checked_as_each_service_does() {
    let yes = |value: Value| move |_: Value| Ok(value.clone());
    let policy = json!({"principalId": "ada", "policyDocument": {"Statement": []}});
    let token = samples::api_gateway::authorizer::token("a token");
    check(sent(&token, yes(policy.clone())).await, 1, Ok(policy));
    check(sent(&token, yes(json!({"isAuthorized": true}))).await, 1, Err("`principalId`"));
    let lex = samples::lex::fulfillment("OrderLamp");
    check(sent(&lex, yes(json!({}))).await, 1, Err("expected `sessionState`"));
    // Of what no service sends, everything is taken.
    check(sent(&json!({"of": "mine"}), yes(json!([1]))).await, 1, Ok(json!([1])));
}

#[lambda_test::test]
async fn an_event_of_a_service_that_does_not_wait_is_asynchronous() {
    let lambda = Lambda::new();
    let function = lambda.stub("f", |_: Value| Err::<(), _>(FunctionError::new("E", "it fails")));
    for event in [
        serde_json::to_value(samples::config::scheduled("a-rule")),
        serde_json::to_value(samples::cloudwatch_alarm::alarm("errors")),
        serde_json::to_value(samples::cognito::custom_email("code")),
    ] {
        let triggered = function.trigger(&event.expect("JSON")).await;
        assert_eq!((triggered.attempts, triggered.response), (1, Ok(Value::Null)));
    }
    lambda.until_idle().await;
    // Lambda itself tries each of them three times.
    lambda.metrics();
    assert_eq!(lambda.elapsed().as_secs(), 180);
}
