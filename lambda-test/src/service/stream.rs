//! An invocation whose caller receives the response as it comes.

use std::{
    fmt,
    future::poll_fn,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;

#[cfg(feature = "front-ends")]
use super::InvokeResponse;
use super::{
    Invoke, Outcome,
    pending::{CallState, Pending},
};
use crate::environment::Part;

/// An invocation whose caller receives the response as it comes, as with the API call `InvokeWithResponseStream`:
/// [`Invoke::stream`] makes it.
///
/// The first 6 MB come as fast as the function makes them, the rest with 2 MB/s of the time of the service; in all they are
/// 200 MB at most. What is not taken keeps the function waiting, as a slow caller does.
///
/// ```
/// use std::time::Duration;
///
/// use futures_util::stream;
/// use lambda_runtime::{Error, Response, Runtime};
///
/// async fn ticks(count: u32) -> Result<Response, Error> {
///     let ticks = stream::unfold(0, move |tick| async move {
///         tokio::time::sleep(Duration::from_millis(100)).await;
///         (tick < count).then(|| (Ok::<_, Error>(format!("tick {tick}\n")), tick + 1))
///     });
///     Ok(Response::stream(ticks))
/// }
/// # lambda_test::block_on(async {
/// let function = lambda_test::Lambda::new().function("ticks", Runtime::new(ticks)).create();
/// let mut stream = function.invoke(2).stream();
/// let mut seen = Vec::new();
/// while let Some(chunk) = stream.next().await {
///     seen.push((chunk.after, chunk.bytes));
/// }
/// let ms = Duration::from_millis;
/// assert_eq!(seen, [(ms(100), "tick 0\n".into()), (ms(200), "tick 1\n".into())]);
/// stream.outcome().await.assert_ok();
/// # });
/// ```
///
/// Dropping it is the caller hanging up: the invocation continues, and nobody receives the rest.
#[must_use = "an invocation is made when it is awaited"]
pub struct InvokeStream {
    invoke: Invoke,
    content_type: Option<std::sync::Arc<str>>,
}

/// A part of a response, as it came. Its borders carry no meaning: the service may join and split what a function sends.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Chunk {
    /// When it came, since the call.
    pub after: Duration,
    /// What came.
    pub bytes: Bytes,
}

impl InvokeStream {
    pub(super) fn of(invoke: Invoke) -> Self {
        Self { invoke, content_type: None }
    }

    /// Waits for the next part of the response. `None` once it is complete, also where the function failed:
    /// [`outcome`](Self::outcome) has its error, that of a response which failed after some of its parts too.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: the next one waits for the same part.
    pub async fn next(&mut self) -> Option<Chunk> {
        poll_fn(|context| self.poll_next(context)).await
    }

    pub(crate) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Chunk>> {
        loop {
            let pending = self.invoke.pending();
            let called = pending.called;
            match ready!(pending.poll_part(context)) {
                Some(Part::Begun(content_type)) => self.content_type = Some(content_type),
                Some(Part::Bytes(at, bytes)) => {
                    return Poll::Ready(Some(Chunk { after: at - called, bytes }));
                }
                None => return Poll::Ready(None),
            }
        }
    }

    /// Returns the content type of the response. Absent until its first part has come, and where it has none.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Waits until it is known how a response ended whose parts have all come: with the error, if it has one.
    #[cfg(feature = "front-ends")]
    pub(crate) fn poll_error(&mut self, context: &mut Context<'_>) -> Poll<Option<String>> {
        let response = ready!(self.invoke.pending().poll_response(context));
        let error = response.function_error().map(ToString::to_string);
        Poll::Ready(error.or_else(|| response.service_error().map(ToString::to_string)))
    }

    /// Returns the id of the invocation.
    #[cfg(feature = "front-ends")]
    pub(crate) fn request_id(&mut self) -> String {
        self.invoke.request_id()
    }

    /// Waits for what the caller of an invocation receives of which nothing came.
    #[cfg(feature = "front-ends")]
    pub(crate) async fn response(&mut self) -> InvokeResponse {
        self.invoke.response().await
    }

    /// Waits until the invocation is over; parts that were not taken by then are lost. The payload of the outcome is that
    /// of an error, and empty where there is none.
    pub async fn outcome(mut self) -> Outcome {
        while self.next().await.is_some() {}
        self.invoke.await
    }
}

impl Pending {
    /// Waits for the next part of a response that is received as it comes.
    fn poll_part(&mut self, context: &mut Context<'_>) -> Poll<Option<Part>> {
        match &mut self.call {
            CallState::Dispatched(dispatched) => match &mut dispatched.in_flight.parts {
                Some(parts) => parts.poll_recv(context),
                None => Poll::Ready(None),
            },
            CallState::Accepted(_) | CallState::Refused(_) => Poll::Ready(None),
        }
    }
}

impl fmt::Debug for InvokeStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("InvokeStream");
        shown.field("content_type", &self.content_type).finish_non_exhaustive()
    }
}
