//! The API that manages functions.

use std::time::Duration;

use lambda_runtime::Runtime;
use lambda_test::{ApiResponse, Function, Lambda, LogFormat, ServiceError};
use serde_json::{Value, json};

use super::{echo, initialization, recorded_json};
use crate::recordings::{Scenario, check, scenario};

/// What the API returned, in the form of the recordings.
fn shown(response: ApiResponse) -> Value {
    let mut body = match response.body {
        Value::Null => json!({}),
        body => body,
    };
    body["_http_status"] = response.status.into();
    body
}

/// What is of the runtime that was recorded, or of its package: this function has others.
fn comparable(mut recorded: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, text) in
                    [("Runtime", "<runtime>"), ("Handler", "<handler>"), ("CodeSha256", "<sha>")]
                {
                    if let Some(member) = members.get_mut(name) {
                        *member = text.into();
                    }
                }
                if let Some(status) = members.get_mut("Architectures") {
                    *status = json!(["<architecture>"]);
                }
                if members.get("FunctionUrl").is_some_and(Value::is_string) {
                    members["FunctionUrl"] = "<url>".into();
                }
                for name in ["CreationTime", "LastModifiedTime", "LastModified"] {
                    if members.contains_key(name) {
                        members[name] = "<instant>".into();
                    }
                }
                members.values_mut().for_each(walk);
            }
            Value::Array(values) => values.iter_mut().for_each(walk),
            _ => {}
        }
    }
    walk(&mut recorded);
    recorded
}

/// The members that a recording shows of a response of which it shows some.
fn some_of(body: &Value, recorded: &Value) -> Value {
    let names = recorded.as_object().expect("an object").keys();
    names.map(|name| (name.clone(), body[name].clone())).collect::<serde_json::Map<_, _>>().into()
}

/// Checks an error: its status, its type and its text are one line of a scenario.
#[track_caller]
fn check_error(result: Result<ApiResponse, ServiceError>, scenario: &Scenario, from: &str) {
    let error = result.expect_err("it is refused");
    let line = scenario.line(from);
    let words = line
        .replace("111111111111", "123456789012")
        .replace("<partition>", "aws")
        .replace("<region>", "us-east-1")
        .replace("<fn-name>", "f")
        .replace("<function-name:1>", "f")
        .replace("<function-name>", "f")
        .replace("<resource:1>", "f")
        .replace("<alias-name>", "noalias")
        .replace("<min_unreserved_concurrency>", "100")
        .replace("<unreserved_concurrency>", "900");
    let expected = format!("HTTP {}, error type `{}`", error.status, error.error_type);
    assert!(words.contains(&expected), "`{expected}` is not in: {words}");
    // Within JSON, quotes are escaped.
    let quoted = error.message.replace('"', "\\\"");
    assert!(
        words.contains(&error.message) || words.contains(&quoted),
        "`{error}` is not in: {words}"
    );
    if let Some((_, body)) = words.split_once("body `") {
        let body: Value =
            serde_json::from_str(&body[..body.rfind('`').expect("an end")]).expect("JSON");
        assert_eq!(error.body(), body);
    }
}

fn function(lambda: &Lambda) -> Function {
    lambda.function("f", Runtime::new(echo)).create()
}

/// The parameters of an operation on the function.
fn of_f(mut more: Value) -> Value {
    more["FunctionName"] = "f".into();
    more
}

/// The name of an operation on what is configured of events.
fn of_events(operation: &str) -> String {
    let several = if operation == "List" { "s" } else { "" };
    format!("{operation}FunctionEventInvokeConfig{several}")
}

#[lambda_test::test]
async fn a_function_is_pending_and_then_active() {
    scenario("api-function-states")
        .says("State `Pending`, StateReason `The function is being created.`");
    let lambda = Lambda::new().state_changes_take(Duration::from_secs(5));
    let _function = function(&lambda);
    let call = |operation: &str| {
        shown(lambda.api_call(operation, json!({"FunctionName": "f"})).expect("it is there"))
    };
    let created = comparable(recorded_json("api/api-function-states.create.json"));
    let mut seen = comparable(call("GetFunctionConfiguration"));
    seen["_http_status"] = 201.into();
    check(&seen, &created);
    lambda.advance(Duration::from_secs(5)).await;
    let got = comparable(recorded_json("api/api-function-states.get.json"));
    check(&comparable(call("GetFunction")), &got);
}

