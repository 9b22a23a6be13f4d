//! An invocation that waits for its response.

use std::{mem, sync::Arc};

use bytes::Bytes;
use lambda_core::{
    Config, Context, Environment, WireError,
    rt::BackOff,
    wire::{Header, Headers},
};

use super::{Received, RuntimeClient, Upload};
use crate::{FunctionError, Response, RunError, response::Body};

/// An invocation that the service has handed out: it is consumed by its response, or by its error.
///
/// Dropping it leaves the invocation without either: the next [`next`](RuntimeClient::next) returns it again.
#[must_use = "the invocation waits for its response"]
pub struct Pending<'a> {
    /// It holds what was received, so that little is moved.
    pub(super) client: &'a mut RuntimeClient,
}

impl<'a> Pending<'a> {
    /// The id of the request, by which logs and retries know it. It can stand in a path.
    pub fn request_id(&self) -> &str {
        // Taken out once the context is made.
        let Received { request_id, headers, .. } = &self.client.received;
        match request_id.as_str() {
            "" => std::str::from_utf8(names(headers).0).unwrap_or_default(),
            request_id => request_id,
        }
    }

    /// The event, byte for byte.
    pub fn payload(&self) -> &Bytes {
        &self.client.received.payload
    }

    /// The headers that came with it.
    pub fn headers(&self) -> &Headers {
        &self.client.received.headers
    }

    /// What is known besides the event, read from the headers; `config` is made once for an environment, by
    /// [`Config::new`].
    ///
    /// # Errors
    ///
    /// A header has a value that breaks the contract. The invocation is to fail then, and the loop to continue.
    pub fn context(&self, config: Arc<Config>) -> Result<Context, WireError> {
        Context::new(self.request_id().to_owned(), self.headers(), config, self.environment())
    }

    /// Takes out what becomes a context.
    pub(crate) fn take_request_id(&mut self) -> String {
        mem::take(&mut self.client.received.request_id)
    }

    pub(crate) fn take_payload(&mut self) -> Bytes {
        mem::take(&mut self.client.received.payload)
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.client.line.environment
    }

    /// Delivers the response. One that is streamed is read to its end.
    ///
    /// What the service refuses, as a response that is too large or too late, is logged, and the loop is to continue.
    ///
    /// # Errors
    ///
    /// The Runtime API is lost: the process is to exit.
    pub async fn respond(mut self, response: Response) -> Result<(), RunError> {
        match response.into_parts() {
            (Body::Whole(body), content_type) => self.post(Ok((&body, &content_type))).await,
            (Body::Streamed(streamed), content_type) => {
                streamed.deliver(&mut self, content_type, None).await.map(drop)
            }
        }
    }

    /// Delivers the failure of the invocation.
    ///
    /// # Errors
    ///
    /// As [`respond`](Self::respond).
    pub async fn fail(mut self, error: &FunctionError) -> Result<(), RunError> {
        self.post(Err(error)).await
    }

    /// Begins a response that is made of pieces: the first one, which has two parts and may be empty, leaves with the
    /// head of the request in one write.
    ///
    /// # Errors
    ///
    /// As [`respond`](Self::respond).
    pub async fn stream(
        self,
        content_type: &str,
        first: [&[u8]; 2],
    ) -> Result<Upload<'a>, RunError> {
        start(self.client, content_type, first).await
    }

    /// Delivers what came of it: a body that is in memory with its content type, or an error.
    pub(crate) async fn post(
        &mut self,
        outcome: Result<(&[u8], &str), &FunctionError>,
    ) -> Result<(), RunError> {
        let RuntimeClient { line, requests, received } = &mut *self.client;
        let (id, invocation_id) = names(&received.headers);
        let json;
        let (call, head, body) = match outcome {
            Ok((body, content_type)) => {
                let head = requests.response(id, invocation_id, content_type, body.len());
                ("response", head, body)
            }
            Err(error) => {
                json = error.to_json();
                ("error", requests.error(id, invocation_id, error, json.len()), &*json)
            }
        };
        line.post(call, head, body).await
    }

    pub(crate) async fn upload(
        &mut self,
        content_type: &str,
        first: [&[u8]; 2],
    ) -> Result<Upload<'_>, RunError> {
        start(self.client, content_type, first).await
    }
}

/// The id as a part of a path, and the one that is sent back.
fn names(headers: &Headers) -> (&[u8], Option<&str>) {
    let id = headers.bytes(Header::RequestId).unwrap_or_default();
    (id, headers.visible(Header::InvocationId))
}

async fn start<'a>(
    client: &'a mut RuntimeClient,
    content_type: &str,
    first: [&[u8]; 2],
) -> Result<Upload<'a>, RunError> {
    let RuntimeClient { line, requests, received } = client;
    let (id, invocation_id) = names(&received.headers);
    let head = requests.stream(id, invocation_id, content_type);
    let mut back_off = BackOff::default();
    let started = loop {
        let (failed, sent_bytes) = match line.connected().await {
            Ok(connection) => match connection.start_body(head, first).await {
                Ok(outcome) => break Ok(outcome),
                Err(error) => (error, connection.has_sent_bytes()),
            },
            Err(error) => (error, false),
        };
        if sent_bytes {
            break Err(failed);
        }
        if !back_off.wait(&line.environment).await {
            return Err(RunError::caused_by("response was not delivered", failed));
        }
    };
    Ok(Upload::of(line, started))
}

impl std::fmt::Debug for Pending<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending").field("request_id", &self.request_id()).finish_non_exhaustive()
    }
}
