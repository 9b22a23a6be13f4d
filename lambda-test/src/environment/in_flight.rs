//! An invocation in flight, from both ends: its response, and then its end.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::sync::oneshot;

use crate::{
    kernel::InvocationEnd,
    lifecycle::{FunctionResponse, RequestId},
};

/// The environment's end of an invocation.
pub(super) struct InFlight {
    pub(super) request_id: RequestId,
    response: Option<oneshot::Sender<(Duration, FunctionResponse)>>,
    done: oneshot::Sender<Finished>,
    /// Given back when the invocation is over, however it ends.
    permit: Permit,
}

/// The caller's end of an invocation. Either channel is closed where the environment was lost without a
/// report, since the service itself has ended.
pub(crate) struct InFlightHandle {
    /// The number of the environment.
    pub(crate) environment: usize,
    /// With the time when it came.
    pub(crate) response: oneshot::Receiver<(Duration, FunctionResponse)>,
    pub(crate) done: oneshot::Receiver<Finished>,
}

/// An invocation that is over, with what was logged for it.
pub(crate) struct Finished {
    pub(crate) end: Arc<InvocationEnd>,
    pub(crate) logs: Vec<Arc<str>>,
}

/// Counts an invocation as in flight for as long as it lives.
pub(crate) struct Permit(Arc<AtomicUsize>);

impl Permit {
    pub(crate) fn new(in_flight: &Arc<AtomicUsize>) -> Self {
        in_flight.fetch_add(1, Relaxed);
        Self(in_flight.clone())
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// Both ends of an invocation.
pub(super) fn begin(
    request_id: RequestId,
    environment: usize,
    permit: Permit,
) -> (InFlight, InFlightHandle) {
    let (response, responded) = oneshot::channel();
    let (done, ended) = oneshot::channel();
    let in_flight = InFlight { request_id, response: Some(response), done, permit };
    (in_flight, InFlightHandle { environment, response: responded, done: ended })
}

impl InFlight {
    /// Gives the caller its response. A caller may have gone.
    pub(super) fn respond(&mut self, at: Duration, response: FunctionResponse) {
        if let Some(sender) = self.response.take() {
            let _ = sender.send((at, response));
        }
    }

    /// Notifies the caller that the invocation is over. A caller may have gone.
    pub(super) fn finish(self, finished: Finished) {
        drop(self.permit);
        let _ = self.done.send(finished);
    }
}
