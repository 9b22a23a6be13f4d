use lambda_runtime::{Error, Runtime};
use lambda_test::Lambda;

/// A function is code and configuration under a name. It is updated while it is used, and deleted.
#[lambda_test::test]
async fn function() {
    let lambda = Lambda::new();
    let first = Runtime::new(async |_: ()| Ok::<_, Error>("first"));
    let function = lambda.function("orders", first).memory_mb(256).create();
    assert_eq!(function.arn().as_str(), "arn:aws:lambda:us-east-1:123456789012:function:orders");
    assert_eq!(lambda.invoke("orders", ()).await.payload(), r#""first""#);

    let second = Runtime::new(async |_: ()| Ok::<_, Error>("second"));
    lambda.update_code(&function, second);
    assert_eq!(lambda.invoke("orders", ()).await.payload(), r#""second""#);

    function.delete().await;
    lambda.invoke("orders", ()).await.assert_service_error(404);
}
