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

mod authorizer;
#[cfg(feature = "axum")]
mod axum;
mod body;
mod event;
mod front_end;
mod handler;
mod into_response;
mod json;
#[cfg(feature = "local")]
mod local;
mod origin;
mod path;
mod request;
mod request_ext;
mod response;
mod serve;
mod service;
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
pub use lambda_runtime::{self, Context, Error};
pub use origin::{Authorizer, Event};
pub use request_ext::RequestExt;
pub use serve::{IntoHandler, run, serve};
pub use service::{HttpService, ServiceFn, markers, service_fn};
#[cfg(feature = "stream")]
pub use streams::{SseEvent, Values, json_lines, sse};
pub use tower_service::Service;

/// A request: its body is whole, and it carries the [`Event`] that it came in.
pub type Request = http::Request<Body>;
