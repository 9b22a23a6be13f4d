//! From a response to what its front end takes.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use http_body::Body;
use lambda_runtime::{Diagnostic, Error, FunctionError, IntoFunctionError, Response};

use crate::{
    collect::collect,
    proxy::proxy,
    request::Asked,
    streamed::{prelude, streamed},
};

/// How responses are written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    /// Content types whose bodies are in base64.
    pub(crate) binary: Vec<Cow<'static, str>>,
    /// Whether the front end takes streams, if it can.
    pub(crate) stream: bool,
}

/// Writes a response in the form of its front end.
pub(crate) async fn write<B>(
    response: http::Response<B>,
    asked: Asked,
    rules: &Rules,
) -> Result<Response, FunctionError>
where
    B: Body<Data: Unpin, Error: Into<Error>> + 'static,
{
    let (parts, body) = response.into_parts();
    let bodiless = asked.is_head || is_bodiless(parts.status);
    if rules.stream && asked.front_end.streams() {
        let prelude = prelude(&parts);
        if bodiless {
            return Ok(Response::bytes(Bytes::new()).with_http(prelude));
        }
        return Ok(streamed(body).await?.with_http(prelude));
    }
    let body = if bodiless { Bytes::new() } else { collect(body).await.map_err(reported)? };
    let text = as_text(&parts.headers, &body, &rules.binary);
    proxy(&parts, text.ok_or(&body), asked)
}

/// The report of an error of a service or of its body.
#[cold]
pub(crate) fn reported(error: Error) -> FunctionError {
    IntoFunctionError::<fn(Diagnostic)>::into_function_error(error)
}

/// Whether HTTP has no body for a status.
fn is_bodiless(status: StatusCode) -> bool {
    status.is_informational() || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

/// A body as the text that is sent; `None` where it is sent in base64.
fn as_text<'b>(
    headers: &HeaderMap,
    body: &'b [u8],
    binary: &[Cow<'static, str>],
) -> Option<&'b str> {
    let encoded = headers.get(header::CONTENT_ENCODING);
    let is_encoded = encoded.is_some_and(|encoding| encoding.as_bytes() != b"identity");
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_listed = |content_type| binary.iter().any(|listed| matches(listed, content_type));
    match body.is_empty() {
        true => Some(""),
        false if is_encoded || content_type.is_some_and(is_listed) => None,
        false => std::str::from_utf8(body).ok(),
    }
}

/// Whether a content type is one of those that are listed: `image/png`, `image/*`, `*/*`.
fn matches(listed: &str, content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    match listed.strip_suffix('*') {
        Some("*/") => true,
        Some(begins) => {
            kind.len() >= begins.len() && kind[..begins.len()].eq_ignore_ascii_case(begins)
        }
        None => kind.eq_ignore_ascii_case(listed),
    }
}

/// Headers of a connection, which a front end has of its own.
pub(crate) fn is_of_the_connection(name: &HeaderName) -> bool {
    matches!(*name, header::CONNECTION | header::TRANSFER_ENCODING | header::TE | header::UPGRADE)
        || name == "keep-alive"
}

/// The text of a value; what is not UTF-8 is read as Latin-1, as HTTP once had it.
pub(crate) fn text(value: &HeaderValue) -> Cow<'_, str> {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => value.as_bytes().iter().copied().map(char::from).collect::<String>().into(),
    }
}
