//! Reserved and provisioned concurrency.

use serde_json::{Value, json};

use super::{
    super::{ServiceError, version::VersionState},
    ApiResponse, Request, instant, missing, ok,
};

pub(super) fn put(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, qualifier) = request.function()?;
    if qualifier.is_some() {
        let message = "This operation is permitted on Lambda functions only. Aliases and versions do not \
                       support this operation. Please specify either a function name or an unqualified \
                       function ARN.";
        return Err(ServiceError::invalid(message.to_owned()));
    }
    let reserved = request.number("ReservedConcurrentExecutions", 0)?;
    let reserved = reserved.ok_or_else(|| missing("ReservedConcurrentExecutions"))?;
    function.reserve(reserved.try_into().unwrap_or(usize::MAX))?;
    ok(200, json!({"ReservedConcurrentExecutions": reserved}))
}

pub(super) fn get(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, _) = request.function()?;
    ok(
        200,
        match function.reserved.get() {
            Some(reserved) => json!({"ReservedConcurrentExecutions": reserved}),
            None => json!({}),
        },
    )
}

pub(super) fn delete(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, _) = request.function()?;
    function.unreserve();
    ok(204, Value::Null)
}

pub(super) fn put_provisioned(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let qualifier = request.required("Qualifier")?;
    let requested = request.number("ProvisionedConcurrentExecutions", 1)?;
    let requested = requested.ok_or_else(|| missing("ProvisionedConcurrentExecutions"))?;
    let requested = requested.try_into().unwrap_or(usize::MAX);
    let (function, _) = request.function()?;
    function.provision(qualifier, requested)?;
    ok(
        202,
        json!({
            "RequestedProvisionedConcurrentExecutions": requested,
            "AllocatedProvisionedConcurrentExecutions": 0,
            "AvailableProvisionedConcurrentExecutions": 0,
            "Status": "IN_PROGRESS",
            "LastModified": instant(&function, function.owner.clock.elapsed()),
        }),
    )
}

const OF_LATEST: &str = "The function resource provided must be an alias or a published version.";

const FAILED: &str = "FAILED";

pub(super) fn get_provisioned(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let qualifier = request.required("Qualifier")?;
    let (function, _) = request.function()?;
    let (version, alias) = function.for_provisioned(qualifier, OF_LATEST)?;
    check(&version, alias.as_deref())?;
    let provisioned = version.provisioned.borrow();
    let Some(provisioned) = provisioned.as_ref() else { return Err(none()) };
    let (allocated, available) = provisioned.ready();
    let status = match () {
        () if allocated == provisioned.requested => "READY",
        () if provisioned.has_failed() => FAILED,
        () => "IN_PROGRESS",
    };
    let mut body = json!({
        "RequestedProvisionedConcurrentExecutions": provisioned.requested,
        "AllocatedProvisionedConcurrentExecutions": allocated,
        "AvailableProvisionedConcurrentExecutions": available,
        "LastModified": instant(&function, provisioned.since),
        "Status": status,
    });
    if status == FAILED {
        body["StatusReason"] = "FUNCTION_ERROR_INIT_FAILURE".into();
    }
    ok(200, body)
}

pub(super) fn delete_provisioned(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let qualifier = request.required("Qualifier")?;
    let (function, _) = request.function()?;
    let (version, alias) = function.for_provisioned(qualifier, OF_LATEST)?;
    check(&version, alias.as_deref())?;
    function.unprovision(&version);
    ok(204, Value::Null)
}

/// # Errors
///
/// What is made ahead was not asked for by this alias or number.
fn check(version: &VersionState, alias: Option<&str>) -> Result<(), ServiceError> {
    version.is_provisioned_by(alias).then_some(()).ok_or_else(none)
}

fn none() -> ServiceError {
    let message = "No Provisioned Concurrency Config found for this function".to_owned();
    ServiceError {
        error_type: "ProvisionedConcurrencyConfigNotFoundException",
        ..ServiceError::missing(message)
    }
}
