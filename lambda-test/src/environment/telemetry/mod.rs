//! What extensions hear of what happens: a view of the records, in batches.

mod deliver;
mod events;
mod feed;

use std::{sync::Arc, time::Duration};

use tokio::{io::DuplexStream, sync::mpsc};

use super::server::About;
use crate::{
    ground::{Clock, Done, Fact, Party, Wanted},
    lifecycle::{Dispatch, RequestId},
};
use feed::Feed;

/// Whom a process of this environment listens to, by its port.
pub(super) type Listeners = Vec<(u16, mpsc::UnboundedSender<DuplexStream>)>;

/// What is kept of an init phase for those who subscribe late.
const MOST_EARLIER: usize = 10_000;

/// Who did something, and during which invocation.
#[derive(Clone, Copy)]
pub(super) struct Happened<'a> {
    pub(super) party: Option<&'a Party>,
    pub(super) dispatch: Option<&'a Dispatch>,
}

/// The subscriptions of an environment.
#[derive(Default)]
pub(super) struct Telemetry {
    feeds: Vec<Feed>,
    /// "Events that happened earlier in this init are kept and replayed to a new subscriber."
    earlier: Vec<(&'static str, Arc<str>)>,
    /// Whether anybody may still subscribe.
    open: bool,
    listeners: Listeners,
    /// Of the invocation under way: when it began, and when the runtime was done.
    began: Duration,
    runtime_done: bool,
}

impl Telemetry {
    /// Extensions start anew.
    pub(super) fn open(&mut self) {
        self.feeds.clear();
        self.earlier.clear();
        self.listeners.clear();
        self.open = true;
    }

    /// A process listens there.
    pub(super) fn listens(&mut self, port: u16, pipes: mpsc::UnboundedSender<DuplexStream>) {
        self.listeners.push((port, pipes));
    }

    /// An extension hears from now on, and what was said before.
    pub(super) fn subscribe(&mut self, party: Party, clock: Clock, wanted: Wanted) {
        let pipes = self.listeners.iter().find(|(port, _)| *port == wanted.port);
        let mut feed = Feed::new(party, clock, wanted, pipes.map(|(_, pipes)| pipes.clone()));
        for (kind, event) in &self.earlier {
            feed.push(kind, event, false);
        }
        self.feeds.push(feed);
    }

    /// Those that run no more hear nothing.
    pub(super) fn unsubscribe_unless(&mut self, runs: impl Fn(&Party) -> bool) {
        self.feeds.retain(|feed| runs(&feed.party));
    }

    /// An extension registers, so what happens from now on may be heard.
    pub(super) fn may_be_heard(&mut self, clock: Clock, about: &About) {
        if !self.open {
            self.open = true;
            let happened = Happened { party: None, dispatch: None };
            self.say(clock, about, happened, &Fact::InitStarted);
        }
    }

    /// Whether somebody hears, or may.
    pub(super) fn is_heard(&self) -> bool {
        self.open || !self.feeds.is_empty()
    }

    /// Says what happened to all who hear of it.
    pub(super) fn say(&mut self, clock: Clock, about: &About, happened: Happened<'_>, fact: &Fact) {
        let events = self.events(clock, about, happened, fact);
        let writer = match fact {
            Fact::Logged(_) => happened.party,
            _ => None,
        };
        self.tell(events, writer);
        if let Fact::InitDone { .. } | Fact::InitFailed { .. } | Fact::Reset(_) = fact {
            self.close();
        }
    }

    /// Nobody may subscribe any more.
    fn close(&mut self) {
        self.open = false;
        self.earlier.clear();
    }

    /// Says that an invocation is over.
    pub(super) fn say_done(&mut self, clock: Clock, about: &About, id: &RequestId, done: &Done) {
        let events = self.done(clock, about, id, done);
        self.tell(events, None);
        // An init phase within it has ended too.
        self.close();
    }

    fn tell(&mut self, events: Vec<(&'static str, String)>, writer: Option<&Party>) {
        for (kind, event) in events {
            let event: Arc<str> = event.into();
            for feed in &mut self.feeds {
                feed.push(kind, &event, writer == Some(&feed.party));
            }
            if self.open && self.earlier.len() < MOST_EARLIER {
                self.earlier.push((kind, event));
            }
        }
    }

    /// When the next batch is due.
    pub(super) fn due(&self) -> Option<Duration> {
        self.feeds.iter().filter_map(Feed::due).min()
    }

    /// Sends the batches that are due, and says who turns out to answer its own lines.
    pub(super) fn send_due(&mut self, now: Duration) -> Vec<Party> {
        let mut looping = Vec::new();
        for feed in &mut self.feeds {
            if feed.due().is_some_and(|due| due <= now) {
                feed.send();
                looping.extend(feed.begins_to_loop().then(|| feed.party.clone()));
            }
        }
        looping
    }

    /// Sends all that was said, and waits until it has arrived.
    pub(super) fn flush(&mut self) -> impl Future<Output = ()> + use<> {
        let arrived: Vec<_> = self.feeds.iter_mut().map(Feed::flush).collect();
        async move {
            for arrived in arrived {
                // One that has gone waits for nothing.
                let _ = arrived.await;
            }
        }
    }
}
