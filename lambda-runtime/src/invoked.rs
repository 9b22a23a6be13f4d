//! One invocation, raw: what the loop drives, and a handler as that.

use std::{fmt, future::Future, marker::PhantomData};

use crate::{FunctionError, Handler, IntoOutcome, Invocation, Response};

/// Turns an invocation into a response, or into the error that is reported: a handler with all that is around it.
///
/// In two halves, so that the future of a handler is driven as it is.
pub trait Invoked {
    /// What comes of it.
    type Out;

    /// Handles one invocation. The error states that the function was not called.
    fn call(
        &mut self,
        invocation: Invocation,
    ) -> impl Future<Output = Result<Self::Out, FunctionError>>;

    /// Makes the response, or the report of the error.
    fn outcome(out: Self::Out) -> Result<Response, FunctionError>;
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
    type Out = H::Out;

    #[inline]
    fn call(
        &mut self,
        invocation: Invocation,
    ) -> impl Future<Output = Result<H::Out, FunctionError>> {
        self.handler.handle(invocation)
    }

    #[inline]
    fn outcome(out: H::Out) -> Result<Response, FunctionError> {
        out.into_outcome()
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
