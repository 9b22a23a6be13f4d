//! Aliases.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};

use super::{
    super::{ServiceError, alias::AliasState, function_state::FunctionState},
    ApiResponse, Request,
    functions::OF_REVISION,
    ok,
};

fn shown(function: &FunctionState, name: &str, alias: &AliasState) -> Value {
    let mut body = json!({
        "AliasArn": function.qualified(name),
        "Description": alias.description,
        "FunctionVersion": &*alias.version,
        "Name": name,
        "RevisionId": &*alias.revision,
    });
    if !alias.weights.is_empty() {
        let weights: serde_json::Map<String, Value> = alias
            .weights
            .iter()
            .map(|(version, weight)| (version.to_string(), json!(weight)))
            .collect();
        body["RoutingConfig"] = json!({"AdditionalVersionWeights": weights});
    }
    body
}

/// Reads the weights, if the request has some.
fn weights(request: &Request<'_>) -> Result<Option<BTreeMap<Arc<str>, f64>>, ServiceError> {
    if request.map("RoutingConfig")?.is_none() {
        return Ok(None);
    }
    let mut weights = BTreeMap::new();
    for (version, weight) in
        request.map("RoutingConfig.AdditionalVersionWeights")?.into_iter().flatten()
    {
        let Some(number) = weight.as_f64() else {
            let message = format!("the weight of `{version}` is `{weight}`: expected a number");
            return Err(ServiceError::serialization(message));
        };
        weights.insert(version.as_str().into(), number);
    }
    Ok(Some(weights))
}

pub(super) fn create(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let name = request.required("Name")?;
    let (function, _) = request.function()?;
    let alias = AliasState {
        version: request.required("FunctionVersion")?.into(),
        weights: weights(request)?.unwrap_or_default(),
        description: request.text("Description")?.unwrap_or_default().to_owned(),
        revision: function.revision(),
    };
    function.create_alias(name, alias)?;
    ok(201, shown(&function, name, &function.alias(name)?))
}

pub(super) fn get(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let name = request.required("Name")?;
    let (function, _) = request.function()?;
    let alias = function.aliases.borrow().get(name).cloned();
    let alias = alias.ok_or_else(|| {
        ServiceError::missing(format!("Cannot find alias arn: {}", function.qualified(name)))
    })?;
    ok(200, shown(&function, name, &alias))
}

pub(super) fn update(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let name = request.required("Name")?;
    let (function, _) = request.function()?;
    let (version, description) = (request.text("FunctionVersion")?, request.text("Description")?);
    let weights = weights(request)?;
    request.check_revision(&function.alias(name)?.revision, OF_REVISION)?;
    let alias = function.update_alias(name, |alias| {
        if let Some(version) = version {
            alias.version = version.into();
        }
        if let Some(description) = description {
            alias.description = description.to_owned();
        }
        if let Some(weights) = weights {
            alias.weights = weights;
        }
    })?;
    ok(200, shown(&function, name, &alias))
}

/// One that does not exist is deleted too.
pub(super) fn delete(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let name = request.required("Name")?;
    let (function, _) = request.function()?;
    function.delete_alias(name);
    ok(204, Value::Null)
}

pub(super) fn list(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, _) = request.function()?;
    let version = request.text("FunctionVersion")?;
    let points = |alias: &AliasState| {
        version.is_none_or(|it| *it == *alias.version || alias.weights.contains_key(it))
    };
    let aliases = function.aliases.borrow();
    let aliases = aliases.iter().filter(|(_, alias)| points(alias));
    let aliases = aliases.map(|(name, alias)| shown(&function, name, alias));
    ok(200, json!({"Aliases": aliases.collect::<Vec<_>>()}))
}
