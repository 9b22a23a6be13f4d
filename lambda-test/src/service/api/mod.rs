//! The API that manages functions: operations by their names, with the members that AWS SDKs show.
//!
//! `mod` finds the operation and reads parameters, `functions` has functions and versions, `configuration` how they are
//! shown, then a file for each kind of setting.

mod aliases;
mod concurrency;
mod configuration;
mod events;
mod functions;
mod policy;
mod urls;

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

use serde_json::{Value, json};

use super::{
    Lambda, ServiceError, account::Account, defaults::LATEST, function_state::FunctionState,
    registry::Registry,
};
use crate::kernel::Time;

/// What an operation of the API returns: see [`Lambda::api_call`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ApiResponse {
    /// The HTTP status.
    pub status: u16,
    /// The members, as AWS SDKs show them; null where the operation returns none.
    pub body: Value,
}

/// What is set of a function by the API alone, by qualifiers; an empty one is that of the function itself.
#[derive(Default)]
pub(super) struct ApiSettings {
    urls: BTreeMap<Arc<str>, urls::UrlConfig>,
    policies: BTreeMap<Arc<str>, Vec<policy::Statement>>,
}

impl<T: Time> Lambda<T> {
    /// Calls an operation of the API that manages functions, such as `CreateAlias`, with its parameters by the names that
    /// AWS SDKs have. It is for tests of what calls that API, and of its errors; the methods of
    /// [`Function`](crate::Function) do the same with types.
    ///
    /// ```
    /// use lambda_runtime::{Error, Runtime};
    /// use serde_json::json;
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let double = Runtime::new(async |n: u64| Ok::<_, Error>(2 * n));
    /// let _double = lambda.function("double", double).create();
    ///
    /// lambda.api_call("PublishVersion", json!({"FunctionName": "double"}))?;
    /// let alias = json!({"FunctionName": "double", "Name": "live", "FunctionVersion": "1"});
    /// let response = lambda.api_call("CreateAlias", alias.clone())?;
    /// assert_eq!(response.status, 201);
    /// let error = lambda.api_call("CreateAlias", alias).expect_err("it exists");
    /// assert_eq!((error.status, error.error_type), (409, "ResourceConflictException"));
    /// # Ok::<(), lambda_test::ServiceError>(())
    /// # }).unwrap();
    /// ```
    ///
    /// Here are: `GetFunction`, `GetFunctionConfiguration`, `UpdateFunctionConfiguration`, `DeleteFunction`,
    /// `PublishVersion`, `ListVersionsByFunction`; `CreateAlias`, `GetAlias`, `UpdateAlias`, `DeleteAlias`, `ListAliases`;
    /// `Put…`, `Get…` and `DeleteFunctionConcurrency` and `…ProvisionedConcurrencyConfig`; `Put…`, `Update…`, `Get…`,
    /// `Delete…FunctionEventInvokeConfig` and `ListFunctionEventInvokeConfigs`; `Create…`, `Get…`, `Update…` and
    /// `DeleteFunctionUrlConfig`; `AddPermission`, `RemovePermission`, `GetPolicy`. A function is created by
    /// [`function`](Self::function), since its code is not a package.
    ///
    /// # Errors
    ///
    /// The service refuses the request.
    ///
    /// # Panics
    ///
    /// Panics if there is no such operation here.
    #[track_caller]
    pub fn api_call(
        &self,
        operation: &str,
        parameters: Value,
    ) -> Result<ApiResponse, ServiceError> {
        let Some((_, operation)) = OPERATIONS.iter().find(|(name, _)| *name == operation) else {
            let names: Vec<&str> = OPERATIONS.iter().map(|(name, _)| *name).collect();
            panic!("the operation is `{operation}`: expected one of {}", names.join(", "));
        };
        operation(&Request { registry: &self.registry, caller: &self.caller, parameters })
    }
}

