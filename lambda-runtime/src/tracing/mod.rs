//! Log records of the crate `tracing`, written as Lambda's log settings ask.
//!
//! ```
//! use lambda_runtime::{Error, tracing};
//!
//! async fn handler(order: u32) -> Result<u32, Error> {
//!     tracing::info!(order, "order received");
//!     Ok(order)
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     tracing::init();
//! #   return std::process::ExitCode::SUCCESS;
//!     lambda_runtime::start(handler)
//! }
//! ```
//!
//! With the log format JSON (`AWS_LAMBDA_LOG_FORMAT`) a record is one flat object, by the names that AWS's own runtimes
//! write:
//!
//! ```json
//! {"timestamp":"2026-01-01T00:00:00.000Z","level":"INFO","message":"order received","logger":"orders","requestId":"8fc6f963-4d4a-4b5f-8d3d-3a4f0f3d5a11","traceId":"1-5759e988-bd862e3fe1be46a994272793","order":7}
//! ```
//!
//! | field | holds | absent |
//! |---|---|---|
//! | `timestamp` | the time, RFC 3339 in UTC, in milliseconds | |
//! | `level` | `TRACE`, `DEBUG`, `INFO`, `WARN`, `ERROR` | |
//! | `message` | the message; empty where the record has none | |
//! | `logger` | the target of the record, a module unless it was set | |
//! | `requestId` | the invocation | outside of an invocation |
//! | `traceId` | the root of the X-Ray trace | outside of an invocation, without a trace |
//! | `tenantId` | the tenant | outside of an invocation, without a tenant |
//! | `errorType`, `errorMessage`, `stackTrace` | of a field `error` or `err` that is a `dyn Error`: its type, its text, its causes | without such a field |
//! | others | the fields of the record, then those of the spans around it, the innermost first; a name that is there already is left out | |
//!
//! A field of your own by one of the first seven names is called `field.requestId` and so on. As text a record is one
//! line with the same content: `INFO RequestId: 8fc6… TraceId: 1-5759… order received order=7`.
//!
//! Levels are those of `AWS_LAMBDA_LOG_LEVEL`; where that is not set, those of `RUST_LOG`, as `info,hyper=warn`; else
//! `INFO`. `FATAL` lets no record pass, since `tracing` has no level above `ERROR`. A record of more than 256 KiB is cut,
//! and its field `cut` states how many bytes are missing.
//!
//! Records belong to the [`Environment`](crate::Environment) whose code made them: on Lambda that is the process, and in a test each simulated
//! environment has its own settings and its own log, so a test reads them by `outcome.logs()`. Code that left its
//! environment, by `tokio::spawn` or a thread, still has it within the span of a [`TracingLayer`].
//!
//! The crate `tracing` is here whole but for its attribute: for `#[instrument]` depend on `tracing` with its feature
//! `attributes`.
//!
//! Source: AWS Lambda developer guide, "Configuring JSON and plain text log formats" and "Log-level filtering".

mod cut;
mod fields;
mod invocation_span;
mod levels;
mod line;
mod records;
mod settings;
mod writer;

pub use ::tracing::*;
use lambda_core::rt::{current, track_invocations};
use tracing_subscriber::{
    Layer, layer::SubscriberExt as _, registry::LookupSpan, util::SubscriberInitExt as _,
};

pub use self::{
    invocation_span::{TracingLayer, TracingService},
    writer::{LogWriter, RecordWriter},
};
use self::{levels::Levels, records::Records, settings::Settings};
use crate::{log, panics};

/// Writes the records of this process to the log, as the log settings ask, and each panic as one record.
///
/// It may be called in `main` or in an application, and again. Where the process has a subscriber already, it stays.
pub fn init() {
    let settings = Settings::of_process();
    if let Some(malformed) = &settings.malformed {
        log::warning(&current(), malformed);
    }
    track_invocations();
    panics::set_hook_of_records(settings.fixed.as_ref().map(|fixed| fixed.environment.clone()));
    let levels = Levels::new(&settings);
    // An error states that there is one.
    let _ = tracing_subscriber::registry().with(levels).with(Records::new(settings)).try_init();
}

/// Returns what [`init`] writes records with, for a subscriber of your own: a layer of `tracing-subscriber`.
///
/// Its levels are its own, and do not hide records from other layers.
///
/// ```
/// use tracing_subscriber::{layer::SubscriberExt as _, util::SubscriberInitExt as _};
///
/// tracing_subscriber::registry().with(lambda_runtime::tracing::layer()).try_init()?;
/// # Ok::<(), tracing_subscriber::util::TryInitError>(())
/// ```
pub fn layer<S>() -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    track_invocations();
    let settings = Settings::of_process();
    let levels = Levels::new(&settings);
    Records::new(settings).with_filter(levels)
}
