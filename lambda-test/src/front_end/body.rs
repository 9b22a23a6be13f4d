//! The body of a response that a client receives.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;

use crate::service::InvokeStream;

/// The body of a response of a front end: whole, or as it comes where the front end streams.
pub struct ResponseBody(Kind);

enum Kind {
    Whole(Bytes),
    Streamed { first: Bytes, stream: Box<InvokeStream> },
}

/// A body that ended before it was complete: the function failed while it made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyError(String);

impl ResponseBody {
    pub(super) fn whole(bytes: impl Into<Bytes>) -> Self {
        Self(Kind::Whole(bytes.into()))
    }

    /// A body of which this came together with the head.
    pub(super) fn streamed(first: Bytes, stream: InvokeStream) -> Self {
        Self(Kind::Streamed { first, stream: Box::new(stream) })
    }

    /// Waits for all of it.
    ///
    /// # Errors
    ///
    /// The function failed while it made it.
    pub async fn bytes(self) -> Result<Bytes, BodyError> {
        Ok(self.collect().await?.to_bytes())
    }

    /// Waits for all of it, as text; what is not UTF-8 is replaced.
    ///
    /// # Errors
    ///
    /// The function failed while it made it.
    pub async fn text(self) -> Result<String, BodyError> {
        Ok(String::from_utf8_lossy(&self.bytes().await?).into_owned())
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = |bytes| Poll::Ready(Some(Ok(Frame::data(bytes))));
        match &mut self.0 {
            Kind::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Kind::Whole(bytes) => frame(std::mem::take(bytes)),
            Kind::Streamed { first, .. } if !first.is_empty() => frame(std::mem::take(first)),
            Kind::Streamed { stream, .. } => match ready!(stream.poll_next(context)) {
                Some(chunk) => frame(chunk.bytes),
                None => match ready!(stream.poll_error(context)) {
                    Some(error) => {
                        let error = BodyError(error);
                        self.0 = Kind::Whole(Bytes::new());
                        Poll::Ready(Some(Err(error)))
                    }
                    None => Poll::Ready(None),
                },
            },
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Streamed { .. } => SizeHint::default(),
        }
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Whole(bytes) => f.debug_tuple("ResponseBody").field(bytes).finish(),
            Kind::Streamed { .. } => f.debug_tuple("ResponseBody").finish_non_exhaustive(),
        }
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the response ended before it was complete: {}", self.0)
    }
}

impl std::error::Error for BodyError {}
