//! Lambda authorizers: what each kind of API receives.

use http::Method;
use lambda_events::api_gateway::{AuthorizerResponse, SimpleAuthorizerResponse};
use lambda_http::{AuthorizerRequest, Decision, Error, authorizer};
use lambda_test::Lambda;
use serde_json::{Value, json};

const ARN: &str = "arn:aws:execute-api:us-east-1:123456789012:abcdef/prod/GET/orders/7";

fn token() -> Value {
    json!({"type": "TOKEN", "methodArn": ARN, "authorizationToken": "Bearer secret"})
}

fn request() -> Value {
    json!({"type": "REQUEST", "methodArn": ARN, "headers": {"Authorization": "Bearer secret"}})
}

fn first() -> Value {
    json!({
        "version": "1.0", "type": "REQUEST", "methodArn": ARN, "identitySource": "bearer secret",
        "authorizationToken": "bearer secret",
    })
}

fn second() -> Value {
    json!({"version": "2.0", "type": "REQUEST", "routeArn": ARN, "identitySource": ["Bearer secret"]})
}

async fn decided(decision: Decision, iam: bool, event: &Value) -> Value {
    let decide = async move |_: AuthorizerRequest| Ok::<_, Error>(decision.clone());
    let handler = authorizer(decide);
    let handler = if iam { handler.iam_policy() } else { handler };
    let function = Lambda::new().function("authorizer", handler).create();
    function.invoke(event).await.json().expect("a decision")
}

#[lambda_test::test]
async fn a_rest_api_receives_a_policy_for_its_stage() {
    let decision =
        Decision::allow("me").context("plan", "free").context("age", 7).context("old", false);
    for event in [token(), request(), first()] {
        let policy = json!({
            "principalId": "me",
            "policyDocument": {
                "Version": "2012-10-17",
                "Statement": [{
                    "Action": ["execute-api:Invoke"],
                    "Effect": "Allow",
                    "Resource": ["arn:aws:execute-api:us-east-1:123456789012:abcdef/prod/*"],
                }],
            },
            "context": {"plan": "free", "age": 7, "old": false},
        });
        let response = decided(decision.clone(), false, &event).await;
        assert_eq!(response, policy);
        serde_json::from_value::<AuthorizerResponse>(response).expect("it is one");
    }
    assert_eq!(decided(decision, true, &second()).await["principalId"], "me");
}

#[lambda_test::test]
async fn a_policy_is_narrowed_to_routes() {
    let decision =
        Decision::deny("me").only(Method::GET, "/orders/*").only(Method::POST, "a").usage_key("k");
    let response = decided(decision, false, &token()).await;
    let statement = &response["policyDocument"]["Statement"][0];
    let stage = "arn:aws:execute-api:us-east-1:123456789012:abcdef/prod";
    let resources = json!([format!("{stage}/GET/orders/*"), format!("{stage}/POST/a")]);
    assert_eq!((&statement["Effect"], &statement["Resource"]), (&json!("Deny"), &resources));
    assert_eq!(response["usageIdentifierKey"], "k");
}

#[lambda_test::test]
async fn an_http_api_receives_a_simple_response() {
    for (decision, is_authorized) in [
        (Decision::allow("me"), true),
        (Decision::deny("me"), false),
        (Decision::allow("me").only(Method::GET, "/orders/*"), true),
        (Decision::allow("me").only(Method::GET, "/orders/7"), true),
        (Decision::allow("me").only(Method::GET, "/*/7"), true),
        (Decision::allow("me").only(Method::GET, "/o*r*7"), true),
        (Decision::allow("me").only(Method::GET, "/o*x*7"), false),
        (Decision::allow("me").only(Method::GET, "/orders"), false),
        (Decision::allow("me").only(Method::GET, "/orders/7*7"), false),
        (Decision::allow("me").only(Method::POST, "/orders/*"), false),
        (Decision::allow("me").only(Method::POST, "*").only(Method::GET, "*"), true),
        (Decision::deny("me").only(Method::POST, "/orders/*"), false),
    ] {
        let response = decided(decision.clone().context("a", "b"), false, &second()).await;
        assert_eq!(
            response,
            json!({"isAuthorized": is_authorized, "context": {"a": "b"}}),
            "{decision:?}"
        );
        serde_json::from_value::<SimpleAuthorizerResponse>(response).expect("it is one");
    }
}

#[lambda_test::test]
async fn values_of_the_context_are_texts_numbers_and_bools() {
    let decision = Decision::allow("me")
        .context("text", "a")
        .context("number", 1.5)
        .context("none", f64::NAN)
        .context("many", f64::INFINITY)
        .context("large", u64::MAX)
        .context("text", "b");
    let response = decided(decision, false, &second()).await;
    let context =
        json!({"text": "b", "number": 1.5, "none": "NaN", "many": "inf", "large": u64::MAX});
    assert_eq!(response["context"], context);
}

#[lambda_test::test]
async fn the_token_is_where_each_kind_has_it() {
    let decide = async |request: AuthorizerRequest| {
        let header = request.headers().get("authorization").and_then(|value| value.to_str().ok());
        let seen = [request.token(), request.bearer(), header].map(|text| text.unwrap_or("-"));
        assert_eq!(request.arn(), ARN);
        assert!(request.event().is_object());
        Ok::<_, Error>(Decision::allow(seen.join("|")))
    };
    let function = Lambda::new().function("authorizer", authorizer(decide).iam_policy()).create();
    for (event, seen) in [
        (token(), "Bearer secret|secret|-"),
        (request(), "-|-|Bearer secret"),
        (first(), "bearer secret|secret|-"),
        (second(), "Bearer secret|secret|-"),
        (json!({"methodArn": ARN, "authorizationToken": "Basic abc"}), "Basic abc|-|-"),
    ] {
        let response: Value = function.invoke(&event).await.json().expect("a policy");
        assert_eq!(response["principalId"], seen);
    }
}

#[lambda_test::test]
async fn an_error_is_that_of_the_invocation() {
    let decide = async |_: AuthorizerRequest| Err::<Decision, _>(Error::from("Unauthorized"));
    let function = Lambda::new().function("authorizer", authorizer(decide)).create();
    let outcome = function.invoke(token()).await;
    assert_eq!(
        outcome.function_error().map(|error| error.error_message.as_str()),
        Some("Unauthorized")
    );
    let outcome = function.invoke(json!({"rawPath": "/"})).await;
    let error = outcome.assert_error("Runtime.UnmarshalError");
    assert_eq!(
        error.error_message,
        "the event has neither `methodArn` nor `routeArn`: expected one of a Lambda authorizer"
    );
}
