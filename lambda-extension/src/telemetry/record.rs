//! What the records of the Telemetry API say.
//!
//! Durations are milliseconds. Whatever is absent in some environment, or in an older version of the schema,
//! is optional. Source: AWS Lambda developer guide, "Lambda Telemetry API Event schema reference".

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{InitializationType, Phase, Status};

macro_rules! records {
    ($($(#[$docs:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$doc])* pub $field: $type,)*
        }
    )*};
}

records! {
    /// An init phase began: `platform.initStart`.
    InitStart {
        /// How the environment came to be.
        initialization_type: InitializationType,
        /// In which phase.
        phase: Phase,
        /// The function.
        function_name: Option<String>,
        /// Its version.
        function_version: Option<String>,
        /// The version of a managed runtime.
        runtime_version: Option<String>,
        /// The ARN of that version.
        runtime_version_arn: Option<String>,
        /// The id of the environment.
        instance_id: Option<String>,
        /// The memory of the environment, in bytes.
        instance_max_memory: Option<u64>,
        /// The ARN of the function.
        function_arn: Option<String>,
        /// The trace.
        tracing: Option<TraceContext>,
    }
    /// The runtime has done its part of an init phase: `platform.initRuntimeDone`.
    InitRuntimeDone {
        /// How the environment came to be.
        initialization_type: InitializationType,
        /// In which phase.
        phase: Option<Phase>,
        /// How it ended.
        status: Status,
        /// What failed.
        error_type: Option<String>,
        /// Parts of it.
        #[serde(default)]
        spans: Vec<Span>,
        /// The trace.
        tracing: Option<TraceContext>,
    }
    /// An init phase is over: `platform.initReport`.
    InitReport {
        /// How the environment came to be.
        initialization_type: InitializationType,
        /// In which phase.
        phase: Phase,
        /// How it ended; absent in older versions of the schema.
        status: Option<Status>,
        /// What failed.
        error_type: Option<String>,
        /// How long it took.
        metrics: InitMetrics,
        /// Parts of it.
        #[serde(default)]
        spans: Vec<Span>,
        /// The trace.
        tracing: Option<TraceContext>,
    }
    /// An invocation began: `platform.start`.
    Start {
        /// Its id.
        request_id: String,
        /// The version of the function.
        version: Option<String>,
        /// The ARN of the function; on managed instances.
        function_arn: Option<String>,
        /// The trace.
        tracing: Option<TraceContext>,
        /// The tenant.
        tenant_id: Option<String>,
    }
    /// The runtime has done an invocation: `platform.runtimeDone`.
    RuntimeDone {
        /// Its id.
        request_id: String,
        /// How it ended.
        status: Status,
        /// What failed.
        error_type: Option<String>,
        /// How long it took.
        metrics: Option<RuntimeDoneMetrics>,
        /// Parts of it: `responseLatency`, `responseDuration`, `runtimeOverhead`.
        #[serde(default)]
        spans: Vec<Span>,
        /// The trace.
        tracing: Option<TraceContext>,
        /// The tenant.
        tenant_id: Option<String>,
    }
    /// An invocation is over: `platform.report`.
    Report {
        /// Its id.
        request_id: String,
        /// How it ended; absent in older versions of the schema.
        status: Option<Status>,
        /// What failed.
        error_type: Option<String>,
        /// How long it took.
        metrics: ReportMetrics,
        /// Parts of it: `extensionOverhead`.
        #[serde(default)]
        spans: Vec<Span>,
        /// The trace.
        tracing: Option<TraceContext>,
    }
    /// An invocation is over, in the words of the Logs API: `platform.end`.
    End {
        /// Its id.
        request_id: String,
    }
    /// An environment is restored from a snapshot: `platform.restoreStart`.
    RestoreStart {
        /// The function.
        function_name: Option<String>,
        /// Its version.
        function_version: Option<String>,
        /// The version of a managed runtime.
        runtime_version: Option<String>,
        /// The ARN of that version.
        runtime_version_arn: Option<String>,
        /// The id of the environment.
        instance_id: Option<String>,
        /// The memory of the environment, in bytes.
        instance_max_memory: Option<u64>,
    }
    /// The runtime has restored itself: `platform.restoreRuntimeDone`.
    RestoreRuntimeDone {
        /// How it ended.
        status: Status,
        /// What failed.
        error_type: Option<String>,
        /// Parts of it.
        #[serde(default)]
        spans: Vec<Span>,
    }
    /// A restore is over: `platform.restoreReport`.
    RestoreReport {
        /// How it ended.
        status: Status,
        /// What failed.
        error_type: Option<String>,
        /// How long it took.
        metrics: InitMetrics,
        /// Parts of it.
        #[serde(default)]
        spans: Vec<Span>,
    }
    /// An extension and where it stands: `platform.extension`.
    ExtensionState {
        /// Its name.
        name: String,
        /// Where it stands: `Ready` after an init phase that went well.
        state: String,
        /// What it is told of.
        #[serde(default)]
        events: Vec<String>,
        /// What failed.
        error_type: Option<String>,
    }
    /// An extension has subscribed: `platform.telemetrySubscription`, and `platform.logsSubscription` of the
    /// Logs API.
    TelemetrySubscription {
        /// Its name.
        name: String,
        /// `Subscribed`.
        state: String,
        /// To what.
        #[serde(default)]
        types: Vec<String>,
    }
    /// Records were lost, since they were not taken in time: `platform.logsDropped`.
    LogsDropped {
        /// How many bytes.
        dropped_bytes: u64,
        /// How many records.
        dropped_records: u64,
        /// Why, for people.
        reason: String,
    }
    /// A part of something.
    Span {
        /// Its name.
        name: String,
        /// When it began: ISO 8601, UTC.
        start: String,
        /// How long it took.
        duration_ms: f64,
    }
    /// A trace.
    TraceContext {
        /// The id of the span that the record belongs to.
        span_id: Option<String>,
        /// `X-Amzn-Trace-Id`.
        #[serde(rename = "type")]
        kind: String,
        /// The trace header.
        value: String,
    }
    /// How long an init phase, or a restore, took.
    InitMetrics {
        /// How long it took.
        duration_ms: f64,
    }
    /// How long the runtime took for an invocation.
    RuntimeDoneMetrics {
        /// How long it took.
        duration_ms: f64,
        /// How many bytes it answered.
        produced_bytes: Option<u64>,
    }
    /// How long an invocation took, and what it used. On managed instances only the first is there.
    ReportMetrics {
        /// How long it took.
        duration_ms: f64,
        /// How long is billed.
        billed_duration_ms: Option<u64>,
        /// The memory of the function.
        #[serde(rename = "memorySizeMB")]
        memory_size_mb: Option<u64>,
        /// The most memory that was used.
        #[serde(rename = "maxMemoryUsedMB")]
        max_memory_used_mb: Option<u64>,
        /// How long the init phase before it took.
        init_duration_ms: Option<f64>,
        /// How long the restore before it took.
        restore_duration_ms: Option<f64>,
        /// How long of that is billed.
        billed_restore_duration_ms: Option<u64>,
    }
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum LogLine {
    /// As it was written, without its line end.
    Text(String),
    /// An object, where the log format of the function is JSON.
    Json(serde_json::Map<String, Value>),
}
