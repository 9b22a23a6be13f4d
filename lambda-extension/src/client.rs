//! The calls of one extension over one kept-alive connection, and what each failure means.
//!
//! | call | what happens | what follows |
//! |---|---|---|
//! | any | kept connection closed by the service before the call | made on a new connection at once |
//! | any | connection refused, or broken before a byte left | made on a new connection after 10, 40, 160 and 640 ms, each ± 25 %; then [`ExtensionError::NoResponse`] |
//! | event/next | connection reset, cut off, malformed response | the same |
//! | others | connection reset, cut off, malformed response once bytes had left | sent once more; failing again: [`ExtensionError::NoResponse`] |
//! | telemetry | 500 to the second of two | the first one had arrived: subscribed, with a line in the log |
//! | any | any other status than 2xx | [`ExtensionError::Refused`] |

use std::pin::Pin;

use bytes::Bytes;
use lambda_core::{
    ApiAddress, BoxError, Connection, Environment, FunctionError, HttpResponse,
    rt::{BackOff, Refusal, exchange},
    wire::{ExtensionRequests, Header},
};
use serde::Serialize;

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

type Asking = Pin<Box<dyn Future<Output = Result<Exchanged, BoxError>>>>;

/// A call with its response.
struct Exchanged {
    response: HttpResponse,
    /// The connection, for the next call.
    connection: Option<Connection>,
    /// Whether the request was sent twice, so that the first one may have arrived.
    #[cfg_attr(
        not(feature = "telemetry"),
        expect(dead_code, reason = "a second subscription alone matters")
    )]
    resent: bool,
}

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
        let response = self.call(CALL, head, body).await?;
        let identifier = response.headers.visible(Header::ExtensionIdentifier);
        let identifier = identifier.ok_or_else(|| no_response(CALL, "it has no identifier"))?;
        self.identifier = identifier.to_owned();
        serde_json::from_slice(&response.body).map_err(|error| no_response(CALL, error))
    }

    /// Waits for the next event. Where its future is dropped, the next one waits for the same event.
    pub(crate) async fn next(&mut self) -> Result<LifecycleEvent, ExtensionError> {
        const CALL: &str = "event/next";
        let asking = match self.asking.take() {
            Some(asking) => asking,
            None => Box::pin(self.exchange(
                Resend::Always,
                self.requests.next(&self.identifier),
                Vec::new(),
            )),
        };
        let exchanged = self.asking.insert(asking).await;
        self.asking = None;
        let response = self.checked(CALL, exchanged)?;
        let note = |note: String| self.environment.log(&note);
        let event = LifecycleEvent::from_json_noting(&response.body, note);
        event.map_err(|error| no_response(CALL, error))
    }

    /// Subscribes; false where the environment has no telemetry.
    #[cfg(feature = "telemetry")]
    pub(crate) async fn subscribe(&mut self, body: Vec<u8>) -> Result<bool, ExtensionError> {
        const CALL: &str = "telemetry";
        let head = self.requests.telemetry(&self.identifier, body.len());
        let exchanged = self.exchange(Resend::Once, head, body).await;
        let resent = exchanged.as_ref().is_ok_and(|exchanged| exchanged.resent);
        match self.checked(CALL, exchanged) {
            // "202: the environment cannot deliver (local emulation)."
            Ok(response) => Ok(response.status != 202),
            // A second subscription is refused so, and the first one stays.
            Err(error @ ExtensionError::Refused { status: 500, .. }) if resent => {
                self.environment
                    .log(&format!("{error}; it was sent twice, since the connection broke"));
                Ok(true)
            }
            Err(error) => Err(error),
        }
    }

    /// Says that the extension is about to end.
    pub(crate) async fn exit_error(&mut self, error: &FunctionError) -> Result<(), ExtensionError> {
        let body = error.to_json();
        let head = self.requests.exit_error(&self.identifier, error, body.len());
        self.call("exit/error", head, body).await.map(drop)
    }

    /// Makes a call, whose response is one of success.
    async fn call(
        &mut self,
        call: &'static str,
        head: Vec<u8>,
        body: Vec<u8>,
    ) -> Result<HttpResponse, ExtensionError> {
        let exchanged = self.exchange(Resend::Once, head, body).await;
        self.checked(call, exchanged)
    }

    /// Keeps the connection, and looks at the status.
    fn checked(
        &mut self,
        call: &'static str,
        exchanged: Result<Exchanged, BoxError>,
    ) -> Result<HttpResponse, ExtensionError> {
        let Exchanged { response, connection, resent: _ } =
            exchanged.map_err(|source| ExtensionError::NoResponse { call, source })?;
        self.connection = connection;
        match response.status {
            200..=299 => Ok(response),
            status => Err(refused(call, status, &response.body)),
        }
    }

    /// One call, made again where it got no response.
    fn exchange(
        &mut self,
        resend: Resend,
        head: Vec<u8>,
        body: Vec<u8>,
    ) -> impl Future<Output = Result<Exchanged, BoxError>> + use<> {
        let mut connection = self.connection.take();
        let (environment, address) = (self.environment.clone(), self.address.clone());
        async move {
            let (mut back_off, mut resent) = (BackOff::default(), false);
            loop {
                let attempt = exchange(&environment, &address, &mut connection, &head, &body);
                let failed = match attempt.await {
                    Ok(response) => return Ok(Exchanged { response, connection, resent }),
                    Err(failed) => failed,
                };
                let again = match resend {
                    Resend::Always => true,
                    Resend::Once => !(failed.sent_bytes && resent),
                };
                resent |= failed.sent_bytes;
                if !(again && back_off.wait(&environment).await) {
                    return Err(failed.error);
                }
            }
        }
    }
}

/// How often a request is sent again after bytes of it have left.
#[derive(Clone, Copy)]
enum Resend {
    /// Asking twice for the next event is asking once.
    Always,
    /// It may have arrived.
    Once,
}

fn no_response(call: &'static str, source: impl Into<BoxError>) -> ExtensionError {
    ExtensionError::NoResponse { call, source: source.into() }
}

#[cold]
fn refused(call: &'static str, status: u16, body: &Bytes) -> ExtensionError {
    let Refusal { error_type, error_message: message } = Refusal::of(body);
    ExtensionError::Refused { call, status, error_type, message }
}
