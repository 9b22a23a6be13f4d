//! The calls of one extension over one kept-alive connection.

use std::pin::Pin;

use bytes::Bytes;
use lambda_core::{
    ApiAddress, BoxError, Connection, Environment, FunctionError, HttpResponse,
    wire::{ExtensionRequests, Header},
};
use serde::{Deserialize, Serialize};

use crate::{ExtensionError, FunctionInfo, LifecycleEvent};

/// What is told to the service.
const USER_AGENT: &str = concat!("lambda-extension/", env!("CARGO_PKG_VERSION"));

/// The calls of one extension.
pub(crate) struct Client {
    environment: Environment,
    address: ApiAddress,
    requests: ExtensionRequests,
    connection: Option<Connection>,
    identifier: String,
    /// The call of `event/next` that is under way: whoever waits for it may go and come back.
    asking: Option<Asking>,
}

type Asking = Pin<Box<dyn Future<Output = Result<(HttpResponse, Connection), BoxError>>>>;

impl Client {
    pub(crate) fn new(environment: Environment) -> Result<Self, ExtensionError> {
        let address = environment
            .api_address()
            .map_err(|source| ExtensionError::NoResponse { call: "register", source })?;
        let requests = ExtensionRequests::new(&address, USER_AGENT);
        let identifier = String::new();
        Ok(Self { environment, address, requests, connection: None, identifier, asking: None })
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    pub(crate) fn identifier(&self) -> &str {
        &self.identifier
    }

    /// Registers, and keeps the identifier.
    pub(crate) async fn register(
        &mut self,
        name: &str,
        events: &[&str],
        features: &[&str],
    ) -> Result<FunctionInfo, ExtensionError> {
        #[derive(Serialize)]
        struct Events<'a> {
            events: &'a [&'a str],
        }
        const CALL: &str = "register";
        let body =
            serde_json::to_vec(&Events { events }).map_err(|error| no_response(CALL, error))?;
        let head = self.requests.register(name, features, body.len());
        let answer = self.call(CALL, head, body).await?;
        let identifier = answer.headers.visible(Header::ExtensionIdentifier);
        let identifier = identifier.ok_or_else(|| no_response(CALL, "it has no identifier"))?;
        self.identifier = identifier.to_owned();
        serde_json::from_slice(&answer.body).map_err(|error| no_response(CALL, error))
    }

    /// Waits for the next event. Where its future is dropped, the next one waits for the same event.
    pub(crate) async fn next(&mut self) -> Result<LifecycleEvent, ExtensionError> {
        const CALL: &str = "event/next";
        let asking = match self.asking.take() {
            Some(asking) => asking,
            None => Box::pin(self.exchange(self.requests.next(&self.identifier), Vec::new())),
        };
        let answer = self.asking.insert(asking).await;
        self.asking = None;
        let answer = self.checked(CALL, answer)?;
        LifecycleEvent::from_json(&answer.body).map_err(|error| no_response(CALL, error))
    }

    /// Subscribes; false where the environment has no telemetry.
    #[cfg(feature = "telemetry")]
    pub(crate) async fn subscribe(&mut self, body: Vec<u8>) -> Result<bool, ExtensionError> {
        let head = self.requests.telemetry(&self.identifier, body.len());
        // "202: the environment cannot deliver (local emulation)."
        self.call("telemetry", head, body).await.map(|answer| answer.status != 202)
    }

    /// Says that the extension is about to end.
    pub(crate) async fn exit_error(&mut self, error: &FunctionError) -> Result<(), ExtensionError> {
        let body = error.to_json();
        let head = self.requests.exit_error(&self.identifier, error, body.len());
        self.call("exit/error", head, body).await.map(drop)
    }

    /// Makes a call, whose answer is one of success.
    async fn call(
        &mut self,
        call: &'static str,
        head: Vec<u8>,
        body: Vec<u8>,
    ) -> Result<HttpResponse, ExtensionError> {
        let answer = self.exchange(head, body).await;
        self.checked(call, answer)
    }

    /// Keeps the connection, and looks at the status.
    fn checked(
        &mut self,
        call: &'static str,
        answer: Result<(HttpResponse, Connection), BoxError>,
    ) -> Result<HttpResponse, ExtensionError> {
        let answer = answer.map_err(|source| ExtensionError::NoResponse { call, source });
        let (answer, connection) = answer?;
        self.connection = Some(connection);
        match answer.status {
            200..=299 => Ok(answer),
            status => Err(refused(call, status, &answer.body)),
        }
    }

    /// One request and its answer, over the kept connection or a new one.
    fn exchange(
        &mut self,
        head: Vec<u8>,
        body: Vec<u8>,
    ) -> impl Future<Output = Result<(HttpResponse, Connection), BoxError>> + use<> {
        let kept = self.connection.take().filter(Connection::is_reusable);
        let (environment, address) = (self.environment.clone(), self.address.clone());
        async move {
            let mut connection = match kept {
                Some(connection) => connection,
                None => environment.connect(&address).await?,
            };
            if let Err(error) = connection.send(&head, &body).await {
                // What did not leave has not arrived, as where a kept connection was closed meanwhile.
                if connection.has_sent_bytes() {
                    return Err(error.into());
                }
                connection = environment.connect(&address).await?;
                connection.send(&head, &body).await?;
            }
            let answer = connection.receive().await?;
            Ok((answer, connection))
        }
    }
}

fn no_response(call: &'static str, source: impl Into<BoxError>) -> ExtensionError {
    ExtensionError::NoResponse { call, source: source.into() }
}

#[cold]
fn refused(call: &'static str, status: u16, body: &Bytes) -> ExtensionError {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Said {
        error_type: String,
        error_message: String,
    }
    let said: Said = serde_json::from_slice(body).unwrap_or_default();
    let (error_type, message) = (said.error_type, said.error_message);
    ExtensionError::Refused { call, status, error_type, message }
}
