//! The Telemetry API: what the service and the function say, as it happens.
//!
//! ```no_run
//! use lambda_extension::{
//!     Bootstrap, Environment, Error, Registration,
//!     telemetry::{Subscription, TelemetryRecord},
//! };
//!
//! async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
//!     let registration = Registration::new().telemetry(Subscription::new());
//!     let extension = registration.register(&environment).await?;
//!     let ship = async |events: Vec<lambda_extension::telemetry::TelemetryEvent>| {
//!         for event in &events {
//!             if let TelemetryRecord::Report(report) = &event.record {
//!                 println!("{} took {} ms", report.request_id, report.metrics.duration_ms);
//!             }
//!         }
//!         Ok::<_, Error>(())
//!     };
//!     Ok(extension.on_telemetry(ship))
//! }
//! ```
//!
//! What comes may go on as it is: [`JsonLines`] writes it, [`Emf`] makes metrics of reports, and with the
//! features `opentelemetry` and `xray` invocations become spans and subsegments of the caller's trace.
//!
//! An extension that is subscribed to lines of extensions must not write a line for each batch: it would
//! receive that too, for ever.

mod emf;
mod event;
#[cfg(any(feature = "opentelemetry", feature = "xray", test))]
mod invocations;
mod json_lines;
#[cfg(feature = "opentelemetry")]
pub mod opentelemetry;
mod queue;
mod record;
mod server;
mod subscription;
mod words;
#[cfg(feature = "xray")]
mod xray;

pub use emf::Emf;
pub use event::{TelemetryEvent, TelemetryRecord};
pub use json_lines::JsonLines;
pub use queue::Batches;
pub use record::{
    End, ExtensionState, InitMetrics, InitReport, InitRuntimeDone, InitStart, LogLine, LogsDropped,
    Report, ReportMetrics, RestoreReport, RestoreRuntimeDone, RestoreStart, RuntimeDone,
    RuntimeDoneMetrics, Span, Start, TelemetrySubscription, TraceContext,
};
pub(crate) use server::listen;
pub use subscription::{EventType, Protocol, Subscription};
pub use words::{InitializationType, Phase, Status};
#[cfg(feature = "xray")]
pub use xray::XRay;
