//! Streams pieces of 4 KiB: the event is how many.
use std::convert::Infallible;

use bytes::Bytes;
use futures_util::stream;
use lambda_runtime::{Error, LambdaEvent, StreamResponse};

static PIECE: [u8; 4096] = [7; 4096];

async fn handler(
    e: LambdaEvent<usize>,
) -> Result<StreamResponse<impl stream::Stream<Item = Result<Bytes, Infallible>> + Unpin + Send>, Error> {
    bench_support::tick();
    let pieces = (0..e.payload).map(|_| Ok(Bytes::from_static(&PIECE)));
    Ok(StreamResponse::from(stream::iter(pieces)))
}

fn main() -> Result<(), Error> {
    peer::serve!(handler)
}
