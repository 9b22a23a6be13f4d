//! Spans of invocations.

use opentelemetry::{
    InstrumentationScope, KeyValue, SpanId, TraceFlags, TraceId,
    trace::{SpanContext, SpanKind, Status, TraceState},
};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkError,
    trace::{SpanData, SpanEvents, SpanExporter, SpanLinks},
};

use lambda_core::rt::Waiting;

use super::{not_taken, scope};
use crate::telemetry::{
    TelemetryEvent,
    invocations::{Invocation, Invocations, Part},
};

/// Spans of invocations, for an exporter of OpenTelemetry.
///
/// An invocation is a span of the kind `Server` with the name of the function. Below it are the parts that
/// the service tells: `init` where it was the first, `responseLatency`, `responseDuration`,
/// `runtimeOverhead`, `extensionOverhead`. All traces are exported, also those that the service does not
/// sample.
#[derive(Debug)]
pub struct Spans<E> {
    exporter: E,
    name: String,
    scope: InstrumentationScope,
    invocations: Invocations,
    /// What was not taken yet.
    waiting: Waiting<SpanData>,
}

impl<E: SpanExporter> Spans<E> {
    /// Spans of what the [`resource`](super::resource) describes.
    pub fn new(mut exporter: E, resource: &Resource) -> Self {
        exporter.set_resource(resource);
        let name = resource.get(&"faas.name".into()).map(|name| name.to_string());
        let name = name.unwrap_or_else(|| "invocation".to_owned());
        let (invocations, waiting) = (Invocations::default(), Waiting::default());
        Self { exporter, name, scope: scope(), invocations, waiting }
    }

    /// Exports the invocations that are over.
    ///
    /// # Errors
    ///
    /// The exporter failed, or more than 100,000 waited and some are lost. What it did not take is kept, up to 10,000 spans, and exported with the next
    /// batch; the oldest go first, which the error says.
    pub async fn export(&mut self, events: &[TelemetryEvent]) -> Result<(), OTelSdkError> {
        for event in events {
            if let Some(invocation) = self.invocations.read(event) {
                self.add(&invocation);
            }
        }
        if self.waiting.items().is_empty() {
            return Ok(());
        }
        let exported = self.exporter.export(self.waiting.items().to_vec()).await;
        not_taken(&mut self.waiting, exported)
    }

    fn add(&mut self, invocation: &Invocation) {
        let mut span = self.span(invocation, invocation.id(), self.name.clone());
        (span.start_time, span.end_time) = (invocation.start, invocation.start + invocation.took);
        span.span_kind = SpanKind::Server;
        span.parent_span_id = invocation.parent.map_or(SpanId::INVALID, SpanId::from);
        span.parent_span_is_remote = invocation.parent.is_some();
        span.attributes = vec![
            KeyValue::new("faas.invocation_id", invocation.request_id.clone()),
            KeyValue::new("faas.coldstart", invocation.cold_start),
        ];
        if invocation.has_failed() {
            let status = invocation.status.as_ref().map_or("", |status| status.as_str());
            let error = invocation.error_type.as_deref().unwrap_or(status).to_owned();
            span.attributes.push(KeyValue::new("error.type", error.clone()));
            span.status = Status::error(error);
        }
        self.waiting.push(span);
        for (id, part) in invocation.parts() {
            self.waiting.push(self.part(invocation, id, part));
        }
    }

    fn part(&self, invocation: &Invocation, id: u64, part: &Part) -> SpanData {
        let mut span = self.span(invocation, id, part.name.clone());
        (span.start_time, span.end_time) = (part.start, part.start + part.took);
        span.parent_span_id = SpanId::from(invocation.id());
        if let Some(error) = &part.error_type {
            span.attributes.push(KeyValue::new("error.type", error.clone()));
            span.status = Status::error(error.clone());
        }
        span
    }

    fn span(&self, invocation: &Invocation, id: u64, name: String) -> SpanData {
        let (trace, flags) = (TraceId::from(invocation.trace_id()), TraceFlags::SAMPLED);
        let span_context =
            SpanContext::new(trace, SpanId::from(id), flags, false, TraceState::default());
        SpanData {
            span_context,
            parent_span_id: SpanId::INVALID,
            parent_span_is_remote: false,
            span_kind: SpanKind::Internal,
            name: name.into(),
            start_time: invocation.start,
            end_time: invocation.start,
            attributes: Vec::new(),
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: Status::Unset,
            instrumentation_scope: self.scope.clone(),
        }
    }
}
