//! An invocation that was made, as its caller waits for its answer and for its end.

use std::{
    future::Future as _,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use super::{Function, Outcome, Report, ServiceError, response::Heard};
use crate::{
    environment::{Finished, InFlightHandle},
    lifecycle::{Answer, Failure, RequestId},
};

/// An invocation that was made.
pub(super) struct Made {
    pub(super) function: Function,
    pub(super) request_id: RequestId,
    /// When.
    pub(super) called: Duration,
    /// How many records there were before it.
    pub(super) first: usize,
    pub(super) flight: Result<InFlightHandle, ServiceError>,
}

impl Made {
    /// Waits for the answer.
    pub(super) fn poll_answer(&mut self, context: &mut Context<'_>) -> Poll<Heard> {
        let answer = match &mut self.flight {
            Ok(flight) => Ok(ready!(Pin::new(&mut flight.answer).poll(context)).ok()),
            Err(error) => Err(error.clone()),
        };
        Poll::Ready(self.heard(answer))
    }

    /// Waits until it is over; at once where the service refused it.
    pub(super) fn poll_done(&mut self, context: &mut Context<'_>) -> Poll<Option<Finished>> {
        match &mut self.flight {
            Ok(flight) => Poll::Ready(ready!(Pin::new(&mut flight.done).poll(context)).ok()),
            Err(_) => Poll::Ready(None),
        }
    }

    /// What is known when it is over.
    pub(super) fn outcome(mut self, finished: Option<Finished>) -> Outcome {
        let answer = match &mut self.flight {
            // It came before the end.
            Ok(flight) => Ok(flight.answer.try_recv().ok()),
            Err(error) => Err(error.clone()),
        };
        let heard = self.heard(answer);
        self.after(heard, finished)
    }

    /// The same, where the answer has been heard already.
    pub(super) fn after(self, mut heard: Heard, finished: Option<Finished>) -> Outcome {
        heard.part.end = heard.recorder.length();
        let Some(Finished { done, logs }) = finished else {
            return Outcome { heard, logs: Vec::new(), report: None };
        };
        let report = Report::of(&self.request_id, &done, self.function.inner.memory_mb);
        Outcome { heard, logs, report: Some(report) }
    }

    fn heard(&self, answer: Result<Option<(Duration, Answer)>, ServiceError>) -> Heard {
        let world = &self.function.inner.world;
        let now = world.clock.elapsed();
        // Without a word the service itself has ended, and with it the invocation.
        let lost = || (now, Err(Failure::shut_down(&self.request_id)));
        let (at, answer) = match answer {
            Ok(answer) => {
                let (at, answer) = answer.unwrap_or_else(lost);
                (at, Ok(answer))
            }
            Err(error) => (now, Err(error)),
        };
        let recorder = world.recorder.clone();
        let part = self.first..recorder.length();
        Heard::new(answer, at - self.called, recorder, part)
    }
}
