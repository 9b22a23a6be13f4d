//! Resource-based policies, as far as they are kept: nothing is refused by them.

use std::{rc::Rc, sync::Arc};

use serde_json::{Value, json};

use super::{
    super::{ServiceError, constraint, defaults::LATEST, function_state::FunctionState},
    ApiResponse, Request, ok, unqualified,
};

/// A statement of a policy.
pub(super) struct Statement {
    id: String,
    json: Value,
}

/// Finds the function, and the version or alias of it or nothing.
fn find(
    request: &Request<'_>,
    words: impl FnOnce(&str) -> String,
) -> Result<(Rc<FunctionState>, Arc<str>), ServiceError> {
    let (function, qualifier) = request.function_or(words)?;
    let qualifier = qualifier.unwrap_or_default();
    if qualifier == LATEST {
        let message = "We currently do not support adding policies for $LATEST.";
        return Err(ServiceError::invalid(message.to_owned()));
    }
    if !qualifier.is_empty() && function.resolve(Some(&qualifier)).is_err() {
        let arn = function.qualified(&qualifier);
        let is_number = qualifier.bytes().all(|byte| byte.is_ascii_digit());
        let what = if is_number { "Function not found" } else { "Cannot find alias arn" };
        return Err(ServiceError::missing(format!("{what}: {arn}")));
    }
    Ok((function, qualifier.into()))
}

/// The revision of a policy is that of what it belongs to.
const OF_REVISION: &str = "GetPolicy";

/// Nothing is the function itself.
fn named(qualifier: &str) -> Option<&str> {
    Some(qualifier).filter(|qualifier| !qualifier.is_empty())
}

/// What a principal may be: a service, an account, an ARN of IAM, or anybody.
fn is_principal(principal: &str) -> bool {
    let account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    principal == "*"
        || account(principal)
        || principal.ends_with(".amazonaws.com")
        || principal.ends_with(".amazon.com")
        || principal.split(':').nth(4).is_some_and(account) && principal.starts_with("arn:aws")
}

pub(super) fn add(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let id = request.required("StatementId")?;
    if !constraint::has_only(id, b"-_") {
        let violation = constraint::pattern("statementId", id, "([a-zA-Z0-9-_]+)");
        return Err(ServiceError::validation(&[violation]));
    }
    let (action, principal) = (request.required("Action")?, request.required("Principal")?);
    let (function, qualifier) =
        find(request, |arn| format!("Function not found: {}", unqualified(arn)))?;
    if !is_principal(principal) {
        let message =
            "The provided principal was invalid. Please check the principal and try again.";
        return Err(ServiceError::invalid(message.to_owned()));
    }
    request.check_revision(&function.revision_of(named(&qualifier))?, OF_REVISION)?;
    let mut settings = function.api_settings.borrow_mut();
    let statements = settings.policies.entry(qualifier.clone()).or_default();
    if statements.iter().any(|statement| statement.id == id) {
        return Err(ServiceError::conflict(format!(
            "The statement id ({id}) provided already exists. Please provide a new statement id, or \
             remove the existing statement."
        )));
    }
    let resource = function.named(named(&qualifier));
    let principal = match principal {
        "*" => json!("*"),
        service if service.ends_with(".com") => json!({"Service": service}),
        account if !account.contains(':') => json!({"AWS": format!("arn:aws:iam::{account}:root")}),
        arn => json!({"AWS": arn}),
    };
    let mut json = json!({
        "Sid": id, "Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource,
    });
    for (parameter, operator, key) in [
        ("SourceArn", "ArnLike", "AWS:SourceArn"),
        ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
        ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
        ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
        ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
    ] {
        if let Some(text) = request.text(parameter)? {
            json["Condition"][operator][key] = text.into();
        }
    }
    let statement = json.to_string();
    statements.push(Statement { id: id.to_owned(), json });
    function.revise(named(&qualifier));
    ok(201, json!({"Statement": statement}))
}

pub(super) fn remove(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let id = request.required("StatementId")?;
    let (function, qualifier) =
        find(request, |_| "No policy is associated with the given resource.".to_owned())?;
    let mut settings = function.api_settings.borrow_mut();
    let statements = settings.policies.get_mut(&qualifier).filter(|all| !all.is_empty());
    let Some(statements) = statements else {
        let message = "No policy is associated with the given resource.";
        return Err(ServiceError::missing(message.to_owned()));
    };
    let Some(at) = statements.iter().position(|statement| statement.id == id) else {
        let message = format!("Statement {id} is not found in resource policy.");
        return Err(ServiceError::missing(message));
    };
    request.check_revision(&function.revision_of(named(&qualifier))?, OF_REVISION)?;
    statements.remove(at);
    function.revise(named(&qualifier));
    ok(204, Value::Null)
}

pub(super) fn get(request: &Request<'_>) -> Result<ApiResponse, ServiceError> {
    let (function, qualifier) =
        find(request, |_| "The resource you requested does not exist.".to_owned())?;
    let settings = function.api_settings.borrow();
    let statements = settings.policies.get(&qualifier).filter(|all| !all.is_empty());
    let Some(statements) = statements else {
        let message = "The resource you requested does not exist.";
        return Err(ServiceError::missing(message.to_owned()));
    };
    let statements: Vec<&Value> = statements.iter().map(|statement| &statement.json).collect();
    let policy = json!({"Version": "2012-10-17", "Id": "default", "Statement": statements});
    ok(
        200,
        json!({"Policy": policy.to_string(), "RevisionId": &*function.revision_of(named(&qualifier))?}),
    )
}
