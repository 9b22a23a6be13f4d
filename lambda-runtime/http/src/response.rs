//! From a response to what its front end takes.

use std::{
    borrow::Cow,
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
};

use base64::engine::general_purpose::STANDARD;
use bytes::{Buf, Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, StatusCode, header, response::Parts};
use http_body::{Body, Frame, SizeHint};
use lambda_runtime::{Diagnostic, Error, FunctionError, HttpPrelude, IntoFunctionError, Response};

use crate::{FrontEnd, body::WithError, json::Json, request::Asked};

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
    let in_base64 = is_in_base64(&parts.headers, &body, &rules.binary);
    proxy(&parts, &body, in_base64, asked)
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

/// The most bytes of a body that is not streamed, both ways: what Lambda takes.
pub(crate) const MOST_BYTES: usize = 6 * 1024 * 1024;

/// Takes all of a body, without a copy where it comes in one piece.
///
/// An error if it has more bytes than Lambda takes.
pub(crate) async fn collect<B>(body: B) -> Result<Bytes, Error>
where
    B: Body<Error: Into<Error>>,
{
    let mut body = std::pin::pin!(body);
    let mut whole = Bytes::new();
    let mut pieces = BytesMut::new();
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let Ok(mut data) = frame.map_err(Into::into)?.into_data() else { continue };
        // Of `Bytes`, which nearly every body has, this is a slice.
        let piece = data.copy_to_bytes(data.remaining());
        if MOST_BYTES < whole.len() + pieces.len() + piece.len() {
            return Err(TooLarge.into());
        }
        if whole.is_empty() && pieces.is_empty() {
            whole = piece;
        } else {
            if pieces.is_empty() {
                pieces.extend_from_slice(&std::mem::take(&mut whole));
            }
            pieces.extend_from_slice(&piece);
        }
    }
    Ok(if pieces.is_empty() { whole } else { pieces.freeze() })
}

/// A body with more bytes than Lambda takes.
#[derive(Debug)]
pub(crate) struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the body has more than 6 MB: a function URL and a REST API take more of a response that is streamed, \
             see `response_stream`",
        )
    }
}

impl std::error::Error for TooLarge {}

/// A body as it comes, or as a whole if its first piece is all of it.
async fn streamed<B>(body: B) -> Result<Response, FunctionError>
where
    B: Body<Data: Unpin, Error: Into<Error>> + 'static,
{
    let mut body = WithError(Box::pin(body));
    let first = poll_fn(|context| Poll::Ready(body.0.as_mut().poll_frame(context))).await;
    let first = match first {
        Poll::Ready(None) => return Ok(Response::bytes(Bytes::new())),
        Poll::Ready(Some(Err(error))) => return Err(reported(error.into())),
        Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
            Ok(mut data) if body.0.is_end_stream() => {
                return Ok(Response::bytes(data.copy_to_bytes(data.remaining())));
            }
            Ok(data) => Some(data),
            Err(_) => None,
        },
        Poll::Pending => None,
    };
    Ok(Response::http_body(After { first, body }))
}

/// A body after its first piece was looked at.
struct After<B: Body> {
    first: Option<B::Data>,
    body: WithError<B>,
}

