//! The invocation that a test is about to make, and its options.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use lambda_core::CognitoIdentity;
use serde::Serialize;

use super::{
    InvokeResponse, InvokeStream, Outcome, ServiceError,
    asynchronous::accept,
    dispatcher::{InvokeRequest, Target, check, dispatch, reject},
    pending::{CallState, Pending},
};
use crate::lifecycle::RequestId;

/// An invocation with its options; awaiting it makes it, and waits until it is over. It is a future,
/// so that several can be joined or spawned.
///
/// An invocation is over when the runtime asks for the next event, which may be long after its caller
/// has the response: [`response`](Self::response) waits for the response only.
///
/// # Cancel safety
///
/// Dropping the future is the caller hanging up: the invocation continues.
#[must_use = "an invocation is made when it is awaited"]
pub struct Invoke(State);

/// Waits until the caller of an invocation has its response: what [`Invoke::response`] returns.
///
/// # Cancel safety
///
/// Dropping the future loses nothing: the next one returns the same response.
#[must_use = "an invocation is made when it is awaited"]
pub struct ResponseFuture<'a>(&'a mut State);

enum State {
    /// Options may be set.
    Building(Box<Options>),
    Pending(Pending),
    /// The outcome was returned.
    Over,
}

struct Options {
    target: Target,
    request: InvokeRequest,
    /// Whether the payload must still be checked to be JSON.
    validate: bool,
    invocation_type: InvocationType,
}

/// How a caller invokes: the header `X-Amz-Invocation-Type`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum InvocationType {
    RequestResponse,
    Event,
    DryRun,
}

impl Invoke {
    /// With a payload that was written as JSON, or that must be checked to be JSON.
    pub(super) fn new(target: Target, payload: Vec<u8>, validate: bool) -> Self {
        let request = InvokeRequest::json(payload.into());
        let invocation_type = InvocationType::RequestResponse;
        Self(State::Building(Box::new(Options { target, request, validate, invocation_type })))
    }

