//! Makes the service send SIGTERM before it ends the process.

use lambda_core::{
    BoxError, Connection, Environment, USER_AGENT,
    rt::{Refusal, call, connected},
    wire::{ExtensionRequests, Header},
};

/// The name of the extension.
const NAME: &str = "lambda-runtime-shutdown";

/// A registered internal extension. It is not notified of anything, and keeps its `event/next` open: the init phase waits
/// for that.
#[derive(Debug)]
pub struct Registered {
    _connection: Option<Connection>,
}

impl Registered {
    /// Registers. Where the service does not accept it, one line in the log states so, and the function runs all the same.
    pub(crate) async fn new(environment: &Environment) -> Option<Self> {
        match register(environment).await {
            Ok(registered) => Some(registered),
            Err(error) => {
                environment.log(&format!(
                    "the service will send no SIGTERM, so on_shutdown may not run: the registration failed: {error}"
                ));
                None
            }
        }
    }
}

/// "A function without an extension gets SIGKILL with no notice", so it has one.
///
/// Source: AWS Lambda developer guide, "Lambda execution environment lifecycle", Shutdown phase.
async fn register(environment: &Environment) -> Result<Registered, BoxError> {
    const BODY: &[u8] = br#"{"events":[]}"#;
    let address = environment.api_address()?;
    let requests = ExtensionRequests::new(&address, USER_AGENT);
    let mut connection = None;
    let head = requests.register(NAME, &[], BODY.len());
    let response = call(environment, &mut connection, &head, BODY).await?;
    if !(200..=299).contains(&response.status) {
        let refusal = Refusal::of(&response.body);
        return Err(format!("the API responded with {}{refusal}", response.status).into());
    }
    let identifier = response.headers.visible(Header::ExtensionIdentifier);
    let identifier = identifier.ok_or("the response has no identifier")?;
    let head = requests.next(identifier);
    connected(environment, &address, &mut connection).await?.send(&head, &[]).await?;
    Ok(Registered { _connection: connection })
}