#[lambda_test::test]
async fn one_update_is_made_at_a_time() {
    let recorded = scenario("api-update-while-updating-config");
    let lambda = Lambda::new().state_changes_take(Duration::from_secs(5));
    let _function = function(&lambda);
    lambda.advance(Duration::from_secs(5)).await;
    let update = || {
        lambda.api_call("UpdateFunctionConfiguration", json!({"FunctionName": "f", "Timeout": 10}))
    };
    assert_eq!(update().expect("the first one").status, 200);
    check_error(update(), &recorded, "**Recorded.**");
    lambda.advance(Duration::from_secs(5)).await;
    update().expect("the first one is over");
}

#[lambda_test::test]
async fn a_version_that_is_unknown_is_not_found() {
    let recorded = scenario("api-unknown-version");
    let lambda = Lambda::new();
    let _function = function(&lambda);
    let parameters = json!({"FunctionName": "f", "Qualifier": "1221"});
    for operation in ["GetFunction", "GetFunctionConfiguration", "GetFunctionEventInvokeConfig"] {
        let from = if operation.ends_with("InvokeConfig") {
            operation
        } else {
            "GetFunction, GetFunctionConfiguration"
        };
        check_error(lambda.api_call(operation, parameters.clone()), &recorded, from);
    }
    let bad = scenario("api-invoke-bad-arn");
    let outcome = lambda.invoke("arn:aws:lambda:us-east-1:123400000000@function:myfn", ()).await;
    let error = outcome.assert_service_error(400);
    bad.says(&format!("error type `{}`", error.error_type));
    let words =
        error.message.replace("arn:aws:lambda:us-east-1", "arn:<partition>:lambda:<region>");
    bad.says(&format!("message `{words}`"));
}

#[lambda_test::test]
async fn a_version_is_published_once() {
    scenario("api-publish-unchanged")
        .says("A second publish without a change returns the existing version");
    let recorded = comparable(recorded_json("api/api-publish-unchanged.recorded-answers.json"));
    let lambda = Lambda::new();
    let function = lambda.function("f", Runtime::new(echo)).create();
    function.update_configuration(|configuration| {
        configuration.description("No version :(");
    });
    let call = |operation: &str, more: Value| {
        comparable(shown(lambda.api_call(operation, of_f(more)).expect("it is there")))
    };
    let compare = |key: &str, seen: Value| {
        let recorded = &recorded[key];
        let seen = if recorded.get("Code").is_some() || recorded.get("Versions").is_some() {
            seen
        } else {
            some_of(&seen, recorded)
        };
        check(&seen, recorded);
    };
    let list = || call("ListVersionsByFunction", json!({}));
    let update = |description: &str| {
        call("UpdateFunctionConfiguration", json!({"Description": description}))
    };
    let first = json!({"Qualifier": "1"});
    compare("get_function_result", call("GetFunction", json!({})));
    compare("list_versions_result", list());
    compare("first_update_response", update("First version :)"));
    compare("first_update_get_function", call("GetFunction", json!({})));
    compare(
        "first_publish_response",
        call("PublishVersion", json!({"Description": "First version description :)"})),
    );
    compare("first_publish_get_function", call("GetFunction", first.clone()));
    compare("first_publish_get_function_config", call("GetFunctionConfiguration", first.clone()));
    compare("second_update_response", update("Second version :))"));
    compare("first_publish_get_function_after_update", call("GetFunction", first.clone()));
    compare("second_publish_response", call("PublishVersion", json!({})));
    compare("third_publish_response", call("PublishVersion", json!({"Description": "not needed"})));
    compare("list_versions_result_after_third_publish", list());
    // Only in its one form is a number one of a version.
    assert_eq!(call("DeleteFunction", json!({"Qualifier": "01"}))["_http_status"], 204);
    compare("first_publish_get_function", call("GetFunction", first.clone()));
    assert_eq!(call("DeleteFunction", first)["_http_status"], 204);
    compare("list_versions_result_after_deletion_of_first_version", list());
}

