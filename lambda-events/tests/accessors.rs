//! What the methods of events return that read more than one field.

use std::{error::Error as _, time::SystemTime};

use lambda_events::{
    Attribute, Base64, EventList, Headers, Json, Map, Millis, Number, RawJson, StringMap, Trigger,
    alb::AlbRequest,
    alexa::AlexaSkillRequest,
    api_gateway::ApiGatewayHttpRequest,
    appsync::AppSyncIdentity,
    bedrock::BedrockAgentEvent,
    cloudwatch_logs::{CloudWatchLogs, CloudWatchLogsEvent, LogsError},
    codecommit::CodeCommitEvent,
    cognito::CognitoPreSignUpEvent,
    durable::DurableEvent,
    dynamodb::{Change, ChangeError, DynamoDbRecord},
    firehose::FirehoseEvent,
    kafka::KafkaEvent,
    mq::{ActiveMqEvent, RabbitMqEvent},
    redshift::RedshiftResponse,
    s3::{S3Event, S3EventKind},
    s3_batch::S3BatchEvent,
    samples,
    vpc_lattice::VpcLatticeRequest,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

fn read<T: DeserializeOwned>(event: Value) -> T {
    serde_json::from_str(&event.to_string()).expect("an event")
}

#[test]
fn the_skill_is_that_of_the_context_or_of_the_session() {
    let skill = |context: Value, session: Value| {
        let event = json!({"version": "1.0", "request": {"type": "LaunchRequest"}, "context": context, "session": session});
        let event: AlexaSkillRequest = read(event);
        event.application_id().map(str::to_owned)
    };
    let context = json!({"System": {"application": {"applicationId": "c"}}});
    let session = json!({"new": true, "sessionId": "s", "application": {"applicationId": "s"}});
    assert_eq!(skill(context, session.clone()).as_deref(), Some("c"));
    assert_eq!(skill(json!({"System": {}}), session).as_deref(), Some("s"));
    assert_eq!(skill(json!({}), json!(null)), None);
}

#[test]
fn a_parameter_of_an_agent_is_found_by_its_name() {
    let event = samples::bedrock::function("f", &[("a", "1"), ("b", "2")]).into_event();
    let found = ["a", "b", "c"].map(|name| event.parameter(name));
    assert_eq!(found, [Some("1"), Some("2"), None]);
    let event: BedrockAgentEvent =
        read(json!({"messageVersion": "1.0", "agent": {}, "actionGroup": "g"}));
    assert_eq!(event.parameter("a"), None);
}

#[test]
fn log_events_come_out_of_gzip_or_state_why_not() {
    let logs = samples::cloudwatch_logs::lines(["a"]).into_event().logs().expect("log events");
    assert!(!logs.is_control_message());
    let control = samples::cloudwatch_logs::control_message().into_event();
    assert!(control.logs().expect("log events").is_control_message());

    let error = |data: Value| {
        let event: CloudWatchLogsEvent = read(json!({"awslogs": {"data": data}}));
        event.logs().expect_err("they are none")
    };
    let odd = error(json!("***"));
    assert!(matches!(odd, LogsError::Base64) && odd.source().is_none());
    let odd = error(json!("aGk="));
    assert!(matches!(odd, LogsError::Gzip(_)) && odd.source().is_some());
    // Bytes that are not in gzip.
    assert!(matches!(CloudWatchLogs::decode(b"x"), Err(LogsError::Gzip(_))));
    // A key of the same name next to data that can be read takes nothing from them.
    let mut event = samples::cloudwatch_logs::lines(["a"]).into_event();
    let kept = read::<CloudWatchLogsEvent>(json!({"awslogs": {"data": 7}})).awslogs.extra;
    event.awslogs.extra = kept;
    assert_eq!(event.logs().expect("log events").log_events.len(), 1);
}

#[test]
fn a_repository_and_a_branch_are_parts_of_texts() {
    let event: CodeCommitEvent = read(json!({"Records": [{
        "eventSource": "aws:codecommit",
        "eventSourceARN": "arn:aws:codecommit:us-east-1:123456789012:orders",
        "codecommit": {"references": [
            {"commit": "c", "ref": "refs/heads/main"},
            {"commit": "c", "ref": "refs/tags/v1"},
        ]},
    }]}));
    assert_eq!(event.records[0].repository(), Some("orders"));
    let references = &event.records[0].codecommit.references;
    let branches: Vec<_> = references.iter().map(|reference| reference.branch()).collect();
    assert_eq!(branches, [Some("main"), None]);
}

#[test]
fn an_event_of_another_trigger_is_named() {
    let other = samples::sqs::batch(["a"]).text();
    let error = serde_json::from_str::<CognitoPreSignUpEvent>(&other).expect_err("it is another");
    assert!(error.to_string().contains("an SQS event"), "{error}");
}

#[test]
fn the_input_of_an_execution_is_in_its_first_operation() {
    let event = samples::durable::begin(&samples::sqs::batch(["a"])).into_event();
    let text = event.input_text().expect("it has one");
    assert_eq!(text, samples::sqs::batch(["a"]).text());
    let sqs: lambda_events::sqs::SqsEvent = event.input().expect("an event");
    assert_eq!(sqs.records.len(), 1);
    let none: DurableEvent = read(
        json!({"DurableExecutionArn": "a", "CheckpointToken": "t", "InitialExecutionState": {"Operations": []}}),
    );
    assert_eq!((none.input_text(), none.input::<Option<u8>>().expect("null")), (None, None));
}

#[derive(Debug, Deserialize, PartialEq)]
struct Item {
    id: u32,
}

fn record(name: &str, user: Value, images: Value) -> DynamoDbRecord {
    let mut change = json!({"Keys": {"id": {"N": "1"}}});
    for (key, value) in images.as_object().into_iter().flatten() {
        change[key] = value.clone();
    }
    read(
        json!({"eventName": name, "eventSource": "aws:dynamodb", "userIdentity": user, "dynamodb": change}),
    )
}

#[test]
fn a_change_has_the_images_of_its_operation() {
    let images = || json!({"OldImage": {"id": {"N": "1"}}, "NewImage": {"id": {"N": "2"}}});
    let expired = json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"});
    let (old, new) = (Item { id: 1 }, Item { id: 2 });
    let change = |name, user| record(name, user, images()).change::<Item>().expect("a change");
    assert!(matches!(change("INSERT", json!(null)), Change::Insert(item) if item == new));
    let Change::Modify { old: before, new: after } = change("MODIFY", json!(null)) else {
        panic!()
    };
    assert_eq!((before, after), (old, new));
    assert!(matches!(change("REMOVE", json!(null)), Change::Remove(Item { id: 1 })));
    assert!(matches!(change("REMOVE", expired.clone()), Change::Expired(Item { id: 1 })));
    assert!(record("REMOVE", expired, images()).is_expired());
    assert!(!record("REMOVE", json!({"principalId": "me"}), images()).is_expired());

    let error = record("INSERT", json!(null), json!({})).change::<Item>().expect_err("no image");
    assert!(matches!(error, ChangeError::NoImage("new")) && error.source().is_none());
    let wrong = json!({"NewImage": {"id": {"S": "x"}}});
    let error = record("INSERT", json!(null), wrong).change::<Item>().expect_err("no number");
    let cause = error.source().expect("it has a cause").to_string();
    assert!(error.to_string().starts_with("the new image does not fit: "), "{error}");
    assert!(error.to_string().ends_with(&cause) && cause.contains("id"), "{cause}");
    let error = record("OTHER", json!(null), images()).change::<Item>().expect_err("unknown");
    assert_eq!(error.to_string(), "the event's name is `OTHER`, expected INSERT, MODIFY or REMOVE");
    let keys: Item = record("INSERT", json!(null), images()).keys().expect("the key");
    assert_eq!(keys, Item { id: 1 });
}

#[test]
fn a_record_of_firehose_has_its_payload_by_its_source() {
    let event: FirehoseEvent =
        read(json!({"invocationId": "i", "deliveryStreamArn": "a", "records": [
            {"recordId": "1", "data": "aGk="},
            {"recordId": "2", "kafkaRecordValue": "aGV5"},
            {"recordId": "3"},
        ]}));
    let payloads: Vec<_> = event.records.iter().map(|record| record.payload()).collect();
    assert_eq!(payloads, [b"hi".as_slice(), b"hey", b""]);
    let ok = |place: usize| serde_json::to_value(event.records[place].ok("x")).expect("JSON");
    assert_eq!(ok(0), json!({"recordId": "1", "result": "Ok", "data": "eA=="}));
    assert_eq!(ok(1), json!({"recordId": "2", "result": "Ok", "kafkaRecordValue": "eA=="}));
    let dropped =
        |place: usize| serde_json::to_value(event.records[place].dropped()).expect("JSON");
    assert_eq!(dropped(0)["data"], "aGk=");
    assert_eq!(dropped(1)["kafkaRecordValue"], "aGV5");
}

#[test]
fn a_record_of_kafka_has_its_last_header_and_its_place() {
    let event: KafkaEvent = read(json!({"eventSource": "aws:kafka", "records": {"t-0": [{
        "topic": "t", "partition": 3, "offset": 15, "timestamp": 1, "timestampType": "CREATE_TIME",
        "headers": [{"a": [49]}, {"b": [50]}, {"a": [51]}],
    }]}}));
    let record = event.records.iter().flat_map(|(_, records)| records).next().expect("a record");
    assert_eq!(
        ["a", "b", "c"].map(|name| record.header(name)),
        [Some(b"3".as_slice()), Some(b"2"), None]
    );
    let failure = serde_json::to_value(record.failure()).expect("JSON");
    assert_eq!(failure, json!({"itemIdentifier": {"partition": "t-3", "offset": 15}}));
}

#[test]
fn names_and_headers_of_brokers_are_read_from_either_form() {
    let event: ActiveMqEvent = read(json!({"eventSource": "aws:mq", "messages": [
        {"messageID": "1", "destination": {"physicalName": "a"}},
        {"messageID": "2", "destination": {"physicalname": "b"}},
        {"messageID": "3", "destination": {}},
    ]}));
    let names: Vec<_> = event.messages.iter().map(|message| message.destination.name()).collect();
    assert_eq!(names, [Some("a"), Some("b"), None]);
    let event: RabbitMqEvent =
        read(json!({"eventSource": "aws:rmq", "rmqMessagesByQueue": {"q::/": [{
            "basicProperties": {"headers": {"h": {"bytes": [104, 105]}, "n": 7}}, "data": "aGk=",
        }]}}));
    let messages = event.rmq_messages_by_queue.iter().flat_map(|(_, messages)| messages);
    let properties = &messages.into_iter().next().expect("a message").basic_properties;
    let headers = ["h", "n", "x"].map(|name| properties.header(name));
    assert_eq!(headers, [Some(b"hi".to_vec()), None, None]);
}

#[test]
fn notifications_of_s3_have_a_kind_and_a_key() {
    let event = samples::s3::object_created("bucket", "a b/ü.txt").into_event();
    assert_eq!(
        (event.records[0].kind(), &*event.records[0].key()),
        (S3EventKind::ObjectCreated, "a b/ü.txt")
    );
    assert_eq!(event.records[0].s3.object.key_decoded(), "a b/ü.txt");
    assert!(!event.is_test());
    let removed = samples::s3::object_removed("bucket", "a").into_event();
    assert_eq!(removed.records[0].kind(), S3EventKind::ObjectRemoved);
    assert!(samples::s3::test_event("bucket").into_event().is_test());
    let other: S3Event = read(json!({"Event": "s3:Another", "Records": []}));
    assert!(!other.is_test());
}

#[test]
fn a_task_of_a_batch_job_has_its_bucket_in_either_schema() {
    let event: S3BatchEvent =
        read(json!({"invocationSchemaVersion": "2.0", "invocationId": "i", "tasks": [
            {"taskId": "1", "s3Key": "a+b", "s3Bucket": "one"},
            {"taskId": "2", "s3Key": "%C3%BC", "s3BucketArn": "arn:aws:s3:::two"},
            {"taskId": "3", "s3Key": ""},
        ]}));
    let seen: Vec<_> =
        event.tasks.iter().map(|task| (task.key().into_owned(), task.bucket())).collect();
    let expected = [("a b", Some("one")), ("ü", Some("two")), ("", None)];
    assert_eq!(seen, expected.map(|(key, bucket)| (key.to_owned(), bucket)));
    let task = &event.tasks[0];
    let results = [task.succeeded("a"), task.temporary_failure("b"), task.permanent_failure("c")];
    let response = serde_json::to_value(event.response(results)).expect("JSON");
    assert_eq!(
        response,
        json!({
            "invocationSchemaVersion": "2.0",
            "treatMissingKeysAs": "PermanentFailure",
            "invocationId": "i",
            "results": [
                {"taskId": "1", "resultCode": "Succeeded", "resultString": "a"},
                {"taskId": "1", "resultCode": "TemporaryFailure", "resultString": "b"},
                {"taskId": "1", "resultCode": "PermanentFailure", "resultString": "c"},
            ],
        })
    );
}

#[test]
fn an_identity_of_appsync_is_told_by_its_keys() {
    use lambda_events::appsync::AppSyncIdentityKind::{Cognito, Iam, Lambda, Oidc};
    for (identity, kind) in [
        (json!({"resolverContext": {}}), Some(Lambda)),
        (json!({"userArn": "a", "username": "u"}), Some(Iam)),
        (json!({"accountId": "a"}), Some(Iam)),
        (json!({"claims": {}, "username": "u"}), Some(Cognito)),
        (json!({"claims": {}, "defaultAuthStrategy": "ALLOW"}), Some(Cognito)),
        (json!({"claims": {}, "sub": "s"}), Some(Oidc)),
        (json!({}), None),
    ] {
        assert_eq!(read::<AppSyncIdentity>(identity.clone()).kind(), kind, "{identity}");
    }
}

#[test]
fn what_front_ends_state_in_two_forms_is_read_from_either() {
    let request = |event: Value| {
        let mut all = json!({"requestContext": {"elb": {"targetGroupArn": "a"}}, "httpMethod": "GET", "path": "/"});
        for (key, value) in event.as_object().expect("an object") {
            all[key] = value.clone();
        }
        read::<AlbRequest>(all)
    };
    let single = request(json!({"headers": {"a": "1"}}));
    assert_eq!(
        (single.is_multi_value(), single.header("A"), single.header("b")),
        (false, Some("1"), None)
    );
    let multiple = request(json!({"multiValueHeaders": {"a": ["1", "2"]}}));
    assert_eq!((multiple.is_multi_value(), multiple.header("a")), (true, Some("2")));
    assert!(request(json!({"multiValueQueryStringParameters": {"a": ["1"]}})).is_multi_value());
    assert!(!request(json!({"multiValueQueryStringParameters": {}})).is_multi_value());
    let lattice = |time: Value| {
        let context = json!({"serviceNetworkArn": "a", "serviceArn": "b", "targetGroupArn": "c", "timeEpoch": time});
        let request: VpcLatticeRequest =
            read(json!({"path": "/", "method": "GET", "requestContext": context}));
        request.request_context.unix_micros()
    };
    assert_eq!(lattice(json!("1696331543569073")), Some(1_696_331_543_569_073));
    assert_eq!((lattice(json!("x")), lattice(json!(null))), (None, None));
}

#[test]
fn rows_of_redshift_are_json_in_a_text() {
    let text = RedshiftResponse::ok(Vec::new()).to_text();
    let json: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&json["success"], &json["num_records"]), (&json!(true), &json!(0)));
    let text = RedshiftResponse::failed("no").to_text();
    let json: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&json["success"], &json["error_msg"]), (&json!(false), &json!("no")));
}

