//! What an extension asks for, and what it is told of the function.

use lambda_core::Environment;
use serde::Deserialize;

use crate::{Extension, ExtensionError, client::Client};

/// What an extension can be told of.
///
/// Source: AWS Lambda developer guide, "Using the Lambda Extensions API", "Register".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// An invocation begins. It is over once the extension has come back.
    Invoke,
    /// The environment ends. Internal extensions cannot ask for it.
    Shutdown,
}

impl Event {
    fn word(self) -> &'static str {
        match self {
            Self::Invoke => "INVOKE",
            Self::Shutdown => "SHUTDOWN",
        }
    }
}

/// The function beside which an extension runs.
///
/// Source: AWS Lambda developer guide, "Using the Lambda Extensions API", "Register".
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Function {
    /// Its name.
    #[serde(rename = "functionName", default)]
    pub name: String,
    /// Its version: `$LATEST` or a number.
    #[serde(rename = "functionVersion", default)]
    pub version: String,
    /// Its handler, as it is configured; for a custom runtime any text, also none.
    #[serde(default)]
    pub handler: String,
    /// The id of its account; absent unless it was asked for.
    #[serde(default)]
    pub account_id: Option<String>,
}

/// What an extension registers with, where [`Extension::register`] is not right.
///
/// ```no_run
/// # async fn app(environment: lambda_extension::Environment) -> Result<(), lambda_extension::Error> {
/// use lambda_extension::{Event, Registration};
///
/// let extension = Registration::new()
///     .name("log-shipper")
///     .events(&[Event::Shutdown])
///     .account_id()
///     .register(&environment)
///     .await?;
/// println!("beside {}", extension.function().name);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Registration {
    name: Option<String>,
    events: Option<Vec<Event>>,
    account_id: bool,
}

impl Registration {
    /// The defaults: see [`Extension::register`].
    pub fn new() -> Self {
        Self::default()
    }

    /// The name. That of an external extension must be that of its file, which is what it is unless told;
    /// the service would take it for an internal one, and wait for the other name for ever.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What it is told of; nothing, where the list is empty: it takes part in the init phase only.
    pub fn events(mut self, events: &[Event]) -> Self {
        self.events = Some(events.to_vec());
        self
    }

    /// Asks for the id of the account too.
    pub fn account_id(mut self) -> Self {
        self.account_id = true;
        self
    }

    /// Registers.
    ///
    /// # Errors
    ///
    /// See [`ExtensionError`]. An internal extension may be too late: after the first `next` of the runtime
    /// the service refuses it.
    pub async fn register(self, environment: &Environment) -> Result<Extension, ExtensionError> {
        let internal = is_in_the_functions_process(environment);
        let own = (!internal).then(|| environment.is_of_extension());
        let name = self.name.or_else(of_the_executable).unwrap_or_default();
        if name.is_empty() || !name.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(ExtensionError::NoName(name));
        }
        let default = [Event::Invoke, Event::Shutdown];
        let default = if internal { &default[..1] } else { &default[..] };
        let events = self.events.as_deref().unwrap_or(default);
        let events: Vec<&str> = events.iter().map(|event| event.word()).collect();
        let features: &[&str] = if self.account_id { &["accountId"] } else { &[] };
        let mut client = Client::new(environment.clone())?;
        let function = client.register(&name, &events, features).await?;
        if let Some(own) = own {
            // An extension registers once.
            let _ = own.set(client.identifier().to_owned());
        }
        Ok(Extension::new(client, function))
    }
}

/// "Left out for external extensions": the runtime's own variables.
fn is_in_the_functions_process(environment: &Environment) -> bool {
    ["_HANDLER", "LAMBDA_TASK_ROOT"].iter().any(|name| environment.variables().get(name).is_some())
}

/// "Name = base name of own executable."
fn of_the_executable() -> Option<String> {
    let path = std::env::current_exe().ok()?;
    Some(path.file_name()?.to_str()?.to_owned())
}
