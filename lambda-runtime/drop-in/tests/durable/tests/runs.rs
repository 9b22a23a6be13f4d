//! A durable function runs in a simulated environment: its step is checkpointed at a service that the test is.

use std::sync::{Arc, Mutex};

use aws_durable_execution_sdk as durable;
use aws_smithy_http_client::test_util::infallible_client_fn;
use aws_smithy_types::body::SdkBody;
use lambda_runtime::{Environment, Error, Runtime, service_fn};
use lambda_test::Lambda;
use serde_json::{Value, json};

async fn greet(_: Value, context: durable::DurableContext) -> Result<String, durable::BoxError> {
    let name = context.step(|_| async { Ok("world".to_owned()) }).name("fetch-name").await?;
    Ok(format!("hello, {name}"))
}

/// What the service hands to a durable function at first.
fn envelope() -> Value {
    json!({
        "DurableExecutionArn": "arn:aws:lambda:us-east-1:123456789012:function:f:1/durable-execution/a/b",
        "CheckpointToken": "token-1",
        "InitialExecutionState": {"Operations": [{
            "Id": "b", "Type": "EXECUTION", "Status": "STARTED", "StartTimestamp": 1_767_225_600.0,
            "ExecutionDetails": {"InputPayload": "{}"},
        }]},
    })
}

#[lambda_test::test]
async fn a_durable_function_checkpoints_its_step_and_succeeds() {
    let updates = Arc::new(Mutex::new(Vec::new()));
    let noted = updates.clone();
    let service = infallible_client_fn(move |request| {
        let body: Value = request
            .body()
            .bytes()
            .and_then(|body| serde_json::from_slice(body).ok())
            .unwrap_or_default();
        for update in body["Updates"].as_array().into_iter().flatten() {
            let update = format!("{} {} {}", update["Type"], update["Name"], update["Action"]);
            noted.lock().expect("nobody panics").push(update.replace('"', ""));
        }
        let answer = json!({"CheckpointToken": "token-2", "NewExecutionState": {"Operations": []}});
        http::Response::builder()
            .status(200)
            .body(SdkBody::from(answer.to_string()))
            .expect("a response")
    });
    let app = async move |environment: Environment| {
        let config = lambda_aws::config(&environment).await?;
        let client = aws_sdk_lambda::config::Builder::from(&config).http_client(service.clone());
        let client = aws_sdk_lambda::Client::from_conf(client.build());
        let options = durable::Options::builder().lambda_client(client).build()?;
        Ok::<_, Error>(Runtime::new(service_fn(durable::wrap(greet, options))))
    };
    let lambda = Lambda::new();
    let function = lambda.function("f", app).create();
    let response: Value = function.invoke(envelope()).await.json()?;
    assert_eq!(
        (&response["Status"], &response["Result"]),
        (&json!("SUCCEEDED"), &json!("\"hello, world\""))
    );
    let updates = updates.lock().expect("nobody panics").clone();
    assert!(updates.contains(&"STEP fetch-name SUCCEED".to_owned()), "{updates:?}");
}
