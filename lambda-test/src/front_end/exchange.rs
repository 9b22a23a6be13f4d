//! One request through a front end, from the client and back.

use std::time::Duration;

use http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};

use super::{
    ResponseBody,
    sent::{CLIENT, Sent},
    streamed,
};
use crate::{
    Function, InvokeResponse,
    xray::{GatewayRequest, GatewayTrace},
};

/// What differs between front ends.
pub(super) trait FrontEnd {
    /// The host that a client names.
    fn host(&self) -> &'static str;

    /// The response to a request that the function never sees, as one that is too large.
    fn refusal(&self, sent: &Sent) -> Option<Response<ResponseBody>>;

    /// How long it waits for a response, and what it sends then; without an end where it is the function's timeout.
    fn patience(&self) -> Option<(Duration, Response<ResponseBody>)> {
        None
    }

    /// The stage that is traced, and the URL of a request, where the front end has active tracing.
    fn traced(&self, _sent: &Sent) -> Option<(&'static str, String)> {
        None
    }

    /// Whether it receives responses as they come.
    fn streams(&self) -> bool {
        false
    }

    /// The event of a request.
    fn event(&self, sent: &Sent) -> serde_json::Value;

    /// The response to the client.
    fn response(&self, sent: &Sent, response: &InvokeResponse) -> Response<ResponseBody>;

    /// The response where what is streamed is not a response.
    fn malformed(&self) -> Response<ResponseBody>;
}

/// Sends a request through a front end.
pub(super) async fn send<F, B>(
    front_end: &F,
    function: &Function,
    request: http::Request<B>,
) -> Response<ResponseBody>
where
    F: FrontEnd,
    B: http_body::Body,
{
    let sent = Sent::receive(request, front_end.host(), function.now()).await;
    let Some(sent) = sent else {
        return of_status(StatusCode::BAD_REQUEST, "text/plain", "the body of the request failed");
    };
    if let Some(refusal) = front_end.refusal(&sent) {
        return refusal;
    }
    let trace = front_end.traced(&sent).map(|(stage, url)| {
        let request = GatewayRequest {
            stage,
            url,
            method: &sent.method,
            user_agent: sent.header("user-agent"),
            client_ip: CLIENT,
        };
        GatewayTrace::begin(function, sent.header(TRACE), &request)
    });
    let header = trace.as_ref().map(GatewayTrace::header).or_else(|| sent.header(TRACE));
    let response = invoke(front_end, function, &sent, header).await;
    if let Some(trace) = trace {
        trace.end(function, response.status().as_u16());
    }
    response
}

/// The header that continues a trace.
const TRACE: &str = "x-amzn-trace-id";

/// Invokes the function with a request, and waits for the response.
async fn invoke<F: FrontEnd>(
    front_end: &F,
    function: &Function,
    sent: &Sent,
    trace: Option<&str>,
) -> Response<ResponseBody> {
    let mut invoke = function.invoke(front_end.event(sent));
    if let Some(trace) = trace {
        invoke = invoke.trace(trace);
    }
    if front_end.streams() {
        return streamed::receive(front_end, sent, invoke.stream()).await;
    }
    let response = match front_end.patience() {
        None => invoke.response().await,
        Some((patience, gone)) => match tokio::time::timeout(patience, invoke.response()).await {
            Ok(response) => response,
            Err(_) => return gone,
        },
    };
    let mut to_client = front_end.response(sent, &response);
    if let Ok(request_id) = HeaderValue::from_str(&invoke.request_id()) {
        to_client.headers_mut().insert("x-amzn-requestid", request_id);
    }
    // Until the environment is free for the next request, if that takes no time.
    let _ = tokio::time::timeout(Duration::from_millis(1), invoke).await;
    to_client
}

/// A response of a front end itself.
pub(super) fn of_status(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<bytes::Bytes>,
) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::whole(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Makes a front end a tower service.
macro_rules! front_end {
    ($type:ident) => {
        impl $type {
            /// Sends a request and waits for the response.
            pub async fn send<B: http_body::Body>(
                &self,
                request: http::Request<B>,
            ) -> http::Response<$crate::front_end::ResponseBody> {
                $crate::front_end::exchange::send(self, &self.function, request).await
            }
        }

        impl<B: http_body::Body + 'static> tower_service::Service<http::Request<B>> for $type {
            type Response = http::Response<$crate::front_end::ResponseBody>;
            type Error = std::convert::Infallible;
            type Future = std::pin::Pin<
                Box<dyn std::future::Future<Output = Result<Self::Response, Self::Error>>>,
            >;

            fn poll_ready(
                &mut self,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Result<(), Self::Error>> {
                std::task::Poll::Ready(Ok(()))
            }

            fn call(&mut self, request: http::Request<B>) -> Self::Future {
                let this = self.clone();
                Box::pin(async move { Ok(this.send(request).await) })
            }
        }
    };
}
pub(super) use front_end;
