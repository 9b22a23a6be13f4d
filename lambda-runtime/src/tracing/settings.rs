//! The log settings of an environment.

use lambda_core::{
    Environment, LogFormat, LogLevel, Variables,
    rt::{current, simulated},
};
use tracing_subscriber::filter::{LevelFilter, Targets};

/// Where records go and how: decided once, where the process is a function on Lambda, and otherwise for each record.
pub(super) struct Settings {
    pub(super) fixed: Option<Fixed>,
    /// What is wrong with `RUST_LOG`.
    pub(super) malformed: Option<String>,
}

/// The settings of a process that is one environment.
pub(super) struct Fixed {
    pub(super) environment: Environment,
    pub(super) format: LogFormat,
    pub(super) targets: Targets,
}

impl Settings {
    /// Those of the process, if it runs on Lambda or under an emulator. A test has environments of its own, whose
    /// settings differ.
    pub(super) fn of_process() -> Self {
        if let Some(environment) = simulated() {
            let malformed = targets(environment.variables()).err();
            return Self { fixed: None, malformed };
        }
        let environment = current();
        let targets = targets(environment.variables());
        let malformed = targets.as_ref().err().cloned();
        let on_lambda = environment.variables().runtime_api().is_some();
        let fixed = on_lambda.then(|| Fixed {
            format: environment.variables().log_format(),
            targets: targets.unwrap_or_else(|_| info()),
            environment,
        });
        Self { fixed, malformed }
    }
}

/// Returns which records are written.
///
/// # Errors
///
/// Returns what is wrong with `RUST_LOG`.
pub(super) fn targets(variables: &Variables) -> Result<Targets, String> {
    if let Some(level) = variables.log_level() {
        return Ok(Targets::new().with_default(match level {
            LogLevel::Trace => LevelFilter::TRACE,
            LogLevel::Debug => LevelFilter::DEBUG,
            LogLevel::Info => LevelFilter::INFO,
            LogLevel::Warn => LevelFilter::WARN,
            LogLevel::Error => LevelFilter::ERROR,
            // `tracing` has no level above its errors, and the service drops those.
            LogLevel::Fatal => LevelFilter::OFF,
        }));
    }
    match variables.get("RUST_LOG") {
        None | Some("") => Ok(info()),
        Some(text) => text.parse().map_err(|error| {
            format!(
                "RUST_LOG is `{text}`, which is not valid ({error}): expected levels by target, as `info,hyper=warn`; \
                 records from INFO on are written"
            )
        }),
    }
}

pub(super) fn info() -> Targets {
    Targets::new().with_default(LevelFilter::INFO)
}
