//! What an error of a handler becomes.

use std::{any::Any, convert::Infallible, error::Error, io};

use lambda_core::{BoxError, error_type};
use serde::{Deserialize, Serialize};

use crate::{FunctionError, markers::ByService};

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
/// an `io::Error`. `Marker` distinguishes the forms and is inferred, as that of
/// [`Handler`](crate::Handler#the-type-parameter-marker) is.
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
    let any: &dyn Any = &error;
    let sources = any
        .downcast_ref::<BoxError>()
        .map(|error| error_type::sources(&**error))
        .or_else(|| of_crates::sources(any));
    let own = any.downcast_ref::<BoxError>().and_then(|error| error.downcast_ref());
    match (own.cloned(), sources) {
        (Some(own), _) => own,
        (None, Some(sources)) => FunctionError::from(error.into()).with_stack_trace(sources),
        (None, None) => error.into().into(),
    }
}

/// Errors of crates that box any error: called by the type of their root.
mod of_crates {
    use std::any::Any;

    #[cfg(any(feature = "anyhow", feature = "eyre", feature = "miette"))]
    use {crate::Diagnostic, lambda_core::error_type};

    /// The causes of such an error, the nearest first.
    pub(super) fn sources(_error: &dyn Any) -> Option<Vec<String>> {
        #[cfg(feature = "anyhow")]
        if let Some(error) = _error.downcast_ref::<anyhow::Error>() {
            return Some(error.chain().skip(1).map(ToString::to_string).collect());
        }
        #[cfg(feature = "eyre")]
        if let Some(error) = _error.downcast_ref::<eyre::Report>() {
            return Some(error.chain().skip(1).map(ToString::to_string).collect());
        }
        #[cfg(feature = "miette")]
        if let Some(error) = _error.downcast_ref::<miette::Report>() {
            return Some(error.chain().skip(1).map(ToString::to_string).collect());
        }
        None
    }

    #[cfg(feature = "anyhow")]
    impl From<anyhow::Error> for Diagnostic {
        fn from(error: anyhow::Error) -> Self {
            let error_type = error_type::of_dyn(error.root_cause());
            Self { error_type, error_message: error.to_string() }
        }
    }

    #[cfg(feature = "eyre")]
    impl From<eyre::Report> for Diagnostic {
        fn from(error: eyre::Report) -> Self {
            let error_type = error_type::of_dyn(error.root_cause());
            Self { error_type, error_message: error.to_string() }
        }
    }

    #[cfg(feature = "miette")]
    impl From<miette::Report> for Diagnostic {
        fn from(error: miette::Report) -> Self {
            let mut error_type = error_type::of_dyn(error.root_cause());
            // `into_diagnostic` hides the type of what it holds, and a text has none.
            if matches!(&*error_type, "DiagnosticError" | "MietteDiagnostic") {
                error_type = "Function.Error".to_owned();
            }
            Self { error_type, error_message: error.to_string() }
        }
    }
}