#[lambda_test::test]
async fn aliases_are_what_the_api_makes_of_them() {
    let lambda = Lambda::new();
    let function = lambda.function("f", Runtime::new(echo)).env("testenv", "staging").create();
    let call = |operation: &str, parameters: Value| lambda.api_call(operation, parameters);
    let of_name = |name: &str| json!({"FunctionName": "f", "Name": name});
    function.publish();
    function.update_configuration(|configuration| {
        configuration.env("testenv", "prod");
    });
    function.publish();

    let recorded = scenario("api-alias-name-digits");
    let digits = json!({"FunctionName": "f", "Name": "2024", "FunctionVersion": "1"});
    check_error(call("CreateAlias", digits), &recorded, "**Recorded.**");

    let recorded = scenario("api-alias-missing-update-delete");
    check_error(call("UpdateAlias", of_name("non-existent")), &recorded, "Update:");
    assert_eq!(call("DeleteAlias", of_name("non-existent"))?.status, 204);

    scenario("api-alias-shapes")
        .says("RoutingConfig is absent when there are no weights. DeleteAlias 204.");
    let recorded = comparable(recorded_json("api/api-alias-shapes.answers.json"));
    let check =
        |key: &str, response: ApiResponse| check(&comparable(shown(response)), &recorded[key]);
    let name = "aliasname1_1";
    let weights = json!({"AdditionalVersionWeights": {"2": 0.2}});
    let create = json!({"FunctionName": "f", "Name": name, "FunctionVersion": "1", "Description": "custom-alias", "RoutingConfig": weights});
    check("create_alias_1_1", call("CreateAlias", create)?);
    check("get_alias_1_1", call("GetAlias", of_name(name))?);
    check(
        "get_function_alias_1_1",
        call("GetFunction", json!({"FunctionName": "f", "Qualifier": name}))?,
    );
    let cleared = json!({"FunctionName": "f", "Name": name, "RoutingConfig": {"AdditionalVersionWeights": {}}});
    check("update_alias_1_1", call("UpdateAlias", cleared)?);
    let missing =
        call("GetFunction", json!({"FunctionName": "f", "Qualifier": "aliasdoesnotexist"}));
    let missing = missing.expect_err("it is not there");
    let text = recorded["get_function_alias_notfound_exc"]["Message"].as_str().expect("a message");
    assert!(
        text.ends_with(":aliasdoesnotexist") && missing.message.ends_with(":aliasdoesnotexist")
    );
    assert_eq!(call("DeleteAlias", of_name(name))?.status, 204);
    assert_eq!(call("ListAliases", json!({"FunctionName": "f"}))?.body, json!({"Aliases": []}));
}

#[lambda_test::test]
async fn configurations_of_events_are_what_the_api_makes_of_them() {
    scenario("api-event-invoke-config-shapes").says("A put replaces everything");
    let recorded = comparable(recorded_json("api/api-event-invoke-config-shapes.answers.json"));
    let lambda = Lambda::new();
    let function = function(&lambda);
    let call = |operation: &str, more: Value| lambda.api_call(&of_events(operation), of_f(more));
    let check = |key: &str, seen: Result<ApiResponse, ServiceError>| {
        check(&comparable(shown(seen.expect("it is taken"))), &recorded[key]);
    };
    check("put_invokeconfig_retries_0", call("Put", json!({"MaximumRetryAttempts": 0})));
    check("put_invokeconfig_eventage_60", call("Put", json!({"MaximumEventAgeInSeconds": 60})));
    check(
        "update_invokeconfig_eventage_nochange",
        call("Update", json!({"MaximumEventAgeInSeconds": 60})),
    );
    check("update_invokeconfig_retries", call("Update", json!({"MaximumRetryAttempts": 1})));
    check("get_invokeconfig", call("Get", json!({})));
    check("get_invokeconfig_latest", call("Get", json!({"Qualifier": "$LATEST"})));
    check("list_single_invokeconfig", call("List", json!({})));
    function.publish();
    let published = json!({"Qualifier": "1", "MaximumEventAgeInSeconds": 120});
    let missing = call("Get", json!({"Qualifier": "1"})).expect_err("it is not inherited");
    assert_eq!(
        (missing.status, missing.message.ends_with(":1 doesn't have an EventInvokeConfig")),
        (404, true)
    );
    check("put_published_invokeconfig", call("Put", published));
    check("get_published_invokeconfig", call("Get", json!({"Qualifier": "1"})));
    assert_eq!(call("Delete", json!({}))?.status, 204);
    check("list_paging_nolimit_postdelete", call("List", json!({})));
}

