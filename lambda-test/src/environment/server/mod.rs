//! The Runtime API and the Extensions API over HTTP, read from the contract and not from the client.
//!
//! Source: AWS Lambda developer guide, "Using the Lambda runtime API" and "Using the Lambda Extensions
//! API". Numbers in comments are statuses.

mod extensions;
mod http;
mod reply;
mod request;
mod subscription;

use std::{rc::Rc, sync::Arc};

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::oneshot,
};

use super::settings::FunctionInfo;
use crate::{
    kernel::{ApiCall, Clock, Payload},
    lifecycle::{Body, Reply},
};
use http::Route;

/// "6 MiB + 100 bytes."
pub(crate) const MAX_PAYLOAD: usize = 6 * 1024 * 1024 + 100;

/// What the server hands to the environment: a call, or the body of one, and where its reply goes.
#[derive(Debug)]
pub(crate) enum FromProcess {
    Call(ApiCall, oneshot::Sender<(u64, Reply)>),
    Body(u64, Body, oneshot::Sender<(u64, Reply)>),
}

/// Serves one connection until either side closes it.
pub(crate) async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + 'static,
    clock: Clock,
    info: Rc<FunctionInfo>,
    environment: impl Fn(FromProcess) + Clone + 'static,
) {
    let service = service_fn(move |request| {
        let (environment, info) = (environment.clone(), info.clone());
        async move { respond(request, clock, &info, environment).await }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    // A truncated body is answered, so a closed half is not the end. There is no read timeout: the
    // default would cut an idle connection in the middle of a long handler. Names are sent in the
    // canonical case, as the service sends them.
    http.half_close(true).auto_date_header(false).title_case_headers(true);
    // A connection that breaks says nothing that the environment does not know.
    let _ = http.serve_connection(TokioIo::new(stream), service).await;
}

/// The process behind a call is gone: its connection closes without an answer.
#[derive(Debug)]
struct Gone;

impl std::fmt::Display for Gone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the environment was reset")
    }
}

impl std::error::Error for Gone {}

async fn respond(
    request: Request<Incoming>,
    clock: Clock,
    info: &FunctionInfo,
    environment: impl Fn(FromProcess),
) -> Result<Response<Full<Bytes>>, Gone> {
    let call = match request::route(&request) {
        Route::Call(call) => call,
        Route::Respond(response) => return Ok(response),
    };
    if let ApiCall::Register(_)
    | ApiCall::Subscribe(_)
    | ApiCall::ExtensionInitError { .. }
    | ApiCall::ExtensionExitError { .. } = call
    {
        // These are small, and taken with their bodies.
        let body = read(request).await;
        let (sender, receiver) = oneshot::channel();
        environment(FromProcess::Call(extensions::with_body(call, body), sender));
        let (_, reply) = receiver.await.map_err(|_| Gone)?;
        return Ok(reply::response(reply, clock, info));
    }
    let cause_in_body =
        matches!(call, ApiCall::Error { .. }) && request::has_combined_type(&request);
    let (sender, receiver) = oneshot::channel();
    environment(FromProcess::Call(call, sender));
    let (id, reply) = receiver.await.map_err(|_| Gone)?;
    let reply = match reply {
        Reply::ReadBody => {
            let mut body = read(request).await;
            if cause_in_body {
                body = request::without_cause(body);
            }
            let (sender, receiver) = oneshot::channel();
            environment(FromProcess::Body(id, body, sender));
            receiver.await.map_err(|_| Gone)?.1
        }
        reply => reply,
    };
    Ok(reply::response(reply, clock, info))
}

/// Reads a body to its end, so that the connection lives on; what is too large is not kept.
async fn read(request: Request<Incoming>) -> Body {
    let content_type: Arc<str> = http::header(&request, "content-type").unwrap_or_default().into();
    let mut body = request.into_body();
    let mut bytes = BytesMut::new();
    let mut too_large = false;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Body::Truncated };
        let Ok(data) = frame.into_data() else { continue };
        too_large |= MAX_PAYLOAD < bytes.len() + data.len();
        if !too_large {
            bytes.extend_from_slice(&data);
        }
    }
    match too_large {
        true => Body::TooLarge,
        false => Body::Whole(Payload::new(bytes, content_type)),
    }
}
