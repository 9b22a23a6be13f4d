//! An `AsyncRead` as a body.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use lambda_core::error_type;
use tokio::io::{AsyncRead, ReadBuf};

use super::{Pieces, Streamed};
use crate::{FunctionError, Response};

/// How much is read at once.
const READ: usize = 32 * 1024;

/// A reader, and what was read of it last.
struct OfReader<R> {
    reader: Pin<Box<R>>,
    buffer: Box<[u8]>,
    length: usize,
}

impl<R: AsyncRead> Pieces for OfReader<R> {
    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<(), FunctionError>>> {
        let Self { reader, buffer, length } = &mut *self;
        let mut read = ReadBuf::new(buffer);
        if let Err(error) = ready!(reader.as_mut().poll_read(context, &mut read)) {
            return Poll::Ready(Some(Err(error_type::report(&error))));
        }
        *length = read.filled().len();
        Poll::Ready((*length != 0).then_some(Ok(())))
    }

    fn piece(&self) -> &[u8] {
        &self.buffer[..self.length]
    }
}

impl Response {
    /// Streams what an `AsyncRead` of tokio holds, 32 KiB at a time: a file, a socket, the output of a child process. See
    /// [`Response`] for what a caller receives of it.
    ///
    /// ```
    /// use lambda_runtime::{Error, Response};
    ///
    /// async fn handler(_: String) -> Result<Response, Error> {
    ///     Ok(Response::reader(&b"as long as you like"[..]))
    /// }
    /// # lambda_runtime::Runtime::new(handler);
    /// ```
    pub fn reader(reader: impl AsyncRead + 'static) -> Self {
        let (reader, buffer) = (Box::pin(reader), vec![0; READ].into_boxed_slice());
        Self::streamed(Streamed::new(OfReader { reader, buffer, length: 0 }))
    }
}
