//! A runtime with layers around its invocations, and handlers with the bounds of that crate.

use std::{
    cell::RefCell,
    fmt::Debug,
    future::poll_fn,
    marker::PhantomData,
    rc::Rc,
    sync::Arc,
    task::{Context as TaskContext, Poll},
};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderName, HeaderValue, response::Parts};
use ours::{
    Bootstrap, Context, Environment, Error, FromEvent, FunctionError, Handler, IntoOutcome,
    Invocation, LambdaEvent, Response,
};
use serde::{Deserialize, Serialize};
use tower::{Layer, Service};

use crate::{
    Diagnostic, IntoFunctionResponse, SnapStartResource, diagnostic::report, response::respond,
    shutdown, snapstart,
};

/// An invocation as a layer sees it, before the event is read.
pub struct LambdaInvocation {
    /// 200 with the headers that the context knows.
    pub parts: Parts,
    /// The event, byte for byte.
    pub body: Bytes,
    /// The context.
    pub context: Context,
}

/// A runtime with layers around its invocations.
pub struct Runtime<S> {
    service: S,
    outcome: Outcome,
    resources: Vec<Arc<dyn SnapStartResource>>,
}

/// What the handler came to, on its way past the layers: a service of that crate responds with `()`.
type Outcome = Rc<RefCell<Option<Result<Response, FunctionError>>>>;

/// A service of events with the bounds of that crate, as a handler of this SDK.
pub struct Adapted<F, T> {
    service: F,
    /// Whether there is a span around each call.
    spanned: bool,
    types: PhantomData<fn(T)>,
}

impl<F, T> Adapted<F, T> {
    pub(crate) fn new(service: F, spanned: bool) -> Self {
        Self { service, spanned, types: PhantomData }
    }
}

/// Stands in the marker of such a handler.
pub enum ByAdapted {}

/// The types of an event, a response and what it is made of.
type Types<A, R, B, S, D, E> = (A, R, B, S, D, E);

impl<F, A, R, B, S, D, E> Handler<fn(ByAdapted)> for Adapted<F, Types<A, R, B, S, D, E>>
where
    F: Service<LambdaEvent<A>, Response = R>,
    F::Error: Into<Diagnostic> + Debug,
    A: for<'de> Deserialize<'de>,
    R: IntoFunctionResponse<B, S>,
    B: Serialize,
    S: Stream<Item = Result<D, E>> + Unpin + Send + 'static,
    D: Into<Bytes> + Send,
    E: Into<Error> + Send + Debug,
{
    type Out = Result<Response, FunctionError>;

    async fn handle(&mut self, invocation: Invocation) -> Result<Self::Out, FunctionError> {
        let payload = A::from_event(invocation.payload)?;
        let event = LambdaEvent { payload, context: invocation.context };
        #[cfg(feature = "tracing")]
        if self.spanned {
            use tracing::Instrument as _;
            let span = crate::layers::trace::request_span(&event.context);
            return Ok(respond(called(&mut self.service, event).instrument(span).await));
        }
        let _ = self.spanned;
        Ok(respond(called(&mut self.service, event).await))
    }
}

async fn called<F, A>(service: &mut F, event: LambdaEvent<A>) -> Result<F::Response, FunctionError>
where
    F: Service<LambdaEvent<A>>,
    F::Error: Into<Diagnostic>,
{
    poll_fn(|context| service.poll_ready(context)).await.map_err(report)?;
    service.call(event).await.map_err(report)
}

/// The innermost service: the handler itself, which may borrow.
pub struct Base<'a, F, T> {
    handler: Rc<RefCell<Adapted<F, T>>>,
    outcome: Outcome,
    lives: PhantomData<&'a ()>,
}

impl<'a, F, A, R, B, S, D, E> Runtime<Base<'a, F, Types<A, R, B, S, D, E>>>
where
    F: Service<LambdaEvent<A>, Response = R> + 'a,
    F::Error: Into<Diagnostic> + Debug,
    A: for<'de> Deserialize<'de>,
    R: IntoFunctionResponse<B, S>,
    B: Serialize,
    S: Stream<Item = Result<D, E>> + Unpin + Send + 'static,
    D: Into<Bytes> + Send,
    E: Into<Error> + Send + Debug,
{
    /// A runtime for this handler.
    pub fn new(handler: F) -> Self {
        let outcome = Outcome::default();
        let handler = Rc::new(RefCell::new(Adapted::new(handler, false)));
        let service = Base { handler, outcome: outcome.clone(), lives: PhantomData };
        Self { service, outcome, resources: Vec::new() }
    }
}

impl<S> Runtime<S> {
    /// Puts a layer around the invocations, outside of those that are there.
    pub fn layer<L>(self, layer: L) -> Runtime<L::Service>
    where
        L: Layer<S>,
        L::Service: Service<LambdaInvocation, Response = (), Error = Error>,
    {
        let Self { service, outcome, resources } = self;
        Runtime { service: layer.layer(service), outcome, resources }
    }

    /// Whether the environment of this process is made from a snapshot.
    pub fn is_snapstart(&self) -> bool {
        is_snapstart(&Environment::from_process())
    }

    /// Adds a resource whose hooks run around the snapshot.
    pub fn register_snapstart_resource(mut self, resource: Arc<dyn SnapStartResource>) -> Self {
        self.resources.push(resource);
        self
    }
}

fn is_snapstart(environment: &Environment) -> bool {
    environment.variables().get("AWS_LAMBDA_INITIALIZATION_TYPE") == Some("snap-start")
}

