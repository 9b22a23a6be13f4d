//! Delivers the error of an init phase.

use crate::{
    BoxError, Connection, Environment, FunctionError, HttpResponse, USER_AGENT,
    exchange::{Refusal, exchange},
    transport::BackOff,
    wire::Requests,
};

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
    // Delivered twice it is the same report.
    let response = call(environment, &mut None, head, body).await?;
    match response.status {
        200..=299 => Ok(()),
        status => {
            let refusal = Refusal::of(&response.body);
            Err(format!("the API responded with {status}{refusal}").into())
        }
    }
}

/// Makes one call, and again where there is no response, for about a second.
///
/// # Errors
///
/// The environment has no API, or it did not respond.
pub async fn call(
    environment: &Environment,
    kept: &mut Option<Connection>,
    head: &[u8],
    body: &[u8],
) -> Result<HttpResponse, BoxError> {
    let address = environment.api_address()?;
    let mut back_off = BackOff::default();
    loop {
        match exchange(environment, &address, kept, head, body).await {
            Ok(response) => return Ok(response),
            Err(failed) if !back_off.wait(environment).await => return Err(failed.error),
            Err(_) => {}
        }
    }
}
