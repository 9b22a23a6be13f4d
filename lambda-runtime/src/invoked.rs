//! One invocation, raw: what the loop drives, and a handler as that.

use std::{fmt, future::Future, marker::PhantomData};

use crate::{FunctionError, Handler, IntoOutcome, Invocation, Response};

/// Turns an invocation into a response, or into the error that is reported: a handler with all that is around it.
pub trait Invoked {
    /// Handles one invocation.
    fn call(
        &mut self,
        invocation: Invocation,
    ) -> impl Future<Output = Result<Response, FunctionError>>;
}

/// What becomes an [`Invoked`] in each execution environment; it is cloned for several.
pub trait IntoInvoked {
    /// What the loop drives.
    type Invoked: Invoked;

    /// Applies what is put off until then.
    fn into_invoked(self) -> Self::Invoked;
}

/// A handler, and what its types are inferred from.
pub struct Typed<H, M, N> {
    handler: H,
    marker: PhantomData<fn(M, N)>,
}

impl<H, M, N> Typed<H, M, N> {
    pub(crate) fn new(handler: H) -> Self {
        Self { handler, marker: PhantomData }
    }
}

impl<H, M, N> Invoked for Typed<H, M, N>
where
    H: Handler<M>,
    H::Out: IntoOutcome<N>,
{
    #[inline]
    async fn call(&mut self, invocation: Invocation) -> Result<Response, FunctionError> {
        self.handler.handle(invocation).await?.into_outcome()
    }
}

impl<H, M, N> IntoInvoked for Typed<H, M, N>
where
    H: Handler<M>,
    H::Out: IntoOutcome<N>,
{
    type Invoked = Self;

    fn into_invoked(self) -> Self {
        self
    }
}

impl<H: Clone, M, N> Clone for Typed<H, M, N> {
    fn clone(&self) -> Self {
        Self::new(self.handler.clone())
    }
}

impl<H, M, N> fmt::Debug for Typed<H, M, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed")
    }
}
