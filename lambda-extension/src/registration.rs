//! What an extension asks for, and what it is told of the function.

use lambda_core::Environment;
use serde::Deserialize;

use crate::{Extension, ExtensionError, client::Client};
#[cfg(feature = "telemetry")]
use crate::{extension::Telemetry, telemetry::Subscription};

/// What an extension can be told of.
///
/// Source: AWS Lambda developer guide, "Using the Lambda Extensions API", "Register".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LifecycleEventKind {
    /// An invocation begins. It is over once the extension has come back.
    Invoke,
    /// The environment ends. Internal extensions cannot ask for it.
    Shutdown,
}

impl LifecycleEventKind {
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
pub struct FunctionInfo {
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
/// use lambda_extension::{LifecycleEventKind, Registration};
///
/// let extension = Registration::new()
///     .name("log-shipper")
///     .events(&[LifecycleEventKind::Shutdown])
///     .request_account_id()
///     .register(&environment)
///     .await?;
/// println!("beside {}", extension.function().name);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Registration {
    name: Option<String>,
    events: Option<Vec<LifecycleEventKind>>,
    account_id: bool,
    #[cfg(feature = "telemetry")]
    telemetry: Option<Subscription>,
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
    pub fn events(mut self, events: &[LifecycleEventKind]) -> Self {
        self.events = Some(events.to_vec());
        self
    }

    /// Requests the id of the account, for [`FunctionInfo::account_id`].
    pub fn request_account_id(mut self) -> Self {
        self.account_id = true;
        self
    }

    /// Subscribes to telemetry once the extension has registered. The events go to the handler of
    /// [`on_telemetry`](Extension::on_telemetry), or to [`take_batches`](Extension::take_batches).
    #[cfg(feature = "telemetry")]
    pub fn telemetry(mut self, subscription: Subscription) -> Self {
        self.telemetry = Some(subscription);
        self
    }

    /// Registers the extension, and subscribes it to telemetry where that was requested. An environment that
    /// has no telemetry, such as AWS's emulator, is not an error: a line in the log states it.
    ///
    /// # Errors
    ///
    /// See [`ExtensionError`]. An internal extension may be too late: after the first `next` of the runtime
    /// the service refuses it.
    pub async fn register(self, environment: &Environment) -> Result<Extension, ExtensionError> {
        let internal = is_internal(environment);
        let name = self.name.or_else(|| environment.program_name()).unwrap_or_default();
        if name.is_empty() || !name.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(ExtensionError::NoName(name));
        }
        let default = [LifecycleEventKind::Invoke, LifecycleEventKind::Shutdown];
        let default = if internal { &default[..1] } else { &default[..] };
        let events = self.events.as_deref().unwrap_or(default);
        let events: Vec<&str> = events.iter().map(|event| event.word()).collect();
        let features: &[&str] = if self.account_id { &["accountId"] } else { &[] };
        let mut client = Client::new(environment.clone())?;
        let function = client.register(&name, &events, features).await?;
        if !internal {
            environment.fill_slot(Registered { identifier: client.identifier().to_owned() });
        }
        #[cfg(feature = "telemetry")]
        let telemetry = match &self.telemetry {
            Some(subscription) => Telemetry::subscribe(&mut client, subscription).await?,
            None => Telemetry::NotSubscribed,
        };
        Ok(Extension::new(
            client,
            function,
            #[cfg(feature = "telemetry")]
            telemetry,
        ))
    }
}

/// The external extension that has registered in an environment.
pub(crate) struct Registered {
    pub(crate) identifier: String,
}

/// Returns whether the process is that of the function. Its own variables are "left out for external
/// extensions".
pub(crate) fn is_internal(environment: &Environment) -> bool {
    ["_HANDLER", "LAMBDA_TASK_ROOT"].iter().any(|name| environment.variables().get(name).is_some())
}
