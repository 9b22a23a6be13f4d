use lambda_runtime::{Context, Error, Runtime};
use lambda_test::Lambda;

/// A qualifier names a version, by its number or by an alias. A function sees the one by which it was invoked.
#[lambda_test::test]
async fn qualifier() {
    let lambda = Lambda::new();
    let arn = async |_: (), context: Context| Ok::<_, Error>(context.invoked_function_arn.clone());
    let function = lambda.function("orders", Runtime::new(arn)).create();
    let version = function.publish();
    let live = function.alias("live", &version);
    assert_eq!((version.number(), live.name()), ("1", "live"));

    let arn = "arn:aws:lambda:us-east-1:123456789012:function:orders";
    for (qualifier, executed) in [("$LATEST", "$LATEST"), ("1", "1"), ("live", "1")] {
        let outcome = function.invoke(()).qualifier(qualifier).await;
        assert_eq!(outcome.json::<String>()?, format!("{arn}:{qualifier}"));
        assert_eq!(outcome.response().executed_version(), Some(executed));
    }
    assert_eq!(function.invoke(()).await.json::<String>()?, arn);
}