impl<S> Runtime<S>
where
    S: Service<LambdaInvocation, Response = (), Error = Error>,
{
    /// Runs in the environment of this process.
    ///
    /// # Errors
    ///
    /// The program does not run on Lambda, a hook of SnapStart failed, or the Runtime API was lost.
    pub async fn run(self) -> Result<(), Error> {
        self.run_in(Environment::from_process()).await
    }

    /// Runs in the environment of this process, one invocation after the other.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run), and on managed instances, whose invocations run side by side.
    #[cfg(feature = "concurrency-tokio")]
    pub async fn run_concurrent(self) -> Result<(), Error> {
        refuse_managed(&Environment::from_process())?;
        self.run().await
    }

    async fn run_in(self, environment: Environment) -> Result<(), Error> {
        let Self { service, outcome, resources } = self;
        run_in(Stack { service, outcome }, &resources, environment).await
    }
}

/// Runs a handler in this environment, with what is to run around a snapshot and once the process is asked to end.
pub(crate) async fn run_in<H, M, N>(
    handler: H,
    resources: &[Arc<dyn SnapStartResource>],
    environment: Environment,
) -> Result<(), Error>
where
    H: Handler<M>,
    H::Out: IntoOutcome<N>,
{
    if is_snapstart(&environment) {
        snapstart::restore(&environment, resources).await?;
    }
    let runtime = ours::Runtime::new(handler);
    match shutdown::take() {
        None => runtime.run_in(environment).await,
        Some(hook) => runtime.on_shutdown(once(hook)).run_in(environment).await,
    }
}

/// Managed instances are not here yet.
#[cfg(feature = "concurrency-tokio")]
pub(crate) fn refuse_managed(environment: &Environment) -> Result<(), Error> {
    match environment.variables().max_concurrency() {
        Some(most) if 1 < most.get() => Err(format!(
            "AWS_LAMBDA_MAX_CONCURRENCY is {most}: this runtime has one invocation at a time yet"
        )
        .into()),
        _ => Ok(()),
    }
}

/// A hook that runs once, as one that may run again.
fn once(hook: Box<dyn FnOnce() -> crate::BoxFuture<'static, ()> + Send>) -> impl AsyncFnMut() {
    let mut hook = Some(hook);
    async move || {
        if let Some(hook) = hook.take() {
            hook().await;
        }
    }
}

/// So that it can be started in a simulated environment too.
impl<S> Bootstrap for Runtime<S>
where
    S: Service<LambdaInvocation, Response = (), Error = Error> + 'static,
{
    type Error = Error;

    async fn start(self, environment: Environment) -> Result<(), Error> {
        self.run_in(environment).await
    }
}

impl<'a, F, T> Service<LambdaInvocation> for Base<'a, F, T>
where
    Adapted<F, T>: Handler<fn(ByAdapted), Out = Result<Response, FunctionError>> + 'a,
{
    type Response = ();
    type Error = Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, invocation: LambdaInvocation) -> Self::Future {
        let invocation = Invocation::new(invocation.body, invocation.context);
        let (handler, outcome) = (self.handler.clone(), self.outcome.clone());
        #[expect(clippy::await_holding_refcell_ref, reason = "a second call is refused")]
        let handling = async move {
            let Ok(mut handler) = handler.try_borrow_mut() else {
                return Err("a layer called the handler while it handles an invocation".into());
            };
            let came = handler.handle(invocation).await.and_then(|came| came);
            outcome.replace(Some(came));
            Ok(())
        };
        Box::pin(handling)
    }
}

/// The handler within its layers, as the loop calls it.
struct Stack<S> {
    service: S,
    outcome: Outcome,
}

/// Stands in the marker of a stack.
enum ByStack {}

impl<S> Handler<fn(ByStack)> for Stack<S>
where
    S: Service<LambdaInvocation, Response = (), Error = Error>,
{
    type Out = Result<Response, Error>;

    async fn handle(&mut self, invocation: Invocation) -> Result<Self::Out, FunctionError> {
        let invocation = LambdaInvocation {
            parts: parts(&invocation.context),
            body: invocation.payload,
            context: invocation.context,
        };
        if let Err(error) = poll_fn(|context| self.service.poll_ready(context)).await {
            return Ok(Err(error));
        }
        let called = self.service.call(invocation).await;
        let came = self.outcome.take();
        match (came, called) {
            (Some(came), _) => came.map(Ok),
            (None, Err(error)) => Ok(Err(error)),
            (None, Ok(())) => Ok(Err("a layer ended the invocation without an answer".into())),
        }
    }
}

fn parts(context: &Context) -> Parts {
    let (mut parts, ()) = http::Response::new(()).into_parts();
    let deadline = context.deadline.to_string();
    let known = [
        ("lambda-runtime-aws-request-id", context.request_id.as_str()),
        ("lambda-runtime-deadline-ms", &deadline),
        ("lambda-runtime-invoked-function-arn", &context.invoked_function_arn),
        ("lambda-runtime-trace-id", context.xray_trace_id.as_deref().unwrap_or_default()),
        ("lambda-runtime-aws-tenant-id", context.tenant_id.as_deref().unwrap_or_default()),
    ];
    for (name, value) in known.into_iter().filter(|(_, value)| !value.is_empty()) {
        if let Ok(value) = HeaderValue::from_str(value) {
            parts.headers.insert(HeaderName::from_static(name), value);
        }
    }
    parts
}
