//! Handlers of different types, side by side.

use std::{future::Future, marker::PhantomData, pin::Pin};

use lambda_runtime::{
    Context, FunctionError, Handler, IntoOutcome, Invocation, Response,
    markers::{ByLambdaEvent, ByService, Served},
};

/// A handler whose types are forgotten.
pub(super) trait Route {
    fn handle<'a>(
        &'a mut self,
        invocation: Invocation,
    ) -> Pin<Box<dyn Future<Output = Result<Response, FunctionError>> + 'a>>;

    fn boxed_clone(&self) -> Box<dyn Route>;
}

impl Clone for Box<dyn Route> {
    fn clone(&self) -> Self {
        (**self).boxed_clone()
    }
}

/// A handler and what tells its form.
pub(super) struct Routed<H, M, N> {
    handler: H,
    marker: PhantomData<fn() -> (M, N)>,
}

impl<H, M, N> Routed<H, M, N>
where
    H: Handler<M, Out: IntoOutcome<N>> + Clone + 'static,
    M: 'static,
    N: 'static,
{
    pub(super) fn boxed(handler: H) -> Box<dyn Route> {
        Box::new(Self { handler, marker: PhantomData })
    }
}

impl<H, M, N> Route for Routed<H, M, N>
where
    H: Handler<M, Out: IntoOutcome<N>> + Clone + 'static,
    M: 'static,
    N: 'static,
{
    fn handle<'a>(
        &'a mut self,
        invocation: Invocation,
    ) -> Pin<Box<dyn Future<Output = Result<Response, FunctionError>> + 'a>> {
        Box::pin(async { self.handler.handle(invocation).await?.into_outcome() })
    }

    fn boxed_clone(&self) -> Box<dyn Route> {
        Self::boxed(self.handler.clone())
    }
}

/// What the handlers of a form take. Markers are never written out.
pub trait EventOf {
    /// Their event.
    type Event;
}

impl<E, O> EventOf for fn(E) -> O {
    type Event = E;
}

impl<E, O> EventOf for fn(E, Context) -> O {
    type Event = E;
}

impl<E, O> EventOf for fn(E, ByLambdaEvent) -> O {
    type Event = E;
}

impl<E> EventOf for fn(E, ByService) {
    type Event = E;
}

/// What a handler answers, of what it returns.
#[diagnostic::on_unimplemented(
    message = "a handler returns a `Result`, and this one returns `{Self}`",
    note = "where nothing can fail, end it with `Ok::<_, lambda_runtime::Error>(answer)`"
)]
pub trait ResponseOf {
    /// Its answer.
    type Response;
}

impl<A, E> ResponseOf for Result<A, E> {
    type Response = A;
}

impl<A, E> ResponseOf for Served<A, E> {
    type Response = A;
}
