//! What ends the loop of a runtime.

use std::{error::Error, fmt};

use lambda_core::{BoxError, Chain};

/// Why a runtime ended. The process should exit with a status other than 0: the service then makes
/// a new environment.
///
/// `Debug` reads like `Display`, with the causes, since that is what `main` prints.
pub struct RunError {
    message: String,
    source: Option<BoxError>,
}

impl RunError {
    #[cold]
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    #[cold]
    pub(crate) fn caused_by(message: impl Into<String>, source: impl Into<BoxError>) -> Self {
        Self { message: message.into(), source: Some(source.into()) }
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Chain(self), f)
    }
}

impl Error for RunError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
