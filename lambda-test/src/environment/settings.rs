//! What an environment is made with: code, what is configured, and who is notified.

use std::{rc::Rc, sync::Arc, time::Duration};

use lambda_core::{LogFormat, Variables};

use super::{egress::Allowed, logging::Logging, process::Code};
use crate::lifecycle::Limits;

/// What an environment is made with.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) code: Code,
    /// External extensions, by their names.
    pub(crate) extensions: Rc<[(Arc<str>, Code)]>,
    pub(crate) info: Rc<FunctionInfo>,
    pub(crate) limits: Limits,
    pub(crate) sockets: bool,
    pub(crate) observers: Rc<Observers>,
}

/// What a test wants to be otherwise in every environment.
#[derive(Clone, Copy, Default)]
pub(crate) struct Deviations {
    /// How far the wall clock is ahead, and behind.
    pub(crate) clock: (Duration, Duration),
    /// How much longer the init phase takes.
    pub(crate) init: Duration,
}

/// What is configured of a function, as its environments know it.
#[derive(Clone)]
pub(crate) struct FunctionInfo {
    pub(crate) name: Arc<str>,
    /// What its random numbers belong to.
    pub(crate) label: Arc<str>,
    pub(crate) version: Arc<str>,
    pub(crate) handler: String,
    /// The group of the log.
    pub(crate) log_group: Arc<str>,
    pub(crate) account: Arc<str>,
    pub(crate) region: Arc<str>,
    pub(crate) initialization_type: &'static str,
    pub(crate) memory_mb: u32,
    pub(crate) logging: Logging,
    pub(crate) deviations: Deviations,
    /// Other machines that it may call.
    pub(crate) allowed: Allowed,
    /// The environment variables of the function's own.
    pub(crate) variables: Variables,
    /// Where the daemon of X-Ray is, `host:port`. Absent where the function is not traced: nothing listens then.
    pub(crate) daemon: Option<Arc<str>>,
}

impl FunctionInfo {
    /// Returns what the random numbers of an environment belong to, by its number among those of its function.
    pub(crate) fn label_of(&self, index: usize) -> String {
        format!("{}/env-{index}", self.label)
    }

    /// Returns whether environments are made for an invocation, and not ahead.
    pub(crate) fn is_on_demand(&self) -> bool {
        self.initialization_type == "on-demand"
    }

    /// Returns whether lines of the log that are JSON objects are objects in telemetry too.
    pub(crate) fn has_json_log(&self) -> bool {
        self.logging.format == LogFormat::Json
    }
}

/// A function that is called with each line of a log, or each event of telemetry.
pub(crate) type OnText = Rc<dyn Fn(&str)>;

/// Who is notified of what happens in an environment.
#[derive(Default)]
pub(crate) struct Observers {
    pub(crate) on_log: Option<OnText>,
    pub(crate) on_telemetry: Option<OnText>,
}
