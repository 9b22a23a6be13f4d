//! Functions and versions.

use std::{rc::Rc, time::Duration};

use lambda_core::{LogFormat, LogLevel};
use serde_json::{Value, json};

use super::{
    super::{Configuration, ServiceError, function_state::FunctionState, version::VersionState},
    ApiResponse, Request,
    configuration::{self, Shown},
    ok, unqualified,
};

/// What a request for a function means: itself, a version and the ARN by which it is shown.
fn find(
    request: &Request<'_>,
) -> Result<(Rc<FunctionState>, Rc<VersionState>, String), ServiceError> {
    let named = request.text("Qualifier")?.is_some();
    let (function, qualifier) = request.function_or(|arn| {
        // Without a qualifier the ARN has none.
        let arn = if named { arn } else { unqualified(arn) };
        format!("Function not found: {arn}")
    })?;
    let version = function.resolve(qualifier.as_deref())?;
    let arn = function.named(qualifier.as_deref());
    Ok((function, version, arn))
}

/// What returns the revision of a function or an alias.
pub(super) const OF_REVISION: &str = "GetFunction/GetAlias";

/// Finds a function of which `$LATEST` is meant, and the ARN by which it is shown.
fn find_latest(request: &Request<'_>) -> Result<(Rc<FunctionState>, String), ServiceError> {
    let (function, version, arn) = find(request)?;
    if !version.is_latest() {
        let message = "Current operation does not support versions other than $LATEST. Please set the version \
                       to $LATEST or do not set a version in your request.";
        return Err(ServiceError::invalid(message.to_owned()));
    }
    Ok((function, arn))
}

pub(super) fn get(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, version, arn) = find(request)?;
    let mut body = json!({
        "Code": {"RepositoryType": "S3", "Location": format!("https://example.com/{}", function.name)},
        "Configuration": configuration::of(&function, &version, &arn, Shown::Now),
    });
    if let Some(reserved) = function.reserved.get() {
        body["Concurrency"] = json!({"ReservedConcurrentExecutions": reserved});
    }
    ok(200, body)
}

pub(super) fn get_configuration(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, version, arn) = find(request)?;
    ok(200, configuration::of(&function, &version, &arn, Shown::Now))
}

pub(super) fn update_configuration(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, arn) = find_latest(request)?;
    function.check_state()?;
    request.check_revision(&function.latest().revision.borrow(), OF_REVISION)?;
    let mut configuration = function.latest().content.configuration.clone();
    read(request, &mut configuration)?;
    function.update_configuration(configuration)?;
    let latest = function.latest();
    ok(200, configuration::of(&function, &latest, &arn, Shown::Updating))
}

/// Reads what the request sets; the rest stays as it is.
fn read(request: &Request<'_>, to: &mut Configuration) -> Result<(), ServiceError> {
    if let Some(text) = request.text("Description")? {
        to.description(text);
    }
    if let Some(text) = request.text("Handler")? {
        to.handler(text);
    }
    if let Some(memory) = request.number("MemorySize", 128)? {
        to.memory_mb(memory.try_into().unwrap_or(u32::MAX));
    }
    if let Some(seconds) = request.number("Timeout", 1)? {
        to.timeout(Duration::from_secs(seconds));
    }
    if let Some(variables) = request.map("Environment.Variables")? {
        to.variables = lambda_core::Variables::default();
        for (name, value) in variables {
            let Some(value) = value.as_str() else {
                let message = format!("the variable `{name}` is `{value}`: expected text");
                return Err(ServiceError::serialization(message));
            };
            to.env(name, value);
        }
    }
    if let Some(arn) = request.text("DeadLetterConfig.TargetArn")? {
        to.dead_letter(arn);
    }
    match request.one_of("LoggingConfig.LogFormat", "[JSON, Text]")? {
        Some("JSON") => drop(to.log_format(LogFormat::Json)),
        Some(_) => {
            to.log_format(LogFormat::Text);
            (to.logging.application, to.logging.system) = (None, None);
        }
        None => {}
    }
    const LEVELS: &str = "[TRACE, DEBUG, INFO, WARN, ERROR, FATAL]";
    let level = |path: &str| -> Result<Option<LogLevel>, ServiceError> {
        Ok(request.one_of(path, LEVELS)?.and_then(|text| text.parse().ok()))
    };
    if let Some(level) = level("LoggingConfig.ApplicationLogLevel")? {
        to.application_log_level(level);
    }
    if let Some(level) = level("LoggingConfig.SystemLogLevel")? {
        to.system_log_level(level);
    }
    if let Some(group) = request.text("LoggingConfig.LogGroup")? {
        to.log_group(group);
    }
    Ok(())
}

pub(super) fn delete(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, qualifier) =
        request.function_or(|arn| format!("Function not found: {}", unqualified(arn)))?;
    match qualifier.as_deref() {
        None => function.delete(),
        Some(number) => function.delete_version(number)?,
    }
    ok(204, Value::Null)
}

pub(super) fn publish(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, _) = find_latest(request)?;
    function.check_state()?;
    let latest = function.latest();
    request.check_revision(&latest.revision.borrow(), OF_REVISION)?;
    let sha256 = function.code_sha256(latest.content.code_number);
    if let Some(other) = request.text("CodeSha256")?.filter(|other| *other != sha256) {
        return Err(ServiceError::invalid(format!(
            "CodeSHA256 ({other}) is different from current CodeSHA256 in $LATEST ({sha256}). Please try \
             again with the CodeSHA256 in $LATEST."
        )));
    }
    let version = function.publish(request.text("Description")?.map(str::to_owned));
    let arn = function.qualified(&version.number);
    ok(201, configuration::of(&function, &version, &arn, Shown::Now))
}

pub(super) fn list_versions(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, ..) = find(request)?;
    let shown = |version: &VersionState| {
        let arn = function.qualified(&version.number);
        configuration::of(&function, version, &arn, Shown::Listed)
    };
    let published = function.published.borrow();
    let mut versions = vec![shown(&function.latest())];
    versions.extend(published.values().map(|version| shown(version)));
    ok(200, json!({"Versions": versions}))
}
