//! One subscription: what waits to be sent, and when it is.

use std::time::Duration;

use tokio::{
    io::DuplexStream,
    sync::{mpsc, oneshot},
    task::JoinSet,
};

use super::{
    deliver::{Item, deliver},
    events::{self, Event},
};
use crate::kernel::{Clock, ProcessRole, TelemetrySubscription, tracked};

/// Batches on their way. What is beyond is dropped, and said so.
const ON_THEIR_WAY: usize = 64;

/// So many batches in a row that an extension wrote alone are no chance.
const ECHOES: usize = 20;

/// One subscription.
pub(super) struct Feed {
    pub(super) role: ProcessRole,
    clock: Clock,
    wanted: TelemetrySubscription,
    batch: String,
    items: usize,
    /// How many of them the extension wrote itself.
    own: usize,
    /// How many batches in a row it wrote alone.
    echoes: usize,
    /// When the batch is sent at the latest.
    due: Option<Duration>,
    items_out: mpsc::Sender<Item>,
    /// How many events were sent that nobody has recorded yet.
    sent: usize,
    dropped: Dropped,
    /// Sends; ended with the feed.
    _sender: JoinSet<()>,
}

#[derive(Default)]
struct Dropped {
    records: usize,
    bytes: usize,
}

impl Feed {
    pub(super) fn new(
        role: ProcessRole,
        clock: Clock,
        wanted: TelemetrySubscription,
        pipes: Option<mpsc::UnboundedSender<DuplexStream>>,
    ) -> Self {
        let (items_out, items_in) = mpsc::channel(ON_THEIR_WAY);
        let mut sender = JoinSet::new();
        let delivering = deliver(items_in, wanted.port, wanted.path.clone(), pipes);
        sender.spawn_local(tracked(Box::pin(delivering)));
        Self {
            role,
            clock,
            wanted,
            batch: String::new(),
            items: 0,
            own: 0,
            echoes: 0,
            due: None,
            items_out,
            sent: 0,
            dropped: Dropped::default(),
            _sender: sender,
        }
    }

    pub(super) fn due(&self) -> Option<Duration> {
        self.due
    }

    /// Adds an event; its own line, or not.
    pub(super) fn push(&mut self, event: &Event, is_own: bool) {
        if !self.wanted.types.iter().any(|wanted| **wanted == *event.kind) {
            return;
        }
        if !self.batch.is_empty() {
            self.batch.push(self.separator());
        }
        let first = event.first.as_ref().filter(|_| !self.wanted.objects);
        self.batch.push_str(first.unwrap_or(&event.text));
        self.items += 1;
        self.own += usize::from(is_own);
        self.due.get_or_insert_with(|| self.clock.elapsed() + self.wanted.timeout);
        if self.wanted.max_items <= self.items || self.wanted.max_bytes <= self.batch.len() {
            self.send();
        }
    }

    fn separator(&self) -> char {
        if self.wanted.path.is_some() { ',' } else { '\n' }
    }

    /// Sends what there is.
    pub(super) fn send(&mut self) {
        self.due = None;
        if self.items == 0 {
            return;
        }
        let (batch, items) = (std::mem::take(&mut self.batch), std::mem::take(&mut self.items));
        let only_own = std::mem::take(&mut self.own) == items;
        self.echoes = if only_own { self.echoes + 1 } else { 0 };
        let lost = std::mem::take(&mut self.dropped);
        let lost_event = (lost.records != 0).then(|| {
            let time = self.clock.iso_at(self.clock.elapsed());
            events::logs_dropped(&time, lost.records, lost.bytes)
        });
        let bytes = batch.len();
        let whole = match lost_event {
            Some(event) => format!("{}{}{batch}", event.text, self.separator()),
            None => batch,
        };
        let body = match self.wanted.path {
            Some(_) => format!("[{whole}]"),
            None => whole + "\n",
        };
        if self.items_out.try_send(Item::Batch(body.into_bytes())).is_err() {
            self.dropped = Dropped { records: lost.records + items, bytes: lost.bytes + bytes };
        } else {
            self.sent += items + usize::from(lost.records != 0);
        }
    }

    /// How many events were sent since this was called last.
    pub(super) fn take_sent(&mut self) -> usize {
        std::mem::take(&mut self.sent)
    }

    /// Whether it turns out now that the extension answers its own lines.
    pub(super) fn begins_to_loop(&self) -> bool {
        self.echoes == ECHOES
    }

    /// Sends what there is, and tells when all has arrived.
    pub(super) fn flush(&mut self) -> oneshot::Receiver<()> {
        self.send();
        let (sender, receiver) = oneshot::channel();
        // Where nothing more can be on its way, nobody waits for it.
        let _ = self.items_out.try_send(Item::Flushed(sender));
        receiver
    }
}
