//! From what a handler returns to an answer or a report.

use crate::{
    FunctionError, IntoFunctionError, IntoResponse, Response,
    markers::{ByService, Served},
};

/// What a handler may return: a `Result` whose answer and whose error can be told to the service.
///
/// `Marker` distinguishes the forms and is inferred, as that of
/// [`Handler`](crate::Handler#the-type-parameter-marker) is.
#[diagnostic::on_unimplemented(
    message = "a handler returns a `Result`, and this one returns `{Self}`",
    note = "where nothing can fail, end it with `Ok::<_, lambda_runtime::Error>(answer)`"
)]
pub trait IntoOutcome<Marker> {
    /// The answer, or the report of the error.
    ///
    /// # Errors
    ///
    /// The handler failed, or its answer has no form in JSON.
    fn into_outcome(self) -> Result<Response, FunctionError>;
}

impl<R, E, M> IntoOutcome<fn(M)> for Result<R, E>
where
    R: IntoResponse,
    E: IntoFunctionError<fn(M)>,
{
    #[inline]
    fn into_outcome(self) -> Result<Response, FunctionError> {
        self.map_err(E::into_function_error)?.into_response()
    }
}

impl<R, E, M> IntoOutcome<fn(ByService, M)> for Served<R, E>
where
    R: IntoResponse,
    E: IntoFunctionError<fn(ByService, M)>,
{
    #[inline]
    fn into_outcome(self) -> Result<Response, FunctionError> {
        self.0.map_err(E::into_function_error)?.into_response()
    }
}
