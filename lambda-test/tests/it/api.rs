//! The API that manages functions: what it refuses, beyond what was recorded.

use lambda_runtime::{Error, Runtime};
use lambda_test::{Lambda, ServiceError};
use serde_json::{Value, json};

/// Calls an operation on the function `f`.
fn call(lambda: &Lambda, operation: &str, mut parameters: Value) -> Result<Value, ServiceError> {
    parameters["FunctionName"] = "f".into();
    lambda.api_call(operation, parameters).map(|response| response.body)
}

/// A service with a function `f` that has the version 1 and its alias `live`.
fn service() -> (Lambda, lambda_test::Function) {
    let lambda = Lambda::new();
    let function = lambda.function("f", Runtime::new(async |_: ()| Ok::<_, Error>(()))).create();
    function.alias("live", function.publish());
    (lambda, function)
}

#[track_caller]
fn check(lambda: &Lambda, operation: &str, parameters: Value, status: u16, error: &str) {
    let refused = call(lambda, operation, parameters).expect_err("it is refused");
    assert_eq!((refused.status, refused.to_string()), (status, format!("{status} {error}")));
}

#[lambda_test::test]
async fn a_value_that_is_wrong_is_refused() {
    let (lambda, _function) = service();
    let check = |operation: &str, parameters: Value, error: &str| {
        check(&lambda, operation, parameters, 400, error);
    };
    let configuration = "UpdateFunctionConfiguration";
    for (operation, parameters, error) in [
        (
            configuration,
            json!({"MemorySize": "128"}),
            "`MemorySize` is `\"128\"`: expected a whole number",
        ),
        (configuration, json!({"Timeout": 1.5}), "`Timeout` is `1.5`: expected a whole number"),
        (configuration, json!({"Description": 7}), "`Description` is `7`: expected text"),
        (
            configuration,
            json!({"Environment": {"Variables": []}}),
            "`Environment.Variables` is `[]`: expected an object",
        ),
        (
            configuration,
            json!({"Environment": {"Variables": {"A1": 7}}}),
            "the variable `A1` is `7`: expected text",
        ),
        (
            "UpdateAlias",
            json!({"Name": "live", "RoutingConfig": {"AdditionalVersionWeights": {"1": "0.5"}}}),
            "the weight of `1` is `\"0.5\"`: expected a number",
        ),
    ] {
        check(operation, parameters, &format!("SerializationException: {error}"));
    }
    let violation = |value: &str, at: &str, constraint: &str| {
        format!(
            "ValidationException: 1 validation error detected: Value '{value}' at '{at}' failed to satisfy \
             constraint: Member must {constraint}"
        )
    };
    for (operation, parameters, error) in [
        (
            configuration,
            json!({"MemorySize": -1}),
            violation("-1", "memorySize", "have value greater than or equal to 128"),
        ),
        (
            configuration,
            json!({"LoggingConfig": {"LogFormat": "text"}}),
            violation("text", "loggingConfig.logFormat", "satisfy enum value set: [JSON, Text]"),
        ),
        (
            configuration,
            json!({"DeadLetterConfig": {"TargetArn": "dead"}}),
            violation(
                "dead",
                "deadLetterConfig.targetArn",
                "satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()",
            ),
        ),
        (
            "PutFunctionEventInvokeConfig",
            json!({"MaximumRetryAttempts": -1}),
            violation("-1", "maximumRetryAttempts", "have value greater than or equal to 0"),
        ),
        (
            "CreateFunctionUrlConfig",
            json!({"AuthType": "none"}),
            violation("none", "authType", "satisfy enum value set: [NONE, AWS_IAM]"),
        ),
    ] {
        check(operation, parameters, &error);
    }
}

