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
    response::End,
};
use crate::{
    environment::{Finished, FunctionResponse},
    lifecycle::{Failure, RequestId},
};

/// An invocation that was made.
pub(super) struct Pending {
    pub(super) target: Target,
    pub(super) request_id: RequestId,
    /// When.
    pub(super) called: Duration,
    /// The sequence number of its first record.
    pub(super) first: u64,
    pub(super) in_flight: Result<Dispatched, ServiceError>,
    /// The response, once it has arrived.
    pub(super) response: Option<Box<InvokeResponse>>,
}

impl Pending {
    /// Waits for the response.
    pub(super) fn poll_response(&mut self, context: &mut Context<'_>) -> Poll<InvokeResponse> {
        if let Some(response) = &self.response {
            return Poll::Ready((**response).clone());
        }
        let response = match &mut self.in_flight {
            Ok(Dispatched { in_flight, .. }) => {
                Ok(ready!(Pin::new(&mut in_flight.response).poll(context)).ok())
            }
            Err(error) => Err(error.clone()),
        };
        let response = self.received(response);
        self.response = Some(Box::new(response.clone()));
        Poll::Ready(response)
    }

    /// Waits until the invocation is over; not at all where the service refused it.
    pub(super) fn poll_done(&mut self, context: &mut Context<'_>) -> Poll<Option<Finished>> {
        match &mut self.in_flight {
            Ok(Dispatched { in_flight, .. }) => {
                Poll::Ready(ready!(Pin::new(&mut in_flight.done).poll(context)).ok())
            }
            Err(_) => Poll::Ready(None),
        }
    }

    /// Returns the outcome of an invocation that is over.
    pub(super) fn outcome(mut self, finished: Option<Finished>) -> Outcome {
        let mut response = match self.response.take() {
            Some(response) => *response,
            None => {
                let response = match &mut self.in_flight {
                    // It came before the end.
                    Ok(dispatched) => Ok(dispatched.in_flight.response.try_recv().ok()),
                    Err(error) => Err(error.clone()),
                };
                self.received(response)
            }
        };
        response.part.end = response.recorder.next();
        if let Some(Finished { end, logs, system }) = finished {
            if let Ok(Dispatched { version, .. }) = &self.in_flight {
                let memory_mb = version.content.configuration.memory_mb;
                let report = Report::of(&self.request_id, &end, memory_mb);
                response.end = Some(Rc::new(End { logs, report, system }));
            }
        }
        Outcome { response }
    }

    fn received(
        &self,
        response: Result<Option<(Duration, FunctionResponse)>, ServiceError>,
    ) -> InvokeResponse {
        let context = self.target.owner();
        let now = context.clock.elapsed();
        // Without a report the service itself has ended, and with it the invocation.
        let lost = || (now, Err(Failure::shut_down(&self.request_id)));
        let (at, response) = match response {
            Ok(response) => {
                let (at, response) = response.unwrap_or_else(lost);
                (at, Ok(response))
            }
            Err(error) => (now, Err(error)),
        };
        let recorder = context.recorder.clone();
        let part = self.first..recorder.next();
        let dispatched = self.in_flight.as_ref().ok();
        let environment = dispatched.map(|dispatched| dispatched.in_flight.environment);
        let version = dispatched.map(|dispatched| dispatched.version.number.clone());
        InvokeResponse::new(response, version, at - self.called, recorder, part, environment)
    }
}
