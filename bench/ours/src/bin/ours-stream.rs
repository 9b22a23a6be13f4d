//! Streams pieces of 4 KiB: the event is how many.

use std::convert::Infallible;

use futures_util::stream;
use lambda_runtime::{Error, Response};

static PIECE: [u8; 4096] = [7; 4096];

async fn handler(pieces: usize) -> Result<Response, Error> {
    bench_support::tick();
    let pieces = (0..pieces).map(|_| Ok::<_, Infallible>(&PIECE[..]));
    Ok(Response::stream(stream::iter(pieces)))
}

fn main() -> std::process::ExitCode {
    ours::serve(handler)
}
