//! The calls of one extension over one kept-alive connection.

use bytes::Bytes;
use lambda_core::{
    Answer, ApiAddress, BoxError, Connection, Environment, FunctionError,
    wire::{ExtensionRequests, Header},
};
use serde::{Deserialize, Serialize};

use crate::{ExtensionError, Function, LifecycleEvent};

/// What is told to the service.
const USER_AGENT: &str = concat!("lambda-extension/", env!("CARGO_PKG_VERSION"));

/// The calls of one extension.
pub(crate) struct Client {
    environment: Environment,
    address: ApiAddress,
    requests: ExtensionRequests,
    connection: Option<Connection>,
    identifier: String,
}

impl Client {
    pub(crate) fn new(environment: Environment) -> Result<Self, ExtensionError> {
        let address = environment
            .api_address()
            .map_err(|source| ExtensionError::NoAnswer { call: "register", source })?;
        let requests = ExtensionRequests::new(&address, USER_AGENT);
        let identifier = String::new();
        Ok(Self { environment, address, requests, connection: None, identifier })
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
    ) -> Result<Function, ExtensionError> {
        #[derive(Serialize)]
        struct Events<'a> {
            events: &'a [&'a str],
        }
        const CALL: &str = "register";
        let body =
            serde_json::to_vec(&Events { events }).map_err(|error| no_answer(CALL, error))?;
        let head = self.requests.register(name, features, body.len());
        let answer = self.call(CALL, &head, &body).await?;
        let identifier = answer.headers.visible(Header::ExtensionIdentifier);
        let identifier = identifier.ok_or_else(|| no_answer(CALL, "it has no identifier"))?;
        self.identifier = identifier.to_owned();
        serde_json::from_slice(&answer.body).map_err(|error| no_answer(CALL, error))
    }

    /// Waits for the next event.
    pub(crate) async fn next(&mut self) -> Result<LifecycleEvent, ExtensionError> {
        const CALL: &str = "event/next";
        let head = self.requests.next(&self.identifier);
        let answer = self.call(CALL, &head, &[]).await?;
        LifecycleEvent::from_json(&answer.body).map_err(|error| no_answer(CALL, error))
    }

    /// Subscribes; false where the environment has no telemetry.
    #[cfg(feature = "telemetry")]
    pub(crate) async fn subscribe(&mut self, body: &[u8]) -> Result<bool, ExtensionError> {
        let head = self.requests.telemetry(&self.identifier, body.len());
        // "202: the environment cannot deliver (local emulation)."
        self.call("telemetry", &head, body).await.map(|answer| answer.status != 202)
    }

    /// Says that the extension is about to end.
    pub(crate) async fn exit_error(&mut self, error: &FunctionError) -> Result<(), ExtensionError> {
        let body = error.to_json();
        let head = self.requests.exit_error(&self.identifier, error, body.len());
        self.call("exit/error", &head, &body).await.map(drop)
    }

    /// Makes a call, whose answer is one of success.
    async fn call(
        &mut self,
        call: &'static str,
        head: &[u8],
        body: &[u8],
    ) -> Result<Answer, ExtensionError> {
        let answer = self.exchange(head, body).await;
        let answer = answer.map_err(|source| ExtensionError::NoAnswer { call, source })?;
        match answer.status {
            200..=299 => Ok(answer),
            status => Err(refused(call, status, &answer.body)),
        }
    }

    async fn exchange(&mut self, head: &[u8], body: &[u8]) -> Result<Answer, BoxError> {
        let mut connection = match self.connection.take().filter(Connection::is_reusable) {
            Some(connection) => connection,
            None => self.environment.connect(&self.address).await?,
        };
        if let Err(error) = connection.send(head, body).await {
            // What did not leave has not arrived, as where a kept connection was closed meanwhile.
            if connection.bytes_left() {
                return Err(error.into());
            }
            connection = self.environment.connect(&self.address).await?;
            connection.send(head, body).await?;
        }
        let answer = connection.receive().await?;
        self.connection = Some(connection);
        Ok(answer)
    }
}

fn no_answer(call: &'static str, source: impl Into<BoxError>) -> ExtensionError {
    ExtensionError::NoAnswer { call, source: source.into() }
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
