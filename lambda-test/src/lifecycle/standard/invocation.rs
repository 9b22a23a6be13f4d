//! The invocation in flight, its response and its end.

use std::{sync::Arc, time::Duration};

use super::{Engine, Phase};
use crate::{
    kernel::{InvocationEnd, ReportStatus},
    lifecycle::{self, Dispatch, Effect, Failure, Reply, RequestId},
};

/// The invocation in flight.
#[derive(Clone, Debug)]
pub(super) struct InvocationState {
    pub(super) dispatch: Arc<Dispatch>,
    pub(super) started: Duration,
    pub(super) deadline: Duration,
    pub(super) cold_start: bool,
    /// Whether the event went out.
    pub(super) handed_out: bool,
    pub(super) responded: Option<Responded>,
}

/// What the caller has received, and when.
#[derive(Clone, Debug)]
pub(super) struct Responded {
    at: Duration,
    result: Result<usize, Arc<str>>,
    /// What X-Ray states of a failure.
    cause: Option<Arc<str>>,
}

impl Engine {
    /// "The caller of the function gets its response as soon as the response is complete."
    pub(super) fn respond(&mut self, response: lifecycle::Responded) {
        let now = self.now;
        if let Phase::Invoke(current) = &mut self.phase {
            self.effects.extend(current.respond(response, now));
        }
    }

    /// An invocation that was not begun fails.
    pub(super) fn refuse(&mut self, dispatch: Arc<Dispatch>) {
        let failure = Failure::shut_down(&dispatch.request_id);
        let now = self.now;
        let current = InvocationState {
            dispatch,
            started: now,
            deadline: now,
            cold_start: false,
            handed_out: false,
            responded: None,
        };
        self.done(current, Some(failure), None, None);
    }

    /// An invocation is over; the fault is for a caller who has no response yet.
    pub(super) fn done(
        &mut self,
        mut current: InvocationState,
        failure: Option<Failure>,
        status: Option<ReportStatus>,
        init_duration: Option<Duration>,
    ) {
        let now = self.now;
        if let Some(failure) = failure {
            self.effects.extend(current.respond(Err(failure), now));
        }
        let InvocationState { dispatch, started, cold_start, responded, .. } = current;
        // A runtime that asks for the next event has answered, so this is there.
        let nothing = Responded { at: now, result: Ok(0), cause: None };
        let Responded { at, result, cause } = responded.unwrap_or(nothing);
        let done = InvocationEnd {
            result,
            responded_after: at - started,
            duration: now - started,
            init_duration,
            cold_start,
            status,
            // The environment knows its memory.
            memory_mb: 0,
            max_memory_used_mb: None,
            cause,
        };
        self.push(Effect::InvocationEnded(dispatch.request_id.clone(), Box::new(done)));
    }
}

impl InvocationState {
    pub(super) fn event(&self) -> Reply {
        Reply::Event(self.dispatch.clone(), self.deadline)
    }

    pub(super) fn request_id(&self) -> &RequestId {
        &self.dispatch.request_id
    }

    /// After how long the caller had its response, and which.
    pub(super) fn responded(&self) -> Option<(Duration, Result<usize, Arc<str>>)> {
        let Responded { at, result, .. } = self.responded.as_ref()?;
        Some((*at - self.started, result.clone()))
    }

    /// "If the runtime has answered, the caller keeps the response it got."
    fn respond(&mut self, response: lifecycle::Responded, now: Duration) -> Option<Effect> {
        if self.responded.is_some() {
            return None;
        }
        let result = match &response {
            Ok(length) => Ok(*length),
            Err(failure) => Err(failure.error_type.clone()),
        };
        let failed = response.as_ref().err().filter(|_| self.dispatch.is_traced);
        let cause = failed.and_then(Failure::cause);
        self.responded = Some(Responded { at: now, result, cause });
        Some(Effect::Responded(self.request_id().clone(), Box::new(response)))
    }
}
