//! An invocation that a test is about to make.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::SystemTime,
};

use lambda_core::CognitoIdentity;
use serde::Serialize;

use super::{Answered, Function, Outcome, ServiceError, pending::Made};
use crate::{
    kernel::{Random, Record, RecordKind},
    lifecycle::Dispatch,
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
pub struct Invoke(State);

/// An invocation that is waited for until its caller has the answer; awaiting it makes it.
///
/// # Cancel safety
///
/// Dropping the future is the caller hanging up: the invocation goes on.
#[must_use = "an invocation is made when it is awaited"]
pub struct Answer(State);

enum State {
    /// Options may be set.
    Asked(Box<Options>),
    Made(Made),
    /// What it gives was given.
    Given,
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
        Self(State::Asked(Box::new(Options {
            function,
            payload,
            unseen,
            content_type: "application/json".to_owned(),
            client_context: None,
            cognito_identity: None,
            tenant: None,
            trace: None,
        })))
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
            asked @ State::Asked(_) => Answer(asked),
            State::Made(_) | State::Given => {
                panic!("`answer` was called after the invocation was made")
            }
        }
    }

    /// Hands the event over as it is, even if it is no JSON, which the service refuses. Some services
    /// have sent such bytes, and a function may be asked what it makes of them.
    #[track_caller]
    pub fn skip_validation(self) -> Self {
        self.set(|options| options.unseen = false)
    }

    /// # Panics
    ///
    /// The invocation is made already.
    #[track_caller]
    fn set(mut self, change: impl FnOnce(&mut Options)) -> Self {
        match &mut self.0 {
            State::Asked(options) => change(options),
            State::Made(_) | State::Given => {
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
    /// Makes the invocation, if the service takes it.
    fn make(self) -> Made {
        let (function, world) = (self.function.clone(), self.function.inner.world.clone());
        let (called, first) = (world.clock.elapsed(), world.recorder.length());
        let request_id = Arc::from(world.random(Random::uuid));
        let taken = match self.refused() {
            Some(error) => Err(error),
            None => function.environment(),
        };
        let flight = match taken {
            Ok(environment) => {
                let dispatch = self.dispatch(Arc::clone(&request_id));
                Ok(environment.invoke(Arc::new(dispatch)))
            }
            Err(error) => {
                let ServiceError { status, error_type, .. } = error;
                world.recorder.note(Record {
                    at: called,
                    environment: None,
                    process: None,
                    request_id: Some(request_id.clone()),
                    kind: RecordKind::Rejected { status, error_type },
                });
                Err(error)
            }
        };
        Made { function, request_id, called, first, flight }
    }

    /// What the service says of the event itself.
    fn refused(&self) -> Option<ServiceError> {
        let Self { payload, unseen, .. } = self;
        ServiceError::too_large(payload).or_else(|| {
            let looked_at = *unseen && !payload.is_empty();
            looked_at.then(|| ServiceError::no_json(payload)).flatten()
        })
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

impl State {
    /// Makes the invocation when it is polled first.
    ///
    /// # Panics
    ///
    /// What it gives was given.
    fn made(&mut self) -> &mut Made {
        if let Self::Asked(_) = self {
            if let Self::Asked(options) = std::mem::replace(self, Self::Given) {
                *self = Self::Made(options.make());
            }
        }
        match self {
            Self::Made(made) => made,
            Self::Asked(_) | Self::Given => panic!("an invocation was polled after its end"),
        }
    }

    fn give(&mut self) -> Made {
        match std::mem::replace(self, Self::Given) {
            Self::Made(made) => made,
            Self::Asked(_) | Self::Given => panic!("an invocation was polled after its end"),
        }
    }
}

impl Future for Invoke {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        let finished = ready!(self.0.made().poll_done(context));
        Poll::Ready(self.0.give().outcome(finished))
    }
}

impl Future for Answer {
    type Output = Answered;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answered> {
        let heard = ready!(self.0.made().poll_answer(context));
        Poll::Ready(Answered { heard, made: self.0.give() })
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
