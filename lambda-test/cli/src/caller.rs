//! What the caller of a function says besides the event.

use clap::Args;
use lambda_test::{CognitoIdentity, Invoke};
use serde_json::value::RawValue;

/// What the caller of a function says besides the event.
#[derive(Debug, Args)]
#[command(next_help_heading = "What its caller says")]
pub(crate) struct Caller {
    /// The client context, as JSON.
    #[arg(long, value_name = "JSON", value_parser = json, allow_hyphen_values = true)]
    client_context: Option<Box<RawValue>>,

    /// The Cognito identity of the caller, and its pool.
    #[arg(long, value_name = "IDENTITY[,POOL]", value_parser = header)]
    cognito_identity: Option<String>,

    /// The tenant; the function has tenant isolation then.
    #[arg(long, value_name = "TENANT", value_parser = header)]
    tenant: Option<String>,

    /// The trace header; without it one is made that is not sampled.
    #[arg(long, value_name = "Root=…;Sampled=1", value_parser = header)]
    trace: Option<String>,
}

fn json(text: &str) -> Result<Box<RawValue>, String> {
    serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))
}

fn header(text: &str) -> Result<String, String> {
    match text.contains(char::is_control) {
        true => Err("a header has no control characters".to_owned()),
        false => Ok(text.to_owned()),
    }
}

impl Caller {
    /// Whether the caller is a tenant.
    pub(crate) fn has_tenant(&self) -> bool {
        self.tenant.is_some()
    }

    /// The invocation with all of it.
    pub(crate) fn call(&self, mut invoke: Invoke) -> Invoke {
        if let Some(context) = &self.client_context {
            invoke = invoke.client_context(context);
        }
        if let Some(identity) = &self.cognito_identity {
            let (identity, pool) = identity.split_once(',').unwrap_or((identity, ""));
            let caller = CognitoIdentity {
                identity_id: identity.to_owned(),
                identity_pool_id: pool.to_owned(),
            };
            invoke = invoke.cognito_identity(&caller);
        }
        if let Some(tenant) = &self.tenant {
            invoke = invoke.tenant(tenant);
        }
        if let Some(trace) = &self.trace {
            invoke = invoke.trace(trace);
        }
        invoke
    }
}
