//! A process that runs, with its connections and its open calls.

use std::collections::BTreeMap;

use tokio::{
    sync::{mpsc, oneshot},
    task::JoinSet,
};

use super::{
    inbox::Message,
    process::{Incoming, Process},
    server::{self, FromRuntime},
};
use crate::{
    ground::Clock,
    lifecycle::{CallId, Reply},
};

/// Where the reply to a call goes, with the number of the call.
pub(super) type Waiting = oneshot::Sender<(u64, Reply)>;

/// A process that runs. Dropping it kills the process and closes its connections.
pub(super) struct Running {
    /// Tells it apart from those before it in this environment.
    pub(super) generation: u64,
    pub(super) process: Process,
    calls: BTreeMap<u64, Waiting>,
    last_call: u64,
    connections: JoinSet<()>,
}

impl Running {
    pub(super) fn new(generation: u64, process: Process) -> Self {
        let (calls, connections) = (BTreeMap::new(), JoinSet::new());
        Self { generation, process, calls, last_call: 0, connections }
    }

    /// Serves the Runtime API on a connection of it.
    pub(super) fn serve(
        &mut self,
        incoming: Incoming,
        clock: Clock,
        messages: mpsc::UnboundedSender<Message>,
    ) {
        let generation = self.generation;
        let tell = move |call: FromRuntime| {
            // An environment that has ended drops the call, which closes the connection.
            let _ = messages.send(Message::Runtime(generation, call));
        };
        match incoming {
            Incoming::Pipe(stream) => {
                self.connections.spawn_local(server::serve(stream, clock, tell))
            }
            Incoming::Socket(stream) => {
                self.connections.spawn_local(server::serve(stream, clock, tell))
            }
        };
    }

    /// A call that waits from now on.
    pub(super) fn wait(&mut self, waiting: Waiting) -> CallId {
        self.last_call += 1;
        self.wait_again(self.last_call, waiting)
    }

    /// A call whose head was answered waits for the answer to its body.
    pub(super) fn wait_again(&mut self, id: u64, waiting: Waiting) -> CallId {
        self.calls.insert(id, waiting);
        CallId(id)
    }

    /// Answers a call. A caller that has gone needs no reply.
    pub(super) fn reply(&mut self, CallId(id): CallId, reply: Reply) {
        if let Some(waiting) = self.calls.remove(&id) {
            let _ = waiting.send((id, reply));
        }
    }
}