/// "Only update the function if the revision ID matches the ID that's specified."
/// Source: AWS Lambda API reference, `RevisionId`.
#[lambda_test::test]
async fn a_change_that_is_meant_for_another_revision_is_refused() {
    let (lambda, _function) = service();
    let revision = |operation: &str, parameters: Value| {
        let body = call(&lambda, operation, parameters).expect("it is there");
        body["RevisionId"].as_str().expect("a revision").to_owned()
    };
    let of_function = || revision("GetFunctionConfiguration", json!({}));
    let stale = of_function();
    let update = |revision: &str| json!({"Description": "new", "RevisionId": revision});
    call(&lambda, "UpdateFunctionConfiguration", update(&stale))?;
    let error = |from: &str| {
        format!(
            "PreconditionFailedException: The Revision Id provided does not match the latest Revision Id. \
             Call the {from} API to retrieve the latest Revision Id"
        )
    };
    let of_alias = revision("GetAlias", json!({"Name": "live"}));
    let alias = |revision: &str| json!({"Name": "live", "RevisionId": revision});
    call(&lambda, "UpdateAlias", alias(&of_alias))?;
    let permission = |revision: &str| {
        json!({
            "StatementId": "s3", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com",
            "SourceAccount": "123456789012", "RevisionId": revision,
        })
    };
    let latest = of_function();
    call(&lambda, "AddPermission", permission(&latest))?;
    // A policy is a part of what it belongs to.
    assert_ne!(of_function(), latest);
    assert_eq!(revision("GetPolicy", json!({})), of_function());
    for (operation, parameters, from) in [
        ("UpdateFunctionConfiguration", update(&stale), "GetFunction/GetAlias"),
        ("PublishVersion", update(&stale), "GetFunction/GetAlias"),
        ("UpdateAlias", alias(&of_alias), "GetFunction/GetAlias"),
        ("RemovePermission", json!({"StatementId": "s3", "RevisionId": latest}), "GetPolicy"),
        (
            "AddPermission",
            json!({
                "StatementId": "s4", "Action": "lambda:InvokeFunction", "Principal": "*", "RevisionId": latest,
            }),
            "GetPolicy",
        ),
    ] {
        check(&lambda, operation, parameters, 412, &error(from));
    }
    call(&lambda, "PublishVersion", update(&of_function()))?;
    let sha256 = call(&lambda, "GetFunctionConfiguration", json!({}))?["CodeSha256"].take();
    call(&lambda, "PublishVersion", json!({"CodeSha256": sha256}))?;
    let refused = call(&lambda, "PublishVersion", json!({"CodeSha256": "another"}));
    let message = refused.expect_err("it is another code").message;
    assert!(message.starts_with("CodeSHA256 (another) is different from current"), "{message}");
}

#[lambda_test::test]
async fn what_an_operation_is_not_for_is_refused() {
    let (lambda, function) = service();
    let check = |operation: &str, parameters: Value, status: u16, error: &str| {
        check(&lambda, operation, parameters, status, error);
    };
    let invalid = |message: &str| format!("InvalidParameterValueException: {message}");
    let aliases = invalid("Deletion of aliases is not currently supported.");
    check("DeleteFunction", json!({"Qualifier": "live"}), 400, &aliases);
    let latest = invalid("$LATEST version cannot be deleted without deleting the function.");
    check("DeleteFunction", json!({"Qualifier": "$LATEST"}), 400, &latest);
    let url = json!({"Qualifier": "beta", "AuthType": "NONE"});
    let missing = "ResourceNotFoundException: Function does not exist";
    check("CreateFunctionUrlConfig", url, 404, missing);
    let of_version = json!({"FunctionName": format!("{}:1", function.arn()), "Timeout": 5});
    let refused = lambda.api_call("UpdateFunctionConfiguration", of_version);
    let message = refused.expect_err("a version does not change").message;
    assert!(message.starts_with("Current operation does not support versions other than $LATEST."));
}

#[lambda_test::test]
async fn aliases_of_one_version_are_listed() {
    let (lambda, function) = service();
    function.update_configuration(|configuration| {
        configuration.timeout(std::time::Duration::from_secs(5));
    });
    function.alias("canary", function.publish()).weight(1, 0.1);
    function.alias("next", 2);
    let names = |version: &str| {
        let body = call(&lambda, "ListAliases", json!({"FunctionVersion": version}));
        let body = body.expect("they are listed");
        let aliases = body["Aliases"].as_array().expect("a list").iter();
        aliases
            .map(|alias| alias["Name"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (names("1"), names("2")),
        (vec!["canary".into(), "live".into()], vec!["canary".into(), "next".into()])
    );
}

#[lambda_test::test]
async fn an_empty_dead_letter_queue_is_none() {
    let (lambda, _function) = service();
    let update = |arn: &str| {
        let parameters = json!({"DeadLetterConfig": {"TargetArn": arn}});
        let body = call(&lambda, "UpdateFunctionConfiguration", parameters);
        body.expect("it is taken")["DeadLetterConfig"].clone()
    };
    let arn = "arn:aws:sqs:us-east-1:123456789012:dead";
    assert_eq!(update(arn), json!({"TargetArn": arn}));
    assert_eq!(update(""), Value::Null);
}

#[lambda_test::test]
#[should_panic = "GetAlias has no parameter `MaxItems` here: expected FunctionName, Name"]
async fn a_parameter_that_is_not_here_is_named() {
    let (lambda, _function) = service();
    let _ = call(&lambda, "GetAlias", json!({"Name": "live", "MaxItems": 7}));
}

#[lambda_test::test]
#[should_panic = "the operation is `CreateFunction`: expected one of GetFunction, "]
async fn an_operation_that_is_not_here_is_named() {
    let _ = Lambda::new().api_call("CreateFunction", json!({}));
}
