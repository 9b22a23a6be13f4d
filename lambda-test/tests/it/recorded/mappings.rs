//! Event source mappings in the API, as recorded.

use lambda_test::{ApiResponse, Lambda, ServiceError};
use serde_json::{Value, json};

use super::{recorded_json, sqs::keeping, without_status};
use crate::recordings::{check, scenario};

fn create(lambda: &Lambda, arn: &str, more: Value) -> Result<ApiResponse, ServiceError> {
    let mut parameters = json!({"FunctionName": "f", "EventSourceArn": arn});
    for (name, value) in more.as_object().expect("parameters") {
        parameters[name] = value.clone();
    }
    lambda.api_call("CreateEventSourceMapping", parameters)
}

/// Checks an error against the line of a scenario that begins so.
#[track_caller]
fn refused(result: Result<ApiResponse, ServiceError>, id: &str, begin: &str) {
    let error = result.expect_err("it is refused");
    let line = scenario(id).line(begin).to_owned();
    assert!(line.contains(&format!("HTTP {}", error.status)), "{line}");
    assert!(line.contains(&format!("`{}`", error.error_type)), "{}: {line}", error.error_type);
    match line.split_once("body `") {
        Some((_, body)) => {
            let body = body.rsplit_once('`').expect("an end").0;
            check(&error.body(), &serde_json::from_str(body).expect("JSON"));
        }
        None => {
            assert!(line.contains(&format!("`{}`", error.message)), "{}: {line}", error.message)
        }
    }
}

#[lambda_test::test]
async fn a_call_with_a_fault_is_refused() {
    let id = "api-esm-errors";
    let lambda = Lambda::new();
    let _function = keeping(&lambda, "f", |_| Ok(json!(null))).0;
    let uuid = json!({"UUID": "a0ae8f83-7c62-4b42-9d3e-9f4b1c3ab4a4"});
    refused(lambda.api_call("GetEventSourceMapping", uuid.clone()), id, "get, unknown UUID");
    refused(lambda.api_call("DeleteEventSourceMapping", uuid.clone()), id, "delete, unknown UUID");
    refused(lambda.api_call("UpdateEventSourceMapping", uuid), id, "update, unknown UUID");
    let none = json!({"FunctionName": "f"});
    refused(lambda.api_call("CreateEventSourceMapping", none), id, "create without event source");
    let queue = lambda.queue("q");
    let missing = json!({"FunctionName": "missing", "EventSourceArn": queue.arn()});
    refused(lambda.api_call("CreateEventSourceMapping", missing), id, "create, function missing");
    let destination = json!({"DestinationConfig": {"OnFailure": {"Destination": queue.arn()}}});
    refused(create(&lambda, queue.arn(), destination), id, "SQS source with DestinationConfig");
}

#[lambda_test::test]
async fn a_stream_requires_a_starting_position() {
    let id = "api-esm-starting-position";
    let lambda = Lambda::new();
    let _function = keeping(&lambda, "f", |_| Ok(json!(null))).0;
    let (table, stream) = (lambda.table("t"), lambda.stream("s"));
    for arn in [table.stream_arn(), stream.arn()] {
        refused(create(&lambda, arn, json!({})), id, "none:");
        refused(create(&lambda, arn, json!({"StartingPosition": "invalid"})), id, "invalid:");
    }
    let at =
        json!({"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": 1_767_225_600});
    refused(create(&lambda, table.stream_arn(), at.clone()), id, "AT_TIMESTAMP on DynamoDB");
    create(&lambda, stream.arn(), at).expect("a stream of Kinesis has it");
}

#[lambda_test::test]
async fn no_filters_are_no_criteria() {
    scenario("api-esm-empty-filters").says("the answer has no FilterCriteria key");
    let lambda = Lambda::new();
    let _function = keeping(&lambda, "f", |_| Ok(json!(null))).0;
    let table = lambda.table("t");
    let more = json!({"FilterCriteria": {"Filters": []}, "StartingPosition": "LATEST"});
    let created = create(&lambda, table.stream_arn(), more).expect("it is taken");
    let recorded = recorded_json("api/api-esm-empty-filters.answer.json");
    check(&created.body, &without_status(&recorded));
}

