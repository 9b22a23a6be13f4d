//! Amazon MQ and DocumentDB: batches that a test delivers by hand.
//!
//! Source: AWS Lambda developer guide, "Using Lambda with Amazon MQ" and "Using AWS Lambda with Amazon DocumentDB".

use std::{cell::RefCell, collections::VecDeque, fmt, rc::Rc, sync::Arc, time::Duration};

use lambda_events::{
    Map,
    documentdb::{DocumentDbEvent, DocumentDbItem},
    mq::{ActiveMqEvent, ActiveMqMessage, RabbitMqEvent, RabbitMqMessage},
};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::Notify;

use super::{
    EventSource, Lint,
    invocation::{End, Invocation},
    kind::Kind,
    mapping::Mapping,
    poller::{InFlight, Poller, drive},
    resources,
    source::{AnySource, Source, sealed},
};
use crate::{
    kernel::{Clock, SimContext, SourceEvent, Time},
    service::Lambda,
};

/// "Failed batches are tried again", from a second up to a minute apart.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LAST_WAIT: Duration = Duration::from_secs(60);

/// After which time a test does not wait for a batch any more.
const FORGOTTEN: Duration = Duration::from_secs(24 * 3600);

/// A broker or a cluster, as its handles share it.
pub(crate) struct BrokerInner {
    pub(super) arn: Arc<str>,
    pub(super) kind: Kind,
    batches: RefCell<VecDeque<Delivery>>,
    changed: Notify,
}

/// The members of an item, and its data as text.
type Item = (serde_json::Map<String, Value>, Option<String>);

/// Makes the event of some items of a batch.
type MakeEvent = dyn Fn(&[usize], bool) -> Vec<u8>;

/// A batch that a test has delivered.
#[derive(Clone)]
struct Delivery {
    /// The items as filters see them, with their data as text.
    items: Rc<[Item]>,
    /// Makes the event of these items, which are delivered for the first time or again.
    event: Rc<MakeEvent>,
}

/// A broker of ActiveMQ, with a queue: a test delivers batches of its messages by hand, and one that fails is tried again
/// until it succeeds, for at most a day.
#[derive(Clone)]
pub struct ActiveMqBroker(Rc<BrokerInner>);

/// A broker of RabbitMQ: a test delivers batches of its messages by hand, and one that fails is tried again until it
/// succeeds.
#[derive(Clone)]
pub struct RabbitMqBroker(Rc<BrokerInner>);

/// A cluster of DocumentDB with a change stream: a test delivers batches of its changes by hand, and one that fails is tried
/// again until it succeeds.
#[derive(Clone)]
pub struct DocumentDbCluster(Rc<BrokerInner>);

impl<T: Time> Lambda<T> {
    /// Returns the broker of ActiveMQ that has this name.
    pub fn active_mq(&self, name: &str) -> ActiveMqBroker {
        ActiveMqBroker(self.broker("mq", &format!("broker:{name}"), Kind::Broker))
    }

    /// Returns the broker of RabbitMQ that has this name.
    pub fn rabbit_mq(&self, name: &str) -> RabbitMqBroker {
        RabbitMqBroker(self.broker("mq", &format!("broker:{name}"), Kind::Broker))
    }

    /// Returns the cluster of DocumentDB that has this name.
    pub fn document_db(&self, name: &str) -> DocumentDbCluster {
        DocumentDbCluster(self.broker("rds", &format!("cluster:{name}"), Kind::DocumentDb))
    }

    fn broker(&self, service: &str, name: &str, kind: Kind) -> Rc<BrokerInner> {
        let [account, region] = self.place();
        let arn = format!("arn:aws:{service}:{region}:{account}:{name}");
        resources(self).broker(&arn, || {
            let (arn, batches) = ((*arn).into(), RefCell::default());
            Rc::new(BrokerInner { arn, kind, batches, changed: Notify::new() })
        })
    }
}

impl BrokerInner {
    fn deliver<M: Serialize + Clone + 'static>(
        &self,
        messages: Vec<M>,
        data: impl Fn(&M) -> Option<Vec<u8>>,
        event: impl Fn(Vec<M>, bool) -> Vec<u8> + 'static,
    ) {
        let members = |message: &M| match serde_json::to_value(message) {
            Ok(Value::Object(members)) => members,
            _ => serde_json::Map::new(),
        };
        let text = |message: &M| data(message).and_then(|bytes| String::from_utf8(bytes).ok());
        let items = messages.iter().map(|message| (members(message), text(message))).collect();
        let event = Rc::new(move |places: &[usize], is_again: bool| {
            event(places.iter().map(|place| messages[*place].clone()).collect(), is_again)
        });
        self.batches.borrow_mut().push_back(Delivery { items, event });
        self.changed.notify_waiters();
    }

    /// How many batches are not done with.
    fn waiting(&self) -> usize {
        self.batches.borrow().len()
    }
}

fn bytes(event: &impl Serialize) -> Vec<u8> {
    // A model has a form in JSON.
    serde_json::to_vec(event).unwrap_or_default()
}

impl ActiveMqBroker {
    /// Delivers a batch of messages.
    pub fn deliver(&self, messages: Vec<ActiveMqMessage>) {
        let arn = self.0.arn.to_string();
        let data = |message: &ActiveMqMessage| Some(message.data.0.clone());
        self.0.deliver(messages, data, move |mut messages, is_again| {
            for message in &mut messages {
                message.redelivered = Some(is_again || message.redelivered == Some(true));
            }
            bytes(&ActiveMqEvent {
                event_source: "aws:mq".to_owned(),
                event_source_arn: Some(arn.clone()),
                messages,
                ..ActiveMqEvent::default()
            })
        });
    }

