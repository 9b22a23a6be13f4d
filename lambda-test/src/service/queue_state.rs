//! A queue of SQS: what is sent, received, deleted, and comes back. Pure.
//!
//! Source: Amazon SQS developer guide, "Amazon SQS visibility timeout", "FIFO queue delivery logic", "Using dead-letter
//! queues".

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use super::{destination::MessageAttribute, slots::Slots};

/// Within this time a FIFO queue takes no other message with a deduplication id.
const DEDUPLICATION: Duration = Duration::from_secs(300);

/// How many messages may be in flight. Source: Amazon SQS developer guide, "Amazon SQS message quotas".
const IN_FLIGHT: usize = 120_000;

/// What is configured of a queue.
#[derive(Clone)]
pub(crate) struct QueueSettings {
    pub(crate) visibility_timeout: Duration,
    pub(crate) retention: Duration,
    pub(crate) delay: Duration,
    pub(crate) maximum_message_size: usize,
    pub(crate) content_based_deduplication: bool,
    /// After how often a message is received without being deleted it goes to the dead-letter queue.
    pub(crate) maximum_receives: Option<u32>,
}

impl Default for QueueSettings {
    fn default() -> Self {
        Self {
            visibility_timeout: Duration::from_secs(30),
            retention: Duration::from_secs(4 * 24 * 3600),
            delay: Duration::ZERO,
            maximum_message_size: 1024 * 1024,
            content_based_deduplication: false,
            maximum_receives: None,
        }
    }
}

/// What was sent. It does not change.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sent {
    pub(crate) id: Arc<str>,
    /// When, since the service began.
    pub(crate) at: Duration,
    pub(crate) body: Arc<str>,
    pub(crate) attributes: BTreeMap<String, MessageAttribute>,
    pub(crate) trace_header: Option<String>,
    pub(crate) group: Option<Arc<str>>,
    pub(crate) deduplication_id: Option<Arc<str>>,
    /// The queue that it failed in.
    pub(crate) dead_letter_source: Option<Arc<str>>,
}

/// A message in the queue.
#[derive(Clone)]
pub(crate) struct Stored {
    pub(crate) sent: Rc<Sent>,
    /// How often it was received.
    pub(crate) receives: u32,
    pub(crate) first_received: Option<Duration>,
    /// When it is visible again; absent where it is.
    hidden_until: Option<Duration>,
    is_in_flight: bool,
    /// When it is gone, whatever happens.
    expires: Duration,
}

/// The messages of a group of a FIFO queue.
#[derive(Default)]
struct Group {
    members: BTreeSet<u64>,
    in_flight: usize,
    /// The message that is received next, unless one is in flight or it is delayed.
    head: Option<u64>,
}

/// A message that was received, and may be deleted by its receipt.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) number: u64,
    /// How often it was received, this time included: another receipt each time.
    pub(crate) receives: u32,
    #[cfg_attr(not(feature = "sources"), expect(dead_code, reason = "mappings read it"))]
    pub(crate) first_received: Duration,
    pub(crate) sent: Rc<Sent>,
}

#[cfg(feature = "sources")]
impl Received {
    /// Returns what the message counts for in an event of at most 6 MB.
    pub(crate) fn size(&self) -> usize {
        size_of(&self.sent)
    }
}

/// What a queue returns to who receives.
#[derive(Default)]
pub(crate) struct Receipt {
    pub(crate) messages: Vec<Received>,
    /// What was received too often, and is in the queue no more.
    pub(crate) redriven: Vec<Rc<Sent>>,
}

/// What fits into a batch.
struct Room {
    bytes: usize,
    /// The first message fits, whatever its size.
    is_first: bool,
}

/// A queue.
#[derive(Default)]
pub(crate) struct QueueState {
    pub(crate) settings: QueueSettings,
    is_fifo: bool,
    /// By their numbers, in the order in which they were sent.
    messages: Slots<Stored>,
    visible: BTreeSet<u64>,
    /// Those that are delayed or in flight, by when they are visible.
    hidden: BTreeSet<(Duration, u64)>,
    /// Those that are gone before one that was sent before them: from another queue.
    expiring: BTreeSet<(Duration, u64)>,
    /// When the last one is gone that is in its order.
    last_expires: Duration,
    /// In a FIFO queue.
    groups: BTreeMap<Arc<str>, Group>,
    /// The heads of the groups of a FIFO queue.
    heads: BTreeMap<u64, Arc<str>>,
    /// What was sent to a FIFO queue of late, and until when it is not taken again.
    sent_of_late: BTreeMap<Arc<str>, (Duration, Arc<str>)>,
    in_flight: usize,
}

impl QueueState {
    pub(crate) fn new(is_fifo: bool) -> Self {
        Self { is_fifo, ..Self::default() }
    }

    pub(crate) fn is_fifo(&self) -> bool {
        self.is_fifo
    }

