use lambda_runtime::{Error, Runtime};
use lambda_test::{Fault, Lambda};

/// A runtime asks for events and responds. A handler that fails keeps it; a process that ends is replaced.
#[lambda_test::test]
async fn runtime() {
    let handler = async |n: u64| match n {
        0 => Err(Error::from("zero")),
        n => Ok(100 / n),
    };
    let lambda = Lambda::new();
    let function = lambda.function("divide", Runtime::new(handler)).create();

    assert_eq!(function.invoke(4).await.payload(), "25");
    assert_eq!(function.invoke(0).await.assert_error("Function.Error").error_message, "zero");
    assert!(!function.invoke(4).await.report().cold_start());

    function.fail_next(1, Fault::Crash);
    function.invoke(4).await.assert_error("Runtime.ExitError");
    assert!(function.invoke(4).await.report().cold_start());
}
