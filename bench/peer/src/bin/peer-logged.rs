//! A small struct in, a small struct out, and one record with three fields, as the template of that crate has it.
use lambda_runtime::{tracing, Error, LambdaEvent};
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

async fn handler(e: LambdaEvent<Request>) -> Result<Response, Error> {
    bench_support::tick();
    let Request { id, count } = e.payload;
    tracing::info!(id, count, ok = true, "handled");
    Ok(Response {
        id,
        count: count + 1,
        ok: true,
    })
}

fn main() -> Result<(), Error> {
    peer::serve!(handler)
}
