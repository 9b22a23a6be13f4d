//! note: wrap a handler in `Runtime::new`

fn main() {
    let lambda = lambda_test::Lambda::new();
    let _ = lambda.function("orders", async |event: u32| Ok::<_, lambda_runtime::Error>(event));
}
