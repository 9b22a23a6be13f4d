//! HTTP functions on AWS Lambda: any tower service behind every front end.
//!
//! ```no_run
//! use axum::{Router, routing::get};
//!
//! fn main() -> std::process::ExitCode {
//!     let app: Router = Router::new().route("/", get(async || "hello"));
//!     lambda_http::serve(app)
//! }
//! ```
//!
//! On Lambda it serves the requests of API Gateway (REST, HTTP and WebSocket APIs), function URLs, load balancers and VPC
//! Lattice, told apart by their events; elsewhere it is an HTTP server on `127.0.0.1:3000`.
//!
//! | to do this | use |
//! |---|---|
//! | serve a tower service, or an async function of a request | [`serve`], or [`run`] on a tokio runtime of your own |
//! | keep the stage in the path, leave out a base path, fail on a status | [`handler`] and the methods of [`HttpHandler`] |
//! | stream responses | [`HttpHandler::response_stream`] |
//! | send server-sent events or lines of JSON | `sse`, `json_lines` (feature `stream`) |
//! | read a value of the query | [`RequestExt::query`] |
//! | know who calls, the request id, the whole event | [`RequestExt`], [`Event`], [`Authorizer`]; extractors of axum (feature `axum`) |
//! | decide who may call | [`authorizer`] |
//! | do work in the init phase | `async fn app(environment) -> Result<HttpHandler<..>, Error>` and [`lambda_runtime::start`] |
//! | write log records | `tracing::init` (feature `tracing`) |
//! | test with `http::Request`s | the feature `front-ends` of `lambda-test` |
//!
//! # Requests
//!
//! | what | how it arrives |
//! |---|---|
//! | path | as the client sent it, percent-encoding included; without the stage |
//! | query | as the client sent it where the front end has it so (function URL, HTTP API, load balancer), else encoded anew |
//! | headers | each value by itself where the front end has them so, else joined by a comma |
//! | cookies | one header, joined by `; ` |
//! | body | its bytes, a slice of the event where that has them as they are |
//! | a message of a WebSocket | `POST` to the route: `/$default`; connecting is `GET /$connect` |
//!
//! The URI has a path and a query alone, as in any HTTP server; the host is in the header `host`.
//!
//! # Responses
//!
//! | what | what the front end is sent |
//! |---|---|
//! | a body of valid UTF-8 without a content encoding | text |
//! | any other body, and one of [`HttpHandler::binary`] | base64 |
//! | `HEAD`, 204, 304 | no body |
//! | `set-cookie` | each by itself; several are an error behind a load balancer without multi-value headers, VPC Lattice, a WebSocket API |
//! | a service that fails | 500, and a line in the log |
//! | a body that fails | an error of the invocation; streamed, an error after what was sent |
//! | over 6 MB, not streamed | an error of the invocation |
//!
//! # Coming from `lambda_http`
//!
//! `lambda_http` on the public registry is another crate. A service moves by its dependency line,
//! `lambda_http = { package = "lambda-http", path = "…" }`, and these:
//!
//! | there | here |
//! |---|---|
//! | `run(service_fn(f))`, `run(app)` | the same, or [`serve`] without `#[tokio::main]` |
//! | `run_with_streaming_response(app)`, `StreamAdapter` | `run(handler(app).response_stream())` |
//! | `Adapter::from(app)` | `handler(app)` |
//! | the stage in the path, `AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH` | without the stage; [`HttpHandler::keep_stage`] |
//! | `request.raw_http_path()` | `request.uri().path()` |
//! | `request.query_string_parameters().first(name)` | [`RequestExt::query`], or axum's `Query` |
//! | `request.path_parameters()`, `stage_variables()` | [`Event::path_parameters`], [`Event::stage_variables`] |
//! | `request.request_context()` | [`Event::read`] with a type of `lambda-events` |
//! | `request_context().authorizer()` | [`Event::authorizer`], one form for all front ends |
//! | `request.lambda_context()` | [`RequestExt::lambda_context`] |
//! | `request.payload::<T>()` | `serde_json::from_slice(request.body())` |
//! | `Body::{Empty, Text, Binary}` | [`Body`], which is bytes |
//! | `.into_response().await` | `.into_response()` |
//! | `lambda_http::tracing::init_default_subscriber()` | `lambda_http::tracing::init()`, with the feature `tracing` |
//! | text or base64 by a list of content types | by what the bytes are |
//! | an absolute URI | path and query |
//!
//! # Features
//!
//! | feature | default | crates | consequence |
//! |---|---|---|---|
//! | `local` | yes | 7 | outside of Lambda [`serve`] is an HTTP server |
//! | `axum` | no | 5 | extractors |
//! | `stream` | no | 1 | `sse`, `json_lines` |
//! | `tracing` | no | 8 | `lambda_http::tracing`: log records by Lambda's log settings, as lambda-runtime has them |
//!
//! Not here yet: the parts of a multipart body (axum has them), messages to the clients of a
//! WebSocket API (its management API), Lambda@Edge, an init phase under [`serve`]: an application that needs one is started
//! by [`lambda_runtime::start`], which is for Lambda alone.

mod authorizer;
#[cfg(feature = "axum")]
mod axum;
mod body;
mod collect;
mod event;
mod front_end;
mod handler;
mod headers;
mod into_response;
mod json;
#[cfg(feature = "local")]
mod local;
mod origin;
mod path;
mod proxy;
mod request;
mod request_ext;
mod response;
mod serve;
mod service;
mod streamed;
#[cfg(feature = "stream")]
mod streams;
mod uri;

pub use authorizer::{AuthorizerHandler, AuthorizerRequest, ContextValue, Decision, authorizer};
#[cfg(feature = "axum")]
pub use axum::{LambdaContext, MissingExtension};
pub use body::Body;
pub use front_end::FrontEnd;
pub use handler::{HttpHandler, handler};
pub use http::{self, Response};
pub use into_response::IntoResponse;
#[cfg(feature = "tracing")]
pub use lambda_runtime::tracing;
pub use lambda_runtime::{self, Context, Error, ServiceFn, service_fn};
pub use origin::{Authorizer, Event};
pub use request_ext::RequestExt;
pub use serve::{IntoHandler, run, serve};
pub use service::{HttpService, markers};
#[cfg(feature = "stream")]
pub use streams::{SseEvent, Values, json_lines, sse};
pub use tower_service::Service;

/// A request: its body is whole, and it carries the [`Event`] that it came in.
pub type Request = http::Request<Body>;
