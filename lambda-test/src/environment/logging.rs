//! How the log of a function is configured, and which lines the service keeps.

use lambda_core::{LogFormat, LogLevel, rt::civil};
use serde::Deserialize;
use serde_json::Value;

/// The logging configuration of a function.
///
/// Source: AWS Lambda API reference, "LoggingConfig".
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Logging {
    pub(crate) format: LogFormat,
    /// Without it the service keeps `INFO` and above where the format is JSON, and everything where it is text.
    pub(crate) application: Option<LogLevel>,
    /// Likewise, for the lines of the service: `INFO` unless set.
    pub(crate) system: Option<LogLevel>,
}

impl Logging {
    /// Returns the level that applications receive, as `AWS_LAMBDA_LOG_LEVEL`.
    pub(crate) fn level(&self) -> Option<LogLevel> {
        match self.format {
            LogFormat::Json => Some(self.application.unwrap_or(LogLevel::Info)),
            LogFormat::Text => None,
        }
    }

    /// Returns the least severe level of the lines of the service.
    pub(crate) fn system_level(&self) -> LogLevel {
        self.system.unwrap_or(LogLevel::Info)
    }

    /// Returns whether the format is JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.format == LogFormat::Json
    }

    /// Returns whether the service keeps this line of the function.
    ///
    /// An object has the level that it states, if it has a time; else it counts as `INFO`. A line that is not an
    /// object is kept.
    ///
    /// Source: AWS Lambda developer guide, "Log-level filtering".
    pub(crate) fn keeps(&self, line: &str) -> bool {
        let Some(least) = self.level() else { return true };
        // Nothing is below.
        if least == LogLevel::Trace || !line.starts_with('{') {
            return true;
        }
        serde_json::from_str(line).map_or(true, |line: Line| least <= line.level())
    }
}

impl Logging {
    /// Returns whether the service writes this event of its own to the log.
    pub(crate) fn keeps_event(&self, kind: &str, record: &Value) -> bool {
        self.system_level() <= system_level(kind, record)
    }
}

/// The level of an event of the service, by its type without `platform.`.
///
/// Source: AWS Lambda developer guide, "Log-level filtering", the mapping of system log levels.
fn system_level(kind: &str, record: &Value) -> LogLevel {
    let is_success = record["status"].as_str().is_none_or(|status| status == "success");
    let (well, badly) = match kind {
        "initStart" | "restoreStart" if record["runtimeVersion"].is_string() => {
            (LogLevel::Info, LogLevel::Info)
        }
        "initStart" | "restoreStart" => (LogLevel::Debug, LogLevel::Debug),
        "initRuntimeDone" | "restoreRuntimeDone" | "runtimeDone" => {
            (LogLevel::Debug, LogLevel::Warn)
        }
        "initReport" if record["initializationType"] == "on-demand" => {
            (LogLevel::Debug, LogLevel::Warn)
        }
        "logsDropped" => (LogLevel::Warn, LogLevel::Warn),
        // `initReport` of other types, `restoreReport`, `report`, `extension`; `start` and subscriptions cannot fail.
        _ => (LogLevel::Info, LogLevel::Warn),
    };
    if is_success { well } else { badly }
}

/// What the service reads of a line. Each runtime has names of its own for the time.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    level: Value,
    #[serde(default, alias = "time", alias = "@timestamp")]
    timestamp: Value,
}

