//! What a mapping reads, by its kind.

use std::{rc::Rc, sync::Arc};

use super::{
    broker::{self, BrokerInner},
    log::LogInner,
    log_poller,
    mapping::Mapping,
    queue_poller,
    source::Kind,
};
use crate::{kernel::SimContext, service::QueueInner};

/// What a mapping reads.
#[derive(Clone)]
pub(crate) enum Source {
    Queue(Rc<QueueInner>),
    Log(Rc<LogInner>),
    Broker(Rc<BrokerInner>),
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
            Self::Log(log) => log.name(),
            Self::Broker(broker) => broker.arn.clone(),
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
            log_poller::set_positions(mapping, log);
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
