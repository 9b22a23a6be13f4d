//! One invocation with a batch.

use std::{rc::Rc, sync::Arc};

use super::{Lint, mapping::Mapping};
use crate::{
    kernel::{Payload, TestScope},
    lifecycle::RequestId,
    service::{Dispatched, InvokeRequest, Target, dispatch},
};

/// How an invocation with a batch ended.
pub(super) struct Invoked {
    pub(super) request_id: RequestId,
    pub(super) end: End,
}

/// What became of a batch.
pub(super) enum End {
    /// The function answered.
    Answered { payload: Payload, version: Arc<str> },
    /// It failed.
    Failed { version: Arc<str> },
    /// The service has no concurrency left, or failed itself.
    Throttled,
    /// The service does not take the invocation: the function is gone, or its invocations come back to it.
    Refused,
}

impl Mapping {
    /// Invokes the function with a batch, and waits for its end. Nothing where the service ends.
    pub(super) async fn invoke(
        self: &Rc<Self>,
        payload: Vec<u8>,
        trace: Option<String>,
    ) -> Option<Invoked> {
        let target = self.target.borrow().clone();
        let Some(function) = target.function.upgrade() else {
            let source = self.source.arn();
            TestScope::lint_failed(format!(
                "the function `{}` is gone, which the mapping of {source} invokes: a function exists as long as a handle \
                 of it is kept",
                target.name
            ));
            self.stop();
            return Some(Invoked { request_id: self.uuid.clone(), end: End::Refused });
        };
        let target = Target::of(function, target.qualifier);
        let request_id = target.request_id();
        let request =
            InvokeRequest { trace, is_event: true, ..InvokeRequest::json(payload.into()) };
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
        Some(Invoked { request_id, end })
    }
}
