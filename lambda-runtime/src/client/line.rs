//! The connection to the Runtime API, and what the response to a post means.

use lambda_core::{
    ApiAddress, Connection, Environment, HttpResponse,
    rt::{BackOff, NoResponse, Refusal, connected, exchange},
    wire::Delivery,
};

use crate::RunError;

/// The connection to the Runtime API, made anew where it must be.
pub(super) struct Line {
    pub(super) environment: Environment,
    address: ApiAddress,
    connection: Option<Connection>,
}

impl Line {
    pub(super) fn new(environment: Environment, address: ApiAddress) -> Self {
        Self { environment, address, connection: None }
    }

    /// The next call is made over a new connection.
    pub(super) fn disconnect(&mut self) {
        self.connection = None;
    }

    /// One call over the connection there is, or over a new one.
    pub(super) async fn exchange(
        &mut self,
        head: &[u8],
        body: &[u8],
    ) -> Result<HttpResponse, NoResponse> {
        exchange(&self.environment, &self.address, &mut self.connection, head, body).await
    }

    /// The connection there is, or a new one.
    pub(super) async fn connected(&mut self) -> std::io::Result<&mut Connection> {
        connected(&self.environment, &self.address, &mut self.connection).await
    }

    /// The connection that a call was made over.
    pub(super) fn connection(&mut self) -> Option<&mut Connection> {
        self.connection.as_mut()
    }

    /// Posts a body that is in memory, again where that may help.
    pub(super) async fn post(
        &mut self,
        call: &'static str,
        head: &[u8],
        body: &[u8],
    ) -> Result<(), RunError> {
        let (mut back_off, mut resent) = (BackOff::default(), false);
        let answer = loop {
            match self.exchange(head, body).await {
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
        self.delivered(call, &answer, resent)
    }

    /// What the response to a post means: an error where the environment is lost, otherwise at most a line in the log.
    pub(super) fn delivered(
        &self,
        call: &'static str,
        answer: &HttpResponse,
        resent: bool,
    ) -> Result<(), RunError> {
        match Delivery::of(answer.status) {
            Delivery::Delivered => {}
            Delivery::Refused if resent && matches!(answer.status, 400 | 403) => {
                let refused = refused(call, answer);
                self.environment.log(&format!(
                    "{refused}; it was sent twice, since the connection broke: the first one may \
                     have arrived"
                ));
            }
            Delivery::Lost => return Err(refused(call, answer)),
            Delivery::TooLarge | Delivery::Late | Delivery::Refused => {
                self.environment.log(&refused(call, answer).to_string());
            }
        }
        Ok(())
    }
}

/// What the service refused, as a log line or as the end of the loop.
#[cold]
pub(super) fn refused(call: &'static str, answer: &HttpResponse) -> RunError {
    let (status, refusal) = (answer.status, Refusal::of(&answer.body));
    RunError::new(format!("the Runtime API answered {status} to {call}{refusal}"))
}
