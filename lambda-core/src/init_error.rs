//! Delivers the error of an init phase.

use crate::{BoxError, Environment, FunctionError, USER_AGENT, wire::Requests};

/// Posts the error of an init phase to `runtime/init/error`.
///
/// # Errors
///
/// The environment has no API, or the API did not accept the report.
pub async fn post_runtime(
    environment: &Environment,
    error: &FunctionError,
) -> Result<(), BoxError> {
    let mut requests = Requests::new(&environment.api_address()?, USER_AGENT);
    let body = error.to_json();
    post(environment, requests.init_error(error, body.len()), &body).await
}

/// Posts a request over a connection of its own. The process is about to exit.
///
/// # Errors
///
/// The environment has no API, or the API did not accept the request.
pub async fn post(environment: &Environment, head: &[u8], body: &[u8]) -> Result<(), BoxError> {
    let mut connection = environment.connect(&environment.api_address()?).await?;
    connection.send(head, body).await?;
    match connection.receive().await?.status {
        200..=299 => Ok(()),
        status => Err(format!("the API responded with {status}").into()),
    }
}
