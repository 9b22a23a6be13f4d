//! A runtime with layers around its invocations.

use std::{
    cell::RefCell,
    rc::Rc,
    sync::Arc,
    task::{Context as TaskContext, Poll},
};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, response::Parts};
use ours::{
    Bootstrap, Context, Diagnostic, Environment, Error, FunctionError, Handler, HandlerService,
    IntoOutcome, Invocation, Response, Typed, Variables,
};
use tower::{Layer, Service};

use crate::SnapStartResource;

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
    snapstart: bool,
}

/// What the handler came to, on its way past the layers: a service of that crate responds with `()`.
type Outcome = Rc<RefCell<Option<Result<Response, FunctionError>>>>;

/// The innermost service: the handler itself.
pub struct Base<H, M, N> {
    handler: HandlerService<Typed<H, M, N>>,
    outcome: Outcome,
}

impl<H, M, N> Runtime<Base<H, M, N>>
where
    H: Handler<M>,
    H::Out: IntoOutcome<N>,
{
    /// A runtime for this handler.
    pub fn new(handler: H) -> Self {
        let outcome = Outcome::default();
        let service = Base { handler: HandlerService::new(handler), outcome: outcome.clone() };
        let snapstart = Variables::from_process()
            .get("AWS_LAMBDA_INITIALIZATION_TYPE")
            .is_some_and(|kind| kind == "snap-start");
        Self { service, outcome, snapstart }
    }
}

impl<S> Runtime<S> {
    /// Puts a layer around the invocations, outside of those that are there.
    pub fn layer<L>(self, layer: L) -> Runtime<L::Service>
    where
        L: Layer<S>,
        L::Service: Service<LambdaInvocation, Response = (), Error = Error>,
    {
        let Self { service, outcome, snapstart } = self;
        Runtime { service: layer.layer(service), outcome, snapstart }
    }

    /// Whether the environment is made from a snapshot.
    pub fn is_snapstart(&self) -> bool {
        self.snapstart
    }

    /// Takes a resource whose hooks are to run around the snapshot. They are not run yet: where SnapStart
    /// is on, [`run`](Self::run) ends with an error.
    pub fn register_snapstart_resource(self, resource: Arc<dyn SnapStartResource>) -> Self {
        drop(resource);
        self
    }
}

impl<S> Runtime<S>
where
    S: Service<LambdaInvocation, Response = (), Error = Error>,
{
    /// Runs in the environment of this process.
    ///
    /// # Errors
    ///
    /// The program does not run on Lambda, SnapStart is on, or the Runtime API was lost.
    pub async fn run(self) -> Result<(), Error> {
        self.stack()?.run().await
    }

    fn stack(self) -> Result<ours::Runtime<TypedStack<S>>, Error> {
        if self.snapstart {
            return Err("SnapStart is on, whose hooks this runtime does not run yet".into());
        }
        Ok(ours::Runtime::new(Stack { service: self.service, outcome: self.outcome }))
    }
}

/// So that it can be started in a simulated environment too.
impl<S> Bootstrap for Runtime<S>
where
    S: Service<LambdaInvocation, Response = (), Error = Error> + 'static,
{
    type Error = Error;

    async fn start(self, environment: Environment) -> Result<(), Error> {
        self.stack()?.start(environment).await
    }
}

impl<H, M, N> Service<LambdaInvocation> for Base<H, M, N>
where
    H: Handler<M> + 'static,
    H::Out: IntoOutcome<N>,
    M: 'static,
    N: 'static,
{
    type Response = ();
    type Error = Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<(), Error>>>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, invocation: LambdaInvocation) -> Self::Future {
        let handling = self.handler.call(Invocation::new(invocation.body, invocation.context));
        let outcome = self.outcome.clone();
        Box::pin(async move {
            let came = handling.await;
            outcome.replace(Some(came));
            Ok(())
        })
    }
}

/// The handler within its layers, as the loop calls it.
struct Stack<S> {
    service: S,
    outcome: Outcome,
}

/// Stands in the marker of a stack.
enum ByStack {}

/// A handler that is a stack, whose errors are boxed.
type TypedStack<S> = Typed<Stack<S>, fn(ByStack), fn(Diagnostic)>;

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
        if let Err(error) = std::future::poll_fn(|context| self.service.poll_ready(context)).await {
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