#[lambda_test::test]
async fn what_may_not_be_configured_of_events_is_refused() {
    let recorded = scenario("api-event-invoke-config-errors");
    let lambda = Lambda::new();
    let _function = function(&lambda);
    let arn = |rest: &str| format!("arn:aws:{rest}");
    let f = "lambda:us-east-1:123456789012:function:f";
    let call =
        |operation: &str, parameters: Value| lambda.api_call(&of_events(operation), parameters);
    let put = |destination: &str, how: &str| {
        call(
            "Put",
            json!({"FunctionName": "f", "DestinationConfig": {how: {"Destination": destination}}}),
        )
    };
    let unknown = json!({"FunctionName": "doesnotexist", "MaximumRetryAttempts": 0});
    check_error(call("Put", unknown), &recorded, "* put, function missing");
    check_error(call("Put", json!({"FunctionName": "f"})), &recorded, "* put without any setting");
    let missing = arn("lambda:us-east-1:123456789012:function:doesnotexist");
    check_error(
        put(&missing, "OnSuccess"),
        &recorded,
        "* destination: a function that does not exist",
    );
    check_error(put(&arn(f), "OnSuccess"), &recorded, "* destination: the function itself");
    let other = arn("iam:us-east-1:123456789012:function:f");
    check_error(put(&other, "OnSuccess"), &recorded, "* destination: an ARN of another service");
    let odd = arn("_-/!lambda:us-east-1:123456789012:function:f");
    check_error(put(&odd, "OnFailure"), &recorded, "* destination not an ARN");
    let alias =
        json!({"FunctionName": "f", "Qualifier": "eventinvokealias", "MaximumRetryAttempts": 0});
    check_error(call("Put", alias.clone()), &recorded, "* alias missing");
    let conflict = json!({"FunctionName": format!("{}:f1", arn(f)), "Qualifier": "2", "MaximumRetryAttempts": 0});
    check_error(call("Put", conflict), &recorded, "* qualifier conflict");
    check_error(call("Delete", json!({"FunctionName": "f"})), &recorded, "* delete, none set");
    let unknown = json!({"FunctionName": "doesnotexist"});
    check_error(call("List", unknown.clone()), &recorded, "* list, function missing");
    check_error(call("Get", unknown), &recorded, "* get, function missing");
    check_error(call("Update", alias), &recorded, "* update, none set on that alias");
}

