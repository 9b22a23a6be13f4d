//! What a caller and the service know of an invocation that is over.

use std::{fmt, ops::Range, time::Duration};

use bytes::Bytes;
use lambda_core::FunctionError;
use serde::de::DeserializeOwned;

use super::Report;
use crate::ground::{Recorder, Timeline};

/// An invocation that is over: what the caller received, what was logged, what the service reports.
#[derive(Clone)]
pub struct Outcome {
    pub(crate) payload: Bytes,
    pub(crate) content_type: String,
    pub(crate) function_error: Option<FunctionError>,
    pub(crate) timeout: bool,
    pub(crate) latency: Duration,
    pub(crate) logs: Vec<String>,
    pub(crate) report: Report,
    pub(super) recorder: Recorder,
    /// Where its part of the timeline begins and ends.
    pub(super) part: Range<usize>,
}

impl Outcome {
    /// What the caller received: the answer of the function, or the payload of its error.
    pub fn payload(&self) -> &Bytes {
        &self.payload
    }

    /// The content type that the runtime gave for it; empty when it gave none.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The answer, read from JSON.
    ///
    /// # Errors
    ///
    /// The function failed, or its answer is something else.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, OutcomeError> {
        match &self.function_error {
            Some(error) => Err(OutcomeError(format!("the function failed: {error}"))),
            None => serde_json::from_slice(&self.payload)
                .map_err(|error| OutcomeError(format!("the answer does not fit: {error}"))),
        }
    }

    /// How the function failed; absent when it answered. A payload that is no error object has an
    /// empty message.
    pub fn function_error(&self) -> Option<&FunctionError> {
        self.function_error.as_ref()
    }

    /// Whether the function timed out before it answered.
    pub fn is_timeout(&self) -> bool {
        self.timeout
    }

    /// How long the caller waited for the answer. The invocation may have gone on after it.
    pub fn latency(&self) -> Duration {
        self.latency
    }

    /// The lines that the function logged.
    pub fn logs(&self) -> &[String] {
        &self.logs
    }

    /// What the service reports.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// What happened in the service from the call until the invocation was over, whatever else was
    /// under way. Of a service that has gone on for long, the first entries are no longer kept.
    ///
    /// ```
    /// # use lambda_core::{Bootstrap, BoxError, Environment};
    /// # struct Broken;
    /// # impl Bootstrap for Broken {
    /// #     type Error = BoxError;
    /// #     async fn start(self, _: Environment) -> Result<(), BoxError> { Ok(()) }
    /// # }
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let outcome = lambda.function("broken", || Broken).create().invoke(1).await;
    /// assert!(outcome.timeline().to_string().contains("Runtime.ExitError"));
    /// # });
    /// ```
    pub fn timeline(&self) -> Timeline {
        self.recorder.part(self.part.clone())
    }

    /// The outcome, if the function answered.
    ///
    /// # Panics
    ///
    /// The function failed; the message holds the error, the log and the whole conversation.
    #[track_caller]
    pub fn assert_ok(&self) -> &Self {
        if let Some(error) = &self.function_error {
            let logs = self.logs.join("\n");
            let conversation = self.recorder.part(0..self.part.end);
            panic!("the function failed: {error}\n\nlog:\n{logs}\n\n{conversation}");
        }
        self
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("function_error", &self.function_error)
            .field("report", &self.report)
            .finish_non_exhaustive()
    }
}

/// An outcome is not what the test wanted of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeError(String);

impl fmt::Display for OutcomeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OutcomeError {}
