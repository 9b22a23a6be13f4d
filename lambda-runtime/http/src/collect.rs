//! Takes bodies that are not streamed as a whole.

use std::{fmt, future::poll_fn};

use bytes::{Buf, Bytes, BytesMut};
use http_body::Body;
use lambda_runtime::Error;

/// The most bytes of a body that is not streamed, both ways: what Lambda takes.
pub(crate) const MOST_BYTES: usize = 6 * 1024 * 1024;

/// Takes all of a body, without a copy where it comes in one piece.
///
/// An error if it has more bytes than Lambda takes.
pub(crate) async fn collect<B>(body: B) -> Result<Bytes, Error>
where
    B: Body<Error: Into<Error>>,
{
    let mut body = std::pin::pin!(body);
    let mut whole = Bytes::new();
    let mut pieces = BytesMut::new();
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let Ok(mut data) = frame.map_err(Into::into)?.into_data() else { continue };
        // Of `Bytes`, which nearly every body has, this is a slice.
        let piece = data.copy_to_bytes(data.remaining());
        if MOST_BYTES < whole.len() + pieces.len() + piece.len() {
            return Err(TooLarge.into());
        }
        if whole.is_empty() && pieces.is_empty() {
            whole = piece;
        } else {
            if pieces.is_empty() {
                pieces.extend_from_slice(&std::mem::take(&mut whole));
            }
            pieces.extend_from_slice(&piece);
        }
    }
    Ok(if pieces.is_empty() { whole } else { pieces.freeze() })
}

/// A body with more bytes than Lambda takes.
#[derive(Debug)]
pub(crate) struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the body has more than 6 MB: a function URL and a REST API take more of a response that is streamed, \
             see `response_stream`",
        )
    }
}

impl std::error::Error for TooLarge {}
