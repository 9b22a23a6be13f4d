//! An invocation that was made, whose caller waits for its response and for its end.

use std::{
    future::Future as _,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
    time::Duration,
};

use super::{
    InvokeResponse, Outcome, Report, ServiceError,
    dispatcher::{Dispatched, Target},
    response::{End, Place, Received},
};
use crate::{
    environment::{Finished, FunctionResponse},
    lifecycle::{Failure, RequestId},
};

/// What became of a call.
pub(super) enum CallState {
    Dispatched(Box<Dispatched>),
    /// With this status, and nothing is waited for.
    Accepted(u16),
    Refused(Box<ServiceError>),
}

impl CallState {
    fn dispatched(&self) -> Option<&Dispatched> {
        match self {
            Self::Dispatched(dispatched) => Some(dispatched),
            Self::Accepted(_) | Self::Refused(_) => None,
        }
    }
}

/// An invocation that was made.
pub(super) struct Pending {
    pub(super) target: Target,
    pub(super) request_id: RequestId,
    /// When.
    pub(super) called: Duration,
    /// The sequence number of its first record.
    pub(super) first: u64,
    pub(super) call: CallState,
    /// The response, once it has arrived.
    pub(super) response: Option<Box<InvokeResponse>>,
}

impl Pending {
    /// Waits for the response.
    pub(super) fn poll_response(&mut self, context: &mut Context<'_>) -> Poll<InvokeResponse> {
        if let Some(response) = &self.response {
            return Poll::Ready((**response).clone());
        }
        let response = match &mut self.call {
            CallState::Dispatched(dispatched) => {
                let response = &mut dispatched.in_flight.response;
                ready!(Pin::new(response).poll(context)).ok()
            }
            CallState::Accepted(_) | CallState::Refused(_) => None,
        };
        let response = self.received(response);
        self.response = Some(Box::new(response.clone()));
        Poll::Ready(response)
    }

    /// Waits until the invocation is over; not at all where the service refused it.
    pub(super) fn poll_done(&mut self, context: &mut Context<'_>) -> Poll<Option<Finished>> {
        match &mut self.call {
            CallState::Dispatched(dispatched) => {
                Poll::Ready(ready!(Pin::new(&mut dispatched.in_flight.done).poll(context)).ok())
            }
            CallState::Accepted(_) | CallState::Refused(_) => Poll::Ready(None),
        }
    }

    /// Returns the outcome of an invocation that is over.
    pub(super) fn outcome(mut self, finished: Option<Finished>) -> Outcome {
        let mut response = match self.response.take() {
            Some(response) => *response,
            None => {
                let response = match &mut self.call {
                    // It came before the end.
                    CallState::Dispatched(dispatched) => {
                        dispatched.in_flight.response.try_recv().ok()
                    }
                    CallState::Accepted(_) | CallState::Refused(_) => None,
                };
                self.received(response)
            }
        };
        response.place.end();
        if let Some(Finished { end, logs, system }) = finished {
            let report = Report::of(&self.request_id, &end);
            response.end = Some(Rc::new(End { logs, report, system }));
        }
        Outcome { response }
    }

    /// Makes the response out of what an environment returned, if it has.
    fn received(&self, response: Option<(Duration, FunctionResponse)>) -> InvokeResponse {
        let context = self.target.owner();
        let now = context.clock.elapsed();
        let (at, received) = match &self.call {
            CallState::Dispatched(_) => {
                // Without a report the service itself has ended, and with it the invocation.
                let lost = || (now, Err(Failure::shut_down(&self.request_id)));
                let (at, response) = response.unwrap_or_else(lost);
                (at, Received::Function(response))
            }
            CallState::Accepted(status) => (now, Received::Accepted(*status)),
            CallState::Refused(error) => (now, Received::Refused((**error).clone())),
        };
        let dispatched = self.call.dispatched();
        let place = Place {
            recorder: context.recorder.clone(),
            part: self.first..context.recorder.next(),
            environment: dispatched.map(|dispatched| dispatched.in_flight.environment),
        };
        let version = dispatched.map(|dispatched| dispatched.version.number.clone());
        let request_id = self.request_id.clone();
        InvokeResponse::new(received, request_id, version, at - self.called, place)
    }
}
