//! A closure that stands for a function.

use std::{fmt, rc::Rc, time::Duration};

use lambda_core::{
    Bootstrap, BoxError, Connection, Environment, FunctionError, HttpResponse,
    wire::{Header, Requests},
};
use serde::{Serialize, de::DeserializeOwned};

/// A closure that stands for a function, as [`Lambda::stub`](crate::Lambda::stub) makes it: for a function of somebody
/// else, which the tested one invokes.
///
/// ```
/// use std::time::Duration;
///
/// use lambda_test::{Lambda, Stub};
/// use serde_json::{Value, json};
///
/// # lambda_test::block_on(async {
/// let lambda = Lambda::new();
/// let pay = |order: Value| Ok(json!({"paid": order["total"]}));
/// let stub = Stub::new(pay).takes(Duration::from_millis(300));
/// let _payments = lambda.function("payments", stub).create();
///
/// let outcome = lambda.invoke("payments", json!({"total": 2899})).await;
/// assert_eq!(outcome.payload(), r#"{"paid":2899}"#);
/// assert_eq!(outcome.report().duration, Duration::from_millis(300));
/// # });
/// ```
#[derive(Clone)]
pub struct Stub {
    respond: Rc<Respond>,
    takes: Duration,
}

impl Stub {
    /// Responds to each event with what the closure returns. An event that does not fit its type fails with
    /// `Runtime.UnmarshalError`.
    pub fn new<E: DeserializeOwned, R: Serialize>(
        respond: impl Fn(E) -> Result<R, FunctionError> + 'static,
    ) -> Self {
        let respond = move |event: &[u8]| {
            let event = serde_json::from_slice(event)
                .map_err(|error| FunctionError::new("Runtime.UnmarshalError", error.to_string()))?;
            let response = respond(event)?;
            serde_json::to_vec(&response)
                .map_err(|error| FunctionError::new("Runtime.MarshalError", error.to_string()))
        };
        Self { respond: Rc::new(respond), takes: Duration::ZERO }
    }

    /// Sets how long an invocation takes; no time unless set.
    pub fn takes(mut self, duration: Duration) -> Self {
        self.takes = duration;
        self
    }
}

/// Makes a response of an event.
type Respond = dyn Fn(&[u8]) -> Result<Vec<u8>, FunctionError>;

/// Sends a request and receives the response.
async fn exchange(
    connection: &mut Connection,
    head: &[u8],
    body: &[u8],
) -> Result<HttpResponse, BoxError> {
    connection.send(head, body).await?;
    Ok(connection.receive().await?)
}

impl Bootstrap for Stub {
    type Error = BoxError;

    async fn start(self, environment: Environment) -> Result<(), BoxError> {
        let address = environment.api_address()?;
        let mut connection = environment.connect(&address).await?;
        let mut requests =
            Requests::new(&address, concat!("lambda-test/", env!("CARGO_PKG_VERSION")));
        loop {
            let invocation = exchange(&mut connection, requests.next(), b"").await?;
            let id = invocation.headers.bytes(Header::RequestId).unwrap_or_default().to_vec();
            tokio::time::sleep(self.takes).await;
            match (self.respond)(&invocation.body) {
                Ok(body) => {
                    let head = requests.response(&id, None, "application/json", body.len());
                    exchange(&mut connection, head, &body).await?;
                }
                Err(error) => {
                    let body = error.to_json();
                    let head = requests.error(&id, None, &error, body.len());
                    exchange(&mut connection, head, &body).await?;
                }
            }
        }
    }
}

impl fmt::Debug for Stub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stub").field("takes", &self.takes).finish_non_exhaustive()
    }
}
