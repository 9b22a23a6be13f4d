//! The Runtime API and the Extensions API over HTTP, read from the contract and not from the client.
//!
//! Source: AWS Lambda developer guide, "Using the Lambda runtime API" and "Using the Lambda Extensions
//! API". Numbers in comments are statuses.

mod body;
mod extensions;
mod http;
mod reply;
mod request;
mod subscription;

use std::rc::Rc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::oneshot,
};

use super::{in_flight::Sink, settings::FunctionInfo};
use crate::{
    kernel::{ApiCall, Clock, Payload},
    lifecycle::{Body, Reply},
};
use http::Route;

/// What the server hands to the environment: a call, or how the body of one ended with the response that it is, and where
/// the reply goes.
#[derive(Debug)]
pub(crate) enum FromProcess {
    Call(ApiCall, oneshot::Sender<Replied>),
    Body(u64, Box<(Body, Payload)>, oneshot::Sender<Replied>),
}

/// The reply to a call.
#[derive(Debug)]
pub(crate) struct Replied {
    /// The number of the call.
    pub(crate) id: u64,
    pub(crate) reply: Reply,
    /// Where the body of a response goes, for a caller who receives it as it comes.
    pub(crate) sink: Option<Sink>,
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
        let body = body::read(request).await;
        let (sender, receiver) = oneshot::channel();
        environment(FromProcess::Call(extensions::with_body(call, body), sender));
        let Replied { reply, .. } = receiver.await.map_err(|_| Gone)?;
        return Ok(reply::response(reply, clock, info));
    }
    let cause_in_body =
        matches!(call, ApiCall::Error { .. }) && request::has_combined_type(&request);
    let posted_cause = request::posted_cause(&request);
    let mode = match &call {
        ApiCall::Response { mode, .. } => Some(mode.clone()),
        _ => None,
    };
    let (sender, receiver) = oneshot::channel();
    environment(FromProcess::Call(call, sender));
    let Replied { id, reply, sink } = receiver.await.map_err(|_| Gone)?;
    let reply = match reply {
        Reply::ReadBody => {
            let (body, response) = body::receive(request, mode, sink, clock).await;
            let body = match body {
                body if cause_in_body => request::with_cause_in_body(body),
                Body::Whole { length, payload, .. } => {
                    Body::Whole { length, payload, cause: posted_cause }
                }
                body => body,
            };
            let (sender, receiver) = oneshot::channel();
            environment(FromProcess::Body(id, Box::new((body, response)), sender));
            receiver.await.map_err(|_| Gone)?.reply
        }
        reply => reply,
    };
    Ok(reply::response(reply, clock, info))
}
