//! What a mapping reads, by its kind.

use std::{fmt, rc::Rc, sync::Arc};

use super::{
    broker::{self, BrokerInner},
    kind::Kind,
    log::LogInner,
    log_poller, log_reader,
    mapping::Mapping,
    queue_poller,
};
use crate::{
    kernel::SimContext,
    service::{Queue, QueueInner},
};

/// What a mapping reads.
#[derive(Clone)]
pub(crate) enum Source {
    Queue(Rc<QueueInner>),
    Log(Rc<LogInner>),
    Broker(Rc<BrokerInner>),
}

/// What a function can be mapped to, such as a [`Queue`] or a [`Stream`](super::Stream).
pub trait EventSource: sealed::Sealed {}

pub(super) mod sealed {
    use super::AnySource;

    pub trait Sealed {
        #[doc(hidden)]
        fn source(&self) -> AnySource;
    }
}

/// A source of any kind, of which nothing is public.
pub struct AnySource(pub(super) Source);

impl fmt::Debug for AnySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnySource").field(&self.0.name()).finish()
    }
}

impl EventSource for Queue {}

impl sealed::Sealed for Queue {
    fn source(&self) -> AnySource {
        AnySource(Source::Queue(self.inner.clone()))
    }
}

impl Source {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Queue(queue) if queue.arn.ends_with(".fifo") => Kind::FifoQueue,
            Self::Queue(_) => Kind::Queue,
            Self::Log(log) => log.kind(),
            Self::Broker(broker) => broker.kind,
        }
    }

    /// Returns the ARN; of a cluster of one's own its servers.
    pub(super) fn arn(&self) -> Arc<str> {
        match self {
            Self::Queue(queue) => queue.arn.clone(),
            Self::Log(log) if log.kind() == Kind::SelfManagedKafka => log.servers(),
            Self::Log(log) => log.arn.clone(),
            Self::Broker(broker) => broker.arn.clone(),
        }
    }

    /// Returns what it is called in records and messages.
    pub(super) fn name(&self) -> Arc<str> {
        match self {
            Self::Log(log) => log.name.clone(),
            _ => self.arn(),
        }
    }

    /// Whether it is this source.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Queue(one), Self::Queue(other)) => Rc::ptr_eq(one, other),
            (Self::Log(one), Self::Log(other)) => Rc::ptr_eq(one, other),
            (Self::Broker(one), Self::Broker(other)) => Rc::ptr_eq(one, other),
            _ => false,
        }
    }

    /// Sets where it is read first, unless it was read before.
    pub(super) fn set_position(&self, mapping: &Mapping) {
        if let Self::Log(log) = self {
            log_reader::set_positions(mapping, log);
        }
    }

    /// Reads, and invokes the function, until the mapping is changed.
    pub(super) async fn poll(self, mapping: &Rc<Mapping>, context: &Rc<SimContext>) {
        match self {
            Self::Queue(queue) => queue_poller::poll(mapping, &queue, context).await,
            Self::Log(log) => log_poller::poll(mapping, &log, context).await,
            Self::Broker(broker) => broker::poll(mapping, &broker, context).await,
        }
    }
}
