//! Decides who may call the API of orders, by a bearer token, and states the user for the function behind it.
//!
//! Run it here:
//!
//!     lambda-test invoke --example orders_authorizer --payload-file examples/events/authorizer.json

use std::process::ExitCode;

use lambda_http::{AuthorizerRequest, Decision, Error, authorizer, http::Method};

/// In the place of a signature that is verified.
fn user(token: &str) -> Option<&str> {
    token.strip_prefix("token-of-").filter(|user| !user.is_empty())
}

async fn decide(request: AuthorizerRequest) -> Result<Decision, Error> {
    // The text makes it 401.
    let token = request.bearer().ok_or("Unauthorized")?;
    Ok(match user(token) {
        Some("guest") => {
            Decision::allow("guest").only(Method::GET, "/orders").context("user", "guest")
        }
        Some(user) => Decision::allow(user).context("user", user),
        None => Decision::deny("nobody"),
    })
}

fn main() -> ExitCode {
    lambda_runtime::start(authorizer(decide))
}

#[cfg(test)]
mod tests {
    use lambda_test::Lambda;
    use serde_json::{Value, json};

    use super::*;

    #[lambda_test::test]
    async fn a_token_is_that_of_a_user() {
        let function = Lambda::new().function("authorizer", authorizer(decide)).create();
        let event: Value = serde_json::from_str(include_str!("../events/authorizer.json"))?;
        for (token, response) in [
            ("Bearer token-of-me", json!({"isAuthorized": true, "context": {"user": "me"}})),
            ("Bearer token-of-guest", json!({"isAuthorized": false, "context": {"user": "guest"}})),
            ("Bearer forged", json!({"isAuthorized": false, "context": {}})),
        ] {
            let mut event = event.clone();
            event["identitySource"] = json!([token]);
            assert_eq!(function.invoke(event).await.json::<Value>()?, response);
        }
        let mut event = event;
        event["identitySource"] = json!([]);
        let outcome = function.invoke(event).await;
        let error = outcome.function_error().expect("it is refused");
        assert_eq!(error.error_message, "Unauthorized");
    }
}
