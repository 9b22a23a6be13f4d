//! A response on its way to the service, in pieces.

use std::{
    io,
    task::{Context, Poll},
};

use lambda_core::{BoxError, WriteOutcome, wire::error_trailers};

use super::line::Line;
use crate::{FunctionError, RunError};

/// A response that is made of pieces, on its way to the service: see [`Pending::stream`](super::Pending::stream).
///
/// Dropping it cuts the response off: the service fails the invocation.
#[must_use = "a response is complete once it was finished"]
pub struct Upload<'a> {
    line: &'a mut Line,
    state: State,
}

enum State {
    Open,
    /// The service has responded, or closed the connection: nothing more is to be written.
    Early,
    Broken(io::Error),
}

impl<'a> Upload<'a> {
    pub(super) fn of(line: &'a mut Line, started: io::Result<WriteOutcome>) -> Self {
        let mut upload = Self { line, state: State::Open };
        upload.note(started);
        upload
    }

    fn note(&mut self, outcome: io::Result<WriteOutcome>) {
        match outcome {
            Ok(WriteOutcome::Written) => {}
            Ok(WriteOutcome::EarlyResponse) => self.state = State::Early,
            Err(error) => self.state = State::Broken(error),
        }
    }

    /// Whether the service takes more. It does not once it has responded, as where the response is too large or the
    /// invocation timed out, nor where the connection broke: [`finish`](Self::finish) returns why, or logs it.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Open)
    }

    /// Writes a piece; nothing where it is empty or the upload is not [open](Self::is_open) any more. It waits as long as
    /// the service wants no more, which is how a slow caller slows the function down.
    pub async fn write(&mut self, piece: &[u8]) {
        if let (State::Open, Some(connection)) = (&self.state, self.line.connection()) {
            let outcome = connection.write_body(piece).await;
            self.note(outcome);
        }
    }

    /// Waits, while there is nothing to write, until the service takes no more.
    pub fn poll_closed(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let (State::Open, Some(connection)) = (&self.state, self.line.connection()) {
            std::task::ready!(connection.poll_early_response(context));
            self.state = State::Early;
        }
        Poll::Ready(())
    }

    /// Ends the response, and reads what the service responds. A refusal and a connection that broke are logged, and the
    /// loop is to continue: a response in pieces cannot be sent again.
    ///
    /// # Errors
    ///
    /// The Runtime API is lost: the process is to exit.
    pub async fn finish(self) -> Result<(), RunError> {
        self.end("").await
    }

    /// Ends the response with an error, which the caller receives after the pieces.
    ///
    /// # Errors
    ///
    /// As [`finish`](Self::finish).
    pub async fn fail(self, error: &FunctionError) -> Result<(), RunError> {
        self.end(&error_trailers(error)).await
    }

    async fn end(mut self, trailers: &str) -> Result<(), RunError> {
        if let (State::Open, Some(connection)) = (&self.state, self.line.connection()) {
            let outcome = connection.finish_body(trailers.as_bytes()).await;
            self.note(outcome);
        }
        let broken = match self.state {
            State::Broken(error) => Some(error),
            State::Open | State::Early => None,
        };
        let Some(connection) = self.line.connection() else { return Ok(()) };
        // A response may have come before the connection broke.
        match connection.receive().await {
            Ok(answer) => self.line.delivered("response", &answer, false),
            Err(error) => {
                let error = broken.map_or_else(|| error.into(), BoxError::from);
                let line = RunError::caused_by("response was cut off", error);
                self.line.environment.log(&format!("{line:?}"));
                Ok(())
            }
        }
    }
}

impl std::fmt::Debug for Upload<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upload").field("is_open", &self.is_open()).finish_non_exhaustive()
    }
}
