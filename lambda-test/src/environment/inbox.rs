//! What reaches an environment, in its order.

use std::{collections::VecDeque, pin::Pin, sync::Arc};

use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, Sleep, sleep_until},
};

use super::{
    flight::Flight,
    process::{Incoming, Said},
    server::FromRuntime,
};
use crate::lifecycle::Dispatch;

/// What reaches an environment.
pub(super) enum Message {
    Invoke(Arc<Dispatch>, Flight),
    ShutDown(oneshot::Sender<()>),
    /// Over the socket of the environment, which knows no processes.
    Connected(Incoming),
    /// By a process, told apart by its number from what an earlier one still says.
    Said(u64, Said),
    /// Over a connection of that process.
    Runtime(u64, FromRuntime),
}

/// The messages of an environment.
pub(super) struct Inbox {
    messages: mpsc::UnboundedReceiver<Message>,
    /// Those that were overtaken by log lines.
    postponed: VecDeque<Message>,
    /// The time that is waited for. None is left behind, since a paused clock jumps to any.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Inbox {
    pub(super) fn new(messages: mpsc::UnboundedReceiver<Message>) -> Self {
        Self { messages, postponed: VecDeque::new(), sleep: None }
    }

    /// The next one, or `None` when the time is up first.
    pub(super) async fn next(&mut self, due: Option<Instant>) -> Option<Message> {
        if let Some(message) = self.postponed.pop_front() {
            return Some(message);
        }
        let Some(due) = due else {
            self.sleep = None;
            return self.messages.recv().await;
        };
        if self.sleep.as_ref().is_none_or(|sleep| sleep.deadline() != due) {
            self.sleep = Some(Box::pin(sleep_until(due)));
        }
        let sleep = self.sleep.as_mut().expect("set above");
        tokio::select! {
            biased;
            message = self.messages.recv() => message,
            () = sleep => {
                self.sleep = None;
                None
            }
        }
    }

    /// The lines that a process has written so far; those before its last call may stand behind that
    /// call.
    pub(super) fn overtaking_lines(&mut self, process: u64) -> Vec<Arc<str>> {
        let mut lines = Vec::new();
        while let Ok(message) = self.messages.try_recv() {
            match message {
                Message::Said(from, Said::Log(line)) => {
                    if from == process {
                        lines.push(line);
                    }
                }
                other => self.postponed.push_back(other),
            }
        }
        lines
    }
}