/// The last value of a key counts, and nothing of the first one stays.
#[test]
fn a_key_that_is_there_twice_has_its_last_value() {
    fn check<T: DeserializeOwned + PartialEq + std::fmt::Debug + serde::Serialize>(
        once: &str,
        twice: &str,
    ) {
        let [once, twice] =
            [once, twice].map(|json| serde_json::from_str::<T>(json).expect("an event"));
        assert_eq!(once, twice);
        assert_eq!(serde_json::to_string(&once).ok(), serde_json::to_string(&twice).ok());
    }
    let alb = |twice: &str| {
        format!(
            r#"{{"requestContext":{{"elb":{{}}}},"httpMethod":"GET","path":"/",{twice}"isBase64Encoded":false}}"#
        )
    };
    for (once, twice) in [
        (r#""headers":{"b":"2"},"#, r#""headers":{"a":"1"},"headers":{"b":"2"},"#),
        (r#""headers":null,"#, r#""headers":{"a":"1"},"headers":null,"#),
        (r#""headers":{},"#, r#""headers":{"a":7},"headers":{},"#),
        (r#""body":"b","#, r#""body":7,"body":"b","#),
        (r#""body":null,"#, r#""body":"a","body":null,"#),
        ("", r#""isBase64Encoded":true,"#),
    ] {
        check::<AlbRequest>(&alb(once), &alb(twice));
    }
}

#[test]
fn an_unknown_name_of_a_trigger_is_refused_with_those_that_there_are() {
    let error = "s4".parse::<lambda_events::Trigger>().expect_err("there is no S4").to_string();
    assert!(error.starts_with("no trigger is called `s4`; known are: "), "{error}");
    for trigger in lambda_events::Trigger::ALL {
        assert!(error.contains(trigger.as_str()), "{trigger} is missing: {error}");
    }
}

/// A method of a sample changes these places of its event, and keeps the rest.
#[track_caller]
fn changes<E: serde::Serialize + Clone>(
    before: &samples::Sample<E>,
    after: samples::Sample<E>,
    places: &[&str],
) {
    let [mut before, mut after] = [before.clone().into_event(), after.into_event()]
        .map(|event| serde_json::to_value(event).expect("JSON"));
    for place in places {
        assert_ne!(before.pointer(place), after.pointer(place), "{place}");
        for event in [&mut before, &mut after] {
            let (parent, key) = place.rsplit_once('/').expect("a pointer");
            let parent = event.pointer_mut(parent).and_then(Value::as_object_mut);
            parent.expect("an object").remove(key);
        }
    }
    assert_eq!(before, after);
}

#[test]
fn methods_of_samples_of_requests_change_one_thing() {
    use samples::{alb, api_gateway, function_url, vpc_lattice};
    let value = json!({"a": 1});

    let rest = api_gateway::rest::post("/orders");
    changes(&rest, rest.clone().header("x-a", "b"), &["/headers", "/multiValueHeaders"]);
    changes(
        &rest,
        rest.clone().query("a", "b"),
        &["/queryStringParameters", "/multiValueQueryStringParameters"],
    );
    changes(&rest, rest.clone().body("a"), &["/body"]);
    let json = rest.clone().json(&value).expect("JSON");
    changes(&rest, json, &["/headers", "/multiValueHeaders", "/body"]);

    let http = api_gateway::post("/orders");
    changes(&http, http.clone().header("x-a", "b"), &["/headers"]);
    changes(&http, http.clone().query("a", "b"), &["/queryStringParameters", "/rawQueryString"]);
    changes(&http, http.clone().body("a"), &["/body"]);
    changes(&http, http.clone().binary(b"a"), &["/body", "/isBase64Encoded"]);
    changes(&http, http.clone().json(&value).expect("JSON"), &["/headers", "/body"]);

    let url = function_url::post("/orders");
    changes(&url, url.clone().header("x-a", "b"), &["/headers"]);
    changes(&url, url.clone().body("a"), &["/body"]);
    changes(&url, url.clone().json(&value).expect("JSON"), &["/headers", "/body"]);
    changes(
        &url,
        url.clone().signed_by("ada"),
        &["/requestContext/authorizer", "/requestContext/accountId"],
    );

    let alb = alb::post("/orders");
    changes(&alb, alb.clone().header("x-a", "b"), &["/headers"]);
    changes(&alb, alb.clone().query("a", "b"), &["/queryStringParameters"]);
    changes(&alb, alb.clone().body("a"), &["/body"]);
    changes(&alb, alb.clone().json(&value).expect("JSON"), &["/headers", "/body"]);
    let several = alb.clone().multi_value();
    changes(&several, several.clone().header("x-a", "b"), &["/multiValueHeaders"]);
    changes(&several, several.clone().query("a", "b"), &["/multiValueQueryStringParameters"]);

    let lattice = vpc_lattice::request("POST", "/orders");
    changes(&lattice, lattice.clone().body("a"), &["/body"]);
    let lattice = vpc_lattice::v1("POST", "/orders");
    changes(&lattice, lattice.clone().body("a"), &["/body"]);
}

#[test]
fn methods_of_samples_of_messages_change_one_thing() {
    use samples::{cloudformation, kafka, lex, ses, sns, sqs};
    let email = ses::email("a@example.com", "b@example.com", "hello");
    changes(&email, email.clone().spam(), &["/Records/0/ses/receipt/spamVerdict"]);
    let dialog = lex::dialog("Order", "nails, please");
    changes(
        &dialog,
        dialog.clone().slot("item", "nails"),
        &["/sessionState/intent/slots", "/interpretations"],
    );
    let message = sns::message("hello");
    changes(&message, message.clone().subject("order"), &["/Records/0/Sns/Subject"]);
    let batch = sqs::batch(["one", "two"]);
    let fifo = batch.clone().fifo("group").into_event();
    assert_eq!(fifo.records.len(), 2);
    assert_eq!(fifo.records[0].body.as_deref(), Some("one"));
    let dead = batch.clone().dead_letter("arn:aws:sqs:us-east-1:123456789012:source").into_event();
    assert_eq!(dead.records[1].body.as_deref(), Some("two"));
    let records = kafka::records(["a"]);
    assert_eq!(
        records.clone().self_managed().into_event().records.len(),
        records.into_event().records.len()
    );
    let create = cloudformation::create(json!({"a": 1})).expect("JSON");
    let changed = create.clone().update("table-1");
    changes(&create, changed, &["/RequestType", "/PhysicalResourceId", "/OldResourceProperties"]);
    changes(&create, create.clone().delete("table-1"), &["/RequestType", "/PhysicalResourceId"]);
}

/// What each kind of field gives of itself, next to its value.
#[test]
fn kinds_of_fields_return_their_texts_and_whether_they_are_empty() {
    let bytes = Base64::from(r#"{"a":1}"#);
    assert_eq!(AsRef::<[u8]>::as_ref(&bytes), br#"{"a":1}"#);
    assert_eq!(bytes.json::<Value>().expect("JSON"), json!({"a": 1}));
    assert_eq!("1.50".parse::<Number>().expect("a number").as_str(), "1.50");
    assert_eq!("1.50".parse::<Number>().expect("a number").to_string(), "1.50");
    assert_eq!(Json::new(7).expect("JSON").as_str(), "7");
    assert_eq!(
        (Headers::default().is_empty(), Headers::from([("a", "b")]).is_empty()),
        (true, false)
    );
    assert_eq!(
        (StringMap::default().is_empty(), StringMap::from([("a", "b")]).is_empty()),
        (true, false)
    );
    let mut list = EventList::from(vec![1]);
    list.push(2);
    assert_eq!(*list, [1, 2]);
}

#[test]
fn a_field_that_is_set_twice_has_the_last_value() {
    let mut event: S3Event = read(json!({"Records": []}));
    for value in [1, 2] {
        event.extra.insert("new", RawJson::new(&value).expect("JSON"));
    }
    event.extra.insert("other", RawJson::new(&3).expect("JSON"));
    assert_eq!(serde_json::to_value(&event).expect("JSON")["new"], 2);
    assert_eq!(event.extra.iter().count(), 2);
}

/// Errors that have a cause return it.
#[test]
fn errors_return_their_causes() {
    let broken = lambda_events::gzip::decode(b"no gzip", 10).expect_err("it is none");
    assert!(broken.source().is_some_and(|cause| !cause.to_string().is_empty()));
    let large = lambda_events::gzip::decode(&lambda_events::gzip::encode(&[0; 100]), 10);
    assert!(large.expect_err("it is larger").source().is_none());
    let request = |body: &str, is_base64: bool| -> ApiGatewayHttpRequest {
        let request = samples::api_gateway::post("/").with(|request| {
            request.body = Some(body.to_owned());
            request.is_base64_encoded = is_base64;
        });
        request.into_event()
    };
    assert_eq!(request("[1]", false).json::<Vec<u8>>().expect("JSON"), [1]);
    let json = request("{", false).json::<Value>().expect_err("not JSON");
    assert!(json.source().is_some_and(|cause| cause.to_string().contains("JSON")));
    assert!(request("!", true).json::<Value>().expect_err("not base64").source().is_none());
    assert_eq!(samples::api_gateway::get("/orders").raw_path, "/orders");
}

/// An instant before 1970, and one that a clock does not reach.
#[test]
fn an_instant_is_a_time_of_the_system_where_it_has_that() {
    let time = |millis| SystemTime::try_from(Millis::from_unix_millis(millis)).ok();
    let second = std::time::Duration::from_secs(1);
    assert_eq!(time(1000), Some(SystemTime::UNIX_EPOCH + second));
    assert_eq!(time(-1000), Some(SystemTime::UNIX_EPOCH - second));
    assert_eq!(time(0), Some(SystemTime::UNIX_EPOCH));
}

#[test]
fn days_that_a_month_does_not_have_are_refused() {
    use lambda_events::time::parse_rfc3339;
    let is_a_day = |day: &str| parse_rfc3339(&format!("{day}T00:00:00Z")).is_some();
    for month in 1..=12 {
        let longest = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
        assert!(is_a_day(&format!("2025-{month:02}-{longest}")), "{month}");
        assert!(!is_a_day(&format!("2025-{month:02}-{}", longest + 1)), "{month}");
    }
    assert!(is_a_day("2024-02-29") && !is_a_day("2100-02-29") && is_a_day("2000-02-29"));
}

/// Keys at the top by which events of AWS differ.
#[test]
fn an_event_has_a_sign_of_a_trigger_or_is_of_its_own() {
    assert!(Trigger::has_sign(br#"{"Records":[{"eventSource":"aws:new"}]}"#));
    assert!(Trigger::has_sign(br#"{"requestContext":{}}"#));
    assert!(!Trigger::has_sign(br#"{"orderId":7}"#));
    assert!(!Trigger::has_sign(b"7"));
    let window = |service: &str| {
        let arn = format!("arn:aws:{service}:us-east-1:123456789012:stream/s");
        let event = json!({"window": {}, "state": {}, "eventSourceARN": arn, "isFinalInvokeForWindow": true});
        Trigger::detect(event.to_string().as_bytes())
    };
    assert_eq!(window("kinesis"), Some(Trigger::KinesisWindow));
    assert_eq!(window("dynamodb"), Some(Trigger::DynamoDbWindow));
    assert_eq!(window("sqs"), None);
}

/// What a field of `item` may ask for besides plain values.
#[test]
fn values_of_dynamodb_are_read_into_types_of_every_kind() {
    use lambda_events::dynamodb::from_item;
    #[derive(Debug, PartialEq, Deserialize)]
    struct Id(String);
    #[derive(Debug, PartialEq, Deserialize)]
    enum Shape {
        Point,
        Circle(f64),
        Line(u8, u8),
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct Item {
        id: Id,
        large: i128,
        negative: i128,
        shapes: Vec<Shape>,
        numbers: Vec<String>,
    }
    let item: Map<Attribute> = read(json!({
        "id": {"S": "a"},
        "large": {"N": "170141183460469231731687303715884105727"},
        "negative": {"N": "-1"},
        "shapes": {"L": [{"S": "Point"}, {"M": {"Circle": {"N": "1.5"}}}, {"M": {"Line": {"L": [{"N": "1"}, {"N": "2"}]}}}, {"M": {"Point": {"NULL": true}}}]},
        "numbers": {"NS": ["1", "2.50"]},
    }));
    let shapes = vec![Shape::Point, Shape::Circle(1.5), Shape::Line(1, 2), Shape::Point];
    let numbers = vec!["1".to_owned(), "2.50".to_owned()];
    let expected = Item { id: Id("a".to_owned()), large: i128::MAX, negative: -1, shapes, numbers };
    assert_eq!(from_item::<Item>(&item).expect("it fits"), expected);
    let word = json!({"id": {"S": "a"}, "large": {"N": "1.5"}, "negative": {"N": "0"}, "shapes": {"L": []}, "numbers": {"NS": []}});
    from_item::<Item>(&read(word)).expect_err("1.5 is not whole");
    let unit = json!({"id": {"S": "a"}, "large": {"N": "1"}, "negative": {"N": "0"}, "shapes": {"L": [{"M": {"Point": {"N": "1"}}}]}, "numbers": {"NS": []}});
    from_item::<Item>(&read(unit)).expect_err("a word without a value has one");
}
