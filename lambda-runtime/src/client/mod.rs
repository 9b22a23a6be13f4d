//! The verbs of the Runtime API over one connection, and what each failure means.
//!
//! | call | what happens | what follows |
//! |---|---|---|
//! | next | 200 | an invocation |
//! | next | 204, as emulators answer when idle | asked again after 100 ms |
//! | next | connection refused, reset, cut off, malformed | asked again on a new connection after 10, 40, 160 and 640 ms, each ± 25 %; then [`RunError`] |
//! | next | any other status | [`RunError`] |
//! | post | 2xx | delivered |
//! | post | 413 | the service has failed the invocation; logged, the loop continues |
//! | post | 410 | the invocation timed out before; logged, the loop continues |
//! | post | 400, 403, other 1xx to 4xx | logged, the loop continues |
//! | post | 5xx | the environment is lost: [`RunError`] |
//! | any | kept connection closed by the service before the call | made on a new connection at once |
//! | post | connection refused, or broken before a byte left | as with next |
//! | post | connection reset, cut off, malformed once bytes had left | sent once more, after 10 ms; 400 and 403 then may mean that the first one had arrived: logged, the loop continues; failing again: [`RunError`] |
//! | streamed post | any response before the body is complete | the body is dropped; then as with a post |
//! | streamed post | connection reset, cut off, malformed once bytes had left | the body is dropped, since its pieces cannot be had again; logged, the loop continues |
//!
//! A repeated `next` hands out the same event again, so asking again loses nothing.

mod line;
mod pending;
mod upload;

use std::time::Duration;

use bytes::Bytes;
use lambda_core::{
    BoxError, Environment, HttpResponse, RequestId,
    rt::BackOff,
    wire::{Header, Headers, Requests},
};

use self::line::{Line, refused};
pub use self::{pending::Pending, upload::Upload};
use crate::{FunctionError, RunError};

/// How long an idle emulator is left alone before it is asked again.
const IDLE: Duration = Duration::from_millis(100);

/// The Runtime API, for runtimes with a loop of their own: of another language, or of a framework.
///
/// The order of calls is in the types: [`next`](Self::next) returns a [`Pending`] invocation, which is consumed by its
/// response or its error and keeps the client borrowed until then. [`Runtime`](crate::Runtime) is made of it.
///
/// ```
/// use lambda_runtime::{Bootstrap, Environment, Error, FunctionError, Response, RuntimeClient};
///
/// /// Responds with the event in capital letters.
/// struct Shouting;
///
/// impl Bootstrap for Shouting {
///     type Error = Error;
///
///     async fn start(self, environment: Environment) -> Result<(), Error> {
///         let mut client = RuntimeClient::new(&environment)?;
///         loop {
///             let pending = client.next().await?;
///             match std::str::from_utf8(pending.payload()) {
///                 Ok(text) => {
///                     let response = Response::json(text.to_uppercase());
///                     pending.respond(response).await?;
///                 }
///                 Err(error) => {
///                     let error = FunctionError::new("Shouting.NoText", error.to_string());
///                     pending.fail(&error).await?;
///                 }
///             }
///         }
///     }
/// }
///
/// # lambda_test::block_on(async {
/// let function = lambda_test::Lambda::new().function("shouting", || Shouting).create();
/// assert_eq!(function.invoke("hi").await.payload(), r#""HI""#);
/// # });
/// ```
///
/// # For authors of language runtimes
///
/// - [`Environment::variables`] has the setting of the function: `_HANDLER` is which code to call, in a form that the
///   runtime chooses (`file.method` by custom), and `LAMBDA_TASK_ROOT` the folder that holds it. Code that cannot be
///   loaded is reported by [`init_error`](Self::init_error); then the process exits.
/// - The trace header belongs into the variable `_X_AMZN_TRACE_ID` of the code that is called, for each invocation
///   anew: [`Context::xray_trace_id`](crate::Context::xray_trace_id).
/// - An error of another language is a [`FunctionError`] with its name as the type, and its frames by
///   [`with_stack_trace`](FunctionError::with_stack_trace), a line each in the form of that language.
/// - The environment is frozen from the call of `next` until an invocation comes, so `next` has no time limit.
/// - A signal to end comes only where an extension is registered: [`Environment::terminated`].
///
/// Source: AWS Lambda developer guide, "Using the Lambda runtime API" and "Building a custom runtime".
pub struct RuntimeClient {
    line: Line,
    requests: Requests,
    received: Received,
}

