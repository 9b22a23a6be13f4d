//! Spans that are exported on the thread of the function.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ::opentelemetry::Context;
use lambda_core::rt::{Waiting, current};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{Span, SpanData, SpanExporter, SpanProcessor},
};

use crate::log;

/// Collects the spans that end, for an exporter that is called by [`flush`](Self::flush): a processor for
/// `SdkTracerProvider::builder().with_span_processor(spans.clone())`.
///
/// Clones share what is collected. What an exporter does not take is kept, up to 10,000 spans, and exported with the
/// next ones. Of what ends between two exports 100,000 spans are kept; a line of the log states how many are lost.
pub struct SpanBuffer<E> {
    shared: Arc<Shared<E>>,
}

struct Shared<E> {
    waiting: Mutex<Waiting<SpanData>>,
    /// Taken out while it exports.
    exporter: Mutex<Option<E>>,
}

impl<E: SpanExporter> SpanBuffer<E> {
    /// Collects spans for this exporter.
    pub fn new(exporter: E) -> Self {
        let exporter = Mutex::new(Some(exporter));
        Self { shared: Arc::new(Shared { waiting: Mutex::default(), exporter }) }
    }

    /// Exports the spans that have ended. Where the exporter does not take them, a line of the log states it.
    pub async fn flush(&self) {
        let batch = lock(&self.shared.waiting).items().to_vec();
        if batch.is_empty() {
            return;
        }
        // Another call exports: what it has not taken leaves with the next one.
        let Some(exporter) = lock(&self.shared.exporter).take() else { return };
        let exporting = Exporting { shared: &self.shared, exporter: Some(exporter) };
        let count = batch.len();
        let exported = match &exporting.exporter {
            Some(exporter) => exporter.export(batch).await,
            None => Ok(()),
        };
        drop(exporting);
        let mut waiting = lock(&self.shared.waiting);
        let message = match exported {
            Ok(()) => match waiting.taken(count) {
                0 => return,
                lost => format!("{lost} spans were lost, since too many waited"),
            },
            Err(error) => {
                let lost = match waiting.not_taken() {
                    0 => String::new(),
                    lost => format!("; {lost} are lost, since too many waited"),
                };
                let count = waiting.items().len();
                format!("{count} spans were not exported and are kept: {error}{lost}")
            }
        };
        drop(waiting);
        log::warning(&current(), &message);
    }
}

/// Puts the exporter back, also where the invocation is cut off.
struct Exporting<'a, E> {
    shared: &'a Shared<E>,
    exporter: Option<E>,
}

impl<E> Drop for Exporting<'_, E> {
    fn drop(&mut self) {
        *lock(&self.shared.exporter) = self.exporter.take();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // It is whole at every step.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<E: SpanExporter> SpanProcessor for SpanBuffer<E> {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() {
            lock(&self.shared.waiting).push(span);
        }
    }

    /// Does nothing: [`flush`](SpanBuffer::flush) exports, which takes time that this must not.
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn set_resource(&mut self, resource: &Resource) {
        if let Some(exporter) = &mut *lock(&self.shared.exporter) {
            exporter.set_resource(resource);
        }
    }
}

impl<E> Clone for SpanBuffer<E> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

impl<E> fmt::Debug for SpanBuffer<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpanBuffer").finish_non_exhaustive()
    }
}