    /// Puts a message into the queue. Returns the id of one that was sent before and is the same.
    pub(crate) fn send(&mut self, now: Duration, sent: Sent, delay: Duration) -> Option<Arc<str>> {
        self.advance(now);
        if self.is_fifo {
            if let Some(key) = sent.deduplication_id.clone() {
                let until = now + DEDUPLICATION;
                if let Some((_, id)) = self.sent_of_late.get(&key).filter(|(end, _)| now < *end) {
                    return Some(id.clone());
                }
                self.sent_of_late.retain(|_, (end, _)| now < *end);
                self.sent_of_late.insert(key, (until, sent.id.clone()));
            }
        }
        self.put(now, Rc::new(sent), delay);
        None
    }

    /// Puts what another queue has redriven into this one.
    ///
    /// "For standard queues the expiration is based on the original time of sending; for FIFO queues it is reset when the
    /// message is moved to a dead-letter queue." Source: Amazon SQS developer guide, "Using dead-letter queues".
    pub(crate) fn redrive(&mut self, now: Duration, mut sent: Sent) {
        if self.is_fifo {
            sent.at = now;
        }
        self.put(now, Rc::new(sent), Duration::ZERO);
    }

    fn put(&mut self, now: Duration, sent: Rc<Sent>, delay: Duration) {
        let expires = sent.at + self.settings.retention;
        let group = group_of(&sent);
        let number = self.messages.push(Stored {
            sent,
            receives: 0,
            first_received: None,
            hidden_until: None,
            is_in_flight: false,
            expires,
        });
        match expires < self.last_expires {
            true => drop(self.expiring.insert((expires, number))),
            false => self.last_expires = expires,
        }
        if self.is_fifo {
            self.groups.entry(group).or_default().members.insert(number);
        }
        match delay.is_zero() {
            true => self.show(number),
            false => self.hide(number, now + delay),
        }
    }

    /// Makes visible what is due, and takes out what is too old.
    pub(crate) fn advance(&mut self, now: Duration) {
        while let Some((_, number)) = self.hidden.first().copied().filter(|(due, _)| *due <= now) {
            self.show(number);
        }
        while let Some((_, number)) = self.expiring.first().copied().filter(|(at, _)| *at <= now) {
            self.remove(number);
        }
        while let Some((number, _)) = self.messages.front().filter(|(_, it)| it.expires <= now) {
            self.remove(number);
        }
    }

    #[cfg(feature = "sources")]
    /// Returns when something becomes visible or goes next.
    pub(crate) fn due(&self) -> Option<Duration> {
        let hidden = self.hidden.first().map(|(due, _)| *due);
        let expiring = self.expiring.first().map(|(due, _)| *due);
        let first = self.messages.front().map(|(_, stored)| stored.expires);
        [hidden, expiring, first].into_iter().flatten().min()
    }

    /// Receives at most so many messages of at most so many bytes, or one where `is_first`. They are hidden until the visibility
    /// timeout is over; of a FIFO queue their groups give no others until then.
    pub(crate) fn receive(
        &mut self,
        now: Duration,
        most: usize,
        (bytes, is_first): (usize, bool),
    ) -> Receipt {
        self.advance(now);
        let mut receipt = Receipt::default();
        let most = most.min(IN_FLIGHT.saturating_sub(self.in_flight));
        let mut room = Room { bytes, is_first };
        while receipt.messages.len() < most {
            let Some(first) = self.next() else { break };
            let is_full = match self.is_fifo {
                false => self.take(now, first, &mut room, &mut receipt),
                // As many of the group as fit come in one batch.
                true => {
                    let group = self.heads[&first].clone();
                    let members = self.groups[&group].members.range(first..);
                    let members = members.take_while(|member| self.visible.contains(member));
                    let members: Vec<u64> = members.take(most).copied().collect();
                    let mut members = members.into_iter();
                    members.any(|member| {
                        receipt.messages.len() == most
                            || self.take(now, member, &mut room, &mut receipt)
                    })
                }
            };
            if is_full {
                break;
            }
        }
        receipt
    }

    /// Receives this message, or redrives it. Returns whether there is no room for it.
    fn take(&mut self, now: Duration, number: u64, room: &mut Room, receipt: &mut Receipt) -> bool {
        let Some(stored) = self.messages.get_mut(number) else { return false };
        if self.settings.maximum_receives.is_some_and(|most| most <= stored.receives) {
            receipt.redriven.push(stored.sent.clone());
            self.remove(number);
            return false;
        }
        let size = size_of(&stored.sent);
        if room.bytes < size && !room.is_first {
            return true;
        }
        *room = Room { bytes: room.bytes.saturating_sub(size), is_first: false };
        stored.receives += 1;
        let first_received = *stored.first_received.get_or_insert(now);
        stored.is_in_flight = true;
        let (receives, sent) = (stored.receives, stored.sent.clone());
        self.in_flight += 1;
        self.group(&sent, |group| group.in_flight += 1);
        self.hide(number, now + self.settings.visibility_timeout);
        receipt.messages.push(Received { number, receives, first_received, sent });
        false
    }

