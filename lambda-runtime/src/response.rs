//! From what a handler returns to the bytes of an answer.

use std::{borrow::Cow, fmt};

use bytes::Bytes;
use serde::Serialize;

use crate::{FunctionError, HttpPrelude, streamed::Streamed};

/// The response to an invocation: a body and its content type.
///
/// A body is whole, or it is streamed: made while it is sent, by `Response::stream` (feature `stream`),
/// `Response::reader` (feature `async-read`) or `Response::http_body` (feature `http-body`). What a caller receives of a
/// streamed one, and when:
///
/// - A piece leaves as soon as it is made, the first together with the head of the request. The caller receives it as it
///   comes if it invoked the function that way: the API call `InvokeWithResponseStream`, a function URL with the invoke
///   mode `RESPONSE_STREAM`, API Gateway with response streaming. Others receive it when it is complete, up to 6 MB.
/// - Up to 200 MB are sent, the first 6 MB as fast as possible and the rest with 2 MB/s: the body is asked for no more than
///   is taken, so a slow caller slows it down and fills no memory.
/// - An error or a panic of the body before its first piece fails the invocation as one of the handler does, unless it has
///   [a prelude](Self::with_http) and its first piece let the caller wait. Later, the caller receives the error after the
///   pieces, which stay as they were.
/// - Where the service takes no more, as of a response that is too large or too late, the body is dropped.
/// - After SIGTERM it is sent until the deadline, at the latest.
///
/// ```
/// use lambda_runtime::Response;
///
/// assert_eq!(Response::text("hello").content_type(), "text/plain; charset=utf-8");
/// assert_eq!(Response::from(vec![0x89, b'P', b'N', b'G']).content_type(), "application/octet-stream");
/// ```
pub struct Response {
    body: Body,
    content_type: Cow<'static, str>,
}

/// What a response consists of.
pub(crate) enum Body {
    /// All of it is there.
    Whole(Bytes),
    /// It is made while it is sent.
    Streamed(Streamed),
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
        match &self.body {
            Body::Whole(bytes) => Some(bytes),
            Body::Streamed(_) => None,
        }
    }

    /// The content type that the caller is told.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// Makes it an HTTP response with this status, these headers and cookies. Its content type is the one that the
    /// response has now, unless the prelude names another one.
    ///
    /// It is for functions behind a function URL with the invoke mode `RESPONSE_STREAM` or behind API Gateway with
    /// response streaming; other callers receive the prelude as a part of the body.
    pub fn with_http(mut self, prelude: HttpPrelude) -> Self {
        const INTEGRATION: &str = "application/vnd.awslambda.http-integration-response";
        let mut prelude = prelude.into_bytes(&self.content_type);
        match &mut self.body {
            Body::Whole(bytes) => {
                prelude.extend_from_slice(bytes);
                *bytes = prelude.into();
            }
            Body::Streamed(streamed) => streamed.set_prelude(prelude),
        }
        self.content_type = INTEGRATION.into();
        self
    }

    #[allow(dead_code, reason = "each constructor is a feature")]
    pub(crate) fn streamed(streamed: Streamed) -> Self {
        Self { body: Body::Streamed(streamed), content_type: "application/octet-stream".into() }
    }

    pub(crate) fn into_parts(self) -> (Body, Cow<'static, str>) {
        (self.body, self.content_type)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Response");
        shown.field("content_type", &self.content_type);
        match &self.body {
            Body::Whole(bytes) => shown.field("body", bytes).finish(),
            Body::Streamed(_) => shown.finish_non_exhaustive(),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_any_kind_are_a_response() {
        for response in
            [Response::from(Bytes::from_static(b"[1]")), Response::from(b"[1]".to_vec())]
        {
            assert_eq!(response.as_bytes().map(|bytes| &bytes[..]), Some(&b"[1]"[..]));
            let shown = format!("{response:?}");
            assert!(
                shown.starts_with("Response { content_type: ") && shown.contains("[1]"),
                "{shown}"
            );
        }
    }

    #[test]
    fn what_does_not_fit_json_is_an_error_of_the_function() {
        let error = serde_json::from_str::<u8>("x").expect_err("not a number");
        let error = unwritable(&error);
        assert_eq!(error.error_type, "Runtime.MarshalError");
        assert!(error.error_message.starts_with("answer does not fit JSON: expected value"));
    }
}
