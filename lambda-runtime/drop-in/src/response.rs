//! Responses that are whole, or streamed with an HTTP prelude.

use std::fmt::Debug;

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, StatusCode};
use ours::{Error, FunctionError, HttpPrelude, Response};
use serde::{Deserialize, Serialize};

use crate::streaming::Body;

/// Status, headers and cookies of a streamed response.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MetadataPrelude {
    /// The status.
    #[serde(with = "http_serde::status_code")]
    pub status_code: StatusCode,
    /// The headers.
    #[serde(with = "http_serde::header_map")]
    pub headers: HeaderMap,
    /// The cookies.
    pub cookies: Vec<String>,
}

/// A response that is made while it is sent.
#[derive(Debug)]
pub struct StreamResponse<S> {
    /// What the service reads before the body.
    pub metadata_prelude: MetadataPrelude,
    /// The body.
    pub stream: S,
}

impl<S, D, E> From<S> for StreamResponse<S>
where
    S: Stream<Item = Result<D, E>> + Unpin + Send + 'static,
    D: Into<Bytes> + Send,
    E: Into<Error> + Send + Debug,
{
    fn from(stream: S) -> Self {
        Self { metadata_prelude: MetadataPrelude::default(), stream }
    }
}

/// A response, whole or streamed.
pub enum FunctionResponse<B, S> {
    /// A value, sent as JSON.
    BufferedResponse(B),
    /// A stream.
    StreamingResponse(StreamResponse<S>),
}

/// What becomes a response.
pub trait IntoFunctionResponse<B, S> {
    /// Makes the response.
    fn into_response(self) -> FunctionResponse<B, S>;
}

impl<B, S> IntoFunctionResponse<B, S> for FunctionResponse<B, S> {
    fn into_response(self) -> FunctionResponse<B, S> {
        self
    }
}

impl<B: Serialize> IntoFunctionResponse<B, Body> for B {
    fn into_response(self) -> FunctionResponse<B, Body> {
        FunctionResponse::BufferedResponse(self)
    }
}

impl<S, D, E> IntoFunctionResponse<(), S> for StreamResponse<S>
where
    S: Stream<Item = Result<D, E>> + Unpin + Send + 'static,
    D: Into<Bytes> + Send,
    E: Into<Error> + Send + Debug,
{
    fn into_response(self) -> FunctionResponse<(), S> {
        FunctionResponse::StreamingResponse(self)
    }
}

/// Makes a response of this SDK of what a handler returned.
pub(crate) fn respond<R, B, S, D, E>(
    outcome: Result<R, FunctionError>,
) -> Result<Response, FunctionError>
where
    R: IntoFunctionResponse<B, S>,
    B: Serialize,
    S: Stream<Item = Result<D, E>> + Unpin + Send + 'static,
    D: Into<Bytes> + Send,
    E: Into<Error> + Send + Debug,
{
    match outcome?.into_response() {
        FunctionResponse::BufferedResponse(value) => match serde_json::to_vec(&value) {
            Ok(json) => Ok(Response::json(json)),
            Err(error) => Err(FunctionError::new("Runtime.MarshalError", error.to_string())),
        },
        FunctionResponse::StreamingResponse(StreamResponse { metadata_prelude, stream }) => {
            let MetadataPrelude { status_code, headers, cookies } = metadata_prelude;
            let mut prelude = HttpPrelude::new(status_code.as_u16());
            for (name, value) in &headers {
                let Ok(text) = std::str::from_utf8(value.as_bytes()) else {
                    let message = format!("the header `{name}` is not UTF-8, as a prelude must be");
                    return Err(FunctionError::new("Runtime.MarshalError", message));
                };
                prelude = prelude.header(name.as_str(), text);
            }
            prelude = cookies.into_iter().fold(prelude, HttpPrelude::cookie);
            Ok(Response::stream(Pieces(stream)).with_http(prelude))
        }
    }
}

/// A stream of pieces, with errors as this SDK has them.
struct Pieces<S>(S);

impl<S, D, E> Stream for Pieces<S>
where
    S: Stream<Item = Result<D, E>> + Unpin,
    D: Into<Bytes>,
    E: Into<Error>,
{
    type Item = Result<Bytes, Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        let next = std::pin::Pin::new(&mut self.0).poll_next(context);
        next.map(|next| next.map(|piece| piece.map(Into::into).map_err(Into::into)))
    }
}
