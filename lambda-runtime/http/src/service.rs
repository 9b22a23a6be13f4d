//! What can serve requests.

use std::future::poll_fn;

use http::Response;
use lambda_runtime::Error;
use tower_service::Service;

use crate::{IntoResponse, Request};

/// What serves requests: a tower service such as an axum `Router`, or an async function of a request.
///
/// A service is any `tower::Service<http::Request<Body>>` whose response [can become one](IntoResponse) and whose error can
/// be boxed. A function returns a response, or a `Result` of one. `Marker` distinguishes the forms and is inferred.
///
/// ```
/// use lambda_http::{Error, Request};
///
/// async fn plain(_: Request) -> &'static str {
///     "hello"
/// }
///
/// async fn fallible(request: Request) -> Result<String, Error> {
///     Ok(String::from_utf8(request.into_body().to_vec())?)
/// }
/// # lambda_http::handler(plain);
/// # lambda_http::handler(fallible);
/// # lambda_http::handler(axum::Router::<()>::new());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot serve requests",
    note = "expected `async fn(lambda_http::Request) -> Result<impl IntoResponse, Error>`, or a \
            `tower::Service<http::Request<lambda_http::Body>>` such as an axum `Router`"
)]
pub trait HttpService<Marker> {
    /// The body of its responses.
    type Body: http_body::Body<Data: Unpin, Error: Into<Error>> + 'static;

    /// Serves one request.
    fn serve(
        &mut self,
        request: Request,
    ) -> impl Future<Output = Result<Response<Self::Body>, Error>>;
}

/// Types that only stand in the type parameter `Marker`.
pub mod markers {
    /// Stands in the markers of tower services.
    #[derive(Debug)]
    pub enum ByService {}

    /// Stands in the markers of functions that cannot fail.
    #[derive(Debug)]
    pub enum Infallibly {}

    /// Stands in the markers of handlers.
    #[derive(Debug)]
    pub enum ByHttp {}
}

use markers::{ByService, Infallibly};

impl<S> HttpService<ByService> for S
where
    S: Service<Request, Response: IntoResponse, Error: Into<Error>>,
{
    type Body = <S::Response as IntoResponse>::Body;

    async fn serve(&mut self, request: Request) -> Result<Response<Self::Body>, Error> {
        poll_fn(|context| self.poll_ready(context)).await.map_err(Into::into)?;
        let response = self.call(request).await.map_err(Into::into)?;
        Ok(response.into_response())
    }
}

impl<F, R, E> HttpService<fn(Request) -> Result<R, E>> for F
where
    F: AsyncFnMut(Request) -> Result<R, E>,
    R: IntoResponse,
    E: Into<Error>,
{
    type Body = R::Body;

    async fn serve(&mut self, request: Request) -> Result<Response<R::Body>, Error> {
        self(request).await.map(R::into_response).map_err(Into::into)
    }
}

impl<F, R> HttpService<(Infallibly, fn(Request) -> R)> for F
where
    F: AsyncFnMut(Request) -> R,
    R: IntoResponse,
{
    type Body = R::Body;

    async fn serve(&mut self, request: Request) -> Result<Response<R::Body>, Error> {
        Ok(self(request).await.into_response())
    }
}