    /// Waits until the caller has its response, and not longer. The invocation may continue until the
    /// runtime asks for the next event, as with a function that works after its response; awaiting it then
    /// waits for that.
    ///
    /// ```
    /// # use lambda_runtime::{Error, Runtime};
    /// # lambda_test::block_on(async {
    /// # let lambda = lambda_test::Lambda::new();
    /// # let orders = lambda.function("orders", Runtime::new(async |n: u32| Ok::<_, Error>(2 * n)));
    /// # let orders = orders.create();
    /// let mut invocation = orders.invoke(7);
    /// assert_eq!(invocation.response().await.payload(), "14");
    /// let outcome = invocation.await;
    /// assert_eq!(outcome.response().status(), 200);
    /// # });
    /// ```
    pub fn response(&mut self) -> ResponseFuture<'_> {
        ResponseFuture(&mut self.0)
    }

    /// Invokes asynchronously, `InvocationType=Event`: the service accepts the event with 202, and the function runs
    /// later. An event that fails is tried again; see [`FunctionBuilder`](crate::FunctionBuilder) for retries, destinations
    /// and dead-letter queues, and [`Lambda::until_idle`](crate::Lambda::until_idle) to wait for all of it.
    ///
    /// ```
    /// use lambda_runtime::{Error, Runtime};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let done = lambda.queue("done");
    /// let double = Runtime::new(async |n: u64| Ok::<_, Error>(2 * n));
    /// let function = lambda.function("double", double).on_success(&done).create();
    ///
    /// let outcome = function.invoke(7).event().await;
    /// assert_eq!((outcome.response().status(), outcome.payload().len()), (202, 0));
    /// lambda.until_idle().await;
    /// let record: serde_json::Value = done.messages()[0].json()?;
    /// assert_eq!(record["responsePayload"], 14);
    /// # Ok::<(), serde_json::Error>(())
    /// # }).unwrap();
    /// ```
    #[track_caller]
    pub fn event(self) -> Self {
        self.set(|options| options.invocation_type = InvocationType::Event)
    }

    /// Checks whether the function could be invoked, `InvocationType=DryRun`: 204, and nothing runs.
    #[track_caller]
    pub fn dry_run(self) -> Self {
        self.set(|options| options.invocation_type = InvocationType::DryRun)
    }

    /// Receives the response as it comes, as with the API call `InvokeWithResponseStream`, in place of when it is
    /// complete.
    #[track_caller]
    pub fn stream(self) -> InvokeStream {
        InvokeStream::of(self.set(|options| options.request.streamed = true))
    }

    /// Returns its id; makes the invocation, if it was not made yet.
    #[cfg(feature = "front-ends")]
    pub(crate) fn request_id(&mut self) -> String {
        self.pending().request_id.to_string()
    }

    /// Makes the invocation, if it was not made yet.
    pub(super) fn pending(&mut self) -> &mut Pending {
        self.0.pending()
    }

    /// Skips the check that the event is JSON, which the service refuses otherwise. Some services
    /// have sent such bytes, and a test may ask what a function makes of them.
    #[track_caller]
    pub fn skip_validation(self) -> Self {
        self.set(|options| options.validate = false)
    }

    /// # Panics
    ///
    /// Panics if the invocation was made already.
    #[track_caller]
    fn set(mut self, change: impl FnOnce(&mut Options)) -> Self {
        match &mut self.0 {
            State::Building(options) => change(options),
            State::Pending(_) | State::Over => {
                panic!("an option was set after the invocation was made")
            }
        }
        self
    }

    /// Sets the qualifier: the version or the alias that is invoked, `$LATEST` unless set. The function sees it in
    /// its ARN, and sees an ARN without one where there is none. The service refuses one that the name has in another
    /// form.
    #[track_caller]
    pub fn qualifier(self, qualifier: impl Into<String>) -> Self {
        let qualifier = qualifier.into();
        self.set(|options| options.target = options.target.qualified(&qualifier))
    }

    /// Sets the client context, as a mobile application sends it. It becomes JSON.
    #[track_caller]
    pub fn client_context(self, context: impl Serialize) -> Self {
        let context = serde_json::to_string(&context);
        let context = context.expect("a client context of a test has a form in JSON");
        // The one control character that JSON does not escape.
        let context = context.replace('\u{7f}', "\\u007f");
        self.set(|options| options.request.client_context = Some(context))
    }

    /// Sets the Cognito identity of the caller.
    #[track_caller]
    pub fn cognito_identity(self, identity: &CognitoIdentity) -> Self {
        let CognitoIdentity { identity_id, identity_pool_id, .. } = identity;
        let identity = serde_json::json!({
            "cognitoIdentityId": identity_id,
            "cognitoIdentityPoolId": identity_pool_id,
        });
        let identity = identity.to_string().replace('\u{7f}', "\\u007f");
        self.set(|options| options.request.cognito_identity = Some(identity))
    }

    /// Sets the tenant. Functions with [tenant isolation](crate::FunctionBuilder::tenant_isolation) need one, and
    /// others must have none.
    ///
    /// # Panics
    ///
    /// Panics if the value cannot be sent in a header: it has a line break or another control character.
    #[track_caller]
    pub fn tenant(self, tenant: impl Into<String>) -> Self {
        let tenant = value_of("the tenant", tenant.into());
        self.set(|options| options.request.tenant = Some(tenant))
    }

    /// Sets the trace header that the caller sends; otherwise the service makes one that is not sampled. The function receives
    /// it with `Lineage`, in which the service counts how often a chain of invocations has come to a function: one that
    /// hands its own header on is stopped after about 16 times, with 400 `RecursiveInvocationException`.
    ///
    /// # Panics
    ///
    /// Panics if the value cannot be sent in a header: it has a line break or another control character.
    #[track_caller]
    pub fn trace(self, trace: impl Into<String>) -> Self {
        let trace = value_of("the trace header", trace.into());
        self.set(|options| options.request.trace = Some(trace))
    }

    /// Gives this invocation a timeout of its own, in place of that of the function: its deadline is as near.
    #[track_caller]
    pub fn timeout(self, timeout: Duration) -> Self {
        self.set(|options| options.request.timeout = Some(timeout))
    }

    /// Lets the clock of its environment seem to be ahead by as much in this invocation: its deadline is as much nearer. For
    /// everything that reads the clock there is [`FunctionBuilder::clock_ahead`](crate::FunctionBuilder::clock_ahead).
    #[track_caller]
    pub fn clock_ahead(self, duration: Duration) -> Self {
        self.set(|options| options.request.clock = (duration, Duration::ZERO))
    }

    /// Lets the clock of its environment seem to be behind by as much in this invocation: its deadline is as much further
    /// away.
    #[track_caller]
    pub fn clock_behind(self, duration: Duration) -> Self {
        self.set(|options| options.request.clock = (Duration::ZERO, duration))
    }

    /// Shuts the environment that takes this invocation down after so long, as the service may: what is in flight
    /// then fails, and afterwards nothing runs in it. The init phase of a cold start counts.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use lambda_runtime::{Error, Runtime};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let sleeper = Runtime::new(async |seconds: u64| {
    ///     tokio::time::sleep(Duration::from_secs(seconds)).await;
    ///     Ok::<_, Error>(())
    /// });
    /// let function = lambda.function("sleeper", sleeper).create();
    /// let outcome = function.invoke(2).shut_down_after(Duration::from_secs(1)).await;
    /// outcome.assert_error("Sandbox.Failure");
    /// assert_eq!(function.environments(), 0);
    /// # });
    /// ```
    #[track_caller]
    pub fn shut_down_after(self, duration: Duration) -> Self {
        self.set(|options| options.request.shut_down_after = Some(duration))
    }

    /// Sets the content type of the event, `application/json` otherwise.
    ///
    /// # Panics
    ///
    /// Panics if the value cannot be sent in a header: it has a line break or another control character.
    #[track_caller]
    pub fn content_type(self, content_type: impl Into<String>) -> Self {
        let content_type = value_of("the content type", content_type.into());
        self.set(|options| options.request.content_type = content_type)
    }
}

