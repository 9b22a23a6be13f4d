//! Responses that a front end hands to the client as they come.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use http::{header, response::Parts};
use http_body::{Body, Frame, SizeHint};
use lambda_runtime::{Error, FunctionError, HttpPrelude, Response};

use crate::{
    body::WithError,
    response::{is_of_the_connection, reported, text},
};

/// A body as it comes, or as a whole if its first piece is all of it.
pub(crate) async fn streamed<B>(body: B) -> Result<Response, FunctionError>
where
    B: Body<Data: Unpin, Error: Into<Error>> + 'static,
{
    let mut body = WithError(Box::pin(body));
    let first = poll_fn(|context| Poll::Ready(body.0.as_mut().poll_frame(context))).await;
    let first = match first {
        Poll::Ready(None) => return Ok(Response::bytes(Bytes::new())),
        Poll::Ready(Some(Err(error))) => return Err(reported(error.into())),
        Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
            Ok(mut data) if body.0.is_end_stream() => {
                return Ok(Response::bytes(data.copy_to_bytes(data.remaining())));
            }
            Ok(data) => Some(data),
            Err(_) => None,
        },
        Poll::Pending => None,
    };
    Ok(Response::http_body(After { first, body }))
}

/// A body after its first piece was looked at.
struct After<B: Body> {
    first: Option<B::Data>,
    body: WithError<B>,
}

impl<B: Body<Data: Unpin, Error: Into<Error>>> Body for After<B> {
    type Data = B::Data;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, Error>>> {
        if let Some(data) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        Poll::Ready(ready!(Pin::new(&mut self.body).poll_frame(context)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

/// The head of a response, before its body.
pub(crate) fn prelude(parts: &Parts) -> HttpPrelude {
    let mut prelude = HttpPrelude::new(parts.status.as_u16());
    for (name, value) in &parts.headers {
        prelude = match name {
            &header::SET_COOKIE => prelude.cookie(text(value)),
            name if is_of_the_connection(name) => prelude,
            name => prelude.header(name.as_str(), text(value)),
        };
    }
    prelude
}
