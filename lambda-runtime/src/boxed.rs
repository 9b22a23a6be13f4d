//! Runtimes whose types are forgotten.

use std::{fmt, future::Future, pin::Pin};

use crate::{
    FunctionError, Invocation, Response, Runtime,
    invoked::{IntoInvoked, Invoked},
    layers::{HandlerService, IntoService},
};

/// A runtime whose handler and layers are forgotten, so that runtimes of different handlers are one type:
/// [`Runtime::boxed`] makes it.
pub type BoxRuntime<A = ()> = Runtime<Boxed, A>;

/// Something that is invoked, on the heap. It costs one allocation for each invocation.
pub struct Boxed(Box<dyn AnyInvoked>);

impl Boxed {
    pub(crate) fn new<P: IntoInvoked + Clone + 'static>(plan: P) -> Self {
        Self(Box::new(Kept { plan, invoked: None }))
    }
}

/// The object-safe twin of [`Invoked`].
trait AnyInvoked {
    fn call<'a>(
        &'a mut self,
        invocation: Invocation,
    ) -> Pin<Box<dyn Future<Output = Result<Response, FunctionError>> + 'a>>;

    fn boxed_clone(&self) -> Box<dyn AnyInvoked>;
}

/// What becomes something that is invoked at the first invocation: a clone begins anew.
struct Kept<P: IntoInvoked> {
    plan: P,
    invoked: Option<P::Invoked>,
}

impl<P: IntoInvoked + Clone + 'static> AnyInvoked for Kept<P> {
    fn call<'a>(
        &'a mut self,
        invocation: Invocation,
    ) -> Pin<Box<dyn Future<Output = Result<Response, FunctionError>> + 'a>> {
        let invoked = self.invoked.get_or_insert_with(|| self.plan.clone().into_invoked());
        let handling = invoked.call(invocation);
        Box::pin(async { P::Invoked::outcome(handling.await?) })
    }

    fn boxed_clone(&self) -> Box<dyn AnyInvoked> {
        Box::new(Self { plan: self.plan.clone(), invoked: None })
    }
}

impl Invoked for Boxed {
    type Out = Response;

    async fn call(&mut self, invocation: Invocation) -> Result<Response, FunctionError> {
        self.0.call(invocation).await
    }

    fn outcome(response: Response) -> Result<Response, FunctionError> {
        Ok(response)
    }
}

impl IntoInvoked for Boxed {
    type Invoked = Self;

    fn into_invoked(self) -> Self {
        self
    }
}

impl IntoService for Boxed {
    type Service = HandlerService<Self>;

    fn into_service(self) -> Self::Service {
        HandlerService::of(self)
    }
}

impl Clone for Boxed {
    fn clone(&self) -> Self {
        Self(self.0.boxed_clone())
    }
}

impl fmt::Debug for Boxed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Boxed")
    }
}
