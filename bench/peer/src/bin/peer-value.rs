//! Echoes a `serde_json::Value`.
use lambda_runtime::{Error, LambdaEvent};
use serde_json::Value;

async fn handler(e: LambdaEvent<Value>) -> Result<Value, Error> {
    bench_support::tick();
    Ok(e.payload)
}

fn main() -> Result<(), Error> {
    peer::serve!(handler)
}
