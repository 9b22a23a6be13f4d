//! An invocation that a test is about to make.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::SystemTime,
};

use lambda_core::CognitoIdentity;
use serde::Serialize;

use super::{Answered, Function, Outcome, ServiceError, heard::Heard, outcome::Rest};
use crate::{
    environment::Followed,
    ground::{Fact, Random},
    lifecycle::{Dispatch, Fault},
};

/// An invocation with its options; awaiting it makes it, and waits until it is over. It is a future,
/// so that several go into `join!` or a task.
///
/// An invocation is over when the runtime asks for the next event, which may be long after its caller
/// has the answer: [`answer`](Self::answer) waits for the answer alone.
///
/// # Cancel safety
///
/// Dropping the future is the caller hanging up: the invocation goes on.
#[must_use = "an invocation is made when it is awaited"]
pub struct Invoke(State<Outcome>);

/// An invocation that is waited for until its caller has the answer; awaiting it makes it.
///
/// # Cancel safety
///
/// Dropping the future is the caller hanging up: the invocation goes on.
#[must_use = "an invocation is made when it is awaited"]
pub struct Answer(State<Answered>);

enum State<T> {
    /// Options may be set. Taken when the invocation is made.
    Asked(Option<Box<Options>>),
    Made(Pin<Box<dyn Future<Output = T>>>),
}

struct Options {
    function: Function,
    payload: Vec<u8>,
    /// Whether it must still be seen to be JSON.
    unseen: bool,
    content_type: String,
    client_context: Option<String>,
    cognito_identity: Option<String>,
    tenant: Option<String>,
    trace: Option<String>,
}

impl Invoke {
    /// With bytes that are JSON, since they were made so, or that are to be looked at.
    pub(super) fn new(function: Function, payload: Vec<u8>, unseen: bool) -> Self {
        Self(State::Asked(Some(Box::new(Options {
            function,
            payload,
            unseen,
            content_type: "application/json".to_owned(),
            client_context: None,
            cognito_identity: None,
            tenant: None,
            trace: None,
        }))))
    }

    /// Waits until the caller has its answer, and no longer: the invocation may go on until the
    /// runtime asks for the next event, as with a function that works on after its answer.
    ///
    /// # Panics
    ///
    /// The invocation is made already.
    #[track_caller]
    pub fn answer(self) -> Answer {
        match self.0 {
            State::Asked(options @ Some(_)) => Answer(State::Asked(options)),
            State::Asked(None) | State::Made(_) => {
                panic!("`answer` was called after the invocation was made")
            }
        }
    }

    /// Hands the event over as it is, even if it is no JSON, which the service refuses. Some services
    /// have sent such bytes, and a function may be asked what it makes of them.
    #[track_caller]
    pub fn unchecked(self) -> Self {
        self.set(|options| options.unseen = false)
    }

    /// # Panics
    ///
    /// The invocation is made already.
    #[track_caller]
    fn set(mut self, change: impl FnOnce(&mut Options)) -> Self {
        match &mut self.0 {
            State::Asked(Some(options)) => change(options),
            State::Asked(None) | State::Made(_) => {
                panic!("an option was set after the invocation was made")
            }
        }
        self
    }

    /// The client context, as a mobile application sends it. It becomes JSON.
    #[track_caller]
    pub fn client_context(self, context: impl Serialize) -> Self {
        let context = serde_json::to_string(&context);
        let context = context.expect("a client context of a test has a form in JSON");
        // The one control character that JSON does not escape.
        let context = context.replace('\u{7f}', "\\u007f");
        self.set(|options| options.client_context = Some(context))
    }

    /// The Cognito identity of the caller.
    #[track_caller]
    pub fn cognito_identity(self, identity: &CognitoIdentity) -> Self {
        let CognitoIdentity { identity_id, identity_pool_id, .. } = identity;
        let identity = serde_json::json!({
            "cognitoIdentityId": identity_id,
            "cognitoIdentityPoolId": identity_pool_id,
        });
        let identity = identity.to_string().replace('\u{7f}', "\\u007f");
        self.set(|options| options.cognito_identity = Some(identity))
    }

