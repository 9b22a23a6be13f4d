//! What receives what is pushed.

use std::{
    fmt,
    rc::{Rc, Weak},
    sync::Arc,
};

use crate::{
    lifecycle::RequestId,
    service::{
        Destination, EventBus, Inbox, InvokeRequest, Message, Queue, QueueInner, ServiceError,
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
    Topic(Rc<Destination>),
    Bus(Rc<Destination>),
}

impl To {
    pub(super) fn arn(&self) -> Arc<str> {
        match self {
            Self::Function(function) => function.arn.clone(),
            Self::Queue(queue) => queue.arn.clone(),
            Self::Topic(received) | Self::Bus(received) => received.arn.clone(),
        }
    }

    /// Finds what has an ARN, which may be a function that is not there. Nothing where it is not an ARN of one of these.
    pub(super) fn find(of: &Destination, arn: &str) -> Option<Self> {
        let service = arn.strip_prefix("arn:")?.split(':').nth(1)?;
        let registry = of.registry()?;
        match service {
            "lambda" => {
                let found = registry.look_up(&of.account, arn, None);
                Some(Self::Function(match found {
                    Ok((function, qualifier)) => {
                        create::named(&function, qualifier.map(Into::into))
                    }
                    Err(_) => MappingTarget {
                        function: Weak::new(),
                        name: arn.into(),
                        qualifier: None,
                        arn: arn.into(),
                    },
                }))
            }
            "sqs" => registry.find_queue(arn).map(Self::Queue),
            "sns" => registry.find_destination(arn).map(Self::Topic),
            _ => None,
        }
    }

    /// Whether it is there.
    pub(super) fn exists(&self) -> bool {
        match self {
            Self::Function(target) => {
                target.function.upgrade().is_some_and(|function| !function.deleted.get())
            }
            _ => true,
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
                let body = message.body.as_bytes().clone();
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
