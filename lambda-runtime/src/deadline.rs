//! Reports an invocation that is about to time out, while there is time for that.

use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};

use lambda_core::BoxError;
use tower_layer::Layer;
use tower_service::Service;

use crate::{FunctionError, Invocation, Response};

/// A tower layer that fails an invocation a margin before it times out, for [`Runtime::layer`](crate::Runtime::layer).
///
/// A function that times out is killed: its caller learns nothing of what it waited for, and the next invocation waits for
/// an init phase. With this layer the handler is dropped while there is time left, the error `Function.SoftTimeout` is
/// reported, [`after_each`](crate::Runtime::after_each) runs, and the environment stays warm.
///
/// The margin is what is kept for that. A handler is polled once also where less is left from the start. One that
/// computes without an `await` cannot be dropped. A response that is streamed is not covered once it has begun.
///
/// ```
/// use std::time::Duration;
///
/// use lambda_runtime::{DeadlineLayer, Error, Runtime};
/// use lambda_test::Lambda;
///
/// # lambda_test::block_on(async {
/// let handler = async |_: u32| {
///     tokio::time::sleep(Duration::from_secs(60)).await;
///     Ok::<_, Error>(())
/// };
/// let runtime = Runtime::new(handler).layer(DeadlineLayer::new(Duration::from_millis(200)));
///
/// let outcome = Lambda::new().function("orders", runtime).create().invoke(1).await;
///
/// let error = outcome.assert_error("Function.SoftTimeout");
/// assert_eq!(error.error_message, "the handler did not finish within 2800 ms, 200 ms before the timeout");
/// # });
/// ```
#[derive(Clone, Copy, Debug)]
pub struct DeadlineLayer {
    margin: Duration,
}

impl DeadlineLayer {
    /// Keeps so much time for reporting the error, and for what runs after the invocation.
    pub fn new(margin: Duration) -> Self {
        Self { margin }
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = DeadlineService<S>;

    fn layer(&self, inner: S) -> DeadlineService<S> {
        DeadlineService { inner, margin: self.margin }
    }
}

/// A service whose calls end before their invocation times out.
#[derive(Clone, Debug)]
pub struct DeadlineService<S> {
    inner: S,
    margin: Duration,
}

impl<S> Service<Invocation> for DeadlineService<S>
where
    S: Service<Invocation, Response = Response, Error: Into<BoxError>, Future: 'static>,
{
    type Response = Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response, BoxError>>>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, invocation: Invocation) -> Self::Future {
        let left = invocation.context.remaining_time();
        let (margin, limit) = (self.margin, left.saturating_sub(self.margin));
        let handling = self.inner.call(invocation);
        Box::pin(async move {
            let mut handling = pin!(handling);
            let mut due = pin!(tokio::time::sleep(limit));
            poll_fn(|context| match handling.as_mut().poll(context) {
                Poll::Ready(outcome) => Poll::Ready(outcome.map_err(Into::into)),
                Poll::Pending => {
                    due.as_mut().poll(context).map(|()| Err(late(limit, margin).into()))
                }
            })
            .await
        })
    }
}

#[cold]
fn late(limit: Duration, margin: Duration) -> FunctionError {
    let (limit, margin) = (limit.as_millis(), margin.as_millis());
    FunctionError::new(
        "Function.SoftTimeout",
        format!("the handler did not finish within {limit} ms, {margin} ms before the timeout"),
    )
}
