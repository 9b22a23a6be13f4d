//! The one line that a failed invocation leaves, whatever else logs.

use std::time::SystemTime;

use lambda_core::{Environment, LogFormat};
use serde::Serialize;

use crate::{Context, FunctionError};

/// Writes the line, as text or as the JSON object that the service understands.
/// Source: AWS Lambda developer guide, "Log level filtering".
#[cold]
pub(crate) fn failure(environment: &Environment, request_id: &str, error: &FunctionError) {
    match environment.variables().log_format() {
        LogFormat::Text => {
            let causes = causes(error);
            environment.log(&format!("ERROR RequestId: {request_id} {error}{causes}"));
        }
        LogFormat::Json => record(environment, "the invocation failed", Some(request_id), error),
    }
}

/// Writes the line of a part of an invocation that failed, as a record of a batch, where the invocation
/// goes on.
#[doc(hidden)]
#[cold]
pub fn log_part(context: &Context, part: &str, error: &FunctionError) {
    let Some(environment) = context.environment() else { return };
    let request_id = &context.request_id;
    match environment.variables().log_format() {
        LogFormat::Text => {
            let causes = causes(error);
            environment.log(&format!("ERROR RequestId: {request_id} {part}: {error}{causes}"));
        }
        LogFormat::Json => {
            record(environment, &format!("{part} failed"), Some(request_id), error);
        }
    }
}

fn causes(error: &FunctionError) -> String {
    error.stack_trace.iter().flat_map(|cause| [": ", cause]).collect()
}

/// Writes the record of a panic that belongs to no invocation.
#[cold]
pub(crate) fn panic(environment: &Environment, error: &FunctionError) {
    record(environment, "a panic outside of the handler", None, error);
}

fn record(
    environment: &Environment,
    message: &str,
    request_id: Option<&str>,
    error: &FunctionError,
) {
    let line = Line {
        timestamp: &rfc3339(environment.now()),
        level: "ERROR",
        message,
        request_id,
        error_type: &error.error_type,
        error_message: &error.error_message,
        stack_trace: &error.stack_trace,
    };
    // Text always serializes.
    environment.log(&serde_json::to_string(&line).unwrap_or_default());
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    timestamp: &'a str,
    level: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    error_type: &'a str,
    error_message: &'a str,
    stack_trace: &'a [String],
}

/// `2026-01-01T00:00:00.000Z`, as RFC 3339 writes an instant in UTC.
fn rfc3339(time: SystemTime) -> String {
    let since_epoch = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let (seconds, millis) = (since_epoch.as_secs(), since_epoch.subsec_millis());
    let (year, month, day) = civil(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// The date of a day since the Unix epoch, counted in eras of 400 years that begin on 1 March.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let leap_days = day_of_era / 1_460 + day_of_era / 146_096 - day_of_era / 36_524;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[track_caller]
    fn check(millis: u64, text: &str) {
        assert_eq!(rfc3339(SystemTime::UNIX_EPOCH + Duration::from_millis(millis)), text);
    }

    #[test]
    fn a_time_stamp_is_rfc_3339_in_utc() {
        check(0, "1970-01-01T00:00:00.000Z");
        check(951_782_400_001, "2000-02-29T00:00:00.001Z");
        check(951_868_799_999, "2000-02-29T23:59:59.999Z");
        check(951_868_800_000, "2000-03-01T00:00:00.000Z");
        check(1_767_225_599_999, "2025-12-31T23:59:59.999Z");
        check(4_107_542_400_000, "2100-03-01T00:00:00.000Z");
    }
}
