//! The entry point: a service as a program.

use std::process::ExitCode;

use lambda_runtime::{Error, Runtime, Variables};

use crate::{HttpHandler, HttpService, handler, service::markers::ByHttp};

/// What [`serve`] takes: a service, or an [`HttpHandler`] with options.
///
/// `Marker` distinguishes the forms and is inferred.
pub trait IntoHandler<Marker> {
    /// The service.
    type Service: HttpService<Self::Marker> + Clone;
    /// The marker of the service.
    type Marker;

    /// Makes the handler.
    fn into_handler(self) -> HttpHandler<Self::Service, Self::Marker>;
}

impl<S: HttpService<M> + Clone, M> IntoHandler<M> for S {
    type Service = S;
    type Marker = M;

    fn into_handler(self) -> HttpHandler<S, M> {
        handler(self)
    }
}

impl<S: HttpService<M> + Clone, M> IntoHandler<(ByHttp, M)> for HttpHandler<S, M> {
    type Service = S;
    type Marker = M;

    fn into_handler(self) -> Self {
        self
    }
}

/// Whether this process was started by Lambda, or by what acts as it.
fn is_on_lambda() -> bool {
    Variables::from_process().get("AWS_LAMBDA_RUNTIME_API").is_some()
}

/// The `main` of an HTTP function: serves requests on Lambda, and outside of it on `127.0.0.1:3000`.
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     lambda_http::serve(async |_: lambda_http::Request| "hello")
/// }
/// ```
///
/// On Lambda, where `AWS_LAMBDA_RUNTIME_API` is set, it is [`lambda_runtime::start`]. Elsewhere it is a plain HTTP server
/// (feature `local`), so that `cargo run` and a browser are enough; the variable `PORT` sets another port, and 0 a free one.
/// A request has no [`Event`](crate::Event) there.
///
/// Exit code 1 when the init phase failed, the Runtime API was lost, or the port is taken; the reason stands on stderr.
pub fn serve<A, M>(service: A) -> ExitCode
where
    A: IntoHandler<M, Service: 'static, Marker: 'static>,
{
    let handler = service.into_handler();
    if is_on_lambda() {
        return lambda_runtime::start(Runtime::new(handler));
    }
    #[cfg(feature = "local")]
    return crate::local::start(handler);
    #[cfg(not(feature = "local"))]
    lambda_runtime::start(Runtime::new(handler))
}

/// Serves requests as [`serve`] does, on the caller's tokio runtime: for code that has `#[tokio::main]`. The service may
/// borrow.
///
/// ```no_run
/// use lambda_http::{Error, Request};
///
/// # async fn main_of_a_program() -> Result<(), Error> {
/// let greeting = "hello".to_owned();
/// let greeting = &greeting;
/// lambda_http::run(async |_: Request| greeting.clone()).await
/// # }
/// ```
///
/// # Errors
///
/// The Runtime API was lost, or the port is taken.
pub async fn run<A, M>(service: A) -> Result<(), Error>
where
    A: IntoHandler<M>,
{
    let handler = service.into_handler();
    if is_on_lambda() {
        return Runtime::new(handler).run().await;
    }
    #[cfg(feature = "local")]
    return crate::local::run(handler).await;
    #[cfg(not(feature = "local"))]
    Runtime::new(handler).run().await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So `cargo run` serves on this machine.
    #[test]
    fn a_process_without_the_address_of_the_runtime_api_is_not_on_lambda() {
        assert!(!is_on_lambda());
    }
}
