//! From what a handler returns to the bytes of an answer.

use bytes::Bytes;
use serde::Serialize;

use crate::FunctionError;

/// The answer to an invocation: bytes and what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    body: Bytes,
    content_type: &'static str,
}

impl Response {
    /// A JSON text, already written.
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), content_type: "application/json" }
    }

    /// Bytes of any kind. A synchronous caller receives them as they are.
    pub fn bytes(body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), content_type: "application/octet-stream" }
    }

    /// The bytes.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The content type that the caller is told.
    pub fn content_type(&self) -> &'static str {
        self.content_type
    }
}

/// What a handler may answer: anything that serde writes, or a [`Response`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the answer to an invocation",
    note = "derive `serde::Serialize` for it, or return a `lambda_runtime::Response`"
)]
pub trait IntoResponse {
    /// Writes the answer.
    ///
    /// # Errors
    ///
    /// `Runtime.MarshalError` when the value has no form in JSON, such as a map whose keys are
    /// lists.
    fn into_response(self) -> Result<Response, FunctionError>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> IntoResponse for T {
    #[inline]
    fn into_response(self) -> Result<Response, FunctionError> {
        match serde_json::to_vec(&self) {
            Ok(body) => Ok(Response::json(body)),
            Err(error) => Err(unwritable(&error)),
        }
    }
}

impl IntoResponse for Response {
    fn into_response(self) -> Result<Response, FunctionError> {
        Ok(self)
    }
}

#[cold]
fn unwritable(error: &serde_json::Error) -> FunctionError {
    FunctionError::new("Runtime.MarshalError", format!("answer does not fit JSON: {error}"))
}
