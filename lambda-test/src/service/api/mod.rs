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

use std::{collections::BTreeMap, rc::Rc, sync::Arc};

use serde_json::{Map, Value, json};

use super::{
    ServiceError, account::Account, constraint, defaults::LATEST, function_state::FunctionState,
    registry::Registry,
};

/// What an operation of the API returns: see [`Lambda::api_call`](crate::Lambda::api_call).
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

/// An operation of the API.
pub(crate) type Operation = fn(&Request<'_>) -> Result<ApiResponse, ServiceError>;

/// What is configured of asynchronous invocations.
const EVENTS: &str = "Qualifier MaximumRetryAttempts MaximumEventAgeInSeconds DestinationConfig";
const URL: &str = "Qualifier AuthType Cors InvokeMode";

/// Operations, with their parameters but for `FunctionName`, which each has.
pub(crate) const OPERATIONS: &[(&str, &str, Operation)] = &[
    ("GetFunction", "Qualifier", functions::get),
    ("GetFunctionConfiguration", "Qualifier", functions::get_configuration),
    (
        "UpdateFunctionConfiguration",
        "Description Handler MemorySize Timeout Environment DeadLetterConfig LoggingConfig RevisionId",
        functions::update_configuration,
    ),
    ("DeleteFunction", "Qualifier", functions::delete),
    ("PublishVersion", "Description CodeSha256 RevisionId", functions::publish),
    ("ListVersionsByFunction", "", functions::list_versions),
    ("CreateAlias", "Name FunctionVersion Description RoutingConfig", aliases::create),
    ("GetAlias", "Name", aliases::get),
    ("UpdateAlias", "Name FunctionVersion Description RoutingConfig RevisionId", aliases::update),
    ("DeleteAlias", "Name", aliases::delete),
    ("ListAliases", "FunctionVersion", aliases::list),
    ("PutFunctionConcurrency", "ReservedConcurrentExecutions", concurrency::put),
    ("GetFunctionConcurrency", "", concurrency::get),
    ("DeleteFunctionConcurrency", "", concurrency::delete),
    (
        "PutProvisionedConcurrencyConfig",
        "Qualifier ProvisionedConcurrentExecutions",
        concurrency::put_provisioned,
    ),
    ("GetProvisionedConcurrencyConfig", "Qualifier", concurrency::get_provisioned),
    ("DeleteProvisionedConcurrencyConfig", "Qualifier", concurrency::delete_provisioned),
    ("PutFunctionEventInvokeConfig", EVENTS, events::put),
    ("UpdateFunctionEventInvokeConfig", EVENTS, events::update),
    ("GetFunctionEventInvokeConfig", "Qualifier", events::get),
    ("DeleteFunctionEventInvokeConfig", "Qualifier", events::delete),
    ("ListFunctionEventInvokeConfigs", "", events::list),
    ("CreateFunctionUrlConfig", URL, urls::create),
    ("GetFunctionUrlConfig", "Qualifier", urls::get),
    ("UpdateFunctionUrlConfig", URL, urls::update),
    ("DeleteFunctionUrlConfig", "Qualifier", urls::delete),
    (
        "AddPermission",
        "Qualifier StatementId Action Principal SourceArn SourceAccount PrincipalOrgID \
         EventSourceToken FunctionUrlAuthType RevisionId",
        policy::add,
    ),
    ("RemovePermission", "Qualifier StatementId RevisionId", policy::remove),
    ("GetPolicy", "Qualifier", policy::get),
];

/// A request to the API.
pub(crate) struct Request<'a> {
    pub(crate) registry: &'a Rc<Registry>,
    pub(crate) caller: &'a Rc<Account>,
    pub(crate) parameters: Value,
}

