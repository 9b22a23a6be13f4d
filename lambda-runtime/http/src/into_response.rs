//! What a function of a request may return.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use lambda_runtime::Error;

use crate::Body;

/// What becomes a response: an `http::Response` of any body, so one of axum too, a text, bytes, or JSON.
///
/// | type | content type |
/// |---|---|
/// | `&'static str`, `String` | `text/plain; charset=utf-8` |
/// | `Bytes`, `Vec<u8>` | `application/octet-stream` |
/// | `serde_json::Value` | `application/json` |
/// | `()` | none |
/// | `StatusCode` and a pair of one with another response | as that |
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a response",
    note = "return an `http::Response`, a text, bytes, a `serde_json::Value`, or `(StatusCode, _)` of one of these"
)]
pub trait IntoResponse {
    /// Its body.
    type Body: http_body::Body<Data: Unpin, Error: Into<Error>> + 'static;

    /// Makes the response.
    fn into_response(self) -> Response<Self::Body>;
}

impl<B: http_body::Body<Data: Unpin, Error: Into<Error>> + 'static> IntoResponse for Response<B> {
    type Body = B;

    fn into_response(self) -> Self {
        self
    }
}

fn of_type(body: impl Into<Body>, content_type: &'static str) -> Response<Body> {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

macro_rules! of_type {
    ($($type:ty => $content_type:literal),+ $(,)?) => {
        $(
            impl IntoResponse for $type {
                type Body = Body;

                fn into_response(self) -> Response<Body> {
                    of_type(self, $content_type)
                }
            }
        )+
    };
}

of_type! {
    &'static str => "text/plain; charset=utf-8",
    String => "text/plain; charset=utf-8",
    Bytes => "application/octet-stream",
    Vec<u8> => "application/octet-stream",
}

impl IntoResponse for serde_json::Value {
    type Body = Body;

    fn into_response(self) -> Response<Body> {
        of_type(self.to_string(), "application/json")
    }
}

impl IntoResponse for () {
    type Body = Body;

    fn into_response(self) -> Response<Body> {
        Response::new(Body::empty())
    }
}

impl IntoResponse for StatusCode {
    type Body = Body;

    fn into_response(self) -> Response<Body> {
        (self, ()).into_response()
    }
}

impl<R: IntoResponse> IntoResponse for (StatusCode, R) {
    type Body = R::Body;

    fn into_response(self) -> Response<R::Body> {
        let (status, inner) = self;
        let mut response = inner.into_response();
        *response.status_mut() = status;
        response
    }
}
