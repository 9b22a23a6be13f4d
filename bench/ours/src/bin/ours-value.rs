//! Any JSON, parsed and echoed.

use lambda_runtime::Error;
use serde_json::Value;

async fn handler(event: Value) -> Result<Value, Error> {
    bench_support::tick();
    Ok(event)
}

fn main() -> std::process::ExitCode {
    ours::serve(handler)
}
