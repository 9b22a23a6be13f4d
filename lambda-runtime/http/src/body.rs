//! The body of a request, and of a response that is made here.

use std::{
    fmt,
    ops::Deref,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use lambda_runtime::Error;

/// A body: bytes that are there as a whole, or another body.
///
/// That of a request is whole, and a slice of the event where the event has it as it is. It is `Send`, as axum wants it.
///
/// ```
/// use lambda_http::Body;
///
/// let body = Body::from("hello");
/// assert_eq!(&*body, b"hello");
/// ```
#[derive(Default)]
pub struct Body(Kind);

enum Kind {
    Whole(Bytes),
    Other(Pin<Box<dyn http_body::Body<Data = Bytes, Error = Error> + Send>>),
}

impl Default for Kind {
    fn default() -> Self {
        Self::Whole(Bytes::new())
    }
}

impl Body {
    /// A body without bytes.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Boxes another body, so that responses of several bodies are of one type.
    pub fn new<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes, Error: Into<Error>> + Send + 'static,
    {
        Self(Kind::Other(Box::pin(WithError(Box::pin(body)))))
    }

    /// Returns the bytes. `None` where it is not whole: no body of a request.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Kind::Whole(bytes) => Some(bytes),
            Kind::Other(_) => None,
        }
    }
}

/// The bytes; empty where it is not whole.
impl Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.as_bytes().map_or(b"", |bytes| bytes)
    }
}

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        match &mut self.0 {
            Kind::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Kind::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Kind::Other(body) => body.as_mut().poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Whole(bytes) => bytes.is_empty(),
            Kind::Other(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Other(body) => body.size_hint(),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Whole(bytes) => f.debug_tuple("Body").field(bytes).finish(),
            Kind::Other(_) => f.debug_tuple("Body").finish_non_exhaustive(),
        }
    }
}

macro_rules! from {
    ($($type:ty),+) => {
        $(
            impl From<$type> for Body {
                fn from(body: $type) -> Self {
                    Self(Kind::Whole(body.into()))
                }
            }
        )+
    };
}

from!(Bytes, Vec<u8>, String, &'static str, &'static [u8]);

impl From<()> for Body {
    fn from((): ()) -> Self {
        Self::empty()
    }
}

/// A body whose error is boxed.
pub(crate) struct WithError<B>(pub(crate) Pin<Box<B>>);

impl<B: http_body::Body<Error: Into<Error>>> http_body::Body for WithError<B> {
    type Data = B::Data;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, Error>>> {
        self.0.as_mut().poll_frame(context).map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