#[lambda_test::test]
async fn concurrency_that_may_not_be_set_is_refused() {
    let recorded = scenario("api-reserved-concurrency-errors");
    let lambda = Lambda::new();
    let function = lambda.function("f", initialization).create();
    let put = |function: &str, reserved: u64| {
        let parameters =
            json!({"FunctionName": function, "ReservedConcurrentExecutions": reserved});
        lambda.api_call("PutFunctionConcurrency", parameters)
    };
    check_error(put("doesnotexist", 1), &recorded, "* missing");
    check_error(put(&format!("{}:$LATEST", function.arn()), 1), &recorded, "* qualified ARN");
    check_error(put("f", 901), &recorded, "* Too much");
    assert_eq!(put("f", 0)?.body, json!({"ReservedConcurrentExecutions": 0}));
    lambda.api_call("DeleteFunctionConcurrency", json!({"FunctionName": "f"}))?;
    assert_eq!(
        lambda.api_call("GetFunctionConcurrency", json!({"FunctionName": "f"}))?.body,
        json!({})
    );

    let recorded = scenario("api-provisioned-concurrency-errors");
    let call = |operation: &str, function: &str, qualifier: &str, requested: u64| {
        let mut parameters = json!({"FunctionName": function, "Qualifier": qualifier});
        if operation == "Put" {
            parameters["ProvisionedConcurrentExecutions"] = requested.into();
        }
        lambda.api_call(&format!("{operation}ProvisionedConcurrencyConfig"), parameters)
    };
    function.publish();
    check_error(call("Get", "f", "1", 0), &recorded, "* get, none set");
    check_error(call("Get", "f", "noalias", 0), &recorded, "* get, alias missing");
    check_error(call("Get", "f", "10", 0), &recorded, "* get, version missing");
    check_error(call("Get", "f", "$LATEST", 0), &recorded, "* get, `$LATEST`");
    check_error(call("Put", "f", "1", 0), &recorded, "* put 0");
    check_error(call("Put", "doesnotexist", "1", 1), &recorded, "* put, function missing");
    check_error(call("Put", "f", "$LATEST", 1), &recorded, "* put, `$LATEST`");
    check_error(call("Put", "f", "1", 1001), &recorded, "* More than the account has");

    let recorded = scenario("api-provisioned-concurrency-conflicts");
    let alias = function.alias("noalias", 1);
    let put = call("Put", "f", "1", 1)?;
    assert_eq!((put.status, &put.body["Status"]), (202, &json!("IN_PROGRESS")));
    check_error(
        call("Put", "f", "noalias", 1),
        &recorded,
        "* alias of an already provisioned version",
    );
    lambda.until_idle().await;
    let ready = call("Get", "f", "1", 0)?;
    assert_eq!(
        (&ready.body["Status"], &ready.body["AvailableProvisionedConcurrentExecutions"]),
        (&json!("READY"), &json!(1))
    );
    assert_eq!(call("Delete", "f", "1", 0)?.status, 204);
    check_error(call("Get", "f", "1", 0), &recorded, "* get after delete");
    call("Put", "f", "noalias", 1)?;
    check_error(
        call("Put", "f", "1", 1),
        &recorded,
        "* version that a provisioned alias points to",
    );
    alias.delete();
    check_error(call("Get", "f", "noalias", 0), &recorded, "* get after the alias was deleted");
}

#[lambda_test::test]
async fn a_url_is_what_the_api_makes_of_it() {
    scenario("api-url-config-shapes").says("Get shows InvokeMode `BUFFERED` even if never set");
    let recorded = comparable(recorded_json("api/api-url-config-shapes.answers.json"));
    let lambda = Lambda::new();
    let _function = function(&lambda);
    let call = |operation: &str, parameters: Value| {
        lambda.api_call(&format!("{operation}FunctionUrlConfig"), of_f(parameters))
    };
    let auth = |auth: &str| json!({"AuthType": auth});
    let compare = |key: &str, seen: Result<ApiResponse, ServiceError>| {
        check(&comparable(shown(seen.expect("it is taken"))), &recorded[key]);
    };
    compare("url_creation", call("Create", auth("NONE")));
    let second = call("Create", auth("NONE")).expect_err("it exists");
    let text = recorded["failed_duplication"]["message"].as_str().expect("a message");
    let text = text.replace(
        "arn:<partition>:lambda:<region>:111111111111",
        "arn:aws:lambda:us-east-1:123456789012",
    );
    assert_eq!((second.status, &*second.message), (409, &*text.replace("<resource:1>", "f")));
    compare("get_url_config", call("Get", json!({})));
    compare("updated_url_config", call("Update", auth("AWS_IAM")));
    assert_eq!(call("Delete", json!({}))?.status, 204);
    let gone = call("Get", json!({})).expect_err("it is gone");
    assert_eq!((gone.status, &json!(gone.message)), (404, &recorded["failed_getter"]["Message"]));
}

