//! The server outside of Lambda.

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    io,
    net::{Ipv4Addr, SocketAddr},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    process::ExitCode,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use http::StatusCode;
use http_body::{Frame, SizeHint};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use lambda_runtime::{Error, Variables};
use tokio::net::{TcpListener, TcpStream};

use crate::{
    Body, HttpHandler, HttpService,
    body::WithError,
    collect::{TooLarge, collect},
    handler::internal_error,
};

/// Serves requests until the process ends.
pub(crate) fn start<S, M>(handler: HttpHandler<S, M>) -> ExitCode
where
    S: HttpService<M> + Clone,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = runtime.map_err(Error::from).and_then(|runtime| runtime.block_on(run(handler)));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

pub(crate) async fn run<S, M>(handler: HttpHandler<S, M>) -> Result<(), Error>
where
    S: HttpService<M> + Clone,
{
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port()?));
    let listener = TcpListener::bind(address).await.map_err(|error| taken(address, &error))?;
    log(&format!("serving on http://{}", listener.local_addr()?));
    accept(listener, handler).await
}

/// Writes a line to stderr.
#[expect(clippy::print_stderr, reason = "there is no environment whose log it could be")]
fn log(line: &str) {
    eprintln!("{line}");
}

fn port() -> Result<u16, Error> {
    match Variables::from_process().get("PORT") {
        None => Ok(3000),
        Some(text) => {
            text.parse().map_err(|_| format!("PORT is {text:?}: expected 0 to 65535").into())
        }
    }
}

fn taken(address: SocketAddr, error: &io::Error) -> Error {
    format!("cannot listen on {address}: {error}: set PORT to a free port, or to 0").into()
}

/// Accepts connections; each request is served by a clone, so that one does not wait for another. No task is spawned: a
/// service may borrow.
async fn accept<S, M>(listener: TcpListener, handler: HttpHandler<S, M>) -> Result<(), Error>
where
    S: HttpService<M> + Clone,
{
    let handler = &handler;
    let mut connections: Vec<Pin<Box<dyn Future<Output = ()> + '_>>> = Vec::new();
    poll_fn(|context| {
        while let Poll::Ready((stream, _)) = listener.poll_accept(context)? {
            connections.push(Box::pin(connection(handler, stream)));
        }
        connections.retain_mut(|connection| {
            // A service that panics loses its connection, and no other.
            let polled = catch_unwind(AssertUnwindSafe(|| connection.as_mut().poll(context)));
            polled.is_ok_and(|polled| polled.is_pending())
        });
        Poll::Pending
    })
    .await
}

async fn connection<S, M>(handler: &HttpHandler<S, M>, stream: TcpStream)
where
    S: HttpService<M> + Clone,
{
    let service = service_fn(|request| answered(handler.service.clone(), request));
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new());
    // A client that hangs up is not an error here.
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

/// The body of the service, or one from here.
type LocalBody = Pin<Box<dyn http_body::Body<Data = Bytes, Error = Error>>>;

async fn answered<S, M>(
    mut service: S,
    request: http::Request<Incoming>,
) -> Result<http::Response<LocalBody>, Infallible>
where
    S: HttpService<M>,
{
    let (parts, body) = request.into_parts();
    let body = match collect(body).await {
        Ok(body) => body,
        Err(error) if error.is::<TooLarge>() => {
            return Ok(of_status(StatusCode::PAYLOAD_TOO_LARGE));
        }
        Err(_) => return Ok(of_status(StatusCode::BAD_REQUEST)),
    };
    let request = http::Request::from_parts(parts, Body::from(body));
    Ok(match service.serve(request).await {
        Ok(response) => {
            response.map(|body| Box::pin(InBytes(WithError(Box::pin(body)))) as LocalBody)
        }
        Err(error) => {
            log(&format!("ERROR the service failed: {error}"));
            internal_error().map(|body| Box::pin(body) as LocalBody)
        }
    })
}

