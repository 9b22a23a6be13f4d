//! Handlers of different types, under one.

use std::{future::Future, pin::Pin};

use lambda_core::BoxError;

/// A handler of an event.
pub(crate) trait Handle<E> {
    fn handle<'a>(
        &'a mut self,
        event: E,
    ) -> Pin<Box<dyn Future<Output = Result<(), BoxError>> + 'a>>;
}

impl<E, F, X> Handle<E> for F
where
    E: 'static,
    F: AsyncFnMut(E) -> Result<(), X>,
    X: Into<BoxError>,
{
    fn handle<'a>(
        &'a mut self,
        event: E,
    ) -> Pin<Box<dyn Future<Output = Result<(), BoxError>> + 'a>> {
        Box::pin(async { self(event).await.map_err(Into::into) })
    }
}