impl Line {
    fn level(&self) -> LogLevel {
        let timed = self.timestamp.as_str().is_some_and(|time| civil::parse(time).is_some());
        let level = self.level.as_str().filter(|_| timed);
        level.and_then(|level| level.parse().ok()).unwrap_or(LogLevel::Info)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(application: LogLevel) -> Logging {
        Logging { format: LogFormat::Json, application: Some(application), system: None }
    }

    /// A level, and which lines are kept: those of each level from `TRACE` to `FATAL`.
    #[track_caller]
    fn check(least: LogLevel, kept: [bool; 6]) {
        for (level, kept) in LogLevel::ALL.into_iter().zip(kept) {
            let name = level.as_str();
            for name in [name.to_owned(), name.to_lowercase()] {
                let line =
                    format!(r#"{{"timestamp":"2024-11-02T16:51:31.587199Z","level":"{name}"}}"#);
                assert_eq!(of(least).keeps(&line), kept, "{least:?}: {line}");
            }
        }
    }

    /// Source: AWS Lambda developer guide, "Log-level filtering", the table of levels.
    #[test]
    fn a_line_is_kept_from_the_level_on_that_is_configured() {
        check(LogLevel::Trace, [true, true, true, true, true, true]);
        check(LogLevel::Debug, [false, true, true, true, true, true]);
        check(LogLevel::Info, [false, false, true, true, true, true]);
        check(LogLevel::Warn, [false, false, false, true, true, true]);
        check(LogLevel::Error, [false, false, false, false, true, true]);
        check(LogLevel::Fatal, [false, false, false, false, false, true]);
    }

    /// "If the level value field is invalid or missing, the level INFO"; "if you don't supply a valid timestamp, INFO".
    #[test]
    fn an_object_without_level_or_time_counts_as_info() {
        for line in [
            r#"{"message":"a"}"#,
            r#"{"timestamp":"2024-11-02T16:51:31Z"}"#,
            r#"{"timestamp":"2024-11-02T16:51:31Z","level":"LOUD"}"#,
            r#"{"timestamp":"2024-11-02T16:51:31Z","level":7}"#,
            r#"{"timestamp":"yesterday","level":"ERROR"}"#,
            r#"{"level":"ERROR"}"#,
            r#"{"level":"DEBUG"}"#,
        ] {
            assert!(of(LogLevel::Info).keeps(line), "{line}");
            assert!(!of(LogLevel::Warn).keeps(line), "{line}");
        }
    }

    #[test]
    fn a_line_that_is_not_an_object_is_kept() {
        for line in ["plain", "", "[1]", r#"{"level":"#, "7"] {
            assert!(of(LogLevel::Fatal).keeps(line), "{line}");
        }
    }

    /// Source: AWS Lambda developer guide, "Log-level filtering", the mapping of system log levels.
    #[test]
    fn events_of_the_service_have_levels() {
        #[track_caller]
        fn check(kind: &str, record: &Value, level: LogLevel) {
            assert_eq!(system_level(kind, record), level, "{kind} {record}");
        }
        use LogLevel::{Debug, Info, Warn};
        let (nothing, version) = (json!({}), json!({"runtimeVersion": "rust"}));
        let (success, failure) = (json!({"status": "success"}), json!({"status": "failure"}));
        let (error, timeout) = (json!({"status": "error"}), json!({"status": "timeout"}));
        for kind in ["initStart", "restoreStart"] {
            check(kind, &version, Info);
            check(kind, &nothing, Debug);
        }
        for kind in ["initRuntimeDone", "restoreRuntimeDone", "runtimeDone"] {
            check(kind, &success, Debug);
            for record in [&failure, &error, &timeout] {
                check(kind, record, Warn);
            }
        }
        let report =
            |kind: &str, status: &str| json!({"initializationType": kind, "status": status});
        check("initReport", &report("on-demand", "success"), Debug);
        check("initReport", &report("provisioned-concurrency", "success"), Info);
        check("initReport", &report("on-demand", "error"), Warn);
        for kind in ["restoreReport", "report", "extension"] {
            check(kind, &success, Info);
            for record in [&failure, &error, &timeout] {
                check(kind, record, Warn);
            }
        }
        for kind in ["start", "logsSubscription", "telemetrySubscription"] {
            check(kind, &nothing, Info);
        }
        check("logsDropped", &nothing, Warn);
    }

    #[test]
    fn a_log_of_text_keeps_every_line() {
        let text = Logging { application: Some(LogLevel::Fatal), ..Logging::default() };
        assert!(text.keeps(r#"{"timestamp":"2024-11-02T16:51:31Z","level":"DEBUG"}"#));
    }
}
