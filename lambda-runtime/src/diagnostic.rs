//! What an error of a handler becomes.

use std::{cell::Cell, convert::Infallible, error::Error, io};

use lambda_core::{BoxError, error_type};
use serde::{Deserialize, Serialize};

use crate::{FunctionError, markers::ByService};

/// A failure as its caller sees it: a type to branch on and a message to read.
///
/// Implement `From<OrderError> for Diagnostic` to choose both; without it an error is called by its
/// type's own name. The header that the service reads carries the same type in the letters that it accepts: see
/// [`FunctionError::header_type`].
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
        keep(error_type::report_dyn(&*error))
    }
}

impl From<Box<dyn Error>> for Diagnostic {
    fn from(error: Box<dyn Error>) -> Self {
        keep(error_type::report_dyn(&*error))
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

impl<E: Into<Diagnostic>> IntoFunctionError<fn(Diagnostic)> for E {
    #[cold]
    fn into_function_error(self) -> FunctionError {
        report(self)
    }
}

#[diagnostic::do_not_recommend]
impl<E: Into<Diagnostic>> IntoFunctionError<fn(ByService, Diagnostic)> for E {
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

thread_local! {
    /// The report of which the last [`Diagnostic`] of this thread is a part: a boxed error has causes, for which a
    /// `Diagnostic` has no place, and the type of the error may be one that cannot be asked for them.
    static WHOLE: Cell<Option<FunctionError>> = const { Cell::new(None) };
}

/// The part of a report that a [`Diagnostic`] has a place for. The whole is kept for [`report`].
fn keep(whole: FunctionError) -> Diagnostic {
    let (error_type, error_message) = (whole.error_type.clone(), whole.error_message.clone());
    WHOLE.set(Some(whole));
    Diagnostic { error_type, error_message }
}

/// The report of an error, with its causes where the conversion saw them.
fn report<E: Into<Diagnostic>>(error: E) -> FunctionError {
    WHOLE.take();
    let Diagnostic { error_type, error_message } = error.into();
    let whole = WHOLE.take().filter(|whole| {
        // The conversion may have gone on, and made something else of it.
        whole.error_type == error_type && whole.error_message == error_message
    });
    whole.unwrap_or_else(|| FunctionError::new(error_type, error_message))
}

/// Errors of crates that box any error: called by the type of their root.
#[cfg(any(feature = "anyhow", feature = "eyre", feature = "miette"))]
mod of_crates {
    use std::error::Error;

    use lambda_core::error_type;

    use super::{Diagnostic, FunctionError, keep};

    fn of_chain(outermost: &(dyn Error + 'static)) -> FunctionError {
        FunctionError::new(error_type::of_root(outermost), outermost.to_string())
            .with_stack_trace(error_type::sources(outermost))
    }

    #[cfg(feature = "anyhow")]
    impl From<anyhow::Error> for Diagnostic {
        fn from(error: anyhow::Error) -> Self {
            keep(of_chain(error.as_ref()))
        }
    }

    #[cfg(feature = "eyre")]
    impl From<eyre::Report> for Diagnostic {
        fn from(error: eyre::Report) -> Self {
            keep(of_chain(error.as_ref()))
        }
    }

    #[cfg(feature = "miette")]
    impl From<miette::Report> for Diagnostic {
        fn from(error: miette::Report) -> Self {
            let outermost: &(dyn Error + 'static) = error.as_ref();
            let mut report = of_chain(outermost);
            // `into_diagnostic` hides the type of what it holds, and a text has none.
            if matches!(&*report.error_type, "DiagnosticError" | "MietteDiagnostic") {
                report.error_type = "Function.Error".to_owned();
            }
            keep(report)
        }
    }
}