#[lambda_test::test]
async fn a_function_is_named_as_it_was_given() {
    scenario("api-esm-function-name-kept-as-given").says("exactly the qualifier that was given");
    let recorded = recorded_json("api/api-esm-function-name-kept-as-given.answers.json");
    let lambda = Lambda::new();
    let function = keeping(&lambda, "f", |_| Ok(json!(null))).0;
    let version = function.publish();
    function.alias("myalias", &version);
    let arn = function.arn().to_string();
    for (place, (key, name)) in [
        ("name_only_create_esm", "f".to_owned()),
        ("partial_arn_latest_create_esm", "f:$LATEST".to_owned()),
        ("partial_arn_version_create_esm", "f:1".to_owned()),
        ("partial_arn_alias_create_esm", "f:myalias".to_owned()),
        ("full_arn_latest_create_esm", arn.clone()),
        ("full_arn_version_create_esm", format!("{arn}:1")),
        ("full_arn_alias_create_esm", format!("{arn}:myalias")),
    ]
    .into_iter()
    .enumerate()
    {
        let queue = lambda.queue(&format!("q{place}"));
        let parameters = json!({"FunctionName": name, "EventSourceArn": queue.arn()});
        let created = lambda.api_call("CreateEventSourceMapping", parameters).expect("it is taken");
        check(&created.body["FunctionArn"], &recorded[key]);
    }
}

#[lambda_test::test]
async fn a_mapping_is_created_enabled_and_deleted() {
    scenario("api-esm-lifecycle-states").says("202 State `Creating`");
    let recorded = recorded_json("api/api-esm-lifecycle-states.answers.json");
    let lambda = Lambda::new();
    let _function = keeping(&lambda, "f", |_| Ok(json!(null))).0;
    let (table, failed) = (lambda.table("t"), lambda.queue("failed"));
    let more = json!({
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": 1,
        "MaximumBatchingWindowInSeconds": 1,
        "MaximumRetryAttempts": 1,
        "DestinationConfig": {"OnFailure": {"Destination": failed.arn()}},
    });
    let created = create(&lambda, table.stream_arn(), more).expect("it is taken");
    let uuid = json!({"UUID": created.body["UUID"]});
    let check = |response: ApiResponse, key: &str| {
        assert_eq!(json!(response.status), recorded[key]["_http_status"], "{key}");
        check(&response.body, &without_status(&recorded[key]));
    };
    check(created, "create_response");
    lambda.until_idle().await;
    let got = lambda.api_call("GetEventSourceMapping", uuid.clone()).expect("it is there");
    check(got, "get_response");
    let deleted = lambda.api_call("DeleteEventSourceMapping", uuid.clone()).expect("it is there");
    check(deleted, "delete_response");
    let listed = lambda.api_call("ListEventSourceMappings", json!({"FunctionName": "f"}));
    assert_eq!(listed.expect("a list").body, json!({"EventSourceMappings": []}));
    let gone = lambda.api_call("GetEventSourceMapping", uuid).expect_err("it is gone");
    assert_eq!(gone.status, 404);
}

#[lambda_test::test]
async fn a_cluster_of_ones_own_is_named_by_its_servers() {
    scenario("api-esm-kafka-self-managed").says("Answers as below");
    let recorded = recorded_json("api/api-esm-kafka-self-managed.answers.json");
    let lambda = Lambda::new();
    let _function = keeping(&lambda, "f", |_| Ok(json!(null))).0;
    let secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:kafka";
    let call = |servers: &[&str], topic: &str, more: Value| {
        let mut parameters = json!({
            "FunctionName": "f",
            "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": servers}},
            "Topics": [topic],
            "StartingPosition": "TRIM_HORIZON",
            "SourceAccessConfigurations": [{"Type": "BASIC_AUTH", "URI": secret}],
        });
        for (name, value) in more.as_object().expect("parameters") {
            parameters[name] = value.clone();
        }
        lambda.api_call("CreateEventSourceMapping", parameters)
    };
    let refused = |result: Result<ApiResponse, ServiceError>, key: &str| {
        let error = result.expect_err("it is refused");
        assert_eq!(json!(error.status), recorded[key]["_http_status"], "{key}");
        assert_eq!(error.error_type, recorded[key]["Error"]["Code"], "{key}");
        check(&json!(error.message), &recorded[key]["message"]);
    };
    let taken = |result: Result<ApiResponse, ServiceError>, key: &str| {
        let response = result.expect("it is taken");
        assert_eq!(json!(response.status), recorded[key]["_http_status"], "{key}");
        check(&response.body, &without_status(&recorded[key]));
    };
    let one = &["kafka:1000"][..];
    let nothing = json!({"SourceAccessConfigurations": null});
    refused(call(one, "topic", nothing), "missing-source-access-configuration");
    taken(call(one, "topic", json!({})), "event-source-mapping-default");
    refused(call(one, "topic", json!({})), "duplicate-source");
    let values = json!({
        "BatchSize": 1,
        "StartingPosition": "LATEST",
        "SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": "random_id"},
    });
    taken(call(one, "topic_2", values), "event-source-mapping-values");
    let two = &["kafka:1000", "kafka:2000"][..];
    call(two, "topic", json!({})).expect("it is taken");
    refused(call(two, "topic", json!({})), "multiple-duplicate-source");
}
