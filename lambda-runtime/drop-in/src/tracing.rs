//! `tracing`, and the subscriber that Lambda's log settings ask for.

#[doc(no_inline)]
pub use tracing::*;
pub use tracing_subscriber as subscriber;

use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// Writes events to stdout, as text or as JSON as `AWS_LAMBDA_LOG_FORMAT` says, of the level that
/// `AWS_LAMBDA_LOG_LEVEL` says, else `RUST_LOG`, else `INFO`.
///
/// # Panics
///
/// There is a subscriber already.
pub fn init_default_subscriber() {
    init_default_subscriber_with_writer(std::io::stdout);
}

/// The same to another writer.
///
/// # Panics
///
/// There is a subscriber already.
pub fn init_default_subscriber_with_writer<W>(writer: W)
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let variables = ours::Variables::from_process();
    let level = variables.get("AWS_LAMBDA_LOG_LEVEL").or_else(|| variables.get("RUST_LOG"));
    // `tracing` has no level above its errors.
    let level = match level.unwrap_or("info") {
        level if level.eq_ignore_ascii_case("fatal") => "error",
        level => level,
    };
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("info"));
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_target(false);
    match variables.get("AWS_LAMBDA_LOG_FORMAT") {
        Some(format) if format.eq_ignore_ascii_case("json") => subscriber.json().init(),
        // The service puts the time before each line.
        _ => subscriber.with_ansi(false).without_time().init(),
    }
}
