//! What may handle an invocation.

use std::future::poll_fn;

use tower_service::Service;

use crate::{
    Context, FromEvent, FunctionError, IntoFunctionError, IntoResponse, Invocation, LambdaEvent,
    Response, diagnostic::IntoDiagnostic,
};

/// A handler: what turns an invocation into an answer.
///
/// Every form below is one, without a turbofish, and none needs to be `Send`, `Sync` or `Clone`:
///
/// | form | example |
/// |---|---|
/// | async function of the event | `async fn(Order) -> Result<Total, OrderError>` |
/// | with the context | `async fn(Order, Context) -> Result<Total, OrderError>` |
/// | of both in one | `async fn(LambdaEvent<Order>) -> Result<Total, OrderError>` |
/// | async closure, also with state of its own | `async move \|order: Order\| { seen += 1; … }` |
/// | tower service | `service_fn(…)`, anything that is `Service<LambdaEvent<Order>>` |
///
/// `Order` is anything that [`FromEvent`] reads, `Total` anything that [`IntoResponse`] writes, and
/// `OrderError` any `std::error::Error`, boxed or not, or a [`Diagnostic`](crate::Diagnostic).
/// `Marker` tells the forms apart and is never written out.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no handler",
    label = "expected a handler",
    note = "a handler is `async fn(Event) -> Result<Answer, Error>`, `async fn(Event, Context) -> …`, \
            `async fn(LambdaEvent<Event>) -> …` or a `tower::Service<LambdaEvent<Event>>`",
    note = "`Event` must be `serde::Deserialize`, `Answer` must be `serde::Serialize`, and `Error` \
            must be a `std::error::Error`, boxed or not"
)]
pub trait Handler<Marker> {
    /// Handles one invocation.
    fn handle(
        &mut self,
        invocation: Invocation,
    ) -> impl Future<Output = Result<Response, FunctionError>>;
}

/// Marks a function of the event.
#[derive(Debug)]
pub struct OfEvent<T, E>(std::marker::PhantomData<fn(T, E)>);

/// Marks a function of the event and the context.
#[derive(Debug)]
pub struct OfEventAndContext<T, E>(std::marker::PhantomData<fn(T, E)>);

/// Marks a function of a [`LambdaEvent`].
#[derive(Debug)]
pub struct OfLambdaEvent<T, E>(std::marker::PhantomData<fn(T, E)>);

/// Marks a service of [`LambdaEvent`]s.
#[derive(Debug)]
pub struct OfService<T, E>(std::marker::PhantomData<fn(T, E)>);

impl<F, T, R, E, M> Handler<OfEvent<T, M>> for F
where
    F: AsyncFnMut(T) -> Result<R, E>,
    T: FromEvent,
    R: IntoResponse,
    E: IntoFunctionError<M>,
{
    async fn handle(&mut self, invocation: Invocation) -> Result<Response, FunctionError> {
        let event = T::from_event(invocation.payload)?;
        answer(self(event).await)
    }
}

impl<F, T, R, E, M> Handler<OfEventAndContext<T, M>> for F
where
    F: AsyncFnMut(T, Context) -> Result<R, E>,
    T: FromEvent,
    R: IntoResponse,
    E: IntoFunctionError<M>,
{
    async fn handle(&mut self, invocation: Invocation) -> Result<Response, FunctionError> {
        let event = T::from_event(invocation.payload)?;
        answer(self(event, invocation.context).await)
    }
}

impl<F, T, R, E, M> Handler<OfLambdaEvent<T, M>> for F
where
    F: AsyncFnMut(LambdaEvent<T>) -> Result<R, E>,
    T: FromEvent,
    R: IntoResponse,
    E: IntoFunctionError<M>,
{
    async fn handle(&mut self, invocation: Invocation) -> Result<Response, FunctionError> {
        let payload = T::from_event(invocation.payload)?;
        answer(self(LambdaEvent { payload, context: invocation.context }).await)
    }
}

impl<S, T, M> Handler<OfService<T, M>> for S
where
    S: Service<LambdaEvent<T>>,
    T: FromEvent,
    S::Response: IntoResponse,
    S::Error: IntoDiagnostic<M>,
{
    async fn handle(&mut self, invocation: Invocation) -> Result<Response, FunctionError> {
        poll_fn(|context| self.poll_ready(context)).await.map_err(S::Error::into_report)?;
        let payload = T::from_event(invocation.payload)?;
        let event = LambdaEvent { payload, context: invocation.context };
        self.call(event).await.map_err(S::Error::into_report)?.into_response()
    }
}

fn answer<R: IntoResponse, E: IntoFunctionError<M>, M>(
    result: Result<R, E>,
) -> Result<Response, FunctionError> {
    result.map_err(E::into_function_error)?.into_response()
}
