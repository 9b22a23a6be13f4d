//! An invocation in flight, from both ends: its response, and then its end.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use crate::{
    kernel::{Fault, InvocationEnd, Payload, Task, Work},
    lifecycle::{Failure, RequestId},
};

/// What a function returned to its caller.
pub(crate) type FunctionResponse = Result<Payload, Failure>;

/// The environment's end of an invocation.
pub(super) struct InFlight {
    pub(super) request_id: RequestId,
    response: Option<oneshot::Sender<(Duration, FunctionResponse)>>,
    /// Where the response goes for a caller who receives it as it comes.
    pub(super) sink: Option<Sink>,
    done: oneshot::Sender<Finished>,
    /// What goes wrong with it.
    pub(super) fault: Option<Fault>,
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
    /// The response for a caller who receives it as it comes.
    pub(crate) parts: Option<Parts>,
}

/// An invocation that is over, with what was logged for it.
pub(crate) struct Finished {
    pub(crate) end: Arc<InvocationEnd>,
    pub(crate) logs: Vec<Arc<str>>,
    /// Where the log is JSON: what the service writes before and after them, as far as its levels let it.
    pub(crate) system: Option<[Option<String>; 2]>,
}

/// How many invocations are in flight.
pub(crate) type InFlightCount = Arc<AtomicUsize>;

/// Counts an invocation as in flight for as long as it lives: of its function, and of the account.
pub(crate) struct Permit {
    counts: [Option<InFlightCount>; 2],
    _task: Task,
}

impl Permit {
    pub(crate) fn new(
        work: &Work,
        function: &InFlightCount,
        account: Option<&InFlightCount>,
    ) -> Self {
        let counts = [Some(function), account].map(Option::<&_>::cloned);
        for count in counts.iter().flatten() {
            count.fetch_add(1, Relaxed);
        }
        Self { counts, _task: work.begin() }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        for count in self.counts.iter().flatten() {
            count.fetch_sub(1, Relaxed);
        }
    }
}

/// Both ends of an invocation.
pub(super) fn begin(
    request_id: RequestId,
    environment: usize,
    permit: Permit,
    streamed: bool,
    fault: Option<Fault>,
) -> (InFlight, InFlightHandle) {
    let (sink, parts) = streamed.then(parts).unzip();
    let (response, responded) = oneshot::channel();
    let (done, ended) = oneshot::channel();
    let in_flight = InFlight { request_id, response: Some(response), sink, done, fault, permit };
    (in_flight, InFlightHandle { environment, response: responded, done: ended, parts })
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

/// A part of a response, or what comes before all of them.
#[derive(Debug)]
pub(crate) enum Part {
    /// The content type.
    Begun(Arc<str>),
    /// When it came, and what.
    Bytes(Duration, Bytes),
}

/// The caller's end of a response that is received as it comes; the content type waits for nobody.
pub(crate) type Parts = mpsc::Receiver<Part>;

/// The environment's end of a response that is received as it comes.
#[derive(Debug)]
pub(crate) struct Sink(mpsc::Sender<Part>);

/// Both ends. What nobody has taken keeps the next part waiting; there is room for the content type and one part, so a
/// response that is whole waits for nobody.
fn parts() -> (Sink, Parts) {
    let (sender, receiver) = mpsc::channel(2);
    (Sink(sender), receiver)
}

impl Sink {
    /// The head of the response has come.
    pub(super) fn begin(&mut self, content_type: Arc<str>) {
        // The channel is empty, or the caller has gone.
        let _ = self.0.try_send(Part::Begun(content_type));
    }

    /// "It is simply delivered as a stream of one go": a response that was posted whole.
    pub(super) async fn send_whole(mut self, at: Duration, response: &Payload) {
        self.begin(response.content_type().into());
        self.send(at, response.as_bytes().clone()).await;
    }

    /// Waits until the caller takes it. One that has gone takes everything at once: the invocation continues.
    pub(super) async fn send(&mut self, at: Duration, bytes: Bytes) {
        let _ = self.0.send(Part::Bytes(at, bytes)).await;
    }
}
