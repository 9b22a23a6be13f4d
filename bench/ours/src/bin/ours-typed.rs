//! A small struct in, a small struct out.

use lambda_runtime::{Error, LambdaEvent};
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
    Ok(Response { id, count: count + 1, ok: true })
}

fn main() -> std::process::ExitCode {
    ours::serve(handler)
}
