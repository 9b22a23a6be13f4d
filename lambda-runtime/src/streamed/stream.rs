//! A `Stream` as a body.

use std::{
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;

use super::{Pieces, Streamed};
use crate::{FunctionError, IntoFunctionError, Response};

/// A stream, and the piece that it made last.
struct OfStream<S, D, M> {
    stream: Pin<Box<S>>,
    piece: Option<D>,
    marker: PhantomData<fn(M)>,
}

impl<S, D, E, M> Pieces for OfStream<S, D, M>
where
    S: Stream<Item = Result<D, E>>,
    D: AsRef<[u8]> + Unpin,
    E: IntoFunctionError<fn(M)>,
{
    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<(), FunctionError>>> {
        Poll::Ready(match ready!(self.stream.as_mut().poll_next(context)) {
            Some(Ok(piece)) => {
                self.piece = Some(piece);
                Some(Ok(()))
            }
            Some(Err(error)) => Some(Err(error.into_function_error())),
            None => None,
        })
    }

    fn piece(&self) -> &[u8] {
        self.piece.as_ref().map_or(b"", AsRef::as_ref)
    }
}

impl Response {
    /// Streams what a `Stream` yields: bytes, texts, or an error, which the caller receives after what was sent.
    ///
    /// The caller receives it as it comes where it can, as by a function URL with the invoke mode `RESPONSE_STREAM`;
    /// otherwise when it is complete. What is sent is limited to 200 MB, the first 6 MB as fast as possible and the rest
    /// with 2 MB/s. An error before the first item fails the invocation as one of the handler does.
    ///
    /// ```
    /// use futures_util::stream;
    /// use lambda_runtime::{Error, Response};
    ///
    /// async fn handler(count: u32) -> Result<Response, Error> {
    ///     let lines = (0..count).map(|number| Ok::<_, Error>(format!("{number}\n")));
    ///     Ok(Response::stream(stream::iter(lines)).with_content_type("text/plain"))
    /// }
    /// # lambda_runtime::Runtime::new(handler);
    /// ```
    ///
    /// Source: AWS Lambda developer guide, "Response streaming for Lambda functions".
    pub fn stream<S, D, E, M>(stream: S) -> Self
    where
        S: Stream<Item = Result<D, E>> + 'static,
        D: AsRef<[u8]> + Unpin + 'static,
        E: IntoFunctionError<fn(M)>,
        M: 'static,
    {
        let body = OfStream { stream: Box::pin(stream), piece: None, marker: PhantomData };
        Self::streamed(Streamed::new(body))
    }
}