/// HTTP has no control characters in values, and the service refuses them.
#[track_caller]
fn value_of(what: &str, value: String) -> String {
    let refused = |character: char| character.is_control() && character != '\t';
    assert!(!value.contains(refused), "{what} is {value:?}: a header has no control characters");
    value
}

impl Options {
    /// Makes the invocation, if the service takes it.
    fn make(self) -> Pending {
        let Self { target, mut request, validate, invocation_type } = self;
        let owner = target.owner();
        let (called, first) = (owner.clock.elapsed(), owner.recorder.next());
        let request_id = target.request_id();
        let call = match refused(&request, validate, invocation_type) {
            Some(error) => CallState::Refused(Box::new(reject(&target, &request_id, error))),
            None => {
                // A call without a body is accepted, and the function receives an empty object.
                if validate && request.payload.is_empty() {
                    request.payload = bytes::Bytes::from_static(b"{}");
                }
                invocation_type.make(&target, request, &request_id)
            }
        };
        Pending { target, request_id, called, first, call, response: None }
    }
}

impl InvocationType {
    /// Makes an invocation of this type.
    fn make(self, target: &Target, request: InvokeRequest, request_id: &RequestId) -> CallState {
        let status = match self {
            Self::RequestResponse => {
                return match dispatch(target, request, request_id) {
                    Ok(dispatched) => CallState::Dispatched(Box::new(dispatched)),
                    Err(error) => CallState::Refused(Box::new(error)),
                };
            }
            Self::Event => 202,
            Self::DryRun => 204,
        };
        if let Err(error) = check(target, &request) {
            return CallState::Refused(Box::new(reject(target, request_id, error)));
        }
        if self == Self::Event {
            if let Err(error) = accept(target, request, request_id) {
                return CallState::Refused(Box::new(error));
            }
        }
        CallState::Accepted(status)
    }
}

/// "6 MB each for request and response (synchronous), 1 MB (asynchronous)."
/// Source: AWS Lambda developer guide, "Lambda quotas".
const MAX_REQUEST: usize = 6 * 1024 * 1024;
pub(super) const MAX_EVENT: usize = 1024 * 1024;

/// Returns why the service refuses the event itself.
fn refused(
    request: &InvokeRequest,
    validate: bool,
    invocation_type: InvocationType,
) -> Option<ServiceError> {
    let payload = &*request.payload;
    let most = if invocation_type == InvocationType::Event { MAX_EVENT } else { MAX_REQUEST };
    ServiceError::too_large(payload, most).or_else(|| {
        let checked = validate && !payload.is_empty();
        checked.then(|| ServiceError::not_json(payload)).flatten()
    })
}

impl State {
    /// Makes the invocation when it is polled first.
    ///
    /// # Panics
    ///
    /// Panics if the outcome was returned before.
    fn pending(&mut self) -> &mut Pending {
        if let Self::Building(_) = self {
            if let Self::Building(options) = std::mem::replace(self, Self::Over) {
                *self = Self::Pending(options.make());
            }
        }
        match self {
            Self::Pending(pending) => pending,
            Self::Building(_) | Self::Over => panic!("an invocation was polled after its end"),
        }
    }
}

impl Future for Invoke {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        let finished = ready!(self.0.pending().poll_done(context));
        match std::mem::replace(&mut self.0, State::Over) {
            State::Pending(pending) => Poll::Ready(pending.outcome(finished)),
            State::Building(_) | State::Over => panic!("an invocation was polled after its end"),
        }
    }
}

impl Future for ResponseFuture<'_> {
    type Output = InvokeResponse;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<InvokeResponse> {
        self.0.pending().poll_response(context)
    }
}

impl fmt::Debug for Invoke {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invoke").finish_non_exhaustive()
    }
}

impl fmt::Debug for ResponseFuture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
