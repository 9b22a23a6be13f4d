//! What extensions hear of what happens: a view of the records, in batches.

mod deliver;
mod events;
mod feed;
mod view;

use std::time::Duration;

use tokio::{io::DuplexStream, sync::mpsc};

use serde_json::Value;

use super::settings::{FunctionInfo, OnText};
use crate::{
    kernel::{Clock, InvocationEnd, ProcessRole, Record, RecordKind, TelemetrySubscription},
    lifecycle::Dispatch,
};
use events::Event;
use feed::Feed;
pub(super) use view::View;

/// Returns the start and the report of an invocation, by their types without `platform.`.
pub(super) fn around(
    request_id: &str,
    end: &InvocationEnd,
    info: &FunctionInfo,
) -> [(&'static str, Value); 2] {
    let report = events::report(request_id, end, end.status.as_ref(), info);
    [("start", events::start(request_id, info)), ("report", report)]
}

/// Whom a process of this environment listens to, by its port.
pub(super) type Listeners = Vec<(u16, mpsc::UnboundedSender<DuplexStream>)>;

/// The subscriptions of an environment.
#[derive(Default)]
pub(super) struct Telemetry {
    feeds: Vec<Feed>,
    /// Is called with each event, besides.
    on_event: Option<OnText>,
    /// What they hear; there is one where somebody hears.
    view: Option<View>,
    listeners: Listeners,
}

impl Telemetry {
    /// For one who hears it all, from the beginning of an init phase on.
    pub(super) fn observed(view: View, on_event: OnText) -> Self {
        Self { on_event: Some(on_event), view: Some(view), ..Self::default() }
    }

    /// A process listens there.
    pub(super) fn listens(&mut self, port: u16, pipes: mpsc::UnboundedSender<DuplexStream>) {
        self.listeners.push((port, pipes));
    }

    /// An extension hears from now on, and what was recorded before: "events that happened earlier in this
    /// init are kept and replayed to a new subscriber".
    pub(super) fn subscribe(
        &mut self,
        role: ProcessRole,
        clock: Clock,
        wanted: TelemetrySubscription,
        (mut view, earlier): (View, &[Record]),
        dispatch: Option<&Dispatch>,
    ) {
        let pipes = self.listeners.iter().find(|(port, _)| *port == wanted.port);
        let mut feed = Feed::new(role, clock, wanted, pipes.map(|(_, pipes)| pipes.clone()));
        for record in earlier {
            push(std::slice::from_mut(&mut feed), record, &view.read(record, dispatch));
        }
        self.feeds.push(feed);
        self.view = Some(view);
    }

    /// Those that run no more hear nothing.
    pub(super) fn unsubscribe_unless(&mut self, runs: impl Fn(&ProcessRole) -> bool) {
        self.feeds.retain(|feed| runs(&feed.role));
    }

    /// Whether somebody hears.
    pub(super) fn is_observed(&self) -> bool {
        self.on_event.is_some() || !self.feeds.is_empty()
    }

    /// Says what was recorded to all who hear of it.
    pub(super) fn push(&mut self, record: &Record, dispatch: Option<&Dispatch>) {
        let Some(view) = &mut self.view else { return };
        let events = view.read(record, dispatch);
        push(&mut self.feeds, record, &events);
        if let Some(on_event) = &self.on_event {
            events.iter().for_each(|event| on_event(&event.text));
        }
    }

    /// When the next batch is due.
    pub(super) fn due(&self) -> Option<Duration> {
        self.feeds.iter().filter_map(Feed::due).min()
    }

    /// Sends the batches that are due, and says who turns out to answer its own lines.
    pub(super) fn send_due(&mut self, now: Duration) -> Vec<ProcessRole> {
        let mut looping = Vec::new();
        for feed in &mut self.feeds {
            if feed.due().is_some_and(|due| due <= now) {
                feed.send();
                looping.extend(feed.begins_to_loop().then(|| feed.role.clone()));
            }
        }
        looping
    }

    /// To whom how many events were sent since this was called last.
    pub(super) fn take_sent(&mut self) -> Vec<(ProcessRole, usize)> {
        let sent = self.feeds.iter_mut().map(|feed| (feed.role.clone(), feed.take_sent()));
        sent.filter(|(_, events)| *events != 0).collect()
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

fn push(feeds: &mut [Feed], record: &Record, events: &[Event]) {
    for feed in feeds {
        let is_own = matches!(record.kind, RecordKind::Logged(_))
            && record.process.as_ref() == Some(&feed.role);
        for event in events {
            feed.push(event, is_own);
        }
    }
}
