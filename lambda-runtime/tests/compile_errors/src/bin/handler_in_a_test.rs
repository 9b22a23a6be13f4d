//! note: wrap a handler in `Runtime::new`: `lambda.function("orders", Runtime::new(handler))`

async fn handler(event: String) -> Result<String, lambda_runtime::Error> {
    Ok(event)
}

fn main() {
    let lambda = lambda_test::Lambda::new();
    let _ = lambda.function("orders", handler);
}