/// Parameters are named by their paths, such as `LoggingConfig.LogFormat`. Null is absent.
impl Request<'_> {
    fn read<'v, T>(
        &'v self,
        path: &str,
        expected: &str,
        read: impl FnOnce(&'v Value) -> Option<T>,
    ) -> Result<Option<T>, ServiceError> {
        let value = self.parameters.pointer(&format!("/{}", path.replace('.', "/")));
        let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| {
            ServiceError::serialization(format!("`{path}` is `{value}`: expected {expected}"))
        })
    }

    /// # Errors
    ///
    /// It is not text.
    pub(crate) fn text(&self, path: &str) -> Result<Option<&str>, ServiceError> {
        self.read(path, "text", Value::as_str)
    }

    /// # Errors
    ///
    /// There is no such parameter, or it is not text.
    pub(crate) fn required(&self, path: &str) -> Result<&str, ServiceError> {
        self.text(path)?.ok_or_else(|| missing(path))
    }

    /// Returns a text that is one of these, which stand in brackets.
    ///
    /// # Errors
    ///
    /// It is another one.
    pub(crate) fn one_of(&self, path: &str, values: &str) -> Result<Option<&str>, ServiceError> {
        let text = self.text(path)?;
        let mut words = values.trim_matches(['[', ']']).split(", ");
        match text.filter(|text| !words.any(|word| word == *text)) {
            Some(other) => {
                Err(ServiceError::validation(&[constraint::values(&member(path), other, values)]))
            }
            None => Ok(text),
        }
    }

    /// Returns a number from 0.
    ///
    /// # Errors
    ///
    /// It is not a whole number, or negative: the least is in the message.
    fn number(&self, path: &str, least: u32) -> Result<Option<u64>, ServiceError> {
        let number = self.read(path, "a whole number", Value::as_i64)?;
        let checked = |number: i64| {
            number.try_into().map_err(|_| {
                let violation = constraint::range(&member(path), number as f64, (least, u32::MAX));
                ServiceError::validation(violation.as_slice())
            })
        };
        number.map(checked).transpose()
    }

    /// # Errors
    ///
    /// It is not a list.
    #[cfg(feature = "sources")]
    pub(crate) fn list(&self, path: &str) -> Result<Option<&Vec<Value>>, ServiceError> {
        self.read(path, "a list", Value::as_array)
    }

    /// # Errors
    ///
    /// It is neither true nor false.
    #[cfg(feature = "sources")]
    pub(crate) fn truth(&self, path: &str) -> Result<Option<bool>, ServiceError> {
        self.read(path, "true or false", Value::as_bool)
    }

    /// Returns a number that may be below 0.
    ///
    /// # Errors
    ///
    /// It is not a whole number.
    #[cfg(feature = "sources")]
    pub(crate) fn signed(&self, path: &str) -> Result<Option<i64>, ServiceError> {
        self.read(path, "a whole number", Value::as_i64)
    }

    /// # Errors
    ///
    /// It is not an object.
    pub(crate) fn map(&self, path: &str) -> Result<Option<&Map<String, Value>>, ServiceError> {
        self.read(path, "an object", Value::as_object)
    }

    /// Returns the function that the request names, and the qualifier.
    ///
    /// # Errors
    ///
    /// The name is not one, or there is no such function: the message has the ARN as it was named.
    pub(crate) fn function(&self) -> Result<(Rc<FunctionState>, Option<String>), ServiceError> {
        let (name, qualifier) = (self.required("FunctionName")?, self.text("Qualifier")?);
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

    /// Checks the revision for which the request is meant, if it has one.
    ///
    /// # Errors
    ///
    /// What is to be changed has another one, which these operations return.
    fn check_revision(&self, latest: &str, from: &str) -> Result<(), ServiceError> {
        match self.text("RevisionId")? {
            Some(revision) if revision != latest => Err(ServiceError::precondition(format!(
                "The Revision Id provided does not match the latest Revision Id. Call the {from} API to \
                 retrieve the latest Revision Id"
            ))),
            _ => Ok(()),
        }
    }
}

/// Each part of a path in an error begins with a small letter.
fn member(path: &str) -> String {
    let small = |part: &str| part[..1].to_lowercase() + &part[1..];
    path.split('.').map(small).collect::<Vec<_>>().join(".")
}

fn missing(path: &str) -> ServiceError {
    ServiceError::validation(&[format!(
        "Value null at '{}' failed to satisfy constraint: Member must not be null",
        member(path)
    )])
}

/// The ARN without the qualifier that the service puts behind one that has none.
fn unqualified(arn: &str) -> &str {
    arn.strip_suffix(LATEST).and_then(|arn| arn.strip_suffix(':')).unwrap_or(arn)
}

pub(crate) fn ok(status: u16, body: Value) -> Result<ApiResponse, ServiceError> {
    Ok(ApiResponse { status, body })
}

/// An instant as the service writes it in most places: seconds with a fraction.
fn instant(function: &FunctionState, at: std::time::Duration) -> Value {
    let clock = function.owner.clock;
    json!(clock.iso_at(at))
}
