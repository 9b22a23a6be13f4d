//! What is known of an invocation when it is over.

use std::{fmt, time::Duration};

use lambda_core::FunctionError;
use serde::de::DeserializeOwned;

use super::{InvokeResponse, OutcomeError, Report, ServiceError};
use crate::kernel::{Payload, Timeline};

/// An invocation that is over: what the caller received, what was logged, what the service reports.
#[derive(Clone)]
pub struct Outcome {
    pub(super) response: InvokeResponse,
}

impl Outcome {
    /// Returns the response that the caller received.
    pub fn response(&self) -> &InvokeResponse {
        &self.response
    }

    /// Returns the lines that the function logged.
    pub fn logs(&self) -> Vec<&str> {
        let logs = self.response.end.iter().flat_map(|end| &end.logs);
        logs.map(|line| &**line).collect()
    }

    /// Returns what the service reports.
    ///
    /// # Panics
    ///
    /// Panics if there is no report: the service refused the invocation, which
    /// [`service_error`](Self::service_error) returns, or ended before it was over.
    #[track_caller]
    pub fn report(&self) -> &Report {
        match (&self.response.end, self.response.failure()) {
            (Some(end), _) => &end.report,
            (None, Some(failure)) => panic!("there is no report: {failure}"),
            (None, None) => panic!("there is no report"),
        }
    }

    /// Returns what happened in the service from the call until the invocation was over, in every
    /// environment. After a long time in the service, the first records are not kept any more.
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
        self.response.timeline()
    }

    /// See [`InvokeResponse::payload`].
    pub fn payload(&self) -> &Payload {
        self.response.payload()
    }

    /// See [`InvokeResponse::content_type`].
    pub fn content_type(&self) -> &str {
        self.response.content_type()
    }

    /// See [`InvokeResponse::json`].
    ///
    /// # Errors
    ///
    /// The function failed, the service refused the invocation, or the response does not fit the type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, OutcomeError> {
        self.response.json()
    }

    /// See [`InvokeResponse::function_error`].
    pub fn function_error(&self) -> Option<&FunctionError> {
        self.response.function_error()
    }

    /// See [`InvokeResponse::service_error`].
    pub fn service_error(&self) -> Option<&ServiceError> {
        self.response.service_error()
    }

    /// See [`InvokeResponse::is_timeout`].
    pub fn is_timeout(&self) -> bool {
        self.response.is_timeout()
    }

    /// See [`InvokeResponse::latency`].
    pub fn latency(&self) -> Duration {
        self.response.latency()
    }

    /// Returns the outcome, if the function responded.
    ///
    /// # Panics
    ///
    /// Panics as [`InvokeResponse::assert_ok`] does.
    #[track_caller]
    pub fn assert_ok(&self) -> &Self {
        self.response.assert_ok();
        self
    }

    /// See [`InvokeResponse::assert_error`].
    ///
    /// # Panics
    ///
    /// Panics if the function did not fail with an error of this type.
    #[track_caller]
    pub fn assert_error(&self, error_type: &str) -> &FunctionError {
        self.response.assert_error(error_type)
    }

    /// Returns the outcome, if the function timed out before it responded.
    ///
    /// # Panics
    ///
    /// Panics if it did not, as [`InvokeResponse::assert_error`] does.
    #[track_caller]
    pub fn assert_timeout(&self) -> &Self {
        self.response.assert_timeout();
        self
    }

    /// See [`InvokeResponse::assert_service_error`].
    ///
    /// # Panics
    ///
    /// Panics if the service did not refuse the invocation with this status.
    #[track_caller]
    pub fn assert_service_error(&self, status: u16) -> &ServiceError {
        self.response.assert_service_error(status)
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("payload", self.payload())
            .field("function_error", &self.function_error())
            .field("service_error", &self.service_error())
            .field("report", &self.response.end.as_ref().map(|end| &end.report))
            .finish_non_exhaustive()
    }
}
