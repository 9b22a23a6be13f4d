//! What an error of a handler becomes.

use std::{any::Any, convert::Infallible, error::Error, io};

use lambda_core::{BoxError, error_type};
use serde::{Deserialize, Serialize};

use crate::{ByService, FunctionError};

/// A failure as its caller sees it: a type to branch on and a message to read.
///
/// Implement `From<OrderError> for Diagnostic` to choose both; without it an error is called by its
/// type's own name.
///
/// ```
/// use lambda_runtime::Diagnostic;
///
/// enum OrderError {
///     SoldOut(u32),
/// }
///
/// impl From<OrderError> for Diagnostic {
///     fn from(error: OrderError) -> Self {
///         match error {
///             OrderError::SoldOut(article) => Self {
///                 error_type: "SoldOut".to_owned(),
///                 error_message: format!("article {article} is sold out"),
///             },
///         }
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    /// The kind of error: what Step Functions and callers branch on.
    pub error_type: String,
    /// What happened, for people.
    pub error_message: String,
}

impl From<Diagnostic> for FunctionError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::new(diagnostic.error_type, diagnostic.error_message)
    }
}

impl From<BoxError> for Diagnostic {
    fn from(error: BoxError) -> Self {
        Self { error_type: error_type::of_dyn(&*error), error_message: error.to_string() }
    }
}

impl From<Box<dyn Error>> for Diagnostic {
    fn from(error: Box<dyn Error>) -> Self {
        Self { error_type: error_type::of_dyn(&*error), error_message: error.to_string() }
    }
}

impl From<String> for Diagnostic {
    fn from(message: String) -> Self {
        Self::from(BoxError::from(message))
    }
}

impl From<&'static str> for Diagnostic {
    fn from(message: &'static str) -> Self {
        Self::from(BoxError::from(message))
    }
}

/// What a handler may fail with: any `std::error::Error`, or what converts into a [`Diagnostic`],
/// as boxed errors and text do.
///
/// A type that is both is ambiguous here; wrap the handler in [`service_fn`](crate::service_fn),
/// which takes the [`Diagnostic`]. The error of a tower service converts into a [`Diagnostic`], or is
/// an `io::Error`. `Marker` is never written out.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no error that can be reported",
    note = "implement `std::error::Error` for it, or `From<{Self}> for lambda_runtime::Diagnostic`, \
            or return `lambda_runtime::Error`",
    note = "the error of a tower service, and so of `service_fn`, must convert into \
            `lambda_runtime::Diagnostic`"
)]
pub trait IntoFunctionError<Marker> {
    /// The report of the error.
    fn into_function_error(self) -> FunctionError;
}

/// Stands in the markers of errors.
#[derive(Debug)]
pub enum ByError {}

impl<E: Error + 'static> IntoFunctionError<fn(ByError)> for E {
    #[cold]
    fn into_function_error(self) -> FunctionError {
        error_type::report(&self)
    }
}

impl<E: Into<Diagnostic> + 'static> IntoFunctionError<fn(Diagnostic)> for E {
    #[cold]
    fn into_function_error(self) -> FunctionError {
        report(self)
    }
}

#[diagnostic::do_not_recommend]
impl<E: Into<Diagnostic> + 'static> IntoFunctionError<fn(ByService, Diagnostic)> for E {
    #[cold]
    fn into_function_error(self) -> FunctionError {
        report(self)
    }
}

impl IntoFunctionError<fn(ByService, ByError)> for io::Error {
    #[cold]
    fn into_function_error(self) -> FunctionError {
        error_type::report(&self)
    }
}

impl IntoFunctionError<fn(ByService, ByError)> for Infallible {
    fn into_function_error(self) -> FunctionError {
        match self {}
    }
}

/// A boxed error has causes to tell, which a [`Diagnostic`] has no place for.
fn report<E: Into<Diagnostic> + 'static>(error: E) -> FunctionError {
    match (&error as &dyn Any).downcast_ref::<BoxError>() {
        Some(error) => error_type::report_dyn(&**error),
        None => error.into().into(),
    }
}
