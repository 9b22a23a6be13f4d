//! The environment variables of an execution environment, typed once.

use std::{fmt, num::NonZeroUsize, str::FromStr};

use crate::WireError;

/// The variables that a process in an execution environment sees.
///
/// What is missing, empty or garbled reads as absent, and each method says what absent means; only
/// the address of the API must be right, and the connection says so where it is not.
/// Values stay out of `Debug`: credentials are among them.
/// Source: AWS Lambda developer guide, "Using Lambda environment variables".
///
/// ```
/// use lambda_core::{LogFormat, Variables};
///
/// let variables = Variables::from_iter([
///     ("AWS_LAMBDA_FUNCTION_NAME", "orders"),
///     ("AWS_LAMBDA_LOG_FORMAT", "json"),
///     ("TABLE", "orders-test"),
/// ]);
/// assert_eq!(variables.function_name(), Some("orders"));
/// assert_eq!(variables.log_format(), LogFormat::Json);
/// assert_eq!(variables.get("TABLE"), Some("orders-test"));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Variables(Vec<(String, String)>);

impl Variables {
    /// The variables of this process. Text that is no UTF-8 is read with replacement characters.
    pub fn from_process() -> Self {
        let text = |text: std::ffi::OsString| match text.into_string() {
            Ok(text) => text,
            Err(text) => text.to_string_lossy().into_owned(),
        };
        Self(std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect())
    }

    /// The value of any variable, the customer's own among them; it may be empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Sets a variable, in the place of one of that name.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(key, _)| *key == name) {
            Some(variable) => variable.1 = value,
            None => self.0.push((name, value)),
        }
    }

    /// Takes a variable out.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| key != name);
    }

    /// Every name and value, in the order in which they were set.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// `AWS_LAMBDA_RUNTIME_API`: where the Runtime and Extensions APIs listen. Absent outside of
    /// Lambda.
    pub fn runtime_api(&self) -> Option<&str> {
        self.filled("AWS_LAMBDA_RUNTIME_API")
    }

    /// `_HANDLER`: the handler setting, absent when it is empty.
    pub fn handler(&self) -> Option<&str> {
        self.filled("_HANDLER")
    }

    /// `LAMBDA_TASK_ROOT`: where the function's files are, `/var/task` in the cloud.
    pub fn task_root(&self) -> Option<&str> {
        self.filled("LAMBDA_TASK_ROOT")
    }

    /// `AWS_LAMBDA_FUNCTION_NAME`.
    pub fn function_name(&self) -> Option<&str> {
        self.filled("AWS_LAMBDA_FUNCTION_NAME")
    }

    /// `AWS_LAMBDA_FUNCTION_VERSION`: `$LATEST` or a number, never an alias.
    pub fn function_version(&self) -> Option<&str> {
        self.filled("AWS_LAMBDA_FUNCTION_VERSION")
    }

    /// `AWS_LAMBDA_FUNCTION_MEMORY_SIZE` in MB; absent when it is no whole number.
    pub fn memory_mb(&self) -> Option<u32> {
        self.filled("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")?.parse().ok()
    }

    /// `AWS_LAMBDA_LOG_GROUP_NAME`; absent under SnapStart.
    pub fn log_group(&self) -> Option<&str> {
        self.filled("AWS_LAMBDA_LOG_GROUP_NAME")
    }

    /// `AWS_LAMBDA_LOG_STREAM_NAME`; absent under SnapStart.
    pub fn log_stream(&self) -> Option<&str> {
        self.filled("AWS_LAMBDA_LOG_STREAM_NAME")
    }

    /// `AWS_REGION`.
    pub fn region(&self) -> Option<&str> {
        self.filled("AWS_REGION")
    }

    /// `AWS_LAMBDA_INITIALIZATION_TYPE`; [`InitializationType::OnDemand`] when absent.
    pub fn initialization_type(&self) -> InitializationType {
        match self.filled("AWS_LAMBDA_INITIALIZATION_TYPE") {
            None | Some("on-demand") => InitializationType::OnDemand,
            Some("provisioned-concurrency") => InitializationType::ProvisionedConcurrency,
            Some("snap-start") => InitializationType::SnapStart,
            Some("lambda-managed-instances") => InitializationType::ManagedInstances,
            Some(other) => InitializationType::Unknown(other.to_owned()),
        }
    }

    /// `AWS_LAMBDA_MAX_CONCURRENCY`: set on managed instances only. A value that is no number above
    /// zero reads as 1: one invocation at a time is always legal.
    pub fn max_concurrency(&self) -> Option<NonZeroUsize> {
        let value = self.filled("AWS_LAMBDA_MAX_CONCURRENCY")?;
        Some(value.parse().unwrap_or(NonZeroUsize::MIN))
    }

    /// `AWS_LAMBDA_LOG_FORMAT`, compared without case; [`LogFormat::Text`] unless it is `JSON`.
    pub fn log_format(&self) -> LogFormat {
        match self.filled("AWS_LAMBDA_LOG_FORMAT") {
            Some(format) if format.eq_ignore_ascii_case("json") => LogFormat::Json,
            _ => LogFormat::Text,
        }
    }

    /// `AWS_LAMBDA_LOG_LEVEL`, compared without case; absent with the text format.
    pub fn log_level(&self) -> Option<LogLevel> {
        self.filled("AWS_LAMBDA_LOG_LEVEL")?.parse().ok()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let mut all = Self::default();
        for (name, value) in variables {
            all.set(name, value);
        }
        all
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Variables")?;
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// Why and how an execution environment was initialized.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InitializationType {
    /// By an invocation that found no free environment.
    OnDemand,
    /// Ahead of invocations, as configured.
    ProvisionedConcurrency,
    /// By restoring a snapshot.
    SnapStart,
    /// On managed instances: many invocations at once.
    ManagedInstances,
    /// A word this version does not know.
    Unknown(String),
}

