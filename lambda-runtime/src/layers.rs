//! Layers around invocations: tower services of the raw invocation.

use std::{
    cell::RefCell,
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use lambda_core::{BoxError, error_type};
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    FunctionError, Handler, IntoOutcome, Invocation, Response,
    invoked::{IntoInvoked, Invoked, Typed},
};

/// What layers can be put around.
pub trait IntoService {
    /// A `Service<Invocation, Response = Response>`.
    type Service;

    /// Makes the service.
    fn into_service(self) -> Self::Service;
}

/// The innermost service: a handler, which takes one invocation after the other.
///
/// [`Runtime::layer`](crate::Runtime::layer) makes it. Clones are one handler: a call while another one runs is an
/// error.
pub struct HandlerService<I>(Rc<RefCell<I>>);

impl<I> Clone for HandlerService<I> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<I> fmt::Debug for HandlerService<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerService").finish_non_exhaustive()
    }
}

impl<I> HandlerService<I> {
    pub(crate) fn of(invoked: I) -> Self {
        Self(Rc::new(RefCell::new(invoked)))
    }
}

impl<H, M, N> HandlerService<Typed<H, M, N>>
where
    H: Handler<M>,
    H::Out: IntoOutcome<N>, // an error that is a `Diagnostic` too: wrap the handler in `service_fn`
{
    /// Makes a service of a handler, for stacks of one's own.
    pub fn new(handler: H) -> Self {
        Self::of(Typed::new(handler))
    }
}

impl<I: Invoked + 'static> Service<Invocation> for HandlerService<I> {
    type Response = Response;
    type Error = FunctionError;
    type Future = HandlerFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), FunctionError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, invocation: Invocation) -> HandlerFuture {
        let handler = self.0.clone();
        #[expect(clippy::await_holding_refcell_ref, reason = "a second call is refused")]
        let handling = async move {
            match handler.try_borrow_mut() {
                Ok(mut handler) => I::outcome(handler.call(invocation).await?),
                Err(_) => Err(FunctionError::new(
                    "Runtime.HandlerBusy",
                    "a layer called the handler while it handles an invocation: expected one call after the other",
                )),
            }
        };
        HandlerFuture(Box::pin(handling))
    }
}

/// A handler that handles an invocation. Dropping it ends that.
pub struct HandlerFuture(Pin<Box<dyn Future<Output = Result<Response, FunctionError>>>>);

impl Future for HandlerFuture {
    type Output = Result<Response, FunctionError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl fmt::Debug for HandlerFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerFuture").finish_non_exhaustive()
    }
}

impl<H, M, N> IntoService for Typed<H, M, N> {
    type Service = HandlerService<Self>;

    fn into_service(self) -> Self::Service {
        HandlerService::of(self)
    }
}

/// A layer around what is inside. It is applied in each execution environment.
#[derive(Clone, Debug)]
pub struct Layered<P, L> {
    pub(crate) inside: P,
    pub(crate) layer: L,
}

impl<P, L> IntoService for Layered<P, L>
where
    P: IntoService,
    L: Layer<P::Service>,
{
    type Service = L::Service;

    fn into_service(self) -> L::Service {
        self.layer.layer(self.inside.into_service())
    }
}

impl<P, L> IntoInvoked for Layered<P, L>
where
    P: IntoService,
    L: Layer<P::Service>,
    L::Service: Service<Invocation, Response = Response, Error: Into<BoxError>>,
{
    type Invoked = Outermost<L::Service>;

    fn into_invoked(self) -> Self::Invoked {
        Outermost(self.into_service())
    }
}

/// The outermost layer, as the loop drives it.
#[derive(Debug)]
pub struct Outermost<S>(S);

impl<S> Invoked for Outermost<S>
where
    S: Service<Invocation, Response = Response, Error: Into<BoxError>>,
{
    type Out = Response;

    async fn call(&mut self, invocation: Invocation) -> Result<Response, FunctionError> {
        poll_fn(|context| self.0.poll_ready(context)).await.map_err(reported)?;
        self.0.call(invocation).await.map_err(reported)
    }

    fn outcome(response: Response) -> Result<Response, FunctionError> {
        Ok(response)
    }
}

/// An error of the handler is what it was; one of a layer is reported by its type.
#[cold]
fn reported(error: impl Into<BoxError>) -> FunctionError {
    match error.into().downcast::<FunctionError>() {
        Ok(error) => *error,
        Err(error) => error_type::report_dyn(&*error),
    }
}
