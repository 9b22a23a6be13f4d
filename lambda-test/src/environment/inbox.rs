//! What reaches an environment: time first, then messages in their order, then lines of the log.

use std::{pin::Pin, sync::Arc};

use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, Sleep, sleep_until},
};

use super::{
    in_flight::InFlight,
    log::Log,
    process::{Incoming, ProcessEvent},
    server::FromProcess,
};
use crate::lifecycle::Dispatch;

/// What reaches an environment.
pub(super) enum Message {
    Invoke(Arc<Dispatch>, Box<InFlight>),
    ShutDown(oneshot::Sender<()>),
    /// By a process: it called this host, which is not allowed.
    Outside(u64, Arc<str>),
    /// From outside of the service: the runtime is to get a signal.
    Terminate,
    /// The process is to be killed, as the kernel of its machine may do.
    Kill,
    /// By a process, told apart by its number from what an earlier one still says.
    Process(u64, ProcessEvent),
    /// Over the port of that process.
    Connected(u64, Incoming),
    /// What was said is with all who subscribed.
    Flushed,
    /// Over a connection of that process.
    Called(u64, FromProcess),
}

/// What an environment is woken by.
pub(super) enum Wakeup {
    /// The time that it waited for has come.
    Due,
    Message(Message),
    /// There are lines to be heard.
    Logged,
}

/// The messages of an environment, its time and its log.
pub(super) struct Inbox {
    messages: mpsc::UnboundedReceiver<Message>,
    log: Log,
    /// The time that is waited for. None is left behind, since a paused clock jumps to any.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Inbox {
    pub(super) fn new(messages: mpsc::UnboundedReceiver<Message>, log: Log) -> Self {
        Self { messages, log, sleep: None }
    }

    /// What comes next, by this time at the latest. A process that is never silent does not keep the
    /// time from coming.
    pub(super) async fn next(&mut self, due: Option<Instant>) -> Wakeup {
        if self.sleep.as_ref().map(|sleep| sleep.deadline()) != due {
            self.sleep = due.map(|due| Box::pin(sleep_until(due)));
        }
        let due = async {
            match &mut self.sleep {
                Some(sleep) => sleep.await,
                None => std::future::pending().await,
            }
        };
        let next = tokio::select! {
            biased;
            () = due => Wakeup::Due,
            message = self.messages.recv() => match message {
                Some(message) => Wakeup::Message(message),
                // The environment holds a sender to itself.
                None => std::future::pending().await,
            },
            () = self.log.written() => Wakeup::Logged,
        };
        if let Wakeup::Due = next {
            self.sleep = None;
        }
        next
    }
}
