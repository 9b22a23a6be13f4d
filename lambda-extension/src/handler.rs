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

/// A handler that is a tower service, for [`on_invoke`](crate::Extension::on_invoke),
/// [`on_shutdown`](crate::Extension::on_shutdown) and `on_telemetry`. It is called once it says that it
/// is ready.
///
/// ```no_run
/// use lambda_extension::{Environment, Error, Extension, InvokeEvent, by_service};
/// use tower::service_fn;
///
/// async fn app(environment: Environment) -> Result<Extension, Error> {
///     let service = service_fn(|invoke: InvokeEvent| async move {
///         println!("{}", invoke.request_id);
///         Ok::<_, Error>(())
///     });
///     Ok(Extension::register(&environment).await?.on_invoke(by_service(service)))
/// }
/// ```
#[cfg(feature = "tower")]
pub fn by_service<S, E>(mut service: S) -> impl AsyncFnMut(E) -> Result<(), S::Error> + 'static
where
    S: tower_service::Service<E, Response = ()> + 'static,
    E: 'static,
{
    async move |event: E| {
        std::future::poll_fn(|context| service.poll_ready(context)).await?;
        service.call(event).await
    }
}
