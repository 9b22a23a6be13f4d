//! Responses made of a stream of values: server-sent events, lines of JSON.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderValue, Response, header};
use http_body::Frame;
use lambda_runtime::Error;
use serde::Serialize;
use tokio::time::{Instant, Sleep};

use crate::IntoResponse;

/// A server-sent event.
///
/// ```
/// use lambda_http::SseEvent;
///
/// let event = SseEvent::new("two\nlines").event("update").id("7");
/// assert_eq!(event.to_string(), "event: update\nid: 7\ndata: two\ndata: lines\n\n");
/// ```
///
/// Source: HTML Living Standard, "Server-sent events".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SseEvent {
    fields: String,
    data: String,
}

impl SseEvent {
    /// An event with this data, of one line or of several.
    pub fn new(data: impl Into<String>) -> Self {
        Self { fields: String::new(), data: data.into() }
    }

    /// An event whose data is this value as JSON.
    ///
    /// # Errors
    ///
    /// The value has no form in JSON.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::to_string(value).map(Self::new)
    }

    /// Sets its name, which a browser's `addEventListener` takes. What follows a line break is left out.
    pub fn event(self, name: &str) -> Self {
        self.field("event", name)
    }

    /// Sets its id, which the client sends as `Last-Event-ID` when it connects anew.
    pub fn id(self, id: &str) -> Self {
        self.field("id", id)
    }

    /// Sets how long the client waits before it connects anew.
    pub fn retry(self, wait: Duration) -> Self {
        self.field("retry", &wait.as_millis().to_string())
    }

    fn field(mut self, name: &str, value: &str) -> Self {
        let value = value.lines().next().unwrap_or_default();
        self.fields.extend([name, ": ", value, "\n"]);
        self
    }
}

impl fmt::Display for SseEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fields)?;
        let data = self.data.replace("\r\n", "\n").replace('\r', "\n");
        for line in data.split('\n') {
            writeln!(f, "data: {line}")?;
        }
        f.write_str("\n")
    }
}

/// Makes a response of server-sent events.
///
/// It streams where the front end does: see [`HttpHandler::response_stream`](crate::HttpHandler::response_stream).
///
/// ```
/// use std::time::Duration;
///
/// use futures_util::stream;
/// use lambda_http::{Error, Request, SseEvent, sse};
///
/// let ticks = async |_: Request| {
///     let ticks = stream::iter((0..3).map(|tick| Ok::<_, Error>(SseEvent::new(tick.to_string()))));
///     sse(ticks).heartbeat(Duration::from_secs(15))
/// };
/// let handler = lambda_http::handler(ticks).response_stream();
/// # let _ = handler;
/// ```
pub fn sse<S, E>(events: S) -> Values<S, SseEvent>
where
    S: Stream<Item = Result<SseEvent, E>>,
    E: Into<Error>,
{
    let kind = Kind {
        content_type: "text/event-stream",
        beat: b":\n\n",
        write: |event: &SseEvent| Ok(event.to_string().into_bytes()),
    };
    Values::new(events, kind)
}

/// Makes a response of lines, each a value as JSON: `application/x-ndjson`.
///
/// ```
/// use futures_util::stream;
/// use lambda_http::{Error, Request, json_lines};
///
/// let orders = async |_: Request| json_lines(stream::iter([Ok::<_, Error>(1), Ok(2)]));
/// let handler = lambda_http::handler(orders).response_stream();
/// # let _ = handler;
/// ```
pub fn json_lines<S, T, E>(values: S) -> Values<S, T>
where
    S: Stream<Item = Result<T, E>>,
    T: Serialize,
    E: Into<Error>,
{
    let line = |value: &T| {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        Ok(line)
    };
    Values::new(values, Kind { content_type: "application/x-ndjson", beat: b"\n", write: line })
}

/// A response made of a stream of values: what [`sse`] and [`json_lines`] return.
pub struct Values<S, T> {
    values: Pin<Box<S>>,
    kind: Kind<T>,
    heartbeat: Option<(Duration, Pin<Box<Sleep>>)>,
}

/// How values are written.
struct Kind<T> {
    content_type: &'static str,
    beat: &'static [u8],
    write: fn(&T) -> Result<Vec<u8>, serde_json::Error>,
}

impl<S, T> Values<S, T> {
    fn new(values: S, kind: Kind<T>) -> Self {
        Self { values: Box::pin(values), kind, heartbeat: None }
    }

    /// Sends something without a meaning after this long without a value, so that what stands between does not take the
    /// connection for a dead one: a comment among server-sent events, an empty line among those of JSON.
    pub fn heartbeat(mut self, after: Duration) -> Self {
        self.heartbeat = Some((after, Box::pin(tokio::time::sleep(after))));
        self
    }
}

impl<S, T, E> http_body::Body for Values<S, T>
where
    S: Stream<Item = Result<T, E>>,
    E: Into<Error>,
{
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        let frame = |bytes| Poll::Ready(Some(Ok(Frame::data(bytes))));
        match this.values.as_mut().poll_next(context) {
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(Some(Ok(value))) => {
                if let Some((after, beat)) = &mut this.heartbeat {
                    beat.as_mut().reset(Instant::now() + *after);
                }
                match (this.kind.write)(&value) {
                    Ok(bytes) => frame(bytes.into()),
                    Err(error) => Poll::Ready(Some(Err(error.into()))),
                }
            }
            Poll::Pending => {
                let Some((after, beat)) = &mut this.heartbeat else { return Poll::Pending };
                ready!(beat.as_mut().poll(context));
                beat.as_mut().reset(Instant::now() + *after);
                frame(Bytes::from_static(this.kind.beat))
            }
        }
    }
}

impl<S, T, E> IntoResponse for Values<S, T>
where
    S: Stream<Item = Result<T, E>> + 'static,
    T: 'static,
    E: Into<Error> + 'static,
{
    type Body = Self;

    fn into_response(self) -> Response<Self> {
        let content_type = HeaderValue::from_static(self.kind.content_type);
        let mut response = Response::new(self);
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
        let no_cache = HeaderValue::from_static("no-cache");
        response.headers_mut().insert(header::CACHE_CONTROL, no_cache);
        response
    }
}

impl<S, T> fmt::Debug for Values<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Values");
        shown.field("content_type", &self.kind.content_type).finish_non_exhaustive()
    }
}
