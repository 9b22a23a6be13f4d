//! An async function as a tower service.

use std::{
    fmt,
    future::Future,
    task::{Context, Poll},
};

use tower_service::Service;

/// A tower service made of an async function.
#[derive(Clone, Copy)]
pub struct ServiceFn<F>(F);

/// Makes a tower service of an async function, for layers and for functions written that way.
///
/// A handler needs it no more: [`run`](crate::run) takes the function itself.
pub fn service_fn<F>(function: F) -> ServiceFn<F> {
    ServiceFn(function)
}

impl<F, T, Fut, R, E> Service<T> for ServiceFn<F>
where
    F: FnMut(T) -> Fut,
    Fut: Future<Output = Result<R, E>>,
{
    type Response = R;
    type Error = E;
    type Future = Fut;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), E>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: T) -> Fut {
        (self.0)(request)
    }
}

impl<F> fmt::Debug for ServiceFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceFn").finish_non_exhaustive()
    }
}
