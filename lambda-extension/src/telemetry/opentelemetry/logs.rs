//! Lines of logs as log records.

use lambda_core::rt::civil;
use opentelemetry::{
    InstrumentationScope, SpanId, TraceFlags, TraceId,
    logs::{AnyValue, LogRecord as _, Logger as _, LoggerProvider as _, Severity},
};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkError,
    logs::{LogBatch, LogExporter, SdkLogRecord, SdkLogger, SdkLoggerProvider},
};
use serde_json::{Map, Value};

use lambda_core::rt::Waiting;

use super::{not_taken, scope};
use crate::telemetry::{LogLine, TelemetryEvent, TelemetryRecord, invocations::Invocations};

/// Lines of the function and of extensions, for an exporter of OpenTelemetry.
///
/// A line that is JSON has its `level` as severity where it is one, its `message` as body, and its other fields as
/// attributes; without a message the whole is the body, as any other line is. A record belongs to the invocation that it names, or that is the only
/// one under way. What the service lost is a record too, a warning.
#[derive(Debug)]
pub struct Logs<E> {
    exporter: E,
    scope: InstrumentationScope,
    /// Makes records.
    logger: SdkLogger,
    invocations: Invocations,
    /// What was not taken yet.
    waiting: Waiting<SdkLogRecord>,
}

impl<E: LogExporter> Logs<E> {
    /// Records of what the [`resource`](super::resource) describes.
    pub fn new(mut exporter: E, resource: &Resource) -> Self {
        exporter.set_resource(resource);
        let logger = SdkLoggerProvider::builder().build().logger("lambda-extension");
        let (invocations, waiting) = (Invocations::default(), Waiting::default());
        Self { exporter, scope: scope(), logger, invocations, waiting }
    }

    /// Exports the lines.
    ///
    /// # Errors
    ///
    /// The exporter failed, or more than 100,000 waited and some are lost. What it did not take is kept, up to 10,000 records, and exported with the next
    /// batch; the oldest go first, which the error says.
    pub async fn export(&mut self, events: &[TelemetryEvent]) -> Result<(), OTelSdkError> {
        for event in events {
            // Where it ends with this event, no line of it follows.
            let _ = self.invocations.read(event);
            if let Some(record) = self.record(event) {
                self.waiting.push(record);
            }
        }
        if self.waiting.items().is_empty() {
            return Ok(());
        }
        let batch: Vec<(&SdkLogRecord, &InstrumentationScope)> =
            self.waiting.items().iter().map(|record| (record, &self.scope)).collect();
        let exported = self.exporter.export(LogBatch::new(&batch)).await;
        not_taken(&mut self.waiting, exported)
    }

    fn record(&self, event: &TelemetryEvent) -> Option<SdkLogRecord> {
        let mut record = self.logger.create_log_record();
        if let Some(at) = civil::parse(&event.time) {
            record.set_timestamp(at);
            record.set_observed_timestamp(at);
        }
        let (source, line) = match &event.record {
            TelemetryRecord::Function(line) => ("function", line),
            TelemetryRecord::Extension(line) => ("extension", line),
            TelemetryRecord::LogsDropped(lost) => {
                let text = format!("{} records were lost: {}", lost.dropped_records, lost.reason);
                record.set_body(text.into());
                record.set_severity_number(Severity::Warn);
                record.set_severity_text("WARN");
                return Some(record);
            }
            _ => return None,
        };
        record.add_attribute("faas.log.source", source);
        let request_id = match line {
            LogLine::Text(text) => {
                // The service hands an object over as one where the format is JSON; others as text.
                match serde_json::from_str::<Map<String, Value>>(text) {
                    Ok(fields) => set_fields(&mut record, &fields),
                    Err(_) => {
                        record.set_body(text.clone().into());
                        None
                    }
                }
            }
            LogLine::Json(fields) => set_fields(&mut record, fields),
        };
        let invocation = self.invocations.of_line(request_id.as_deref());
        if let Some(invocation) = invocation {
            let (trace, span) =
                (TraceId::from(invocation.trace_id()), SpanId::from(invocation.id()));
            record.set_trace_context(trace, span, Some(TraceFlags::SAMPLED));
        }
        if let Some(id) = request_id.or_else(|| invocation.map(|of| of.request_id.clone())) {
            record.add_attribute("faas.invocation_id", id);
        }
        Some(record)
    }
}

/// Fills a record from a line that is JSON, and gives the request id that it names.
fn set_fields(record: &mut SdkLogRecord, fields: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let severity = text("level").and_then(severity);
    if let Some((number, text)) = severity {
        record.set_severity_number(number);
        record.set_severity_text(text);
    }
    let request_id = ["requestId", "AWSRequestId"].into_iter().find(|name| text(name).is_some());
    let all = fields.iter();
    if let Some(message) = fields.get("message") {
        record.set_body(any(message));
        let told = |name: &str| {
            name == "message" || request_id == Some(name) || name == "level" && severity.is_some()
        };
        for (name, value) in all.filter(|(name, _)| !told(name)) {
            record.add_attribute(name.clone(), any(value));
        }
    } else {
        let all = all.map(|(name, value)| (name.clone().into(), any(value)));
        record.set_body(AnyValue::Map(Box::new(all.collect())));
    }
    request_id.and_then(text).map(str::to_owned)
}

fn severity(level: &str) -> Option<(Severity, &'static str)> {
    Some(match level.to_ascii_uppercase().as_str() {
        "TRACE" => (Severity::Trace, "TRACE"),
        "DEBUG" => (Severity::Debug, "DEBUG"),
        "INFO" => (Severity::Info, "INFO"),
        "WARN" | "WARNING" => (Severity::Warn, "WARN"),
        "ERROR" => (Severity::Error, "ERROR"),
        "FATAL" | "CRITICAL" => (Severity::Fatal, "FATAL"),
        _ => return None,
    })
}

fn any(value: &Value) -> AnyValue {
    match value {
        Value::Null => AnyValue::String("null".into()),
        Value::Bool(is) => AnyValue::Boolean(*is),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => AnyValue::Int(whole),
            (None, Some(fraction)) if number.is_f64() => AnyValue::Double(fraction),
            // A whole number that no integer of OpenTelemetry holds.
            _ => AnyValue::String(number.to_string().into()),
        },
        Value::String(text) => AnyValue::String(text.clone().into()),
        Value::Array(list) => AnyValue::ListAny(Box::new(list.iter().map(any).collect())),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone().into(), any(value)));
            AnyValue::Map(Box::new(fields.collect()))
        }
    }
}
