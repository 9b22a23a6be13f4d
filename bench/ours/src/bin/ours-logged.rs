//! A small struct in, a small struct out, and one record with three fields.

use lambda_runtime::{Error, LambdaEvent, tracing};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Request {
    id: String,
    count: u64,
}

#[derive(Serialize)]
struct Response {
    id: String,
    count: u64,
    ok: bool,
}

async fn handler(event: LambdaEvent<Request>) -> Result<Response, Error> {
    bench_support::tick();
    let Request { id, count } = event.payload;
    tracing::info!(id, count, ok = true, "handled");
    Ok(Response { id, count: count + 1, ok: true })
}

fn main() -> std::process::ExitCode {
    tracing::init();
    ours::serve(handler)
}
