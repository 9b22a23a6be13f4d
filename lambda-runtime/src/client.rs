//! The verbs of the Runtime API over one connection, and what each failure means.
//!
//! | call | what happens | what follows |
//! |---|---|---|
//! | next | 200 | an invocation |
//! | next | 204, as emulators answer when idle | asked again after 100 ms |
//! | next | connection refused, reset, cut off, garbled | asked again on a new connection after 10, 40, 160 and 640 ms, each ± 25 %; then [`RunError`] |
//! | next | any other status | [`RunError`] |
//! | post | 2xx | delivered |
//! | post | 413 | the service has failed the invocation; logged, the loop goes on |
//! | post | 410 | the invocation timed out before; logged, the loop goes on |
//! | post | 400, 403, other 1xx to 4xx | logged, the loop goes on |
//! | post | 5xx | the environment is lost: [`RunError`] |
//! | any | kept connection closed by the service before the call | made on a new connection at once |
//! | post | connection refused, or broken before a byte left | as with next |
//! | post | connection reset, cut off, garbled once bytes had left | sent once more, after 10 ms; 400 and 403 then may mean that the first one had arrived: logged, the loop goes on; failing again: [`RunError`] |
//!
//! A repeated `next` hands out the same event again, so asking again loses nothing.

use std::time::Duration;

use bytes::Bytes;
use lambda_core::{
    ApiAddress, BoxError, Connection, Environment, HttpResponse, RequestId,
    rt::{BackOff, NoResponse, Refusal, exchange},
    wire::{Delivery, Header, Headers, Requests},
};

use crate::{FunctionError, Response, RunError};

/// How long an idle emulator is left alone before it is asked again.
const IDLE: Duration = Duration::from_millis(100);

pub(crate) struct Client {
    environment: Environment,
    address: ApiAddress,
    requests: Requests,
    connection: Option<Connection>,
}

/// An invocation as it came: its id is checked, the rest is not read yet.
pub(crate) struct Next {
    pub(crate) request_id: String,
    pub(crate) headers: Headers,
    pub(crate) payload: Bytes,
}

impl Next {
    /// The id as a part of a path.
    fn id(&self) -> &[u8] {
        self.headers.bytes(Header::RequestId).unwrap_or_default()
    }
}

impl Client {
    pub(crate) fn new(environment: Environment) -> Result<Self, BoxError> {
        let address = environment.api_address()?;
        let requests = Requests::new(&address, lambda_core::USER_AGENT);
        Ok(Self { environment, address, requests, connection: None })
    }

    /// Waits for the next invocation, which also says that the one before is over.
    pub(crate) async fn next(&mut self) -> Result<Next, RunError> {
        let mut back_off = BackOff::default();
        loop {
            match self.exchange(Call::Next, b"").await {
                Ok(answer) if answer.status == 200 => return received(answer),
                Ok(answer) if answer.status == 204 => tokio::time::sleep(IDLE).await,
                Ok(answer) => return Err(refused("next", &answer)),
                Err(failed) => {
                    if !back_off.wait(&self.environment).await {
                        return Err(RunError::caused_by("the Runtime API is lost", failed.error));
                    }
                }
            }
        }
    }

    /// Delivers the answer to an invocation.
    pub(crate) async fn respond(
        &mut self,
        next: &Next,
        response: Response,
    ) -> Result<(), RunError> {
        let (body, content_type) = response.into_parts();
        let invocation_id = next.headers.visible(Header::InvocationId);
        self.requests.response(next.id(), invocation_id, &content_type, body.len());
        self.post("response", &body).await
    }

    /// Delivers the failure of an invocation.
    pub(crate) async fn fail(
        &mut self,
        next: &Next,
        error: &FunctionError,
    ) -> Result<(), RunError> {
        let body = error.to_json();
        let invocation_id = next.headers.visible(Header::InvocationId);
        self.requests.error(next.id(), invocation_id, error, body.len());
        self.post("error", &body).await
    }

    async fn post(&mut self, call: &'static str, body: &[u8]) -> Result<(), RunError> {
        let (mut back_off, mut resent) = (BackOff::default(), false);
        let answer = loop {
            match self.exchange(Call::Post, body).await {
                Ok(answer) => break answer,
                Err(failed) => {
                    // What has left may have arrived, so it is sent once more and no oftener.
                    let again = !(failed.sent_bytes && resent);
                    resent |= failed.sent_bytes;
                    if !(again && back_off.wait(&self.environment).await) {
                        let message = format!("{call} was not delivered");
                        return Err(RunError::caused_by(message, failed.error));
                    }
                }
            }
        };
        match Delivery::of(answer.status) {
            Delivery::Delivered => {}
            Delivery::Refused if resent && matches!(answer.status, 400 | 403) => {
                let refused = refused(call, &answer);
                self.environment.log(&format!(
                    "{refused}; it was sent twice, since the connection broke: the first one may \
                     have arrived"
                ));
            }
            Delivery::Lost => return Err(refused(call, &answer)),
            Delivery::TooLarge | Delivery::Late | Delivery::Refused => {
                self.environment.log(&refused(call, &answer).to_string());
            }
        }
        Ok(())
    }

    /// One call over the connection there is, or over a new one.
    async fn exchange(&mut self, call: Call, body: &[u8]) -> Result<HttpResponse, NoResponse> {
        let head = match call {
            Call::Next => self.requests.next(),
            Call::Post => self.requests.last_post(),
        };
        exchange(&self.environment, &self.address, &mut self.connection, head, body).await
    }
}

/// Which of the rendered requests is sent.
#[derive(Clone, Copy)]
enum Call {
    Next,
    Post,
}

/// Without an id there is nothing that an answer could name, so it is checked before all else.
fn received(answer: HttpResponse) -> Result<Next, RunError> {
    let HttpResponse { headers, body: payload, .. } = answer;
    let id = headers.text(Header::RequestId).unwrap_or_default();
    match RequestId::check(&id) {
        Ok(()) => Ok(Next { request_id: id.into_owned(), headers, payload }),
        Err(error) => Err(RunError::caused_by("next handed out what cannot be answered", error)),
    }
}

/// What the service refused, as a log line or as the end of the loop.
#[cold]
fn refused(call: &'static str, answer: &HttpResponse) -> RunError {
    let (status, refusal) = (answer.status, Refusal::of(&answer.body));
    RunError::new(format!("the Runtime API answered {status} to {call}{refusal}"))
}
