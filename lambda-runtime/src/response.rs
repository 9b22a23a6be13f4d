//! From what a handler returns to the bytes of an answer.

use std::borrow::Cow;

use bytes::Bytes;
use serde::Serialize;

use crate::FunctionError;

/// The response to an invocation: a body and its content type.
///
/// ```
/// use lambda_runtime::Response;
///
/// assert_eq!(Response::text("hello").content_type(), "text/plain; charset=utf-8");
/// assert_eq!(Response::from(vec![0x89, b'P', b'N', b'G']).content_type(), "application/octet-stream");
/// ```
#[derive(Debug)]
pub struct Response {
    body: Body,
    content_type: Cow<'static, str>,
}

/// What an answer consists of.
#[derive(Debug)]
enum Body {
    /// All of it is there.
    Whole(Bytes),
}

impl Response {
    /// A JSON text, already written.
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self { body: Body::Whole(body.into()), content_type: "application/json".into() }
    }

    /// Bytes of any kind. A synchronous caller receives them as they are.
    pub fn bytes(body: impl Into<Bytes>) -> Self {
        Self { body: Body::Whole(body.into()), content_type: "application/octet-stream".into() }
    }

    /// The same with this content type, which the caller is told.
    ///
    /// # Panics
    ///
    /// It cannot stand in a header: it has characters that are no visible ASCII.
    pub fn with_content_type(mut self, content_type: impl Into<Cow<'static, str>>) -> Self {
        let content_type = content_type.into();
        let visible = content_type.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        assert!(visible, "the content type is {content_type:?}: expected visible ASCII");
        self.content_type = content_type;
        self
    }

    /// Plain text in UTF-8. A synchronous caller receives it as it is.
    pub fn text(body: impl Into<Bytes>) -> Self {
        Self { body: Body::Whole(body.into()), content_type: "text/plain; charset=utf-8".into() }
    }

    /// Returns the body. `None` where it is streamed, so that it is not in memory as a whole.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        let Body::Whole(bytes) = &self.body;
        Some(bytes)
    }

    /// The content type that the caller is told.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    pub(crate) fn into_parts(self) -> (Bytes, Cow<'static, str>) {
        let Body::Whole(bytes) = self.body;
        (bytes, self.content_type)
    }
}

/// Bytes of any kind, as [`Response::bytes`].
impl From<Bytes> for Response {
    fn from(body: Bytes) -> Self {
        Self::bytes(body)
    }
}

/// Bytes of any kind, as [`Response::bytes`].
impl From<Vec<u8>> for Response {
    fn from(body: Vec<u8>) -> Self {
        Self::bytes(body)
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
