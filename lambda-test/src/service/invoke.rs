//! An invocation that a test is about to make.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::SystemTime,
};

use lambda_core::{CognitoIdentity, FunctionError};
use serde::Serialize;

use super::{Function, Outcome, Report, ReportStatus, report::billed};
use crate::{
    environment::{Finished, MAX_PAYLOAD},
    ground::Random,
    lifecycle::{Dispatch, Done},
};

/// An invocation with its options; awaiting it makes it. It is a future, so that several go into
/// `join!` or a task.
///
/// # Cancel safety
///
/// Dropping the future is the caller hanging up: the invocation goes on.
#[must_use = "an invocation is made when it is awaited"]
pub struct Invoke(State);

enum State {
    /// Options may be set. Taken when the invocation is made.
    Asked(Option<Box<Options>>),
    Made(Pin<Box<dyn Future<Output = Outcome>>>),
}

struct Options {
    function: Function,
    payload: Vec<u8>,
    content_type: String,
    headers: Vec<(&'static str, String)>,
    trace: Option<String>,
}

impl Invoke {
    pub(crate) fn new(function: Function, payload: Vec<u8>) -> Self {
        let content_type = "application/json".to_owned();
        let options = Options { function, payload, content_type, headers: Vec::new(), trace: None };
        Self(State::Asked(Some(Box::new(options))))
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
        self.header(
            "lambda-runtime-client-context",
            context.expect("a client context of a test has a form in JSON"),
        )
    }

    /// The Cognito identity of the caller.
    #[track_caller]
    pub fn cognito_identity(self, identity: &CognitoIdentity) -> Self {
        let CognitoIdentity { identity_id, identity_pool_id, .. } = identity;
        let identity = serde_json::json!({
            "cognitoIdentityId": identity_id,
            "cognitoIdentityPoolId": identity_pool_id,
        });
        self.header("lambda-runtime-cognito-identity", identity.to_string())
    }

    /// The tenant, for functions with tenant isolation.
    ///
    /// # Panics
    ///
    /// It is no value of a header: it has a line break or another control character.
    #[track_caller]
    pub fn tenant(self, tenant: impl Into<String>) -> Self {
        self.header("lambda-runtime-aws-tenant-id", value_of("the tenant", tenant.into()))
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

    #[track_caller]
    fn header(self, name: &'static str, value: String) -> Self {
        self.set(|options| options.headers.push((name, value)))
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
    async fn make(self) -> Outcome {
        let Self { function, mut payload, content_type, mut headers, trace } = self;
        let world = function.inner.world.clone();
        let request_id = world.random(Random::uuid);
        let trace = trace.unwrap_or_else(|| {
            let wall = world.clock.wall();
            let seconds = wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            let root = world.random(|random| random.trace_root(seconds.as_secs()));
            format!("Root={root};Sampled=0")
        });
        headers.push(("lambda-runtime-aws-request-id", request_id.clone()));
        headers.push(("lambda-runtime-invoked-function-arn", function.arn().to_string()));
        headers.push(("lambda-runtime-trace-id", trace));
        headers.push(("content-type", content_type));
        // "Service side caps what it forwards."
        payload.truncate(MAX_PAYLOAD);
        let dispatch = Dispatch { request_id, payload: payload.into(), headers };
        let called = world.clock.elapsed();
        let first = world.recorder.length();
        let environment = function.environment();
        let finished = environment.invoke(dispatch).await;
        let finished = finished.expect("an environment finishes what it was handed");
        outcome(&function, finished, called, first)
    }
}

fn outcome(
    function: &Function,
    finished: Finished,
    called: std::time::Duration,
    first: usize,
) -> Outcome {
    let recorder = function.inner.world.recorder.clone();
    let Finished { done, logs, max_memory_used_mb } = finished;
    let Done { request_id, result, status, started, answered, ended, init_duration, cold_start } =
        done;
    let duration = ended - started;
    let report = Report {
        request_id,
        duration,
        billed_duration: billed(duration + init_duration.unwrap_or_default()),
        memory_mb: function.inner.memory_mb,
        max_memory_used_mb,
        init_duration,
        status: status.map(|(word, error_type)| match word {
            "timeout" => ReportStatus::Timeout,
            _ => ReportStatus::Error(error_type.unwrap_or_default().to_owned()),
        }),
        cold_start,
    };
    let (payload, content_type, function_error, timeout) = match result {
        Ok((payload, content_type)) => (payload, content_type, None, false),
        Err(fault) => {
            let error = serde_json::from_slice(&fault.payload)
                .unwrap_or_else(|_| FunctionError::new(fault.error_type, ""));
            (fault.payload, fault.content_type, Some(error), fault.timeout)
        }
    };
    Outcome {
        payload,
        content_type,
        function_error,
        timeout,
        latency: answered - called,
        logs,
        report,
        part: first..recorder.length(),
        recorder,
    }
}

impl Future for Invoke {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        loop {
            match &mut self.0 {
                State::Made(made) => return made.as_mut().poll(context),
                State::Asked(options) => {
                    let options = options.take().expect("taken once, in this line");
                    self.0 = State::Made(Box::pin(options.make()));
                }
            }
        }
    }
}

impl fmt::Debug for Invoke {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Invoke")
    }
}
