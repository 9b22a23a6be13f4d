//! From an event's bytes to what the user's function returns.

use std::future::poll_fn;

use tower_service::Service;

use crate::{Context, FromEvent, FunctionError, Invocation, LambdaEvent};

/// What handles invocations, one after the other.
///
/// Four forms need no more words: an async function or closure of the event, of the event and its
/// [`Context`], of a [`LambdaEvent`] that holds both, and a [`tower::Service`](Service) of such an
/// event. The event is anything that `serde` reads, or [`RawEvent`](crate::RawEvent); what comes back
/// is a `Result`, whose answer is anything that `serde` writes, or a [`Response`](crate::Response), and
/// whose error is any `std::error::Error`, boxed or not, or what converts into a
/// [`Diagnostic`](crate::Diagnostic).
///
/// ```
/// use lambda_runtime::{Context, Error, LambdaEvent};
///
/// async fn of_event(name: String) -> Result<String, Error> {
///     Ok(format!("hello, {name}"))
/// }
///
/// async fn of_event_and_context(_: String, context: Context) -> Result<String, Error> {
///     Ok(context.request_id)
/// }
///
/// async fn of_lambda_event(event: LambdaEvent<String>) -> Result<String, Error> {
///     Ok(event.payload)
/// }
/// # lambda_runtime::Runtime::new(of_event);
/// # lambda_runtime::Runtime::new(of_event_and_context);
/// # lambda_runtime::Runtime::new(of_lambda_event);
/// ```
///
/// # The type parameter `Marker`
///
/// One type could implement `Handler` in several ways: a closure may take an event, or an event and its
/// context. `Marker` makes each way a trait of its own, so that Rust accepts all of them side by side; the
/// compiler infers it from the handler's signature. Code that passes a handler on is generic over it,
/// `fn wrap<H: Handler<M>, M>(handler: H)`, and nothing else ever names it. The markers of
/// [`IntoApp`](crate::IntoApp), [`IntoOutcome`](crate::IntoOutcome) and
/// [`IntoFunctionError`](crate::IntoFunctionError) are of the same kind.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no handler",
    label = "expected a handler",
    note = "a handler is `async fn(Event) -> Result<Answer, Error>`, `async fn(Event, Context) -> …`, \
            `async fn(LambdaEvent<Event>) -> …` or a `tower::Service<LambdaEvent<Event>>`",
    note = "`Event` must be `serde::Deserialize`, or `lambda_runtime::RawEvent` for the bytes",
    note = "a boxed function is called by a closure: `move |event| handler(event)`"
)]
pub trait Handler<Marker> {
    /// What the user's function returns: a `Result`, which
    /// [`IntoOutcome`](crate::IntoOutcome) asks for where a handler is handed over.
    type Out;

    /// Handles one invocation.
    ///
    /// The error says that the function was not called: the event does not fit.
    fn handle(
        &mut self,
        invocation: Invocation,
    ) -> impl Future<Output = Result<Self::Out, FunctionError>>;
}

/// Stands in the markers of functions that take a [`LambdaEvent`].
#[derive(Debug)]
pub enum ByLambdaEvent {}

/// Stands in the markers of tower services.
#[derive(Debug)]
pub enum ByService {}

/// What a tower service returns.
#[derive(Debug)]
pub struct Served<R, E>(pub(crate) Result<R, E>);

impl<F, A, O> Handler<fn(A) -> O> for F
where
    F: AsyncFnMut(A) -> O,
    A: FromEvent,
{
    type Out = O;

    async fn handle(&mut self, invocation: Invocation) -> Result<O, FunctionError> {
        let event = A::from_event(invocation.payload)?;
        Ok(self(event).await)
    }
}

impl<F, A, O> Handler<fn(A, Context) -> O> for F
where
    F: AsyncFnMut(A, Context) -> O,
    A: FromEvent,
{
    type Out = O;

    async fn handle(&mut self, invocation: Invocation) -> Result<O, FunctionError> {
        let event = A::from_event(invocation.payload)?;
        Ok(self(event, invocation.context).await)
    }
}

impl<F, A, O> Handler<fn(A, ByLambdaEvent) -> O> for F
where
    F: AsyncFnMut(LambdaEvent<A>) -> O,
    A: FromEvent,
{
    type Out = O;

    async fn handle(&mut self, invocation: Invocation) -> Result<O, FunctionError> {
        let payload = A::from_event(invocation.payload)?;
        Ok(self(LambdaEvent { payload, context: invocation.context }).await)
    }
}

impl<S, A> Handler<fn(A, ByService)> for S
where
    S: Service<LambdaEvent<A>>,
    A: FromEvent,
{
    type Out = Served<S::Response, S::Error>;

    async fn handle(&mut self, invocation: Invocation) -> Result<Self::Out, FunctionError> {
        // First, since a service that is ready has reserved what it must then be called for.
        let payload = A::from_event(invocation.payload)?;
        if let Err(error) = poll_fn(|context| self.poll_ready(context)).await {
            return Ok(Served(Err(error)));
        }
        Ok(Served(self.call(LambdaEvent { payload, context: invocation.context }).await))
    }
}
