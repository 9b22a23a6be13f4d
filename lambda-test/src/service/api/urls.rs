//! Function URLs, as far as they are configured. [`FunctionUrl`](crate::FunctionUrl) sends requests.

use std::{rc::Rc, sync::Arc, time::Duration};

use serde_json::{Value, json};

use super::{
    super::{ServiceError, function_state::FunctionState},
    ApiResponse, Request, instant, ok,
};

#[derive(Clone)]
pub(super) struct UrlConfig {
    auth_type: String,
    invoke_mode: Option<String>,
    cors: Option<Value>,
    url: String,
    created: Duration,
    modified: Duration,
}

/// Finds the function, and the alias of it or nothing.
fn find(request: &Request<'_>) -> Result<(Rc<FunctionState>, Arc<str>), ServiceError> {
    let (function, qualifier) =
        request.function_or(|_| "The resource you requested does not exist.".to_owned())?;
    Ok((function, qualifier.unwrap_or_default().into()))
}

fn not_found() -> ServiceError {
    ServiceError::missing("The resource you requested does not exist.".to_owned())
}

fn shown(function: &FunctionState, qualifier: &str, config: &UrlConfig) -> Value {
    let mut body = json!({
        "AuthType": config.auth_type,
        "CreationTime": instant(function, config.created),
        "FunctionArn": function.named(Some(qualifier).filter(|it| !it.is_empty())),
        "FunctionUrl": config.url,
    });
    if let Some(cors) = &config.cors {
        body["Cors"] = cors.clone();
    }
    body
}

/// Reads what the request sets.
fn read(request: &Request<'_>, config: &mut UrlConfig) -> Result<(), ServiceError> {
    let auth_type = request.one_of("AuthType", "[NONE, AWS_IAM]")?;
    let invoke_mode = request.one_of("InvokeMode", "[RESPONSE_STREAM, BUFFERED]")?;
    if let Some(auth_type) = auth_type {
        config.auth_type = auth_type.to_owned();
    }
    if let Some(mode) = invoke_mode {
        config.invoke_mode = Some(mode.to_owned());
    }
    if let Some(cors) = request.map("Cors")? {
        config.cors = Some(cors.clone().into());
    }
    Ok(())
}

/// The mode is shown by what sets it, and always where it is asked for.
fn with_mode(mut body: Value, mode: Option<&str>) -> Value {
    if let Some(mode) = mode {
        body["InvokeMode"] = mode.into();
    }
    body
}

/// There is no such function, or no such alias of it.
const NO_FUNCTION: &str = "Function does not exist";

pub(super) fn create(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    request.required("AuthType")?;
    let (function, qualifier) = request.function_or(|_| NO_FUNCTION.to_owned())?;
    let qualifier: Arc<str> = qualifier.unwrap_or_default().into();
    if !qualifier.is_empty() && !function.aliases.borrow().contains_key(&qualifier) {
        return Err(ServiceError::missing(NO_FUNCTION.to_owned()));
    }
    let now = function.owner.clock.elapsed();
    let id: String = function.revision().chars().filter(char::is_ascii_alphanumeric).collect();
    let mut config = UrlConfig {
        auth_type: String::new(),
        invoke_mode: None,
        cors: None,
        url: format!("https://{id}.lambda-url.{}.on.aws/", function.account.region),
        created: now,
        modified: now,
    };
    read(request, &mut config)?;
    let mut settings = function.api_settings.borrow_mut();
    if settings.urls.contains_key(&qualifier) {
        let arn = shown(&function, &qualifier, &config)["FunctionArn"].take();
        let arn = arn.as_str().unwrap_or_default();
        return Err(ServiceError::conflict(format!(
            "Failed to create function url config for [functionArn = {arn}]. Error message:  \
             FunctionUrlConfig exists for this Lambda function"
        )));
    }
    let body = with_mode(shown(&function, &qualifier, &config), request.text("InvokeMode")?);
    settings.urls.insert(qualifier, config);
    ok(201, body)
}

pub(super) fn get(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, qualifier) = find(request)?;
    let settings = function.api_settings.borrow();
    let config = settings.urls.get(&qualifier).ok_or_else(not_found)?;
    let mode = config.invoke_mode.as_deref().unwrap_or("BUFFERED");
    let mut body = with_mode(shown(&function, &qualifier, config), Some(mode));
    body["LastModifiedTime"] = instant(&function, config.modified);
    ok(200, body)
}

pub(super) fn update(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, qualifier) = find(request)?;
    let now = function.owner.clock.elapsed();
    let mut settings = function.api_settings.borrow_mut();
    let config = settings.urls.get_mut(&qualifier).ok_or_else(not_found)?;
    let mut changed = config.clone();
    read(request, &mut changed)?;
    changed.modified = now;
    *config = changed;
    let mut body = with_mode(shown(&function, &qualifier, config), request.text("InvokeMode")?);
    body["LastModifiedTime"] = instant(&function, now);
    ok(200, body)
}

pub(super) fn delete(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, qualifier) = find(request)?;
    function.api_settings.borrow_mut().urls.remove(&qualifier).ok_or_else(not_found)?;
    ok(204, Value::Null)
}
