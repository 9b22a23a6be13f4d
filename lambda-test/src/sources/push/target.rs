//! What receives what is pushed.

use std::{fmt, rc::Rc, sync::Arc};

use crate::{
    lifecycle::RequestId,
    service::{
        EventBus, Inbox, InvokeRequest, Message, Queue, QueueInner, ReceivedMessages, ServiceError,
        Target, Topic, invoke_event,
    },
    sources::{MappingTargets, create, mapping::MappingTarget},
};

/// What can receive what is pushed: a [`Function`](crate::Function), a [`Version`](crate::Version), an
/// [`Alias`](crate::Alias), a [`Queue`], a [`Topic`] or an [`EventBus`].
pub trait PushTarget {
    #[doc(hidden)]
    fn push_target(&self) -> AnyTarget;
}

/// A target of any kind, of which nothing is public.
#[derive(Clone)]
pub struct AnyTarget(pub(super) To);

/// A target.
#[derive(Clone)]
pub(super) enum To {
    Function(MappingTarget),
    Queue(Rc<QueueInner>),
    Topic(Rc<ReceivedMessages>),
    Bus(Rc<ReceivedMessages>),
}

impl To {
    pub(super) fn arn(&self) -> Arc<str> {
        match self {
            Self::Function(function) => function.arn.clone(),
            Self::Queue(queue) => queue.arn.clone(),
            Self::Topic(received) | Self::Bus(received) => received.arn.clone(),
        }
    }

    /// Sends a message; a function is invoked asynchronously with its body. Returns the id of that invocation.
    ///
    /// # Errors
    ///
    /// The target refuses it: it is gone, or the message is too large.
    pub(super) fn send(&self, message: Message) -> Result<Option<RequestId>, ServiceError> {
        match self {
            Self::Function(target) => {
                let Some(function) = target.function.upgrade() else {
                    return Err(ServiceError::missing(format!(
                        "Function not found: {}",
                        target.arn
                    )));
                };
                let body = bytes::Bytes::copy_from_slice(&message.body);
                let request =
                    InvokeRequest { trace: message.trace_header, ..InvokeRequest::json(body) };
                invoke_event(&Target::of(function, target.qualifier.clone()), request).map(Some)
            }
            Self::Queue(queue) => queue.send(message).map(|()| None),
            Self::Topic(received) | Self::Bus(received) => received.send(message).map(|()| None),
        }
    }
}

impl<T: MappingTargets> PushTarget for T {
    fn push_target(&self) -> AnyTarget {
        let (function, qualifier) = self.target();
        AnyTarget(To::Function(create::named(&function.state, qualifier)))
    }
}

impl PushTarget for Queue {
    fn push_target(&self) -> AnyTarget {
        AnyTarget(To::Queue(self.inner.clone()))
    }
}

impl PushTarget for Topic {
    fn push_target(&self) -> AnyTarget {
        AnyTarget(To::Topic(self.inner.clone()))
    }
}

impl PushTarget for EventBus {
    fn push_target(&self) -> AnyTarget {
        AnyTarget(To::Bus(self.inner.clone()))
    }
}

impl fmt::Debug for AnyTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnyTarget").field(&self.0.arn()).finish()
    }
}
