//! Extensions of AWS Lambda: programs that run beside a function and are told of its invocations and of
//! the end of its environment.
//!
//! ```no_run
//! use lambda_extension::{Bootstrap, Environment, Error, Extension};
//!
//! async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
//!     let extension = Extension::register(&environment).await?;
//!     let log = environment.clone();
//!     Ok(extension
//!         .on_invoke(async move |invoke| {
//!             log.log(&format!("{} begins", invoke.request_id));
//!             Ok::<_, Error>(())
//!         })
//!         .on_shutdown(async move |shutdown| {
//!             environment.log(&format!("the end: {:?}", shutdown.reason));
//!             Ok::<_, Error>(())
//!         }))
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     lambda_extension::start(app)
//! }
//! ```
//!
//! Three types to know: an [`Extension`] has registered and is ready to be started, [`Registration`] is
//! what it asks for where the defaults are not right, and a [`LifecycleEvent`] is what it is told.
//!
//! # External and internal
//!
//! An external extension is a program of its own in `/opt/extensions`, as above: it is told of invocations
//! and of the end, for which it has up to two seconds. An internal one is a part of the function's
//! process: it registers in the init phase, before the runtime asks for its first event, and is told of
//! invocations only; SIGTERM tells it of the end.
//!
//! ```no_run
//! use lambda_extension::{Error, Extension};
//! use lambda_runtime::{Bootstrap, Environment, Runtime};
//!
//! async fn handler(name: String) -> Result<String, Error> {
//!     Ok(format!("hello, {name}"))
//! }
//!
//! async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
//!     let flusher = Extension::register(&environment).await?;
//!     Ok((Runtime::new(handler), flusher))
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     lambda_runtime::start(app)
//! }
//! ```
//!
//! # Telemetry
//!
//! With the feature `telemetry` an extension receives what the service and the function say, as it happens:
//! see the module `telemetry`. Where the environment has none, as AWS's emulator, the extension goes on
//! without, and a line in its log says so. From there it goes on as lines of JSON, as metrics (EMF), with the
//! feature `opentelemetry` as spans and log records for any exporter of OpenTelemetry, and with
//! `xray` as subsegments for the daemon of X-Ray.
//!
//! # Loops of one's own
//!
//! [`Extension::next`] gives one event after the other, and `Extension::take_batches` batches of telemetry; with the feature
//! `stream` both are streams (`into_events`). With the feature `tower` a handler may be a tower service
//! (`by_service`).
//!
//! # Not here yet
//!
//! Subscribing to the Logs API, which the Telemetry API supersedes; what it told is read all the same.

mod client;
mod entry;
mod error;
mod event;
#[cfg(feature = "stream")]
mod events;
mod extension;
mod handler;
mod registration;
#[cfg(feature = "telemetry")]
pub mod telemetry;

pub use entry::start;
pub use error::ExtensionError;
pub use event::{InvokeEvent, LifecycleEvent, ShutdownEvent, ShutdownReason};
#[cfg(feature = "stream")]
pub use events::Events;
pub use extension::Extension;
#[cfg(feature = "tower")]
pub use handler::by_service;
pub use lambda_core::{App, Bootstrap, Environment, FunctionError};
pub use registration::{FunctionInfo, LifecycleEventKind, Registration};

/// An error of any kind.
pub type Error = lambda_core::BoxError;
