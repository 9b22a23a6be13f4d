//! An `http_body::Body` as a body.

use std::{
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Buf;
use http_body::Body;

use super::{Pieces, Streamed};
use crate::{FunctionError, IntoFunctionError, Response};

/// A body, and the frame that it made last.
struct OfBody<B: Body, M> {
    body: Pin<Box<B>>,
    /// Its parts are pieces.
    frame: Option<B::Data>,
    marker: PhantomData<fn(M)>,
}

impl<B, M> Pieces for OfBody<B, M>
where
    B: Body<Data: Unpin, Error: IntoFunctionError<fn(M)>>,
{
    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<(), FunctionError>>> {
        if let Some(frame) = &mut self.frame {
            frame.advance(frame.chunk().len());
            if frame.has_remaining() {
                return Poll::Ready(Some(Ok(())));
            }
            self.frame = None;
        }
        loop {
            match ready!(self.body.as_mut().poll_frame(context)) {
                Some(Ok(frame)) => {
                    // Trailers of HTTP have no place in a response of a function.
                    let Ok(data) = frame.into_data() else { continue };
                    if data.has_remaining() {
                        self.frame = Some(data);
                        return Poll::Ready(Some(Ok(())));
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into_function_error()))),
                None => return Poll::Ready(None),
            }
        }
    }

    fn piece(&self) -> &[u8] {
        self.frame.as_ref().map_or(b"", Buf::chunk)
    }
}

impl Response {
    /// Streams an `http_body::Body`, as axum, hyper and tower-http make them; its trailers are left out. See
    /// [`Response`] for what a caller receives of it.
    ///
    /// ```
    /// use http_body_util::Full;
    /// use lambda_runtime::{Error, Response};
    ///
    /// async fn handler(_: String) -> Result<Response, Error> {
    ///     Ok(Response::http_body(Full::new(bytes::Bytes::from("hello"))))
    /// }
    /// # lambda_runtime::Runtime::new(handler);
    /// ```
    pub fn http_body<B, M>(body: B) -> Self
    where
        B: Body<Data: Unpin, Error: IntoFunctionError<fn(M)>> + 'static,
        M: 'static,
    {
        Self::streamed(Streamed::new(OfBody {
            body: Box::pin(body),
            frame: None,
            marker: PhantomData,
        }))
    }
}
