//! One invocation with a batch.

use std::{rc::Rc, sync::Arc, time::Duration};

use bytes::Bytes;

use super::{EVENT_BYTES, Lint, mapping::Mapping};
use crate::{
    kernel::{Fault, Payload, SourceEvent, TestScope},
    lifecycle::RequestId,
    service::{Dispatched, InvokeRequest, Target, dispatch},
};

/// What a function is invoked with.
pub(super) struct Invocation {
    /// The event.
    pub(super) payload: Vec<u8>,
    /// The trace headers of its records: the first is continued, the others are linked.
    pub(super) traces: Vec<String>,
    /// How many records it has, and how old they are.
    pub(super) count: usize,
    pub(super) age: Duration,
}

/// How an invocation with a batch ended.
pub(super) struct Invoked {
    pub(super) request_id: RequestId,
    pub(super) end: End,
    /// Whether the batch is to come once more, though it was handled: by order of the test.
    pub(super) is_duplicated: bool,
}

impl Invoked {
    fn refused(request_id: RequestId) -> Self {
        Self { request_id, end: End::Refused, is_duplicated: false }
    }
}

/// What became of a batch.
pub(super) enum End {
    /// The function answered.
    Answered { payload: Payload, version: Arc<str> },
    /// It failed.
    Failed { version: Arc<str> },
    /// The service has no concurrency left, or failed itself.
    Throttled,
    /// The service does not take the invocation: the function is gone, its invocations come back to it, or the event is
    /// too large.
    Refused,
}

impl Mapping {
    /// Invokes the function with a batch, and waits for its end. Nothing where the service ends.
    pub(super) async fn invoke(self: &Rc<Self>, invocation: Invocation) -> Option<Invoked> {
        let Invocation { payload, mut traces, count, age } = invocation;
        if EVENT_BYTES < payload.len() {
            self.lint(Lint::OversizedEvent, || {
                format!("an event of {} bytes: expected at most {EVENT_BYTES}", payload.len())
            });
            return Some(Invoked::refused(self.uuid.clone()));
        }
        self.note(None, SourceEvent::BatchSent { count, age });
        let (target, payload) = (self.target.borrow().clone(), Bytes::from(payload));
        let function = target.function.clone();
        let Some(target_function) = function.upgrade() else {
            let source = self.source.name();
            TestScope::lint_failed(format!(
                "the function `{}` is gone, which the mapping of {source} invokes: a function exists as long as a handle \
                 of it is kept",
                target.name
            ));
            self.stop();
            return Some(Invoked::refused(self.uuid.clone()));
        };
        let target = Target::of(target_function, target.qualifier);
        let request_id = target.request_id();
        let linked = traces.split_off(traces.len().min(1));
        let request = InvokeRequest {
            trace: traces.pop(),
            linked,
            is_event: true,
            ..InvokeRequest::json(payload.clone())
        };
        let dispatched = dispatch(&target, request, &request_id);
        drop(target);
        let end = match dispatched {
            Err(error) if error.status == 429 || 500 <= error.status => End::Throttled,
            Err(error) => {
                if error.is_recursive() {
                    self.lint(Lint::Loop, || {
                        "the function is invoked by what it sends itself, and was stopped"
                            .to_owned()
                    });
                }
                if error.status == 404 {
                    self.stop();
                }
                End::Refused
            }
            Ok(Dispatched { in_flight, version }) => {
                let number = version.number.clone();
                drop(version);
                let (_, response) = in_flight.response.await.ok()?;
                let finished = in_flight.done.await.ok()?;
                match response {
                    // An invocation that timed out or crashed after it answered has failed all the same.
                    Ok(payload) if finished.end.status.is_none() => {
                        End::Answered { payload, version: number }
                    }
                    _ => End::Failed { version: number },
                }
            }
        };
        let is_handled = matches!(end, End::Answered { .. });
        let function = function.upgrade().filter(|_| is_handled);
        let is_duplicated = function.is_some_and(|function| {
            function.fault(&request_id, &payload, true) == Some(Fault::Duplicate)
        });
        Some(Invoked { request_id, end, is_duplicated })
    }
}