/// An invocation as it came.
#[derive(Default)]
struct Received {
    /// Checked. Empty once a context has taken it.
    request_id: String,
    headers: Headers,
    payload: Bytes,
}

impl RuntimeClient {
    /// A client of the API of this environment. It connects with the first call.
    ///
    /// # Errors
    ///
    /// The program does not run on Lambda: `AWS_LAMBDA_RUNTIME_API` is missing or no address.
    pub fn new(environment: &Environment) -> Result<Self, BoxError> {
        let address = environment.api_address()?;
        let requests = Requests::new(&address, lambda_core::USER_AGENT);
        let line = Line::new(environment.clone(), address);
        Ok(Self { line, requests, received: Received::default() })
    }

    /// Waits for the next invocation, which also notifies the service that the one before is over, and the first time that
    /// the init phase is.
    ///
    /// # Errors
    ///
    /// The Runtime API is lost, or refuses the call: the process is to exit.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: the next call returns the same invocation.
    pub async fn next(&mut self) -> Result<Pending<'_>, RunError> {
        // What came before shares the memory that is read into.
        self.received = Received::default();
        let mut back_off = BackOff::default();
        let received = loop {
            match self.line.exchange(self.requests.next(), b"").await {
                Ok(answer) if answer.status == 200 => break answer,
                Ok(answer) if answer.status == 204 => tokio::time::sleep(IDLE).await,
                Ok(answer) => return Err(refused("next", &answer)),
                Err(failed) => {
                    if !back_off.wait(&self.line.environment).await {
                        return Err(RunError::caused_by("the Runtime API is lost", failed.error));
                    }
                }
            }
        };
        let request_id = request_id(&received)?;
        let HttpResponse { headers, body: payload, .. } = received;
        self.received = Received { request_id, headers, payload };
        Ok(Pending { client: self })
    }

    /// Reports that the init phase failed: in place of the first `next`, and the process is to exit then.
    ///
    /// # Errors
    ///
    /// The report was not delivered.
    pub async fn init_error(&mut self, error: &FunctionError) -> Result<(), RunError> {
        let body = error.to_json();
        let head = self.requests.init_error(error, body.len());
        self.line.post("init/error", head, &body).await
    }

    /// Waits with SnapStart until the environment is restored from its snapshot, which is taken while this call is open.
    /// It is made once, after the init phase and before the first `next`; what is random, the time and connections must
    /// be renewed after it. The connection of this client is.
    ///
    /// # Errors
    ///
    /// The API refuses the call, as where the function has no SnapStart, or is lost.
    pub async fn restore_next(&mut self) -> Result<(), RunError> {
        let head = self.requests.restore_next();
        let restored = self.line.exchange(head, b"").await;
        self.line.disconnect();
        match restored {
            Ok(answer) if answer.status == 200 => Ok(()),
            Ok(answer) => Err(refused("restore/next", &answer)),
            Err(failed) => Err(RunError::caused_by("the Runtime API is lost", failed.error)),
        }
    }

    /// Reports that a hook after the restore failed: in place of the first `next`, and the process is to exit then.
    ///
    /// # Errors
    ///
    /// The report was not delivered.
    pub async fn restore_error(&mut self, error: &FunctionError) -> Result<(), RunError> {
        let body = error.to_json();
        let head = self.requests.restore_error(error, body.len());
        self.line.post("restore/error", head, &body).await
    }
}

/// Without an id there is nothing that a response could name, so it is checked before all else.
fn request_id(received: &HttpResponse) -> Result<String, RunError> {
    let id = received.headers.text(Header::RequestId).unwrap_or_default();
    match RequestId::check(&id) {
        Ok(()) => Ok(id.into_owned()),
        Err(error) => Err(RunError::caused_by("next handed out what cannot be answered", error)),
    }
}

impl std::fmt::Debug for RuntimeClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RuntimeClient").finish_non_exhaustive()
    }
}
