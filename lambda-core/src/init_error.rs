//! Delivers the error of an init phase.

use crate::{
    BoxError, Environment, FunctionError, USER_AGENT,
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
    let address = environment.api_address()?;
    let (mut back_off, mut kept) = (BackOff::default(), None);
    let response = loop {
        match exchange(environment, &address, &mut kept, head, body).await {
            Ok(response) => break response,
            // Delivered twice it is the same report.
            Err(failed) if !back_off.wait(environment).await => return Err(failed.error),
            Err(_) => {}
        }
    };
    match response.status {
        200..=299 => Ok(()),
        status => {
            let refusal = Refusal::of(&response.body);
            Err(format!("the API responded with {status}{refusal}").into())
        }
    }
}