#[lambda_test::test]
async fn permissions_that_may_not_be_given_are_refused() {
    let recorded = scenario("api-permission-errors");
    let lambda = Lambda::new();
    let _function = function(&lambda);
    let add = |function: &str, id: &str, principal: &str, qualifier: Option<&str>| {
        let mut parameters = json!({
            "FunctionName": function, "StatementId": id, "Action": "lambda:InvokeFunction", "Principal": principal,
        });
        if let Some(qualifier) = qualifier {
            parameters["Qualifier"] = qualifier.into();
        }
        lambda.api_call("AddPermission", parameters)
    };
    let s3 = "s3.amazonaws.com";
    check_error(add("f", "example.com", s3, None), &recorded, "* statement id");
    check_error(add("f", "s3", s3, Some("$LATEST")), &recorded, "* qualifier `$LATEST`");
    check_error(add("f", "s3", "nobody", None), &recorded, "* bad principal");
    let get = |function: &str| lambda.api_call("GetPolicy", json!({"FunctionName": function}));
    check_error(get("doesnotexist"), &recorded, "* get policy, function missing");
    check_error(add("doesnotexist", "s3", s3, None), &recorded, "* add, function missing");
    let remove = json!({"FunctionName": "f", "StatementId": "s3"});
    check_error(
        lambda.api_call("RemovePermission", remove.clone()),
        &recorded,
        "* remove, no policy",
    );
    check_error(add("f", "s3", s3, Some("alias-doesnotexist")), &recorded, "* alias missing");
    assert_eq!(add("f", "s3", s3, None)?.status, 201);
    check_error(add("f", "s3", s3, None), &recorded, "* same statement id again");
    let policy = get("f")?.body["Policy"].as_str().map(str::to_owned).expect("a policy");
    assert!(policy.contains(r#""Principal":{"Service":"s3.amazonaws.com"}"#), "{policy}");
    assert_eq!(lambda.api_call("RemovePermission", remove)?.status, 204);
    get("f").expect_err("nothing is left");
}

#[lambda_test::test]
async fn variables_over_4_kb_are_refused() {
    let recorded = scenario("api-size-limits");
    let lambda = Lambda::new();
    let large = lambda.function("f", Runtime::new(echo)).env("LARGE_VAR", "x".repeat(4096));
    let error = large.try_create().expect_err("it is refused");
    recorded.says(&format!("HTTP {}, `{}`, message begins", error.status, error.error_type));
    recorded.says(error.message.split_once("xxx").expect("the variable").0);
}

#[lambda_test::test]
async fn the_log_is_configured_as_the_api_shows() {
    scenario("api-logging-config").says("Answers as below.");
    let recorded = recorded_json("api/api-logging-config.answers.json");
    let lambda = Lambda::new();
    let _json = lambda.function("f", Runtime::new(echo)).log_format(LogFormat::Json).create();
    let get = |function: &str| {
        let response =
            lambda.api_call("GetFunctionConfiguration", json!({"FunctionName": function}));
        response.expect("it is there").body["LoggingConfig"].clone()
    };
    let update = |function: &str, logging: Value| {
        let parameters = json!({"FunctionName": function, "LoggingConfig": logging});
        let response = lambda.api_call("UpdateFunctionConfiguration", parameters);
        response.expect("it is taken").body["LoggingConfig"].clone()
    };
    check(&get("f"), &recorded["create_response"]);
    check(&get("f"), &recorded["get_function_response"]);
    check(&get("f"), &recorded["function_config"]);
    check(&update("f", json!({"LogGroup": "cool_lambda"})), &recorded["updated_config"]);
    check(&get("f"), &recorded["received_config"]);

    scenario("api-logging-format-switch").says("back to Text they vanish");
    let recorded = recorded_json("api/api-logging-format-switch.answers.json");
    let _text = lambda.function("g", Runtime::new(echo)).create();
    check(&get("g"), &recorded["create_response"]);
    check(&update("g", json!({"LogFormat": "JSON"})), &recorded["updated_config"]);
    check(&get("g"), &recorded["received_config"]);
    check(&update("g", json!({"LogFormat": "Text"})), &recorded["updated_config_v2"]);
    check(&get("g"), &recorded["received_config_v2"]);
}
