//! What a handler takes and returns, by its form.

use lambda_runtime::{
    Context,
    markers::{ByLambdaEvent, ByService, Served},
};

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
