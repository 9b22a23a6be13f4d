//! the error of a tower service, and so of `service_fn`, must convert into `lambda_runtime::Diagnostic`
use lambda_runtime::{LambdaEvent, service_fn};

#[derive(Debug)]
struct SoldOut;

impl std::fmt::Display for SoldOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("sold out")
    }
}

impl std::error::Error for SoldOut {}

async fn handler(event: LambdaEvent<u32>) -> Result<u32, SoldOut> {
    Ok(event.payload)
}

fn main() -> std::process::ExitCode {
    lambda_runtime::start(service_fn(handler))
}
