//! What an error of a handler becomes.

use std::{convert::Infallible, error::Error, io};

use ours::{FunctionError, IntoFunctionError};
use serde::{Deserialize, Serialize};

/// A failure as its caller sees it: a type to branch on and a message to read.
///
/// It has the conversions of that crate, which this SDK's own has not, since an error of its handlers may be any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    /// The kind of error.
    pub error_type: String,
    /// What happened, for people.
    pub error_message: String,
}

impl From<ours::Diagnostic> for Diagnostic {
    fn from(diagnostic: ours::Diagnostic) -> Self {
        let ours::Diagnostic { error_type, error_message } = diagnostic;
        Self { error_type, error_message }
    }
}

/// What this SDK converts too.
macro_rules! from_ours {
    ($($(#[$feature:meta])? $error:ty)*) => {$(
        $(#[$feature])?
        impl From<$error> for Diagnostic {
            fn from(error: $error) -> Self {
                ours::Diagnostic::from(error).into()
            }
        }
    )*};
}

from_ours! {
    ours::Error
    Box<dyn Error>
    String
    &'static str
    #[cfg(feature = "anyhow")] anyhow::Error
    #[cfg(feature = "eyre")] eyre::Report
    #[cfg(feature = "miette")] miette::Report
}

impl From<io::Error> for Diagnostic {
    fn from(error: io::Error) -> Self {
        ours::Error::from(error).into()
    }
}

impl From<Infallible> for Diagnostic {
    fn from(error: Infallible) -> Self {
        match error {}
    }
}

/// An error that is converted once it is reported: its causes are seen then.
struct Reported<E>(E);

impl<E: Into<Diagnostic>> From<Reported<E>> for ours::Diagnostic {
    fn from(error: Reported<E>) -> Self {
        let Diagnostic { error_type, error_message } = error.0.into();
        Self { error_type, error_message }
    }
}

/// Makes the report of an error.
pub(crate) fn report(error: impl Into<Diagnostic>) -> FunctionError {
    IntoFunctionError::<fn(ours::Diagnostic)>::into_function_error(Reported(error))
}
