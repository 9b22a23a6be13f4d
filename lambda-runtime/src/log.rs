//! The one line that a failed invocation leaves, whatever else logs.

use lambda_core::{Environment, LogFormat, rt::civil::rfc3339};
use serde::Serialize;

use crate::{Context, FunctionError, scope};

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
    const MESSAGE: &str = "a panic outside of the handler";
    match environment.variables().log_format() {
        LogFormat::Text => {
            let causes = causes(error);
            environment.log(&format!("ERROR {MESSAGE}: {error}{causes}"));
        }
        LogFormat::Json => record(environment, MESSAGE, None, error),
    }
}

/// What a line may have in bytes. Source: Amazon CloudWatch Logs user guide, "CloudWatch Logs quotas", event size as it was
/// until 2025, which collectors still have.
#[cfg(any(feature = "metrics", feature = "tracing"))]
pub(crate) const LONGEST: usize = 256 * 1024;

/// Writes a message about something that did not fail the invocation.
#[cfg(any(feature = "metrics", feature = "opentelemetry", feature = "tracing"))]
#[cold]
pub(crate) fn warning(environment: &Environment, message: &str) {
    let invocation = scope::invocation(environment);
    let known = invocation.as_ref().map(|invocation| invocation.request_id());
    let line = match environment.variables().log_format() {
        LogFormat::Text => match known {
            Some(request_id) => format!("WARN RequestId: {request_id} {message}"),
            None => format!("WARN {message}"),
        },
        LogFormat::Json => serde_json::json!({
            "timestamp": rfc3339(environment.now()), "level": "WARN", "message": message, "requestId": known,
        })
        .to_string(),
    };
    environment.log(&line);
}

fn record(
    environment: &Environment,
    message: &str,
    request_id: Option<&str>,
    error: &FunctionError,
) {
    // What is known where records of `tracing` state it too.
    let invocation = scope::invocation(environment);
    let invocation = invocation.as_ref();
    let known = invocation.map(|invocation| invocation.request_id());
    let tenant = invocation.and_then(|invocation| invocation.tenant_id());
    let line = Line {
        timestamp: &rfc3339(environment.now()),
        level: "ERROR",
        message,
        request_id: request_id.or(known.as_deref()),
        trace_id: invocation.and_then(|invocation| invocation.trace_id()),
        tenant_id: tenant.as_deref(),
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
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_id: Option<&'a str>,
    error_type: &'a str,
    error_message: &'a str,
    stack_trace: &'a [String],
}
