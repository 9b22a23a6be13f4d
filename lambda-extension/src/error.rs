//! Why the service could not be asked.

use std::{error::Error, fmt};

use lambda_core::BoxError;

/// A call of the Extensions API that failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum ExtensionError {
    /// There was no answer, or none that can be trusted.
    NoResponse {
        /// The call, as in `register`.
        call: &'static str,
        /// Why.
        source: BoxError,
    },
    /// The service refused the call.
    Refused {
        /// The call, as in `register`.
        call: &'static str,
        /// The status of the answer.
        status: u16,
        /// The error type in the answer, as in `Extension.RegistrationClosed`; empty where it has none.
        error_type: String,
        /// The message in the body; the text of the body where it is not JSON, at most 1,024 bytes.
        message: String,
    },
    /// The extension has no name: that of the executable is unknown, or cannot stand in a header.
    NoName(String),
}

impl fmt::Display for ExtensionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoResponse { call, source } => write!(f, "{call} got no response: {source}"),
            Self::Refused { call, status, error_type, message } => {
                write!(f, "{call} was refused with {status}")?;
                let words = [error_type, message].into_iter().filter(|words| !words.is_empty());
                words.into_iter().try_for_each(|words| write!(f, ": {words}"))
            }
            Self::NoName(name) => {
                write!(
                    f,
                    "the extension is called `{}`: expected visible ASCII, as in the name of its file",
                    name.escape_debug()
                )
            }
        }
    }
}

impl Error for ExtensionError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NoResponse { source, .. } => Some(&**source),
            Self::Refused { .. } | Self::NoName(_) => None,
        }
    }
}