/// The format of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Plain lines.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// A level of the log, the least severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// `TRACE`.
    Trace,
    /// `DEBUG`.
    Debug,
    /// `INFO`.
    Info,
    /// `WARN`.
    Warn,
    /// `ERROR`.
    Error,
    /// `FATAL`.
    Fatal,
}

impl LogLevel {
    /// Every level, the least severe first.
    pub const ALL: [Self; 6] =
        [Self::Trace, Self::Debug, Self::Info, Self::Warn, Self::Error, Self::Fatal];

    /// Returns its name, as the service writes it: `TRACE` to `FATAL`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "TRACE",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
            Self::Fatal => "FATAL",
        }
    }
}

/// Reads a name, compared without case.
impl FromStr for LogLevel {
    type Err = WireError;

    fn from_str(name: &str) -> Result<Self, WireError> {
        let found = Self::ALL.into_iter().find(|level| level.as_str().eq_ignore_ascii_case(name));
        let expected = "trace, debug, info, warn, error or fatal";
        found.ok_or_else(|| WireError::new("log level", name, expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: PartialEq + fmt::Debug>(
        name: &str,
        read: impl Fn(&Variables) -> T,
        table: impl IntoIterator<Item = (Option<&'static str>, T)>,
    ) {
        for (value, expected) in table {
            let variables: Variables = value.map(|value| (name, value)).into_iter().collect();
            assert_eq!(read(&variables), expected, "{name}={value:?}");
        }
    }

    #[test]
    fn what_is_malformed_reads_as_absent() {
        check(
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            Variables::memory_mb,
            [(None, None), (Some(""), None), (Some("128"), Some(128)), (Some("-1 MB"), None)],
        );
        let concurrency =
            |variables: &Variables| variables.max_concurrency().map(NonZeroUsize::get);
        check(
            "AWS_LAMBDA_MAX_CONCURRENCY",
            concurrency,
            [
                (None, None),
                (Some(""), None),
                (Some("16"), Some(16)),
                (Some("0"), Some(1)),
                (Some("many"), Some(1)),
            ],
        );
        check(
            "AWS_LAMBDA_LOG_LEVEL",
            Variables::log_level,
            [
                (None, None),
                (Some("FATAL"), Some(LogLevel::Fatal)),
                (Some("warn"), Some(LogLevel::Warn)),
                (Some("loud"), None),
            ],
        );
        check(
            "AWS_LAMBDA_LOG_FORMAT",
            Variables::log_format,
            [
                (None, LogFormat::Text),
                (Some("json"), LogFormat::Json),
                (Some("JSON"), LogFormat::Json),
                (Some("yaml"), LogFormat::Text),
            ],
        );
        check(
            "AWS_LAMBDA_INITIALIZATION_TYPE",
            Variables::initialization_type,
            [
                (None, InitializationType::OnDemand),
                (Some("snap-start"), InitializationType::SnapStart),
                (Some("warp"), InitializationType::Unknown("warp".to_owned())),
            ],
        );
    }

    #[test]
    fn debug_shows_no_values() {
        let variables = Variables::from_iter([("AWS_SECRET_ACCESS_KEY", "very secret")]);
        assert_eq!(format!("{variables:?}"), r#"Variables["AWS_SECRET_ACCESS_KEY"]"#);
    }
}
