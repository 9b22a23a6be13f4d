//! One function with several triggers: each event goes to the handler of its trigger.

mod route;

use std::fmt;

use lambda_runtime::{
    BoxRuntime, FunctionError, Handler, IntoOutcome, Invocation, Response, Runtime,
};

pub use self::route::{EventOf, ResponseOf};
use crate::{Event, ResponseFor, Trigger};

/// A handler made of handlers, for a function with several triggers.
///
/// ```
/// use lambda_events::{BatchResponse, Router, s3::S3Event, sqs::SqsEvent};
/// use lambda_runtime::{Context, Error, RawEvent};
///
/// async fn uploaded(event: S3Event) -> Result<(), Error> {
///     println!("{} objects", event.records.len());
///     Ok(())
/// }
///
/// async fn ordered(event: SqsEvent, context: Context) -> Result<BatchResponse, Error> {
///     println!("{} orders in {}", event.records.len(), context.request_id);
///     Ok(BatchResponse::default())
/// }
///
/// fn router() -> Router {
///     Router::new()
///         .on(uploaded)
///         .on(ordered)
///         .fallback(async |event: RawEvent| Ok::<_, Error>(event.0.len()))
/// }
///
/// fn main() -> std::process::ExitCode {
/// #   return std::process::ExitCode::SUCCESS;
///     lambda_runtime::start(router())
/// }
/// ```
///
/// Which trigger an event comes from is seen by [`Trigger::detect`]. Rules of EventBridge are one
/// trigger, whatever their details: their handler looks at `detail_type`.
#[derive(Clone, Default)]
pub struct Router {
    routes: Vec<(Trigger, BoxRuntime)>,
    fallback: Option<BoxRuntime>,
}

impl Router {
    /// A router without handlers.
    pub fn new() -> Self {
        Self::default()
    }

    /// A handler for the events of a trigger: any [`Handler`] whose event is one, and whose answer belongs
    /// to it. It is cloned with the router, into every environment of a simulated service.
    ///
    /// ```compile_fail
    /// use lambda_events::{Router, api_gateway::ApiGatewayHttpResponse, sqs::SqsEvent};
    /// use lambda_runtime::Error;
    ///
    /// async fn handler(_: SqsEvent) -> Result<ApiGatewayHttpResponse, Error> {
    ///     Ok(ApiGatewayHttpResponse::default())
    /// }
    ///
    /// // The service would take this for a success, whatever it says.
    /// Router::new().on(handler);
    /// ```
    ///
    /// # Panics
    ///
    /// There is a handler for this trigger.
    pub fn on<H, M, N>(mut self, handler: H) -> Self
    where
        H: Handler<M> + Clone + 'static,
        M: EventOf<Event: Event> + 'static,
        H::Out: ResponseOf<Response: ResponseFor<M::Event>>,
        H::Out: IntoOutcome<N>, // an error that is a `Diagnostic` too: wrap the handler in `service_fn`
        N: 'static,
    {
        let trigger = M::Event::TRIGGER;
        let is_new = self.routes.iter().all(|(other, _)| *other != trigger);
        assert!(is_new, "a router has two handlers for {}", trigger.described());
        self.routes.push((trigger, Runtime::new(handler).boxed()));
        self
    }

    /// Sets the handler for everything else: other triggers, and events of no trigger. Without it they fail
    /// with the error type `UnroutedEvent`.
    ///
    /// # Panics
    ///
    /// Panics if the router has a fallback.
    pub fn fallback<H, M, N>(mut self, handler: H) -> Self
    where
        H: Handler<M> + Clone + 'static,
        M: 'static,
        H::Out: IntoOutcome<N>, // an error that is a `Diagnostic` too: wrap the handler in `service_fn`
        N: 'static,
    {
        assert!(self.fallback.is_none(), "a router has two fallbacks");
        self.fallback = Some(Runtime::new(handler).boxed());
        self
    }

    /// What is said of an event that no handler takes.
    #[cold]
    fn unrouted(&self, seen: Option<Trigger>) -> FunctionError {
        let seen = seen.map_or("an event of no trigger", Trigger::described);
        let known: Vec<_> = self.routes.iter().map(|(trigger, _)| trigger.described()).collect();
        let known = if known.is_empty() { "nothing".to_owned() } else { known.join(", ") };
        FunctionError::new(
            "UnroutedEvent",
            format!("this looks like {seen}, and the router has handlers for {known}"),
        )
    }
}

/// Stands in the marker of routers.
#[derive(Debug)]
pub enum ByRouter {}

impl Handler<ByRouter> for Router {
    type Out = Result<Response, FunctionError>;

    async fn handle(&mut self, invocation: Invocation) -> Result<Self::Out, FunctionError> {
        let seen = Trigger::detect(&invocation.payload);
        let route = self.routes.iter_mut().find(|(trigger, _)| Some(*trigger) == seen);
        match (route, &mut self.fallback) {
            (Some((_, route)), _) | (None, Some(route)) => Ok(route.call(invocation).await),
            (None, None) => Err(self.unrouted(seen)),
        }
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let triggers: Vec<Trigger> = self.routes.iter().map(|(trigger, _)| *trigger).collect();
        f.debug_struct("Router")
            .field("triggers", &triggers)
            .field("fallback", &self.fallback.is_some())
            .finish()
    }
}
