//! Asynchronous invocations: an event is accepted, tried, tried again, and what became of it is sent on.

use std::{
    rc::{Rc, Weak},
    sync::Arc,
    time::Duration,
};

use super::{
    ServiceError,
    defaults::LATEST,
    delivery,
    dispatcher::{Dispatched, InvokeRequest, Target, dispatch, reject},
    event_invoke_config::EventInvokeConfig,
    event_queue::{Attempt, Attempts, Next},
    function_state::FunctionState,
};
#[cfg(feature = "push")]
use super::{dispatcher::check, invoke::MAX_EVENT};
use crate::{
    environment::FunctionResponse,
    kernel::{EventEnd, Fault, RecordKind, Task},
    lifecycle::RequestId,
};

/// An event that was accepted.
pub(super) struct Event {
    function: Weak<FunctionState>,
    qualifier: Option<Arc<str>>,
    pub(super) request_id: RequestId,
    request: InvokeRequest,
    pub(super) attempts: Attempts,
    pub(super) last: Option<Last>,
    _task: Task,
}

/// What the last attempt gave.
pub(super) struct Last {
    pub(super) version: Arc<str>,
    pub(super) response: FunctionResponse,
}

/// Accepts an event of a function that exists.
///
/// # Errors
///
/// The service does not take it, by order of the test.
pub(super) fn accept(
    target: &Target,
    mut request: InvokeRequest,
    request_id: &RequestId,
) -> Result<(), ServiceError> {
    let Target::Function { function, qualifier, .. } = target else { return Ok(()) };
    let owner = &function.owner;
    let fault = function.fault(request_id, &request.payload, true);
    if fault == Some(Fault::NotAccepted) {
        return Err(reject(target, request_id, ServiceError::internal()));
    }
    // "The client context is dropped"; all attempts have one trace.
    request.client_context = None;
    request.is_event = true;
    let version = function.resolve(qualifier.as_deref()).ok();
    if version.is_some_and(|version| version.content.configuration.is_traced) {
        let (header, event) = function.accepted_trace(request.trace.take());
        (request.trace, request.event_trace) = (Some(header), Some(event));
    } else {
        request.trace.get_or_insert_with(|| function.new_trace());
    }
    let event = Event {
        function: Rc::downgrade(function),
        qualifier: qualifier.clone(),
        request_id: request_id.clone(),
        request,
        attempts: Attempts::new(owner.clock.elapsed()),
        last: None,
        _task: owner.work.begin(),
    };
    function.note(request_id, RecordKind::EventAccepted);
    if fault == Some(Fault::Duplicate) {
        owner.spawn(event.duplicate(owner.work.begin()).run());
    }
    owner.spawn(event.run());
    Ok(())
}

/// Invokes a target asynchronously, as another service does.
///
/// # Errors
///
/// The service refuses it: nothing has this name, the event is too large, or by order of the test.
#[cfg(feature = "push")]
pub(crate) fn invoke_event(
    target: &Target,
    request: InvokeRequest,
) -> Result<RequestId, ServiceError> {
    let request_id = target.request_id();
    let refused = ServiceError::too_large(&request.payload, MAX_EVENT);
    let checked = match refused.or_else(|| ServiceError::not_json(&request.payload)) {
        Some(error) => Err(error),
        None => check(target, &request).map(drop),
    };
    checked.map_err(|error| reject(target, &request_id, error))?;
    accept(target, request, &request_id)?;
    Ok(request_id)
}

impl Event {
    /// Returns the same event, which nobody has tried yet.
    fn duplicate(&self, task: Task) -> Self {
        Self {
            function: self.function.clone(),
            qualifier: self.qualifier.clone(),
            request_id: self.request_id.clone(),
            request: self.request.clone(),
            attempts: self.attempts,
            last: None,
            _task: task,
        }
    }

    /// Tries the event until it ends. One of a function that is gone is gone too.
    async fn run(mut self) {
        while let Some(wait) = self.attempt().await {
            tokio::time::sleep(wait).await;
        }
    }

    /// Tries the event once. Returns after which time it is tried again, if it is.
    async fn attempt(&mut self) -> Option<Duration> {
        let attempt = {
            let function = self.function.upgrade()?;
            let dispatched = match function.reserved.get() {
                Some(0) => None,
                _ => Some(self.dispatch(function)),
            };
            match dispatched {
                None => Attempt::NoConcurrency,
                Some(Err(error)) if error.is_recursive() => Attempt::Stopped,
                Some(Err(error)) if error.status == 429 || 500 <= error.status => {
                    Attempt::Throttled
                }
                // The function, or what the qualifier names, is gone.
                Some(Err(_)) => return None,
                Some(Ok(dispatched)) => self.finish(dispatched).await?,
            }
        };
        let function = self.function.upgrade()?;
        let (now, config) = (function.owner.clock.elapsed(), self.config(&function));
        let next = self.attempts.after(attempt, config.limits(), now);
        match next {
            Next::RetryAfter(wait) => {
                function.note(&self.request_id, RecordKind::EventRetried { after: wait });
                Some(wait)
            }
            Next::End(end) => {
                function.note(&self.request_id, RecordKind::EventEnded(end));
                self.deliver(&function, &config, end);
                None
            }
        }
    }

    fn dispatch(&self, function: Rc<FunctionState>) -> Result<Dispatched, ServiceError> {
        let target = Target::of(function, self.qualifier.clone());
        dispatch(&target, self.request.clone(), &self.request_id)
    }

    /// Waits until the function has run, and holds nothing of it meanwhile.
    async fn finish(&mut self, dispatched: Dispatched) -> Option<Attempt> {
        let version = dispatched.version.number.clone();
        let in_flight = dispatched.in_flight;
        drop(dispatched.version);
        let (_, response) = in_flight.response.await.ok()?;
        let _ = in_flight.done.await;
        let attempt = if response.is_ok() { Attempt::Succeeded } else { Attempt::Failed };
        self.last = Some(Last { version, response });
        Some(attempt)
    }

    /// The configuration as it is now, of the qualifier that was invoked.
    fn config(&self, function: &FunctionState) -> EventInvokeConfig {
        let configs = function.event_invoke_configs.borrow();
        configs.get(self.qualified()).cloned().unwrap_or_default()
    }

    /// Returns the qualifier by which the function was invoked: `$LATEST` where it was none.
    pub(super) fn qualified(&self) -> &str {
        self.qualifier.as_deref().unwrap_or(LATEST)
    }

    /// Returns the event.
    pub(super) fn payload(&self) -> &[u8] {
        &self.request.payload
    }

    /// Returns the trace header of what is sent on.
    pub(super) fn trace(&self, function: &FunctionState) -> Option<String> {
        self.request.trace.as_deref().map(|header| function.lineage(header).0)
    }

    fn deliver(&self, function: &Rc<FunctionState>, config: &EventInvokeConfig, end: EventEnd) {
        if end == EventEnd::Success {
            if let Some(arn) = &config.on_success {
                delivery::send_record(function, self, end, arn);
            }
            return;
        }
        let version = function.resolve(self.qualifier.as_deref()).ok();
        if let Some(arn) = version.and_then(|it| it.content.configuration.dead_letter.clone()) {
            delivery::send_dead_letter(function, self, &arn);
        }
        if let Some(arn) = &config.on_failure {
            delivery::send_record(function, self, end, arn);
        }
    }
}