impl<B: Body<Data: Unpin, Error: Into<Error>>> Body for After<B> {
    type Data = B::Data;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, Error>>> {
        if let Some(data) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        Poll::Ready(ready!(Pin::new(&mut self.body).poll_frame(context)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

fn prelude(parts: &Parts) -> HttpPrelude {
    let mut prelude = HttpPrelude::new(parts.status.as_u16());
    for (name, value) in &parts.headers {
        prelude = match name {
            &header::SET_COOKIE => prelude.cookie(text(value)),
            name if is_of_the_connection(name) => prelude,
            name => prelude.header(name.as_str(), text(value)),
        };
    }
    prelude
}

/// Whether a body is sent in base64.
fn is_in_base64(headers: &HeaderMap, body: &[u8], binary: &[Cow<'static, str>]) -> bool {
    let encoded = headers.get(header::CONTENT_ENCODING);
    if encoded.is_some_and(|encoding| encoding.as_bytes() != b"identity") {
        return true;
    }
    let listed = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if listed.is_some_and(|content_type| binary.iter().any(|listed| matches(listed, content_type)))
    {
        return true;
    }
    std::str::from_utf8(body).is_err()
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
fn is_of_the_connection(name: &header::HeaderName) -> bool {
    matches!(*name, header::CONNECTION | header::TRANSFER_ENCODING | header::TE | header::UPGRADE)
        || name == "keep-alive"
}

/// The text of a value; what is not UTF-8 is read as Latin-1, as HTTP once had it.
fn text(value: &HeaderValue) -> Cow<'_, str> {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => value.as_bytes().iter().copied().map(char::from).collect::<String>().into(),
    }
}

/// Writes the JSON of a response.
fn proxy(
    parts: &Parts,
    body: &[u8],
    in_base64: bool,
    asked: Asked,
) -> Result<Response, FunctionError> {
    let room = if in_base64 { body.len() / 3 * 4 + 4 } else { body.len() + body.len() / 8 };
    let mut json = Json::with_capacity(room + 64 * parts.headers.len() + 128);
    json.raw("{\"statusCode\":");
    json.raw(parts.status.as_str());
    match asked.front_end {
        FrontEnd::HttpApi | FrontEnd::FunctionUrl => {
            json.joined(&parts.headers);
            json.cookies(&parts.headers);
        }
        FrontEnd::RestApi | FrontEnd::WebSocket => json.lists(&parts.headers),
        FrontEnd::LoadBalancer | FrontEnd::Lattice | FrontEnd::LatticeV1 => {
            let reason = parts.status.canonical_reason().unwrap_or("Unknown");
            json.raw(",\"statusDescription\":\"");
            json.raw(parts.status.as_str());
            json.raw(" ");
            json.raw(reason);
            json.raw("\"");
            if asked.front_end == FrontEnd::LoadBalancer && asked.multi_value {
                json.lists(&parts.headers);
            } else {
                refuse_cookies(&parts.headers, asked.front_end)?;
                json.joined(&parts.headers);
                json.one_cookie(&parts.headers);
            }
        }
    }
    match (body, in_base64) {
        ([], _) => json.raw(",\"body\":\"\""),
        (body, true) => {
            json.raw(",\"body\":\"");
            json.base64(&STANDARD, body);
            json.raw("\"");
        }
        (body, false) => {
            json.raw(",\"body\":");
            // It was looked at.
            json.string(&String::from_utf8_lossy(body));
        }
    }
    json.raw(if in_base64 && !body.is_empty() {
        ",\"isBase64Encoded\":true}"
    } else {
        ",\"isBase64Encoded\":false}"
    });
    Ok(Response::json(json.into_bytes()))
}

/// Cookies cannot be joined, and these front ends take one value of each header.
fn refuse_cookies(headers: &HeaderMap, front_end: FrontEnd) -> Result<(), FunctionError> {
    if headers.get_all(header::SET_COOKIE).iter().nth(1).is_none() {
        return Ok(());
    }
    let advice = match front_end {
        FrontEnd::LoadBalancer => {
            "set the attribute `lambda.multi_value_headers.enabled` of the target group to true"
        }
        _ => "VPC Lattice takes one value of each header: set one cookie",
    };
    Err(FunctionError::new(
        "SeveralCookies",
        format!(
            "the response has several `set-cookie` headers, and the front end takes one: {advice}"
        ),
    ))
}

impl Json {
    /// `headers`: names with one value each.
    fn joined(&mut self, headers: &HeaderMap) {
        self.raw(",\"headers\":{");
        let mut first = true;
        for name in
            headers.keys().filter(|name| *name != header::SET_COOKIE && !is_of_the_connection(name))
        {
            self.comma(&mut first);
            self.string(name.as_str());
            self.raw(":");
            let mut values = headers.get_all(name).iter();
            let value = values.next().map(text).unwrap_or_default();
            match values.next() {
                None => self.string(&value),
                Some(second) => {
                    let rest = std::iter::once(second).chain(values).map(text);
                    let all = rest.fold(value.into_owned(), |all, value| all + ", " + &value);
                    self.string(&all);
                }
            }
        }
        self.raw("}");
    }

    /// `multiValueHeaders`: names with all their values.
    fn lists(&mut self, headers: &HeaderMap) {
        self.raw(",\"multiValueHeaders\":{");
        let mut first = true;
        for name in headers.keys().filter(|name| !is_of_the_connection(name)) {
            self.comma(&mut first);
            self.string(name.as_str());
            self.raw(":[");
            let mut first = true;
            for value in headers.get_all(name) {
                self.comma(&mut first);
                self.string(&text(value));
            }
            self.raw("]");
        }
        self.raw("}");
    }

    /// `cookies`, where there are some.
    fn cookies(&mut self, headers: &HeaderMap) {
        let mut cookies = headers.get_all(header::SET_COOKIE).iter().peekable();
        if cookies.peek().is_none() {
            return;
        }
        self.raw(",\"cookies\":[");
        let mut first = true;
        for cookie in cookies {
            self.comma(&mut first);
            self.string(&text(cookie));
        }
        self.raw("]");
    }

    /// The only cookie, among the headers that were just written.
    fn one_cookie(&mut self, headers: &HeaderMap) {
        let Some(cookie) = headers.get(header::SET_COOKIE) else { return };
        self.reopen();
        self.string("set-cookie");
        self.raw(":");
        self.string(&text(cookie));
        self.raw("}");
    }
}