    /// Returns how many batches are not done with.
    pub fn waiting(&self) -> usize {
        self.0.waiting()
    }
}

impl RabbitMqBroker {
    /// Delivers a batch of messages of a queue, of the virtual host `/`.
    pub fn deliver(&self, queue: &str, messages: Vec<RabbitMqMessage>) {
        let (arn, queue) = (self.0.arn.to_string(), format!("{queue}::/"));
        let data = |message: &RabbitMqMessage| Some(message.data.0.clone());
        self.0.deliver(messages, data, move |mut messages, is_again| {
            for message in &mut messages {
                message.redelivered |= is_again;
            }
            bytes(&RabbitMqEvent {
                event_source: "aws:rmq".to_owned(),
                event_source_arn: Some(arn.clone()),
                rmq_messages_by_queue: Map::from([(queue.clone(), messages)]),
                ..RabbitMqEvent::default()
            })
        });
    }

    /// Returns how many batches are not done with.
    pub fn waiting(&self) -> usize {
        self.0.waiting()
    }
}

impl DocumentDbCluster {
    /// Delivers a batch of changes.
    pub fn deliver(&self, changes: Vec<DocumentDbItem>) {
        let arn = self.0.arn.to_string();
        self.0.deliver(
            changes,
            |_| None,
            move |events, _| {
                bytes(&DocumentDbEvent {
                    event_source: "aws:docdb".to_owned(),
                    event_source_arn: Some(arn.clone()),
                    events,
                    ..DocumentDbEvent::default()
                })
            },
        );
    }

    /// Returns how many batches are not done with.
    pub fn waiting(&self) -> usize {
        self.0.waiting()
    }
}

/// What delivers batches, one after the other; one that fails is tried until it succeeds.
struct BrokerPoller {
    mapping: Rc<Mapping>,
    broker: Rc<BrokerInner>,
    clock: Clock,
    /// How often the first batch has failed, and since when.
    failures: u32,
    since: Option<Duration>,
    not_before: Duration,
}

/// Delivers until the mapping is changed, and what is in flight is over.
pub(super) async fn poll(
    mapping: &Rc<Mapping>,
    broker: &Rc<BrokerInner>,
    context: &Rc<SimContext>,
) {
    let poller = BrokerPoller {
        mapping: mapping.clone(),
        broker: broker.clone(),
        clock: context.clock,
        failures: 0,
        since: None,
        not_before: Duration::ZERO,
    };
    drive(poller, mapping, &broker.changed, context).await;
}

impl Poller for BrokerPoller {
    /// Whether the batch was handled.
    type Ended = bool;

    fn step(&mut self, in_flight: &mut InFlight<bool>) -> Option<Duration> {
        while in_flight.count() == 0 {
            let delivery = self.broker.batches.borrow().front().cloned()?;
            if self.clock.elapsed() < self.not_before {
                return Some(self.not_before);
            }
            let passed = self.passed(&delivery);
            if passed.is_empty() {
                self.broker.batches.borrow_mut().pop_front();
                continue;
            }
            let invocation = Invocation {
                payload: (delivery.event)(&passed, self.failures != 0),
                traces: Vec::new(),
                count: passed.len(),
                age: Duration::ZERO,
            };
            let mapping = self.mapping.clone();
            in_flight.start(async move {
                let invoked = mapping.invoke(invocation).await;
                invoked.is_some_and(|invoked| matches!(invoked.end, End::Answered { .. }))
            });
        }
        None
    }

    fn ended(&mut self, is_done: bool) {
        let now = self.clock.elapsed();
        let is_endless = FORGOTTEN <= now - *self.since.get_or_insert(now);
        if is_endless && !is_done {
            self.mapping.lint(Lint::EndlessRetry, || {
                "a batch failed for 24 hours, and everything behind it waited: it is given up"
                    .to_owned()
            });
        }
        if is_done || is_endless {
            (self.failures, self.since) = (0, None);
            self.broker.batches.borrow_mut().pop_front();
            return;
        }
        let wait = (FIRST_WAIT * 2_u32.pow(self.failures)).min(LAST_WAIT);
        self.failures = (self.failures + 1).min(10);
        self.not_before = now + wait;
        let shard = self.broker.arn.clone();
        self.mapping.note(None, SourceEvent::Retried { shard, after: wait });
    }

    fn is_idle(&self) -> bool {
        self.broker.batches.borrow().is_empty()
    }
}

impl BrokerPoller {
    /// The places of the items that pass the filters.
    fn passed(&self, delivery: &Delivery) -> Vec<usize> {
        let matcher = self.mapping.matcher.borrow().clone();
        let items = delivery.items.iter().enumerate();
        let passed = items.filter(|(_, (members, data))| matcher.matches(members, data.as_deref()));
        let passed: Vec<usize> = passed.map(|(place, _)| place).collect();
        let filtered = delivery.items.len() - passed.len();
        if filtered != 0 && self.failures == 0 {
            self.mapping.note(None, SourceEvent::Filtered { count: filtered });
        }
        passed
    }
}

macro_rules! source {
    ($($broker:ident)*) => { $(
        impl EventSource for $broker {}

        impl sealed::Sealed for $broker {
            fn source(&self) -> AnySource {
                AnySource(Source::Broker(self.0.clone()))
            }
        }

        impl fmt::Debug for $broker {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($broker)).field("arn", &self.0.arn).finish_non_exhaustive()
            }
        }
    )* };
}

source! { ActiveMqBroker RabbitMqBroker DocumentDbCluster }
