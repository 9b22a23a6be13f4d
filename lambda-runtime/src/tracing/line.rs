//! One record as one line.

use std::time::SystemTime;

use ::tracing::Metadata;
use lambda_core::{
    LogFormat,
    rt::{CurrentInvocation, civil::rfc3339},
};

use super::fields::Fields;

/// What one line is made of.
pub(super) struct Line<'a> {
    pub(super) format: LogFormat,
    pub(super) time: SystemTime,
    pub(super) metadata: &'a Metadata<'a>,
    pub(super) invocation: Option<&'a CurrentInvocation>,
    pub(super) fields: &'a Fields,
}

/// The names that are ours.
const OURS: [&str; 7] =
    ["timestamp", "level", "message", "logger", "requestId", "traceId", "tenantId"];

impl Line<'_> {
    /// Writes the line, without the fields of spans, which [`add`] adds, and its [`end`].
    pub(super) fn begin(&self, line: &mut Vec<u8>) {
        match self.format {
            LogFormat::Json => self.begin_json(line),
            LogFormat::Text => self.begin_text(line),
        }
        for (name, value) in self.fields.iter() {
            add(self.format, line, name, value);
        }
    }

    fn begin_json(&self, line: &mut Vec<u8>) {
        line.extend_from_slice(b"{\"timestamp\":\"");
        line.extend_from_slice(rfc3339(self.time).as_bytes());
        line.extend_from_slice(b"\",\"level\":\"");
        line.extend_from_slice(self.metadata.level().as_str().as_bytes());
        line.push(b'"');
        string(line, "message", &self.fields.message);
        string(line, "logger", self.metadata.target());
        let Some(invocation) = self.invocation else { return };
        string(line, "requestId", &invocation.request_id());
        if let Some(trace_id) = invocation.trace_id() {
            string(line, "traceId", trace_id);
        }
        if let Some(tenant_id) = invocation.tenant_id() {
            string(line, "tenantId", &tenant_id);
        }
    }

    fn begin_text(&self, line: &mut Vec<u8>) {
        line.extend_from_slice(self.metadata.level().as_str().as_bytes());
        let mut add = |name: &str, value: &str| {
            line.extend_from_slice(name.as_bytes());
            line.extend_from_slice(value.as_bytes());
        };
        if let Some(invocation) = self.invocation {
            add(" RequestId: ", &invocation.request_id());
            if let Some(trace_id) = invocation.trace_id() {
                add(" TraceId: ", trace_id);
            }
            if let Some(tenant_id) = invocation.tenant_id() {
                add(" TenantId: ", &tenant_id);
            }
        }
        if !self.fields.message.is_empty() {
            add(" ", &self.fields.message);
        }
    }
}

fn string(line: &mut Vec<u8>, name: &str, value: &str) {
    line.extend_from_slice(b",\"");
    line.extend_from_slice(name.as_bytes());
    line.extend_from_slice(b"\":");
    // A vector takes all that is written to it.
    let _ = serde_json::to_writer(line, value);
}

/// Adds a field, whose value is JSON.
pub(super) fn add(format: LogFormat, line: &mut Vec<u8>, name: &'static str, value: &[u8]) {
    let ours = if OURS.contains(&name) { "field." } else { "" };
    match format {
        LogFormat::Json => {
            line.push(b',');
            // A vector takes all that is written to it.
            let _ = match ours {
                "" => serde_json::to_writer(&mut *line, name),
                _ => serde_json::to_writer(&mut *line, &[ours, name].concat()),
            };
            line.push(b':');
        }
        LogFormat::Text => {
            line.push(b' ');
            line.extend_from_slice(ours.as_bytes());
            line.extend_from_slice(name.as_bytes());
            line.push(b'=');
        }
    }
    line.extend_from_slice(value);
}

/// Ends the line.
pub(super) fn end(format: LogFormat, line: &mut Vec<u8>) {
    if format == LogFormat::Json {
        line.push(b'}');
    }
}