fn of_status(status: StatusCode) -> http::Response<LocalBody> {
    let mut response = http::Response::new(Box::pin(Body::empty()) as LocalBody);
    *response.status_mut() = status;
    response
}

/// A body whose pieces are `Bytes`: a copy where they are not.
struct InBytes<B>(WithError<B>);

impl<B: http_body::Body<Error: Into<Error>>> http_body::Body for InBytes<B> {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = ready!(Pin::new(&mut self.0).poll_frame(context));
        Poll::Ready(frame.map(|frame| {
            frame.map(|frame| frame.map_data(|mut data| data.copy_to_bytes(data.remaining())))
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use http::Request;
    use http_body_util::{BodyExt, Full};
    use hyper::client::conn::http1::handshake;

    use super::*;
    use crate::{RequestExt, handler};

    /// Runs a client with the server of a service.
    fn with_server<S, M, F>(service: S, client: impl FnOnce(SocketAddr) -> F)
    where
        S: HttpService<M> + Clone,
        F: Future<Output = ()>,
    {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
            let address = listener.local_addr().expect("it is bound");
            tokio::select! {
                ended = accept(listener, handler(service)) => ended.expect("it serves"),
                () = client(address) => {}
            }
        });
    }

    async fn send(address: SocketAddr, request: Request<Full<Bytes>>) -> (StatusCode, Bytes) {
        let stream = TcpStream::connect(address).await.expect("it listens");
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await.expect("a connection");
        let connection = tokio::spawn(connection);
        let response = sender.send_request(request).await.expect("a response");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        drop(sender);
        let _ = connection.await;
        (parts.status, body)
    }

    fn post(body: impl Into<Bytes>) -> Request<Full<Bytes>> {
        let request = Request::post("/a?b=1").header("host", "localhost");
        request.body(Full::new(body.into())).expect("a request")
    }

    #[test]
    fn requests_are_served_without_lambda() {
        let service = async |request: crate::Request| {
            assert!(request.lambda_event().is_none());
            format!("{} {}: {}", request.method(), request.uri(), request.body().len())
        };
        with_server(service, async |address| {
            for _ in 0..3 {
                let seen = send(address, post("hello")).await;
                assert_eq!(seen, (StatusCode::OK, "POST /a?b=1: 5".into()));
            }
        });
    }

    #[test]
    fn a_service_that_fails_is_500_and_a_request_over_6_mb_is_413() {
        let service = async |_: crate::Request| Err::<(), _>(Error::from("the table is gone"));
        with_server(service, async |address| {
            let (status, body) = send(address, post("")).await;
            let internal = r#"{"message":"Internal server error"}"#;
            assert_eq!((status, &*body), (StatusCode::INTERNAL_SERVER_ERROR, internal.as_bytes()));
            let (status, _) = send(address, post(vec![b'x'; crate::collect::MOST_BYTES + 1])).await;
            assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
        });
    }

    #[test]
    fn one_request_does_not_wait_for_another() {
        let service = async |request: crate::Request| {
            if request.body().is_empty() {
                std::future::pending::<()>().await;
            }
            "done"
        };
        with_server(service, async |address| {
            let waiting = send(address, post(""));
            let served = send(address, post("x"));
            tokio::select! {
                _ = waiting => panic!("it has no response"),
                (status, _) = served => assert_eq!(status, StatusCode::OK),
            }
        });
    }

    #[test]
    fn a_service_that_panics_loses_one_connection() {
        let service = async |request: crate::Request| {
            assert!(!request.body().is_empty(), "a body is expected");
            "done"
        };
        with_server(service, async |address| {
            let stream = TcpStream::connect(address).await.expect("it listens");
            let (mut sender, connection) =
                handshake(TokioIo::new(stream)).await.expect("a connection");
            let connection = tokio::spawn(connection);
            sender.send_request(post("")).await.expect_err("it panics");
            let _ = connection.await;
            assert_eq!(send(address, post("x")).await, (StatusCode::OK, "done".into()));
        });
    }
}
