//! Echoes a `RawValue`: as near to "no parsing" as the typed interface comes.
use lambda_runtime::{Error, LambdaEvent};
use serde_json::value::RawValue;

async fn handler(e: LambdaEvent<Box<RawValue>>) -> Result<Box<RawValue>, Error> {
    bench_support::tick();
    Ok(e.payload)
}

fn main() -> Result<(), Error> {
    peer::serve!(handler)
}
