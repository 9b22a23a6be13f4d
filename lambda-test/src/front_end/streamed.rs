//! A response that a front end hands to the client as it comes.

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value};

use super::{
    ResponseBody,
    exchange::FrontEnd,
    proxied::{Dialect, Proxied},
    sent::Sent,
};
use crate::service::InvokeStream;

/// The content type of a response with a prelude.
const INTEGRATION: &str = "application/vnd.awslambda.http-integration-response";

/// "Exactly 8 NUL bytes."
const DELIMITER: [u8; 8] = [0; 8];

/// "The metadata must be in the first 16 KB."
const MOST: usize = 16 * 1024;

const DIALECT: Dialect = Dialect {
    keys: None,
    single: true,
    multiple: true,
    cookies: true,
    any_body: false,
    strict_status: false,
};

/// Waits for the head of a response.
pub(super) async fn receive<F: FrontEnd>(
    front_end: &F,
    sent: &Sent,
    mut stream: InvokeStream,
) -> Response<ResponseBody> {
    let mut begin = BytesMut::new();
    let mut prelude = None;
    while let Some(chunk) = stream.next().await {
        begin.extend_from_slice(&chunk.bytes);
        if stream.content_type() != Some(INTEGRATION) {
            break;
        }
        prelude = begin.windows(DELIMITER.len()).position(|bytes| bytes == DELIMITER);
        if prelude.is_some() || MOST < begin.len() {
            break;
        }
    }
    let begin = begin.freeze();
    let request_id = HeaderValue::from_str(&stream.request_id()).ok();
    let mut response = begun(front_end, sent, stream, begin, prelude).await;
    if let Some(request_id) = request_id {
        response.headers_mut().insert("x-amzn-requestid", request_id);
    }
    response
}

/// The response of which this has come, with the end of its prelude.
async fn begun<F: FrontEnd>(
    front_end: &F,
    sent: &Sent,
    mut stream: InvokeStream,
    begin: Bytes,
    prelude: Option<usize>,
) -> Response<ResponseBody> {
    if stream.content_type() == Some(INTEGRATION) {
        let read = prelude.and_then(|end| head(&begin[..end]).map(|head| (head, end)));
        let Some((head, end)) = read else { return front_end.malformed() };
        let body = ResponseBody::streamed(begin.slice(end + DELIMITER.len()..), stream);
        return head.map(|()| body);
    }
    if begin.is_empty() {
        // It failed before anything came, or it is empty.
        let response = stream.response().await;
        if response.function_error().is_some() || response.service_error().is_some() {
            return front_end.response(sent, &response);
        }
    }
    plain(begin, stream)
}

/// The head that a prelude describes.
fn head(prelude: &[u8]) -> Option<Response<()>> {
    let object: Map<String, Value> = serde_json::from_slice(prelude).ok()?;
    let proxied = Proxied::read(&object, DIALECT)?;
    let mut head = Response::new(());
    *head.status_mut() = proxied.status;
    *head.headers_mut() = proxied.headers;
    Some(head)
}

/// A response without a prelude: its bytes, whatever they are.
fn plain(begin: Bytes, stream: InvokeStream) -> Response<ResponseBody> {
    let content_type = stream.content_type().and_then(|text| HeaderValue::from_str(text).ok());
    let octets = HeaderValue::from_static("application/octet-stream");
    let mut response = Response::new(ResponseBody::streamed(begin, stream));
    *response.status_mut() = StatusCode::OK;
    response.headers_mut().insert(header::CONTENT_TYPE, content_type.unwrap_or(octets));
    response
}
