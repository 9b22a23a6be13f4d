//! Which front end sent an event.

use std::fmt;

use lambda_events::Trigger;

use crate::event::RawEvent;

/// What stands between the client and the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FrontEnd {
    /// A REST API of API Gateway, or an HTTP API with payload format 1.0.
    RestApi,
    /// An HTTP API of API Gateway with payload format 2.0.
    HttpApi,
    /// A WebSocket API of API Gateway.
    WebSocket,
    /// A function URL.
    FunctionUrl,
    /// An Application Load Balancer.
    LoadBalancer,
    /// VPC Lattice, event structure 1.0.
    LatticeV1,
    /// VPC Lattice, event structure 2.0.
    Lattice,
}

impl FrontEnd {
    /// Tells front ends apart by the keys of their events.
    pub(crate) fn of(event: &RawEvent<'_>) -> Option<Self> {
        let (context, keys) = (&event.context, event.keys);
        Some(match () {
            // Its event has nearly all keys of the request.
            () if keys.authorizes => return None,
            () if context.elb => Self::LoadBalancer,
            () if context.lattice => Self::Lattice,
            () if keys.snake_path && event.method.is_some() => Self::LatticeV1,
            () if context.connection && context.event_type.is_some() => Self::WebSocket,
            () if context.http.is_some() => match &context.domain {
                Some(domain) if domain.contains(".lambda-url.") => Self::FunctionUrl,
                _ => Self::HttpApi,
            },
            // An agent of Bedrock sends a method and a path too.
            () if keys.http_method && event.path.is_some() && !keys.agent => Self::RestApi,
            () => return None,
        })
    }

    /// Whether it can hand a response to the client as it comes.
    pub(crate) fn streams(self) -> bool {
        matches!(self, Self::FunctionUrl | Self::RestApi)
    }
}

/// An event that is not a request.
#[derive(Debug)]
pub(crate) struct NotARequest {
    pub(crate) trigger: Option<Trigger>,
}

impl fmt::Display for NotARequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.trigger {
            Some(trigger) => write!(f, "the event comes from {trigger}")?,
            None => f.write_str("the event is not one of a trigger that is known")?,
        }
        f.write_str(
            ": expected a request of API Gateway, a function URL, a load balancer or VPC Lattice",
        )
    }
}

impl std::error::Error for NotARequest {}
