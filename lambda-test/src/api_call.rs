//! The API that manages functions, by the names of its operations.

use serde_json::Value;

use crate::{
    kernel::Time,
    service::{ApiOperation, ApiRequest, ApiResponse, Lambda, OPERATIONS, ServiceError},
};

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
    /// `DeleteFunctionUrlConfig`; `AddPermission`, `RemovePermission`, `GetPolicy`; with the feature `sources` `Create…`, `Get…`,
    /// `Update…`, `DeleteEventSourceMapping` and `ListEventSourceMappings`. A function is created by
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
        let Some((_, names, call)) = operations().find(|(name, ..)| *name == operation) else {
            let names: Vec<&str> = operations().map(|(name, ..)| *name).collect();
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
        call(&ApiRequest {
            registry: &self.registry,
            caller: &self.caller,
            parameters: parameters.into(),
        })
    }
}

/// Every operation, with its parameters but for `FunctionName`, which each has.
fn operations() -> impl Iterator<Item = &'static (&'static str, &'static str, ApiOperation)> {
    #[cfg(feature = "sources")]
    let more = crate::sources::api::OPERATIONS;
    #[cfg(not(feature = "sources"))]
    let more = &[];
    OPERATIONS.iter().chain(more)
}