    /// The tenant, for functions with tenant isolation.
    ///
    /// # Panics
    ///
    /// It is no value of a header: it has a line break or another control character.
    #[track_caller]
    pub fn tenant(self, tenant: impl Into<String>) -> Self {
        let tenant = value_of("the tenant", tenant.into());
        self.set(|options| options.tenant = Some(tenant))
    }

    /// The trace header that the caller sends; otherwise the service makes one that is not sampled.
    ///
    /// # Panics
    ///
    /// It is no value of a header: it has a line break or another control character.
    #[track_caller]
    pub fn trace(self, trace: impl Into<String>) -> Self {
        let trace = value_of("the trace header", trace.into());
        self.set(|options| options.trace = Some(trace))
    }

    /// The content type of the event, `application/json` otherwise.
    ///
    /// # Panics
    ///
    /// It is no value of a header: it has a line break or another control character.
    #[track_caller]
    pub fn content_type(self, content_type: impl Into<String>) -> Self {
        let content_type = value_of("the content type", content_type.into());
        self.set(|options| options.content_type = content_type)
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
    /// Makes the invocation, and waits for its answer.
    async fn answered(self) -> Answered {
        let Self { function, payload, unseen, .. } = &self;
        let (function, world) = (function.clone(), function.inner.world.clone());
        let (called, first) = (world.clock.elapsed(), world.recorder.length());
        let taken = match ServiceError::too_large(payload) {
            Some(error) => Err(error),
            None if *unseen && !payload.is_empty() => {
                ServiceError::no_json(payload).map_or(Ok(()), Err)
            }
            None => Ok(()),
        };
        let taken = taken.and_then(|()| function.environment());
        let request_id = Arc::from(world.random(Random::uuid));
        let (answer, rest) = match taken {
            Err(error) => {
                let ServiceError { status, error_type, .. } = error;
                let rejected = Fact::Rejected { status, error_type };
                world.note(None, None, Some(request_id), rejected);
                (Err(error), Rest::Nothing)
            }
            Ok(environment) => {
                let dispatch = self.dispatch(request_id.clone());
                let Followed { answer, done } = environment.invoke(Arc::new(dispatch));
                // The service has ended, and with it the invocation.
                let answer = answer.await.unwrap_or_else(|_| Err(Fault::shut_down(&request_id)));
                let memory_mb = function.inner.memory_mb;
                (Ok(answer), Rest::End { request_id, memory_mb, done })
            }
        };
        let latency = world.clock.elapsed() - called;
        let recorder = world.recorder.clone();
        let part = first..recorder.length();
        Answered { heard: Heard::new(answer, latency, recorder, part), rest }
    }

    fn dispatch(self, request_id: Arc<str>) -> Dispatch {
        let Self { function, mut payload, unseen, content_type, .. } = self;
        let world = &function.inner.world;
        let trace = self.trace.unwrap_or_else(|| {
            let wall = world.clock.wall();
            let seconds = wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            let root = world.random(|random| random.trace_root(seconds.as_secs()));
            format!("Root={root};Sampled=0")
        });
        // A call without a body is taken, and the function sees an empty object.
        if unseen && payload.is_empty() {
            payload = b"{}".to_vec();
        }
        Dispatch {
            request_id,
            invoked_function_arn: function.arn().to_string(),
            trace,
            client_context: self.client_context,
            cognito_identity: self.cognito_identity,
            tenant: self.tenant,
            content_type,
            payload: payload.into(),
        }
    }
}

impl<T> State<T> {
    /// Makes the invocation when it is polled first.
    fn poll<F: Future<Output = T> + 'static>(
        &mut self,
        context: &mut Context<'_>,
        make: impl FnOnce(Options) -> F,
    ) -> Poll<T> {
        if let Self::Asked(options) = self {
            let options = options.take().expect("taken once, in this line");
            *self = Self::Made(Box::pin(make(*options)));
        }
        match self {
            Self::Made(made) => made.as_mut().poll(context),
            Self::Asked(_) => unreachable!("it was made above"),
        }
    }
}

impl Future for Invoke {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        self.0.poll(context, |options| async { options.answered().await.done().await })
    }
}

impl Future for Answer {
    type Output = Answered;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answered> {
        self.0.poll(context, Options::answered)
    }
}

impl fmt::Debug for Invoke {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Invoke")
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer")
    }
}
