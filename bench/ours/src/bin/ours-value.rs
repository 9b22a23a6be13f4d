//! Any JSON, parsed and echoed.

use lambda_runtime::Error;
use serde_json::Value;

async fn handler(event: Value) -> Result<Value, Error> {
    Ok(event)
}

fn main() -> std::process::ExitCode {
    ours::serve(handler)
}
