//! Runs a Rust function in an AWS Lambda execution environment.
//!
//! ```no_run
//! use lambda_runtime::Error;
//!
//! async fn handler(name: String) -> Result<String, Error> {
//!     Ok(format!("hello, {name}"))
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     lambda_runtime::start(handler)
//! }
//! ```
//!
//! Three types to know: a [`Handler`] turns an event into an answer, [`Context`] is what it may know
//! besides the event, and [`Runtime`] is the handler ready to be started, by [`start`] on Lambda or
//! by `lambda-test` in a test.
//!
//! | to do this | use |
//! |---|---|
//! | work in the init phase, which may fail | `async fn app(environment: Environment) -> Result<impl Bootstrap, Error>` and [`start`] |
//! | run on a tokio runtime of your own | [`run`] |
//! | take the event as bytes, answer with bytes | [`RawEvent`], [`Response`] |
//! | choose the type of an error | [`Diagnostic`] |
//! | know how much time is left | [`Context::remaining_time`] |
//! | stream a response | `Response::stream`, `Response::reader`, `Response::http_body`: see [`Response`] |
//! | set status, headers and cookies of a streamed HTTP response | [`Response::with_http`] |
//! | write log records, as text or JSON, by Lambda's log settings | `tracing::init` |
//! | trace invocations with OpenTelemetry | `opentelemetry::OpenTelemetryLayer` |
//! | put metrics into the log, for CloudWatch | `metrics::Metrics` |
//! | put tower layers around invocations | [`Runtime::layer`] |
//! | fail an invocation before it times out | [`DeadlineLayer`] |
//! | flush after each invocation | [`Runtime::after_each`] |
//! | close connections when the environment ends | [`Runtime::on_shutdown`] |
//! | choose a handler when the program starts | [`Runtime::boxed`] |
//! | write a runtime for another language | [`RuntimeClient`] |
//!
//! A handler's error, a panic and an event that does not fit fail that invocation, leave one line in
//! the log and are told to the service; the loop goes on. The module `client` in the
//! sources holds the table of what each failure of the Runtime API means.
//!
//! # Streamed responses
//!
//! Made while they are sent: see [`Response`] for who receives them when, and what an error means.
//!
#![cfg_attr(feature = "stream", doc = "```no_run")]
#![cfg_attr(not(feature = "stream"), doc = "```ignore")]
//! use lambda_runtime::{Error, HttpPrelude, Response};
//!
//! async fn handler(count: u32) -> Result<Response, Error> {
//!     let lines = (0..count).map(|number| Ok::<_, Error>(format!("{number}\n")));
//!     let response = Response::stream(futures_util::stream::iter(lines));
//!     Ok(response.with_http(HttpPrelude::new(200).header("cache-control", "no-store")))
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     lambda_runtime::start(handler)
//! }
//! ```
//!
//! # Layers, and what runs after each invocation
//!
//! See [`Runtime`] for their order, and what errors and panics do.
//!
//! ```no_run
//! use std::{process::ExitCode, time::Duration};
//!
//! use lambda_runtime::{Error, Runtime};
//! use tower::timeout::TimeoutLayer;
//!
//! fn main() -> ExitCode {
//!     let runtime = Runtime::new(async |name: String| Ok::<_, Error>(name))
//!         .layer(TimeoutLayer::new(Duration::from_secs(2)))
//!         .after_each(async || eprintln!("flushed"));
//!     lambda_runtime::start(runtime)
//! }
//! ```
//!
//! # A runtime of one's own
//!
//! [`RuntimeClient`] is the loop's own client: for runtimes of other languages.
//!
//! ```no_run
//! use lambda_runtime::{Environment, Error, Response, RuntimeClient};
//!
//! async fn serve(environment: Environment) -> Result<(), Error> {
//!     let mut client = RuntimeClient::new(&environment)?;
//!     loop {
//!         let pending = client.next().await?;
//!         let response = Response::json(pending.payload().clone());
//!         pending.respond(response).await?;
//!     }
//! }
//! # let _ = serve;
//! ```
//!
//! # Features
//!
//! Crates and KB are what a feature adds to a function of 665 KB that uses it, built small (`lto = "fat"`, one
//! codegen unit, stripped, x86-64). Layers, `after_each` and boxed runtimes add less than 4 KB where they are used.
//!
//! | feature | default | crates | KB | consequence |
//! |---|---|---|---|---|
//! | `anyhow`, `eyre`, `miette` | no | 1, 3, 3 | 14, 15, 17 | a handler may fail with the error of that crate, which is called by the type of its root |
//! | `stream` | no | 1 | 41 | a response may be a `Stream` |
//! | `async-read` | no | 0 | 41 | a response may be an `AsyncRead` |
//! | `http-body` | no | 2 | 41 | a response may be an `http_body::Body` |
//! | `metrics` | no | 0 | 73 | metrics in the log, by CloudWatch's Embedded Metric Format |
//! | `opentelemetry` | no | 20 | 237 | spans of invocations, exported by any exporter of OpenTelemetry |
//! | `tracing` | no | 8 | 143 | log records of `tracing` by Lambda's log settings, and the module of that name |
//! | `trace-variable` | yes | 0 | 3 | `_X_AMZN_TRACE_ID` is set for each invocation, as the AWS SDK wants it, and empty where there is no trace. A thread that reads it while an invocation begins may see the value of the one before, a part of it, or none |
//!
//! Not here yet: SnapStart hooks, several invocations at once.

mod boxed;
mod client;
mod deadline;
mod decode;
mod diagnostic;
mod entry;
mod error;
mod handler;
mod hooks;
mod http_prelude;
mod invocation;
mod invoke_loop;
mod invoked;
mod layers;
mod log;
#[doc(hidden)]
pub mod markers;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(feature = "opentelemetry")]
pub mod opentelemetry;
mod outcome;
mod panics;
mod response;
mod runtime;
mod scope;
mod service_fn;
mod sigterm;
mod streamed;
mod termination;
mod trace_variable;
#[cfg(feature = "tracing")]
pub mod tracing;

pub use boxed::BoxRuntime;
pub use client::{Pending, RuntimeClient, Upload};
pub use deadline::{DeadlineLayer, DeadlineService};
pub use decode::{FromEvent, RawEvent};
pub use diagnostic::{Diagnostic, IntoFunctionError};
pub use entry::{IntoApp, start};
pub use error::RunError;
pub use handler::Handler;
pub use http_prelude::HttpPrelude;
pub use invocation::{Invocation, LambdaEvent};
#[doc(hidden)]
pub use invoked::Typed;
pub use lambda_core::{
    App, Bootstrap, CauseException, ClientApplication, ClientContext, CognitoIdentity, Config,
    Context, Environment, ErrorCause, FunctionArn, FunctionError, Sampled, StackFrame, TraceHeader,
    Variables,
};
pub use layers::{HandlerFuture, HandlerService};
#[doc(hidden)]
pub use log::log_part;
pub use outcome::IntoOutcome;
#[doc(hidden)]
pub use panics::report as report_panic;
pub use response::{IntoResponse, Response};
pub use runtime::{Runtime, run};
pub use service_fn::{ServiceFn, service_fn};
pub use tower_layer::Layer;
pub use tower_service::Service;

/// An error of any kind.
pub type Error = lambda_core::BoxError;
