//! Functions and versions.

use std::{rc::Rc, time::Duration};

use lambda_core::{LogFormat, LogLevel};
use serde_json::{Value, json};

use super::{
    super::{
        Configuration, ServiceError, constraint, function_state::FunctionState,
        version::VersionState,
    },
    ApiResponse, Request,
    configuration::{self, Shown},
    ok, unqualified,
};

/// What a request for a function means: itself, a version and the ARN by which it is shown.
fn find(
    request: &Request<'_>,
) -> Result<(Rc<FunctionState>, Rc<VersionState>, String), ServiceError> {
    let named = request.text("Qualifier").is_some();
    let (function, qualifier) = request.function_or(|arn| {
        // Without a qualifier the ARN has none.
        let arn = if named { arn } else { unqualified(arn) };
        format!("Function not found: {arn}")
    })?;
    let version = function.resolve(qualifier.as_deref())?;
    let arn = function.named(qualifier.as_deref());
    Ok((function, version, arn))
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
    let (function, _, arn) = find(request)?;
    function.check_state()?;
    let mut configuration = function.latest().content.configuration.clone();
    read(request, &mut configuration)?;
    function.update_configuration(configuration)?;
    let latest = function.latest();
    ok(200, configuration::of(&function, &latest, &arn, Shown::Updating))
}

/// Reads what the request sets; the rest stays as it is.
fn read(request: &Request<'_>, to: &mut Configuration) -> Result<(), ServiceError> {
    if let Some(text) = request.text("Description") {
        to.description(text);
    }
    if let Some(text) = request.text("Handler") {
        to.handler(text);
    }
    if let Some(memory) = request.number("MemorySize") {
        to.memory_mb(memory.try_into().unwrap_or(u32::MAX));
    }
    if let Some(seconds) = request.number("Timeout") {
        to.timeout(Duration::from_secs(seconds));
    }
    if let Some(variables) = request.parameters["Environment"]["Variables"].as_object() {
        to.variables = lambda_core::Variables::default();
        for (name, value) in variables {
            to.env(name, value.as_str().unwrap_or_default());
        }
    }
    // An empty one changes nothing.
    if let Some(arn) = request.parameters["DeadLetterConfig"]["TargetArn"].as_str() {
        to.dead_letter(arn);
    }
    let logging = &request.parameters["LoggingConfig"];
    match logging["LogFormat"].as_str() {
        Some("JSON") => drop(to.log_format(LogFormat::Json)),
        Some("Text") => {
            to.log_format(LogFormat::Text);
            (to.logging.application, to.logging.system) = (None, None);
        }
        _ => {}
    }
    let level = |name: &str| -> Result<Option<LogLevel>, ServiceError> {
        let Some(text) = logging[name].as_str() else { return Ok(None) };
        let level = text.parse().map_err(|_| {
            let at = format!("loggingConfig.{}", name[..1].to_lowercase() + &name[1..]);
            ServiceError::validation(&[constraint::values(
                &at,
                text,
                "[TRACE, DEBUG, INFO, WARN, ERROR, FATAL]",
            )])
        })?;
        Ok(Some(level))
    };
    if let Some(level) = level("ApplicationLogLevel")? {
        to.application_log_level(level);
    }
    if let Some(level) = level("SystemLogLevel")? {
        to.system_log_level(level);
    }
    if let Some(group) = logging["LogGroup"].as_str() {
        to.log_group = Some(group.to_owned());
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
    let (function, ..) = find(request)?;
    function.check_state()?;
    let version = function.publish(request.text("Description").map(str::to_owned));
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