    /// The message that is received next.
    fn next(&self) -> Option<u64> {
        match self.is_fifo {
            true => self.heads.first_key_value().map(|(number, _)| *number),
            false => self.visible.first().copied(),
        }
    }

    /// Changes the group of a message of a FIFO queue, and finds its head anew.
    fn group(&mut self, sent: &Sent, change: impl FnOnce(&mut Group)) {
        if !self.is_fifo {
            return;
        }
        let name = group_of(sent);
        let Some(group) = self.groups.get_mut(&name) else { return };
        change(group);
        let first = group.members.first().copied();
        let head = first.filter(|it| group.in_flight == 0 && self.visible.contains(it));
        if let Some(before) = std::mem::replace(&mut group.head, head) {
            self.heads.remove(&before);
        }
        if let Some(head) = head {
            self.heads.insert(head, name.clone());
        }
        if first.is_none() {
            self.groups.remove(&name);
        }
    }

    /// Deletes a message that was received. Returns whether the receipt is that of the last time.
    pub(crate) fn delete(&mut self, now: Duration, received: &Received) -> bool {
        self.advance(now);
        let stored = self.messages.get(received.number);
        let is_last = stored.is_some_and(|it| it.is_in_flight && it.receives == received.receives);
        if is_last {
            self.remove(received.number);
        }
        is_last
    }

    /// Changes when a message that was received is visible again.
    pub(crate) fn change_visibility(
        &mut self,
        now: Duration,
        received: &Received,
        timeout: Duration,
    ) {
        self.advance(now);
        let stored = self.messages.get(received.number);
        if stored.is_some_and(|it| it.is_in_flight && it.receives == received.receives) {
            match timeout.is_zero() {
                true => self.show(received.number),
                false => self.hide(received.number, now + timeout),
            }
        }
    }

    /// Takes everything out.
    pub(crate) fn purge(&mut self) {
        let numbers: Vec<u64> = self.messages.numbers().collect();
        numbers.into_iter().for_each(|number| self.remove(number));
    }

    fn show(&mut self, number: u64) {
        let Some(stored) = self.messages.get_mut(number) else { return };
        if let Some(due) = stored.hidden_until.take() {
            self.hidden.remove(&(due, number));
        }
        let was_in_flight = usize::from(std::mem::take(&mut stored.is_in_flight));
        let sent = stored.sent.clone();
        self.in_flight -= was_in_flight;
        self.visible.insert(number);
        self.group(&sent, |group| group.in_flight -= was_in_flight);
    }

    fn hide(&mut self, number: u64, until: Duration) {
        let Some(stored) = self.messages.get_mut(number) else { return };
        if let Some(due) = stored.hidden_until.replace(until) {
            self.hidden.remove(&(due, number));
        }
        let sent = stored.sent.clone();
        self.hidden.insert((until, number));
        self.visible.remove(&number);
        self.group(&sent, |_| {});
    }

    fn remove(&mut self, number: u64) {
        let Some(stored) = self.messages.remove(number) else { return };
        if let Some(due) = stored.hidden_until {
            self.hidden.remove(&(due, number));
        }
        let was_in_flight = usize::from(stored.is_in_flight);
        self.in_flight -= was_in_flight;
        self.visible.remove(&number);
        self.expiring.remove(&(stored.expires, number));
        self.group(&stored.sent, |group| {
            group.in_flight -= was_in_flight;
            group.members.remove(&number);
        });
    }

    /// Returns the messages in the queue, those in flight included, in the order in which they were sent.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &Stored> {
        self.messages.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    #[cfg(feature = "sources")]
    /// Returns whether a message may be received.
    pub(crate) fn is_ready(&self) -> bool {
        self.next().is_some()
    }

    /// Returns how many may be received.
    pub(crate) fn visible(&self) -> usize {
        self.visible.len()
    }

    /// Returns how many were received and not deleted.
    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight
    }
}

/// The group of a message of a FIFO queue.
fn group_of(sent: &Sent) -> Arc<str> {
    sent.group.clone().unwrap_or_default()
}

/// What a message counts for in a batch: its body with what stands around it in an event.
fn size_of(sent: &Sent) -> usize {
    /// The members of a message besides its body, about.
    const AROUND: usize = 600;
    let attributes = sent.attributes.iter();
    let attributes = attributes.map(|(name, it)| name.len() + it.value.len() + 100);
    // They take two bytes. SQS takes no other control characters.
    let takes_two = |byte: &u8| matches!(byte, b'"' | b'\\' | b'\n' | b'\r' | b'\t');
    let escaped = sent.body.bytes().filter(takes_two).count();
    AROUND + sent.body.len() + escaped + attributes.sum::<usize>()
}
