//! An exporter of OpenTelemetry's SDK whose spans become segments.

use std::sync::Arc;

use opentelemetry_proto::transform::{
    common::tonic::ResourceAttributesWithSchema, trace::tonic::group_spans_by_resource_and_scope,
};
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    trace::{SpanData, SpanExporter},
};

use super::Inbox;

/// Exports spans to the traces of a simulated service: what [`Traces::span_exporter`](crate::Traces::span_exporter) returns.
#[derive(Debug)]
pub struct TraceExporter {
    inbox: Arc<Inbox>,
    resource: ResourceAttributesWithSchema,
}

impl TraceExporter {
    pub(super) fn new(inbox: Arc<Inbox>) -> Self {
        Self { inbox, resource: ResourceAttributesWithSchema::default() }
    }
}

impl SpanExporter for TraceExporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = group_spans_by_resource_and_scope(batch, &self.resource);
        self.inbox.put(spans).map_err(OTelSdkError::InternalFailure)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.resource = resource.into();
    }
}
