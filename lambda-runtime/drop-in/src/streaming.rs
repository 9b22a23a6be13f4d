//! Bodies that are made while they are sent.

use std::{
    borrow::Cow,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_channel::mpsc;
use futures_core::Stream;
use http::HeaderMap;
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::{BodyExt as _, Collected, Empty, Full, combinators::UnsyncBoxBody};
use ours::Error;

pub use crate::response::StreamResponse as Response;

/// Makes a body and what writes it. One piece waits; the next one waits for that.
pub fn channel() -> (Sender, Body) {
    Body::channel()
}

/// A body of any kind.
#[derive(Debug)]
pub struct Body(UnsyncBoxBody<Bytes, Error>);

impl Body {
    /// A body of another type.
    pub fn new<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Error>,
    {
        Self(body.map_err(Into::into).boxed_unsync())
    }

    /// A body without content.
    pub fn empty() -> Self {
        Self::new(Empty::new())
    }

    /// A body and what writes it.
    pub fn channel() -> (Sender, Self) {
        let (sender, pieces) = mpsc::channel(0);
        (Sender { sender, trailers: false }, Self::new(Channel(pieces)))
    }

    /// Collects the body.
    ///
    /// # Errors
    ///
    /// The body failed.
    pub async fn collect(self) -> Result<Collected<Bytes>, Error> {
        self.0.collect().await
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

macro_rules! from_whole {
    ($($whole:ty)*) => {$(
        impl From<$whole> for Body {
            fn from(whole: $whole) -> Self {
                Self::new(Full::from(whole))
            }
        }
    )*};
}

from_whole!(&'static [u8] Cow<'static, [u8]> Vec<u8> &'static str Cow<'static, str> String Bytes);

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Pin::new(&mut self.0).poll_frame(context)
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }
}

impl Stream for Body {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match std::task::ready!(Pin::new(&mut self.0).poll_frame(context)) {
            // Trailers are not data; they end it.
            Some(Ok(frame)) => Poll::Ready(frame.into_data().ok().map(Ok)),
            Some(Err(error)) => Poll::Ready(Some(Err(error))),
            None => Poll::Ready(None),
        }
    }
}

/// The end of a channel that the body is.
struct Channel(mpsc::Receiver<Result<Frame<Bytes>, Error>>);

impl http_body::Body for Channel {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Pin::new(&mut self.0).poll_next(context)
    }
}

/// Writes a body. Dropping it ends the body.
#[must_use = "nothing is written unless it is used"]
#[derive(Debug)]
pub struct Sender {
    sender: mpsc::Sender<Result<Frame<Bytes>, Error>>,
    /// Whether they were sent, which ends the body.
    trailers: bool,
}

impl Sender {
    /// Waits until there is room.
    ///
    /// # Errors
    ///
    /// Nobody reads the body.
    pub fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.sender.poll_ready(context).map_err(|_| closed())
    }

    /// Sends a piece.
    ///
    /// # Errors
    ///
    /// Nobody reads the body.
    pub async fn send_data(&mut self, piece: Bytes) -> Result<(), Error> {
        std::future::poll_fn(|context| self.poll_ready(context)).await?;
        self.sender.try_send(Ok(Frame::data(piece))).map_err(|_| closed())
    }

    /// Sends trailers, which are not a part of a response of Lambda.
    ///
    /// # Errors
    ///
    /// They were sent, or nobody reads the body.
    pub async fn send_trailers(&mut self, trailers: HeaderMap) -> Result<(), Error> {
        if std::mem::replace(&mut self.trailers, true) {
            return Err(closed());
        }
        std::future::poll_fn(|context| self.poll_ready(context)).await?;
        self.sender.try_send(Ok(Frame::trailers(trailers))).map_err(|_| closed())
    }

    /// Sends a piece, if there is room.
    ///
    /// # Errors
    ///
    /// Returns the piece.
    pub fn try_send_data(&mut self, piece: Bytes) -> Result<(), Bytes> {
        self.sender.try_send(Ok(Frame::data(piece.clone()))).map_err(|_| piece)
    }

    /// Ends the body with an error.
    pub fn abort(mut self) {
        self.send_error("the body was aborted".into());
    }

    /// Ends the body with this error.
    pub fn send_error(&mut self, error: Error) {
        // A clone has a place of its own, so that there is room. Where nobody reads, nobody misses it.
        let _ = self.sender.clone().try_send(Err(error));
    }
}

fn closed() -> Error {
    struct Closed;
    impl fmt::Debug for Closed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Closed")
        }
    }
    impl fmt::Display for Closed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("nobody reads the body")
        }
    }
    impl std::error::Error for Closed {}
    Box::new(Closed)
}
