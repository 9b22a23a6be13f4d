//! Responses that are made while they are sent: nothing stands between the body and the socket, no task and no channel.
//!
//! Only the constructors of streamed responses make what is here a part of a program.

#[cfg(feature = "http-body")]
mod body;
#[cfg(feature = "async-read")]
mod reader;
#[cfg(feature = "stream")]
mod stream;

use std::{
    borrow::Cow,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};

use lambda_core::rt::catch_panic;

use crate::{
    FunctionError, RunError,
    client::{Pending, Upload},
    log, panics,
    termination::{Deadline, Termination},
};

/// A body in pieces. After the end and after an error it is not polled again.
pub(crate) trait Pieces {
    /// Makes the next piece, which [`piece`](Self::piece) returns until the next call.
    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<(), FunctionError>>>;

    /// The piece that was made last.
    fn piece(&self) -> &[u8];
}

/// A response that is made while it is sent.
pub(crate) struct Streamed(Box<dyn Deliver>);

/// When the process is asked to end, and how long the invocation may take then.
pub(crate) type Limit<'a> = (&'a mut Termination, Deadline);

impl Streamed {
    // The constructors are features.
    #[allow(dead_code, reason = "each constructor is a feature")]
    pub(crate) fn new(body: impl Pieces + 'static) -> Self {
        Self(Box::new(WithPrelude { body: Box::pin(body), prelude: Vec::new() }))
    }

    /// Sets what the service reads before the body.
    pub(crate) fn set_prelude(&mut self, prelude: Vec<u8>) {
        self.0.set_prelude(prelude);
    }

    /// Sends it. `None` where the process was asked to end and the deadline has passed.
    pub(crate) fn deliver<'a>(
        self,
        pending: &'a mut Pending<'_>,
        content_type: Cow<'static, str>,
        limit: Option<Limit<'a>>,
    ) -> Delivering<'a> {
        self.0.deliver(pending, content_type, limit)
    }
}

/// A response on its way.
type Delivering<'a> = Pin<Box<dyn Future<Output = Result<Option<()>, RunError>> + 'a>>;

/// A body that brings with it what sends it, so that a program without one has neither.
trait Deliver {
    fn set_prelude(&mut self, prelude: Vec<u8>);

    fn deliver<'a>(
        self: Box<Self>,
        pending: &'a mut Pending<'_>,
        content_type: Cow<'static, str>,
        limit: Option<Limit<'a>>,
    ) -> Delivering<'a>;
}

/// A body, and what the service reads before it.
struct WithPrelude {
    body: Pin<Box<dyn Pieces>>,
    prelude: Vec<u8>,
}

impl Deliver for WithPrelude {
    fn set_prelude(&mut self, prelude: Vec<u8>) {
        self.prelude = prelude;
    }

    fn deliver<'a>(
        self: Box<Self>,
        pending: &'a mut Pending<'_>,
        content_type: Cow<'static, str>,
        limit: Option<Limit<'a>>,
    ) -> Delivering<'a> {
        Box::pin(async move {
            let Self { body, prelude } = *self;
            let sending = pin!(send(body, prelude, pending, content_type));
            match limit {
                Some((termination, deadline)) => {
                    termination.finish(sending, deadline).await.transpose()
                }
                None => sending.await.map(Some),
            }
        })
    }
}

/// What is next of a body: a piece, its end, or its error. A panic is an error.
type Next = Option<Result<(), FunctionError>>;

fn next(body: &mut Pin<Box<dyn Pieces>>) -> impl Future<Output = Next> {
    let polling = catch_panic(poll_fn(|context| body.as_mut().poll_next(context)));
    async move {
        match polling.await {
            Ok(next) => next,
            Err(panic) => Some(Err(panics::report(&*panic))),
        }
    }
}

/// Sends a body. "A chunk leaves with head and prelude in one write."
async fn send(
    mut body: Pin<Box<dyn Pieces>>,
    prelude: Vec<u8>,
    pending: &mut Pending<'_>,
    content_type: Cow<'static, str>,
) -> Result<(), RunError> {
    let environment = pending.environment().clone();
    let request_id = pending.request_id().to_owned();
    // A caller of server-sent events waits for the prelude, which does not wait for the first piece; what has none waits,
    // since an error is still an error then.
    let first = {
        let mut making = pin!(next(&mut body));
        match poll_fn(|context| Poll::Ready(making.as_mut().poll(context))).await {
            Poll::Ready(first) => Some(first),
            Poll::Pending if prelude.is_empty() => Some(making.await),
            Poll::Pending => None,
        }
    };
    if let Some(Some(Err(error))) = &first {
        log::failure(&environment, &request_id, error);
        return pending.post(Err(error)).await;
    }
    let piece = if let Some(Some(Ok(()))) = first { body.piece() } else { b"" };
    let mut upload = pending.upload(&content_type, [&prelude, piece]).await?;
    drop(prelude);
    let ended = match first {
        Some(None) => None,
        _ => rest(&mut body, &mut upload).await,
    };
    // Its owner sees it.
    drop(body);
    match ended {
        None => upload.finish().await,
        Some(error) => {
            log::failure(&environment, &request_id, &error);
            upload.fail(&error).await
        }
    }
}

/// Sends the pieces after the first one, until the body ends, fails, or the service takes no more. Those that are there at
/// once leave together, as far as they are small.
async fn rest(body: &mut Pin<Box<dyn Pieces>>, upload: &mut Upload<'_>) -> Option<FunctionError> {
    let mut together = Vec::new();
    while upload.is_open() {
        match step(body, upload, !together.is_empty()).await {
            Step::Next(Some(Ok(()))) => {
                let piece = body.piece();
                if TOGETHER < together.len() + piece.len() {
                    upload.write(&together).await;
                    together.clear();
                }
                match piece.len() {
                    ..TOGETHER => together.extend_from_slice(piece),
                    _ => upload.write(piece).await,
                }
            }
            Step::Waits => {
                upload.write(&together).await;
                together.clear();
            }
            Step::Next(ended) => {
                upload.write(&together).await;
                return ended.and_then(Result::err);
            }
            Step::Closed => break,
        }
    }
    None
}

/// How many bytes of small pieces leave together.
const TOGETHER: usize = 32 * 1024;

enum Step {
    Next(Next),
    /// The body is pending, and there is something to send meanwhile.
    Waits,
    /// The service takes no more.
    Closed,
}

/// Waits for what is next, unless there is `more` to send meanwhile.
async fn step(body: &mut Pin<Box<dyn Pieces>>, upload: &mut Upload<'_>, more: bool) -> Step {
    let mut making = pin!(next(body));
    poll_fn(|context| match making.as_mut().poll(context) {
        Poll::Ready(next) => Poll::Ready(Step::Next(next)),
        Poll::Pending if more => Poll::Ready(Step::Waits),
        Poll::Pending => {
            ready!(upload.poll_closed(context));
            Poll::Ready(Step::Closed)
        }
    })
    .await
}