/// An operation of the API.
type Operation = fn(&Request<'_>) -> Result<ApiResponse, ServiceError>;

const OPERATIONS: &[(&str, Operation)] = &[
    ("GetFunction", functions::get),
    ("GetFunctionConfiguration", functions::get_configuration),
    ("UpdateFunctionConfiguration", functions::update_configuration),
    ("DeleteFunction", functions::delete),
    ("PublishVersion", functions::publish),
    ("ListVersionsByFunction", functions::list_versions),
    ("CreateAlias", aliases::create),
    ("GetAlias", aliases::get),
    ("UpdateAlias", aliases::update),
    ("DeleteAlias", aliases::delete),
    ("ListAliases", aliases::list),
    ("PutFunctionConcurrency", concurrency::put),
    ("GetFunctionConcurrency", concurrency::get),
    ("DeleteFunctionConcurrency", concurrency::delete),
    ("PutProvisionedConcurrencyConfig", concurrency::put_provisioned),
    ("GetProvisionedConcurrencyConfig", concurrency::get_provisioned),
    ("DeleteProvisionedConcurrencyConfig", concurrency::delete_provisioned),
    ("PutFunctionEventInvokeConfig", events::put),
    ("UpdateFunctionEventInvokeConfig", events::update),
    ("GetFunctionEventInvokeConfig", events::get),
    ("DeleteFunctionEventInvokeConfig", events::delete),
    ("ListFunctionEventInvokeConfigs", events::list),
    ("CreateFunctionUrlConfig", urls::create),
    ("GetFunctionUrlConfig", urls::get),
    ("UpdateFunctionUrlConfig", urls::update),
    ("DeleteFunctionUrlConfig", urls::delete),
    ("AddPermission", policy::add),
    ("RemovePermission", policy::remove),
    ("GetPolicy", policy::get),
];

/// A request to the API.
struct Request<'a> {
    registry: &'a Rc<Registry>,
    caller: &'a Rc<Account>,
    parameters: Value,
}

impl Request<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.parameters[name].as_str()
    }

    /// # Errors
    ///
    /// There is no such parameter, or it is not text.
    fn required(&self, name: &str) -> Result<&str, ServiceError> {
        self.text(name).ok_or_else(|| missing(name))
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.parameters[name].as_u64()
    }

    /// Returns the function that the request names, and the qualifier.
    ///
    /// # Errors
    ///
    /// The name is not one, or there is no such function: the message has the ARN as it was named.
    fn function(&self) -> Result<(Rc<FunctionState>, Option<String>), ServiceError> {
        let (name, qualifier) = (self.required("FunctionName")?, self.text("Qualifier"));
        let (function, qualifier) = self.registry.look_up(self.caller, name, qualifier)?;
        Ok((function, qualifier.map(str::to_owned)))
    }

    /// Returns the function that the request names, with other words where there is none.
    fn function_or(
        &self,
        words: impl FnOnce(&str) -> String,
    ) -> Result<(Rc<FunctionState>, Option<String>), ServiceError> {
        self.function().map_err(|error| match error.message.strip_prefix("Function not found: ") {
            Some(arn) => ServiceError::missing(words(arn)),
            None => error,
        })
    }
}

/// The name of a member in an error begins with a small letter.
fn missing(name: &str) -> ServiceError {
    let name = name[..1].to_lowercase() + &name[1..];
    ServiceError::validation(&[format!(
        "Value null at '{name}' failed to satisfy constraint: Member must not be null"
    )])
}

/// The ARN without the qualifier that the service puts behind one that has none.
fn unqualified(arn: &str) -> &str {
    arn.strip_suffix(LATEST).and_then(|arn| arn.strip_suffix(':')).unwrap_or(arn)
}

fn ok(status: u16, body: Value) -> Result<ApiResponse, ServiceError> {
    Ok(ApiResponse { status, body })
}

/// An instant as the service writes it in most places: seconds with a fraction.
fn instant(function: &FunctionState, at: std::time::Duration) -> Value {
    let clock = function.owner.clock;
    json!(clock.iso_at(at))
}

impl FunctionState {
    fn settings(&self) -> &RefCell<ApiSettings> {
        &self.api_settings
    }
}
