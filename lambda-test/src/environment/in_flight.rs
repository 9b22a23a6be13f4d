//! An invocation under way, from both ends: its answer, and then its end.

use std::{sync::Arc, time::Duration};

use tokio::sync::oneshot;

use crate::{
    kernel::InvocationEnd,
    lifecycle::{Answer, RequestId},
};

/// The environment's end of an invocation.
pub(super) struct InFlight {
    pub(super) request_id: RequestId,
    answer: Option<oneshot::Sender<(Duration, Answer)>>,
    done: oneshot::Sender<Finished>,
}

/// The caller's end of an invocation. Either is an error where the environment was lost without a
/// word, since the service itself has ended.
pub(crate) struct InFlightHandle {
    /// With the time when it came.
    pub(crate) answer: oneshot::Receiver<(Duration, Answer)>,
    pub(crate) done: oneshot::Receiver<Finished>,
}

/// An invocation that is over, with what was logged meanwhile.
pub(crate) struct Finished {
    pub(crate) done: Arc<InvocationEnd>,
    pub(crate) logs: Vec<Arc<str>>,
}

/// Both ends of an invocation.
pub(super) fn begin(request_id: RequestId) -> (InFlight, InFlightHandle) {
    let (answer, heard) = oneshot::channel();
    let (done, ended) = oneshot::channel();
    let flight = InFlight { request_id, answer: Some(answer), done };
    (flight, InFlightHandle { answer: heard, done: ended })
}

impl InFlight {
    /// Tells the caller its answer. A caller may have gone.
    pub(super) fn answer(&mut self, at: Duration, answer: Answer) {
        if let Some(sender) = self.answer.take() {
            let _ = sender.send((at, answer));
        }
    }

    /// Tells the caller that it is over. A caller may have gone.
    pub(super) fn finish(self, finished: Finished) {
        let _ = self.done.send(finished);
    }
}
