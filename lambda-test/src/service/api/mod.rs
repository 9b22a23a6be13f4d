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
    Lambda, ServiceError, account::Account, constraint, defaults::LATEST,
    function_state::FunctionState, registry::Registry,
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
    /// [`function`](Self::function), since its code is not a package. Lists come in one page.
    ///
    /// A function has no package and no role here, so `Code`, `CodeSize`, `Role`, `Runtime` and `RuntimeVersionConfig` are
    /// shown as they might be; its `CodeSha256` is another one for each code.
    ///
    /// # Errors
    ///
    /// The service refuses the request. A parameter of another type is one that AWS SDKs do not send; here it is a
    /// `SerializationException`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such operation here, or if it has no such parameter here.
    #[track_caller]
    pub fn api_call(
        &self,
        operation: &str,
        parameters: Value,
    ) -> Result<ApiResponse, ServiceError> {
        let Some((_, names, call)) = OPERATIONS.iter().find(|(name, ..)| *name == operation) else {
            let names: Vec<&str> = OPERATIONS.iter().map(|(name, ..)| *name).collect();
            panic!("the operation is `{operation}`: expected one of {}", names.join(", "));
        };
        let Value::Object(parameters) = parameters else {
            panic!("the parameters of {operation} are {parameters}: expected an object");
        };
        let mut known = ["FunctionName"].into_iter().chain(names.split(' '));
        if let Some(name) = parameters.keys().find(|name| !known.clone().any(|it| it == *name)) {
            let known: Vec<&str> = known.by_ref().filter(|name| !name.is_empty()).collect();
            panic!("{operation} has no parameter `{name}` here: expected {}", known.join(", "));
        }
        call(&Request {
            registry: &self.registry,
            caller: &self.caller,
            parameters: parameters.into(),
        })
    }
}

/// An operation of the API.
type Operation = fn(&Request<'_>) -> Result<ApiResponse, ServiceError>;

/// What is configured of asynchronous invocations.
const EVENTS: &str = "Qualifier MaximumRetryAttempts MaximumEventAgeInSeconds DestinationConfig";
const URL: &str = "Qualifier AuthType Cors InvokeMode";

/// Operations, with their parameters but for `FunctionName`, which each has.
const OPERATIONS: &[(&str, &str, Operation)] = &[
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
struct Request<'a> {
    registry: &'a Rc<Registry>,
    caller: &'a Rc<Account>,
    parameters: Value,
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
    fn text(&self, path: &str) -> Result<Option<&str>, ServiceError> {
        self.read(path, "text", Value::as_str)
    }

    /// # Errors
    ///
    /// There is no such parameter, or it is not text.
    fn required(&self, path: &str) -> Result<&str, ServiceError> {
        self.text(path)?.ok_or_else(|| missing(path))
    }

    /// Returns a text that is one of these, which stand in brackets.
    ///
    /// # Errors
    ///
    /// It is another one.
    fn one_of(&self, path: &str, values: &str) -> Result<Option<&str>, ServiceError> {
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
    /// It is not an object.
    fn map(&self, path: &str) -> Result<Option<&Map<String, Value>>, ServiceError> {
        self.read(path, "an object", Value::as_object)
    }

    /// Returns the function that the request names, and the qualifier.
    ///
    /// # Errors
    ///
    /// The name is not one, or there is no such function: the message has the ARN as it was named.
    fn function(&self) -> Result<(Rc<FunctionState>, Option<String>), ServiceError> {
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

fn ok(status: u16, body: Value) -> Result<ApiResponse, ServiceError> {
    Ok(ApiResponse { status, body })
}

/// An instant as the service writes it in most places: seconds with a fraction.
fn instant(function: &FunctionState, at: std::time::Duration) -> Value {
    let clock = function.owner.clock;
    json!(clock.iso_at(at))
}
