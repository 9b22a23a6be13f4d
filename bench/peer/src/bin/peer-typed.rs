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

async fn handler(e: LambdaEvent<Request>) -> Result<Response, Error> {
    bench_support::tick();
    Ok(Response {
        id: e.payload.id,
        count: e.payload.count + 1,
        ok: true,
    })
}

fn main() -> Result<(), Error> {
    peer::serve!(handler)
}
