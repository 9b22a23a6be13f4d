//! The verbs of the Runtime API over one connection, and what each failure means.
//!
//! | call | what happens | what follows |
//! |---|---|---|
//! | next | 200 | an invocation |
//! | next | 204, as emulators answer when idle | asked again after 100 ms |
//! | next | connection refused, reset, cut off, garbled | asked again on a new connection, at most 3 times in a row; then [`RunError`] |
//! | next | any other status | [`RunError`] |
//! | post | 2xx | delivered |
//! | post | 413 | the service has failed the invocation; logged, the loop goes on |
//! | post | 410 | the invocation timed out before; logged, the loop goes on |
//! | post | 400, 403, other 1xx to 4xx | logged, the loop goes on |
//! | post | 5xx | the environment is lost: [`RunError`] |
//! | post | connection refused, reset, cut off, garbled | sent once more on a new connection; 400 and 403 then mean that the first one had arrived; failing again: [`RunError`] |
//!
//! A repeated `next` hands out the same event again, so asking again loses nothing.

use std::time::Duration;

use bytes::Bytes;
use lambda_core::{
    Answer, ApiAddress, BoxError, Connection, Environment, RequestId,
    wire::{Header, Headers, Requests, Verdict},
};
use serde::Deserialize;

use crate::{FunctionError, Response, RunError};

const RECONNECTS: u32 = 3;

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
        let mut failures = 0;
        loop {
            match self.exchange(Call::Next, b"").await {
                Ok(answer) if answer.status == 200 => return received(answer),
                Ok(answer) if answer.status == 204 => tokio::time::sleep(IDLE).await,
                Ok(answer) => return Err(refused("next", &answer)),
                Err(_) if failures < RECONNECTS => failures += 1,
                Err(error) => return Err(RunError::caused_by("the Runtime API is lost", error)),
            }
        }
    }

    /// Delivers the answer to an invocation.
    pub(crate) async fn respond(
        &mut self,
        next: &Next,
        response: &Response,
    ) -> Result<(), RunError> {
        let body = response.body();
        let invocation_id = next.headers.visible(Header::InvocationId);
        let content_type = response.content_type();
        self.requests.response(next.id(), invocation_id, content_type, body.len());
        self.post("response", body).await
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
        let mut resent = false;
        let answer = loop {
            match self.exchange(Call::Post, body).await {
                Ok(answer) => break answer,
                Err(_) if !resent => resent = true,
                Err(error) => {
                    return Err(RunError::caused_by(format!("{call} was not delivered"), error));
                }
            }
        };
        match Verdict::of(answer.status) {
            Verdict::Delivered => {}
            // The service knows the invocation no more: the first one had arrived.
            Verdict::Refused if resent && matches!(answer.status, 400 | 403) => {}
            Verdict::Lost => return Err(refused(call, &answer)),
            Verdict::TooLarge | Verdict::Late | Verdict::Refused => {
                self.environment.log(&refused(call, &answer).to_string());
            }
        }
        Ok(())
    }

    /// One call over the connection there is, or over a new one.
    async fn exchange(&mut self, call: Call, body: &[u8]) -> Result<Answer, BoxError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(self.environment.connect(&self.address).await?),
        };
        let head = match call {
            Call::Next => self.requests.next(),
            Call::Post => self.requests.last_post(),
        };
        let sent = connection.send(head, body).await;
        let answer = connection.receive().await;
        if !connection.is_reusable() {
            self.connection = None;
        }
        // An answer may come before a connection breaks; without one, the break is the cause.
        answer.map_err(|error| sent.err().map_or_else(|| error.into(), BoxError::from))
    }
}

/// Which of the rendered requests is sent.
#[derive(Clone, Copy)]
enum Call {
    Next,
    Post,
}

/// Without an id there is nothing that an answer could name, so it is checked before all else.
fn received(answer: Answer) -> Result<Next, RunError> {
    let Answer { headers, body: payload, .. } = answer;
    let id = headers.text(Header::RequestId).unwrap_or_default();
    match RequestId::check(&id) {
        Ok(()) => Ok(Next { request_id: id.into_owned(), headers, payload }),
        Err(error) => Err(RunError::caused_by("next handed out what cannot be answered", error)),
    }
}

/// What the service said, as a log line or as the end of the loop.
#[cold]
fn refused(call: &'static str, answer: &Answer) -> RunError {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct ErrorBody {
        error_type: String,
        error_message: String,
    }
    let body: ErrorBody = serde_json::from_slice(&answer.body).unwrap_or_default();
    let status = answer.status;
    match (body.error_type.as_str(), body.error_message.as_str()) {
        ("", _) => RunError::new(format!("the Runtime API answered {status} to {call}")),
        (error_type, message) => RunError::new(format!(
            "the Runtime API answered {status} to {call}: {error_type}: {message}"
        )),
    }
}
