//! The crate `lambda_runtime`, by name and version, on the loop of this SDK.
//!
//! ```toml
//! [patch.crates-io]
//! lambda_runtime = { path = "../lambda-sdk/lambda-runtime/drop-in" }
//! ```
//!
//! (`cargo update -p lambda_runtime` where `Cargo.lock` holds an older 1.x; `cargo tree -i lambda-runtime` shows that it
//! is used, and a dependency on 0.x is not patched)
//!
//! puts every crate of a program that depends on `lambda_runtime` 1 on this loop, and changes no line of
//! it: frameworks and SDKs included. For code of one's own the dependency line is leaner, since it brings
//! none of what is listed here as *brought*:
//!
//! ```toml
//! [dependencies]
//! lambda_runtime = { package = "lambda-runtime", path = "../lambda-sdk/lambda-runtime" }
//! ```
//!
//! and the way back is to take either away again.
//!
//! | of `lambda_runtime` 1.5.0 | here |
//! |---|---|
//! | `run`, `service_fn`, `handler_fn`, `LambdaEvent`, `Context`, `Config`, `Diagnostic`, `Error` | the same, with the bounds of that crate; errors have one name whatever the signature |
//! | features `anyhow`, `eyre`, `miette` | the same |
//! | `tower`, tokio's `macros` and `rt-multi-thread` | brought |
//! | `tracing`, `tracing::init_default_subscriber` (feature `tracing`, on) | brought; `AWS_LAMBDA_LOG_LEVEL` goes before `RUST_LOG`, and JSON lines have a timestamp |
//! | `Runtime<S>`, `layer`, `LambdaInvocation`, `layers::TracingLayer` | the same; the parts of an invocation hold the headers that the context knows, and are sent back nowhere |
//! | errors and panics | always leave a line in the log, with or without a subscriber; the error type is the error's own name |
//! | missing variables (`AWS_LAMBDA_FUNCTION_NAME` and so on) | empty, no panic |
//! | the variable `_X_AMZN_TRACE_ID` | the same, and empty where there is no trace |
//! | SIGTERM | the invocation in hand is finished |
//! | `SnapStartResource`, `register_snapstart_resource` | the same |
//! | `StreamResponse`, `MetadataPrelude`, `FunctionResponse`, `IntoFunctionResponse`, `streaming` | the same; the values of a header that is there several times are joined, and an error in the middle of a stream is reported in trailers |
//! | `run_concurrent`, `Runtime::run_concurrent` (feature `concurrency-tokio`) | one invocation after the other; on managed instances they end with an error, and `lambda_http` with that feature does not compile |
//! | `spawn_graceful_shutdown_handler` (feature `graceful-shutdown`) | the same; the invocation in flight is finished before, and `run` returns after it |
//! | `layers::OpenTelemetryLayer` (feature `opentelemetry`) | the same |
//! | `Context::new` | takes this SDK's headers; for tests `Context::default()` and its fields |

#![deny(missing_docs)]

#[doc(inline)]
pub use ours::*;
pub use tower::{self, Service, service_fn};

pub mod diagnostic;
pub mod layers;
mod response;
mod run;
mod runtime;
#[cfg(all(unix, feature = "graceful-shutdown"))]
mod shutdown;
#[cfg(not(all(unix, feature = "graceful-shutdown")))]
mod shutdown {
    //! Nothing is to run.

    pub(crate) fn take() -> Option<Box<dyn FnOnce() -> crate::BoxFuture<'static, ()> + Send>> {
        None
    }
}
pub mod snapstart;
pub mod streaming;
#[cfg(feature = "tracing")]
pub mod tracing;

#[doc(inline)]
pub use diagnostic::Diagnostic;
#[doc(inline)]
pub use response::{FunctionResponse, IntoFunctionResponse, MetadataPrelude, StreamResponse};
#[doc(inline)]
pub use run::run;
#[cfg(feature = "concurrency-tokio")]
#[doc(inline)]
pub use run::run_concurrent;
#[doc(inline)]
pub use runtime::{LambdaInvocation, Runtime};
#[cfg(all(unix, feature = "graceful-shutdown"))]
#[doc(inline)]
pub use shutdown::spawn_graceful_shutdown_handler;
#[doc(inline)]
pub use snapstart::SnapStartResource;

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A function of event and context as a service of both.
#[deprecated(
    since = "0.5.0",
    note = "pass the function itself, or `service_fn` with a `LambdaEvent`"
)]
pub fn handler_fn<A, F, Fut>(function: F) -> tower::util::ServiceFn<impl Fn(LambdaEvent<A>) -> Fut>
where
    F: Fn(A, Context) -> Fut,
{
    service_fn(move |event: LambdaEvent<A>| function(event.payload, event.context))
}
