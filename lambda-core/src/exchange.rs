//! One call to an API of the environment, and what is known where it fails.

use std::{fmt, io};

use serde::Deserialize;

use crate::{ApiAddress, BoxError, Connection, Environment, HttpResponse, error::excerpt};

/// Why a call got no response.
#[derive(Debug)]
pub struct NoResponse {
    /// What broke.
    pub error: BoxError,
    /// Whether any byte of the request has left, so that it may have arrived.
    pub sent_bytes: bool,
}

/// Makes one call over the connection that was kept, or over a new one, which is kept then.
///
/// # Errors
///
/// Nobody listens, or the connection broke before the response was complete.
pub async fn exchange(
    environment: &Environment,
    address: &ApiAddress,
    kept: &mut Option<Connection>,
    head: &[u8],
    body: &[u8],
) -> Result<HttpResponse, NoResponse> {
    let connection = match connected(environment, address, kept).await {
        Ok(connection) => connection,
        Err(error) => return Err(NoResponse { error: error.into(), sent_bytes: false }),
    };
    let sent = connection.send(head, body).await;
    let response = connection.receive().await;
    let sent_bytes = connection.has_sent_bytes();
    // A response may come before a connection breaks; without one, the break is the cause.
    response.map_err(|error| NoResponse {
        error: sent.err().map_or_else(|| error.into(), BoxError::from),
        sent_bytes,
    })
}

/// Returns the connection that was kept, or a new one, which is kept then.
///
/// # Errors
///
/// Nobody listens.
pub async fn connected<'a>(
    environment: &Environment,
    address: &ApiAddress,
    kept: &'a mut Option<Connection>,
) -> io::Result<&'a mut Connection> {
    kept.take_if(|kept| !kept.is_still_reusable());
    match kept {
        Some(connection) => Ok(connection),
        none => Ok(none.insert(environment.connect(address).await?)),
    }
}

/// Why an API refused a call, as the body of its response has it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// The type of the error; empty where the body is plain text, as of the 400 to a subscription.
    pub error_type: String,
    /// What is wrong.
    #[serde(default)]
    pub error_message: String,
}

impl Refusal {
    /// The refusal in this body.
    #[cold]
    pub fn of(body: &[u8]) -> Self {
        let text = |_| Self { error_type: String::new(), error_message: excerpt(body) };
        serde_json::from_slice(body).unwrap_or_else(text)
    }
}

/// Stands behind a status: nothing for an empty body.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [&self.error_type, &self.error_message].into_iter();
        words.filter(|words| !words.is_empty()).try_for_each(|words| write!(f, ": {words}"))
    }
}
