use lambda_runtime::{Error, Runtime};
use lambda_test::Lambda;
use serde_json::Value;

/// An event is what a function is invoked with: synchronously, or asynchronously, when the service keeps it and tries it
/// again, and sends on what became of it.
#[lambda_test::test]
async fn event() {
    let lambda = Lambda::new();
    let failed = lambda.queue("failed");
    let handler = Runtime::new(async |_: Value| Err::<(), Error>("out of stock".into()));
    let function = lambda.function("orders", handler).on_failure(&failed).create();

    let accepted = function.invoke(7).event().await;
    assert_eq!(accepted.response().status(), 202);
    lambda.until_idle().await;

    let record: Value = failed.messages()[0].json()?;
    assert_eq!(record["requestPayload"], 7);
    assert_eq!(record["requestContext"]["approximateInvokeCount"], 3);
    // A minute and two minutes, in a moment.
    assert_eq!(lambda.elapsed().as_secs(), 180);
}
