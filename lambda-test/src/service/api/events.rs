//! What is configured of asynchronous invocations.

use std::{rc::Rc, time::Duration};

use serde_json::{Value, json};

use super::{
    super::{EventInvokeConfig, ServiceError, defaults::LATEST, function_state::FunctionState},
    ApiResponse, Request, instant, ok,
};

fn shown(function: &FunctionState, qualifier: &str, config: &EventInvokeConfig) -> Value {
    let destination = |arn: &Option<std::sync::Arc<str>>| match arn {
        Some(arn) => json!({"Destination": &**arn}),
        None => json!({}),
    };
    let mut body = json!({
        "DestinationConfig": {
            "OnFailure": destination(&config.on_failure),
            "OnSuccess": destination(&config.on_success),
        },
        "FunctionArn": function.qualified(qualifier),
        "LastModified": instant(function, config.modified),
    });
    if let Some(retries) = config.maximum_retry_attempts {
        body["MaximumRetryAttempts"] = retries.into();
    }
    if let Some(age) = config.maximum_event_age {
        body["MaximumEventAgeInSeconds"] = age.as_secs().into();
    }
    body
}

/// Reads what the request sets.
fn read(request: &Request<'_>) -> Result<EventInvokeConfig, ServiceError> {
    let mut config = EventInvokeConfig::new();
    if let Some(retries) = request.number("MaximumRetryAttempts", 0)? {
        config = config.maximum_retry_attempts(retries.try_into().unwrap_or(u32::MAX));
    }
    if let Some(seconds) = request.number("MaximumEventAgeInSeconds", 60)? {
        config = config.maximum_event_age(Duration::from_secs(seconds));
    }
    if let Some(arn) = request.text("DestinationConfig.OnSuccess.Destination")? {
        config = config.on_success(arn);
    }
    if let Some(arn) = request.text("DestinationConfig.OnFailure.Destination")? {
        config = config.on_failure(arn);
    }
    Ok(config)
}

fn find(request: &Request<'_>) -> Result<(Rc<FunctionState>, String), ServiceError> {
    let found = request.function_or(|_| "The function doesn't exist.".to_owned())?;
    Ok((found.0, found.1.unwrap_or_else(|| LATEST.to_owned())))
}

/// Finds the function of something that must be there.
fn find_config(request: &Request<'_>) -> Result<(Rc<FunctionState>, String), ServiceError> {
    let found = request
        .function_or(|arn| format!("The function {arn} doesn't have an EventInvokeConfig"))?;
    Ok((found.0, found.1.unwrap_or_else(|| LATEST.to_owned())))
}

pub(super) fn put(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, qualifier) = find(request)?;
    function.configure_events(&qualifier, read(request)?)?;
    ok(200, shown(&function, &qualifier, &function.events(&qualifier)?))
}

pub(super) fn update(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, qualifier) = find_config(request)?;
    let mut config = function.events(&qualifier)?;
    config.merge(read(request)?);
    function.configure_events(&qualifier, config)?;
    ok(200, shown(&function, &qualifier, &function.events(&qualifier)?))
}

pub(super) fn get(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, qualifier) = find_config(request)?;
    ok(200, shown(&function, &qualifier, &function.events(&qualifier)?))
}

pub(super) fn delete(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, qualifier) = find_config(request)?;
    function.events(&qualifier)?;
    function.event_invoke_configs.borrow_mut().remove(&*qualifier);
    ok(204, Value::Null)
}

pub(super) fn list(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, _) = find(request)?;
    let configs = function.event_invoke_configs.borrow();
    let configs = configs.iter().map(|(qualifier, config)| shown(&function, qualifier, config));
    ok(200, json!({"FunctionEventInvokeConfigs": configs.collect::<Vec<_>>()}))
}
