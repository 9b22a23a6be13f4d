//! What went wrong for somebody, each with the input that showed it.

use lambda_events::{Json, cloudwatch_logs::CloudWatchLogs, samples};
use lambda_events::{
    Trigger,
    api_gateway::ApiGatewayHttpRequest,
    dynamodb::DynamoDbEvent,
    kinesis::KinesisEvent,
    s3::S3Event,
    sns::{SnsEvent, SnsNotification},
    sqs::{SqsEvent, SqsMessage},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
enum Any {
    Sqs(SqsEvent),
    Other(Value),
}

#[test]
fn an_untagged_enum_reads_an_event_with_a_new_field() {
    let json = r#"{"Records":[{"messageId":"1","future":1}]}"#;
    let any: Any = serde_json::from_str(json).expect("it is JSON");
    assert!(matches!(any, Any::Sqs(_)), "{any:?}");
    assert_eq!(serde_json::to_string(&any).expect("it has a form"), json);
}

#[test]
fn flatten_and_tagged_enums_read_an_event() {
    #[derive(Debug, Deserialize, Serialize)]
    struct Flat {
        own: u8,
        #[serde(flatten)]
        event: SqsEvent,
    }
    #[derive(Debug, Deserialize, Serialize)]
    #[serde(tag = "kind")]
    enum Tagged {
        Sqs(SqsEvent),
    }
    let json = r#"{"own":1,"Records":[{"messageId":"1"}]}"#;
    let flat: Flat = serde_json::from_str(json).expect("it fits");
    assert_eq!(flat.event.records[0].message_id, "1");
    assert_eq!(serde_json::to_string(&flat).expect("it has a form"), json);
    let json = r#"{"kind":"Sqs","Records":[{"messageId":"1"}]}"#;
    let Tagged::Sqs(event) = serde_json::from_str(json).expect("it fits");
    assert_eq!(event.records[0].message_id, "1");
    assert_eq!(serde_json::to_string(&Tagged::Sqs(event)).expect("it has a form"), json);
}

#[test]
fn numbers_for_text_are_kept() {
    for number in ["123456789012345678901234567890", "1.50", "1E400", "-0", "0.10e-3"] {
        let json =
            format!(r#"{{"Records":[{{"messageId":{number},"body":{number},"new":{number}}}]}}"#);
        let event: SqsEvent = serde_json::from_str(&json).expect("it fits");
        assert_eq!(event.records[0].message_id, number);
        assert_eq!(serde_json::to_string(&event).expect("it has a form"), json);
    }
}

#[test]
fn a_parsed_event_equals_the_same_one_built_by_hand() {
    let json = r#"{"Records":[{"messageId":"1","body":"a","md5OfBody":null}]}"#;
    let parsed: SqsEvent = serde_json::from_str(json).expect("it fits");
    let message = SqsMessage {
        message_id: "1".to_owned(),
        body: Some("a".to_owned()),
        ..SqsMessage::default()
    };
    let built = SqsEvent { records: vec![message], ..SqsEvent::default() };
    assert_eq!(parsed, built);
    assert_eq!(format!("{parsed:?}"), format!("{built:?}"));
}

#[test]
fn a_null_record_and_an_object_for_text_are_kept() {
    for json in [
        r#"{"Records":[null]}"#,
        r#"{"Records":[{"messageId":"1","body":{"a":1},"awsRegion":[]}]}"#,
    ] {
        let event: SqsEvent = serde_json::from_str(json).expect("it is read");
        assert_eq!(serde_json::to_string(&event).expect("it has a form"), json);
    }
    let json = r#"{"Records":[{"messageId":{"a":1}}]}"#;
    let error = serde_json::from_str::<SqsEvent>(json).expect_err("the id is promised");
    assert_eq!(error.to_string(), "invalid type: object, expected text at `Records[0].messageId`");
}

#[test]
fn another_trigger_s_event_is_named_in_the_error() {
    let s3 = samples::s3::object_created("bucket", "a, expected b").bytes();
    let error = serde_json::from_slice::<SqsEvent>(&s3).expect_err("it is of S3");
    assert_eq!(
        error.to_string(),
        "this looks like an S3 event, expected SqsEvent: missing field `messageId` at `Records[0]`"
    );
}

#[test]
fn one_bad_body_fails_its_record_only() {
    let json = r#"{"Records":[{"messageId":"1","body":"{}"},{"messageId":"2","body":"[1]"}]}"#;
    let event: SqsEvent<Json<Vec<u8>>> = serde_json::from_str(json).expect("it fits");
    let bodies: Vec<bool> = event
        .records
        .iter()
        .map(|message| message.body.as_ref().is_some_and(|body| body.get().is_ok()))
        .collect();
    assert_eq!(bodies, [false, true]);
}

#[test]
fn envelopes_in_envelopes_are_types_in_types() {
    let object = samples::s3::object_created("bucket", "a b/ü.txt");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("JSON is text");
    let notification = samples::sns::notification(text(object.bytes()));
    let payload = samples::sqs::batch([text(notification.bytes())]).bytes();

    let event: SqsEvent<Json<SnsNotification<Json<S3Event>>>> =
        serde_json::from_slice(&payload).expect("it fits");
    let notification = event.records[0].body.as_ref().and_then(|body| body.get().ok());
    let s3 = notification.and_then(|sns| sns.message.as_ref()?.get().ok()).expect("an S3 event");
    assert_eq!(s3.records[0].key(), "a b/ü.txt");
    assert_eq!(serde_json::to_vec(&event).expect("it has a form"), payload);

    let payload = samples::sns::message(text(object.bytes())).bytes();
    let event: SnsEvent<Json<S3Event>> = serde_json::from_slice(&payload).expect("it fits");
    assert!(event.records[0].sns.message.as_ref().is_some_and(|message| message.get().is_ok()));
}

#[test]
fn log_events_come_straight_through_kinesis_and_through_firehose() {
    let logs = samples::cloudwatch_logs::logs(["a", "b"]);
    let gzip = logs.encode().expect("it has a form");
    let straight = samples::cloudwatch_logs::lines(["a", "b"]);
    let kinesis = samples::kinesis::records([gzip.clone()]);
    let firehose = samples::firehose::records([gzip]);
    for decoded in [
        straight.logs(),
        CloudWatchLogs::decode(&kinesis.records[0].kinesis.data),
        CloudWatchLogs::decode(firehose.records[0].payload()),
    ] {
        assert_eq!(decoded.expect("it is gzip of log events"), logs);
    }
    assert!(
        samples::cloudwatch_logs::control_message().logs().is_ok_and(|l| l.is_control_message())
    );
}

#[test]
fn times_are_the_same_instant() {
    let json = |time: &str| {
        format!(
            r#"{{"Records":[{{"kinesis":{{"sequenceNumber":"1","approximateArrivalTimestamp":{time}}}}}]}}"#
        )
    };
    for (time, nanos) in [
        ("1643638425.16", 1_643_638_425_160_000_000),
        ("1643638425.1234", 1_643_638_425_123_400_000),
        ("1607497475.0", 1_607_497_475_000_000_000),
        ("1545084650.9875", 1_545_084_650_987_500_000),
    ] {
        let event: KinesisEvent = serde_json::from_str(&json(time)).expect("it fits");
        let at = event.records[0].kinesis.approximate_arrival_timestamp.expect("a time");
        assert_eq!(at.unix_nanos(), nanos);
        assert!(serde_json::to_string(&event).expect("it has a form").contains(time));
    }
}

#[test]
fn a_change_of_an_item_is_a_type_of_ones_own() {
    use lambda_events::dynamodb::{Change, ChangeError};
    use lambda_events::{Attribute, Map};

    #[derive(Debug, Deserialize, PartialEq)]
    struct Order {
        id: String,
        total: f64,
    }
    let item = |total: &str| {
        let id = Attribute::S("7".to_owned());
        Map::from([("id", id), ("total", Attribute::N(total.to_owned()))])
    };
    let order = |total| Order { id: "7".to_owned(), total };
    #[track_caller]
    fn check(event: &DynamoDbEvent, change: Change<Order>) {
        assert_eq!(event.records[0].change::<Order>().expect("it fits"), change);
    }
    check(&samples::dynamodb::insert(item("1.5")), Change::Insert(order(1.5)));
    check(
        &samples::dynamodb::modify(item("1.5"), item("2")),
        Change::Modify { old: order(1.5), new: order(2.0) },
    );
    check(&samples::dynamodb::remove(item("2")), Change::Remove(order(2.0)));
    check(&samples::dynamodb::expired(item("2")), Change::Expired(order(2.0)));

    let without = samples::dynamodb::insert(item("1")).with(|event| {
        event.records[0].dynamodb.new_image = None;
    });
    let error = without.records[0].change::<Order>().expect_err("there is no image");
    assert!(matches!(error, ChangeError::NoImage("new")), "{error}");
}

#[test]
fn detection_never_fails_hard_and_keys_come_in_any_order() {
    for (json, trigger) in [
        (r#"{"requestContext":{"elb":{}},"httpMethod":"GET"}"#, Some(Trigger::Alb)),
        (
            r#"{"httpMethod":"GET","path":"/","requestContext":{"stage":"p"}}"#,
            Some(Trigger::ApiGatewayRest),
        ),
        (
            r#"{"requestContext":{"http":{},"domainName":"x.lambda-url.us-east-1.on.aws"}}"#,
            Some(Trigger::FunctionUrl),
        ),
        (
            r#"{"routeArn":"a","type":"REQUEST","version":"2.0","requestContext":{"http":{}}}"#,
            Some(Trigger::ApiGatewayHttpAuthorizer),
        ),
        (r#"{"type":"TOKEN","methodArn":"a"}"#, Some(Trigger::ApiGatewayTokenAuthorizer)),
        (
            r#"{"window":{},"Records":[],"eventSourceARN":"arn:aws:kinesis:x:1:s"}"#,
            Some(Trigger::KinesisWindow),
        ),
        ("\u{feff}{\"awslogs\":{}}", Some(Trigger::CloudWatchLogs)),
        (r#"{"Event":"s3:TestEvent","Service":"Amazon S3"}"#, Some(Trigger::S3)),
        (r#"{"Records":[{"cf":{}}]}"#, Some(Trigger::CloudFront)),
        (r#"{"DurableExecutionArn":"a","detail-type":"a","source":"b"}"#, Some(Trigger::Durable)),
        (r#"{"deliveryStreamArn":"a","applicationArn":"b"}"#, None),
        (r#"{"messageVersion":"1","httpMethod":"GET","path":"/"}"#, None),
        ("[1]", None),
        ("[]", None),
        (r#"[{"eventSource":"aws:sqs"},7]"#, Some(Trigger::Pipes)),
        ("7", None),
        ("", None),
        ("{\"Records\":[", None),
        ("{\"Records\":7}", None),
        ("{\"Records\":[7]}", None),
    ] {
        assert_eq!(Trigger::detect(json.as_bytes()), trigger, "{json}");
    }
    assert_eq!(Trigger::detect(b"\xFF"), None);
}

#[test]
fn firehose_answers_carry_each_record_in_the_field_of_its_source() {
    let answer = |event: &lambda_events::firehose::FirehoseEvent| {
        let [first, second] = &event.records[..] else { panic!("two records") };
        let answer: lambda_events::firehose::FirehoseResponse =
            [first.ok("new"), second.dropped()].into_iter().collect();
        serde_json::to_string(&answer).expect("it has a form")
    };
    let direct = answer(&samples::firehose::records(["a", "b"]));
    assert!(direct.contains(r#""result":"Ok","data":"bmV3""#), "{direct}");
    assert!(direct.contains(r#""result":"Dropped","data":"Yg==""#), "{direct}");
    let msk = answer(&samples::firehose::msk(["a", "b"]));
    assert!(msk.contains(r#""result":"Ok","kafkaRecordValue":"bmV3""#), "{msk}");
}

#[test]
fn a_load_balancer_takes_headers_in_one_form_only() {
    use lambda_events::alb::AlbResponse;

    let answer = |request: &lambda_events::alb::AlbRequest| {
        let answer = AlbResponse::new(200).header("x", "1").text("ok").for_request(request);
        let answer = answer.expect("one value of each header");
        serde_json::to_string(&answer).expect("it has a form")
    };
    assert_eq!(
        answer(&samples::alb::get("/")),
        r#"{"statusCode":200,"headers":{"x":"1"},"body":"ok","isBase64Encoded":false}"#
    );
    assert_eq!(
        answer(&samples::alb::get("/").multi_value()),
        r#"{"statusCode":200,"multiValueHeaders":{"x":["1"]},"body":"ok","isBase64Encoded":false}"#
    );
}

#[test]
fn the_context_of_an_execution_is_read_where_the_state_machine_puts_it() {
    use lambda_events::step_functions::StepFunctionsContext;

    #[derive(serde::Deserialize)]
    struct Input {
        #[serde(rename = "_datadog")]
        context: StepFunctionsContext,
    }
    let text = include_str!("../fixtures/stepfunctions/datadog-python-states.json");
    let context = serde_json::from_str::<Input>(text).expect("an input").context;
    let execution = context.execution.expect("an execution");
    assert!(execution.id.starts_with("arn:aws:states:"), "{}", execution.id);
    assert_eq!(execution.redrive_count, Some(0));
    assert_eq!(context.state.and_then(|state| state.retry_count), Some(0));
}

/// What is JSON itself came as a text: it was not valid, or `"7"` became the number 7.
#[test]
fn where_json_is_the_usual_form_a_text_is_a_text() {
    use lambda_events::{
        RawJson, appsync::AppSyncPublished, destinations::DestinationEvent,
        eventbridge::EventBridgeEvent,
    };

    #[track_caller]
    fn check<T>(detail: &str, expected: Option<T>)
    where
        T: for<'de> Deserialize<'de> + PartialEq + std::fmt::Debug,
    {
        let json = format!(r#"{{"detail-type":"t","source":"s","detail":{detail}}}"#);
        let event: EventBridgeEvent<Json<T>> = serde_json::from_str(&json).expect("an event");
        assert_eq!(event.detail.get().ok(), expected.as_ref(), "{detail}");
        assert_eq!(serde_json::to_string(&event).expect("it has a form"), json);
    }
    check(r#""hello""#, Some("hello".to_owned()));
    check(r#""7""#, Some(Value::from("7")));
    check(r#""{}""#, Some(Value::from("{}")));
    // The scheduler sends JSON within a text.
    check(r#""{\"id\":7}""#, Some(std::collections::BTreeMap::from([("id".to_owned(), 7)])));
    check(r#""7""#, Some(7_u32));
    check(r#"7"#, Some(7_u32));
    check::<u32>(r#""seven""#, None);

    let json = r#"{"requestContext":{"requestId":"1","functionArn":"f","condition":"Success","approximateInvokeCount":1},"requestPayload":{},"responsePayload":"done"}"#;
    let event: DestinationEvent<RawJson, Json<String>> =
        serde_json::from_str(json).expect("an event");
    let payload = event.response_payload.as_ref().expect("it is there");
    assert_eq!(payload.get().ok().map(String::as_str), Some("done"));
    let json = r#"{"payload":"hello","id":"1"}"#;
    let message: AppSyncPublished<Json<String>> = serde_json::from_str(json).expect("a message");
    assert_eq!(serde_json::to_string(&message).expect("it has a form"), json);
}

/// The response's headers, and its cookies, were lost in silence.
#[test]
fn headers_for_a_load_balancer_are_in_its_form_or_an_error() {
    use lambda_events::alb::{AlbRequest, AlbResponse};

    let empty = r#"{"requestContext":{"elb":{"targetGroupArn":"a"}},"httpMethod":"GET","path":"/",
        "headers":{"host":"h"},"multiValueHeaders":{},"multiValueQueryStringParameters":{}}"#;
    let request: AlbRequest = serde_json::from_str(empty).expect("a request");
    assert!(!request.is_multi_value());
    let with = |cookies: &[&str]| {
        let mut response = AlbResponse::new(200);
        cookies
            .iter()
            .for_each(|cookie| response.multi_value_headers.append("set-cookie", *cookie));
        response.for_request(&request)
    };
    let one = with(&["a=1"]).expect("one cookie");
    assert_eq!((one.headers.get("set-cookie"), one.multi_value_headers.len()), (Some("a=1"), 0));
    let mut in_both_forms = AlbResponse::new(200).header("x", "1");
    in_both_forms.multi_value_headers.append("x", "2");
    assert!(in_both_forms.for_request(&request).is_err(), "one of the two values would be lost");
    let error = with(&["a=1", "b=2"]).expect_err("two cookies");
    assert_eq!(
        error.to_string(),
        "the header `set-cookie` has several values, and the target group takes one of each: set its \
         attribute `lambda.multi_value_headers.enabled` to true"
    );
}

#[test]
fn a_self_managed_kafka_cluster_is_known_by_both_of_its_names() {
    for name in ["SelfManagedKafka", "aws:SelfManagedKafka"] {
        let json = format!(r#"{{"eventSource":"{name}","bootstrapServers":"b","records":{{}}}}"#);
        assert_eq!(Trigger::detect(json.as_bytes()), Some(Trigger::Kafka), "{name}");
    }
}

/// They were an error, or an event of Alexa.
#[test]
fn an_event_of_a_programs_own_is_unknown_whatever_it_shares_with_a_triggers() {
    use lambda_events::catalog::AnyEvent;

    for json in [
        r#"{"Name":"Ann","Details":{}}"#,
        r#"{"bot":"b","sessionState":"open"}"#,
        r#"{"labelingJobArn":"x"}"#,
        r#"{"directive":"stop"}"#,
        r#"{"header":{},"payload":{}}"#,
        r#"{"request":{"type":"refund"},"session":{}}"#,
        r#"{"detail-type":7,"source":{},"detail":1}"#,
        r#"{"bot":"b","sessionState":{"intent":1}}"#,
    ] {
        let event: AnyEvent =
            serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"));
        if let AnyEvent::EventBridge(_) = event {
            continue;
        }
        let AnyEvent::Unknown(unknown) = &event else { panic!("{event:?} of {json}") };
        assert_eq!((unknown.as_str(), event.trigger()), (json, None));
    }
    // The refusal is inside, where a sign of a trigger was found.
    let json = r#"{"CodePipeline.job":{"data":7}}"#;
    let event: AnyEvent = serde_json::from_str(json).expect("it is JSON");
    let AnyEvent::Unknown(unknown) = event else { panic!("{event:?}") };
    assert!(unknown.refusal().is_some_and(|refusal| refusal.contains("id")), "{unknown:?}");
    // A strong sign still fails, or drift would hide.
    let drifted = r#"{"Records":[{"eventSource":"aws:sqs"}]}"#;
    assert!(serde_json::from_str::<AnyEvent>(drifted).is_err());
}

#[test]
fn a_list_that_does_not_fit_names_the_element() {
    use lambda_events::{appsync::AppSyncBatchEvent, dynamodb::DynamoDbRecord, pipes::PipesEvent};

    let good =
        r#"{"eventID":"1","eventName":"INSERT","dynamodb":{"Keys":{},"SequenceNumber":"1"}}"#;
    let json = format!(r#"[{good},{{"eventID":"2","eventName":"INSERT","dynamodb":7}}]"#);
    let error = serde_json::from_str::<PipesEvent<DynamoDbRecord>>(&json).expect_err("7");
    assert!(error.to_string().contains("[1].dynamodb"), "{error}");
    let error = serde_json::from_str::<AppSyncBatchEvent>(r#"[{"info":7}]"#).expect_err("7");
    assert!(error.to_string().contains("[0].info"), "{error}");
    let error = serde_json::from_str::<PipesEvent>("{}").expect_err("no list");
    assert!(error.to_string().contains("expected a list"), "{error}");
}

/// It said `no valid gzip`.
#[test]
fn logs_that_are_not_base64_are_named_so() {
    use lambda_events::cloudwatch_logs::CloudWatchLogsEvent;

    let event: CloudWatchLogsEvent =
        serde_json::from_str(r#"{"awslogs":{"data":"!!!"}}"#).expect("an event");
    let error = event.logs().expect_err("it is not base64");
    assert_eq!(error.to_string(), "log events: `awslogs.data` is not valid base64");
}

#[test]
fn a_pre_token_event_that_may_change_scopes_is_version_2() {
    let json = r#"{"version":"1","triggerSource":"TokenGeneration_Authentication","userPoolId":"p",
        "request":{},"response":{"claimsAndScopeOverrideDetails":null}}"#;
    assert_eq!(Trigger::detect(json.as_bytes()), Some(Trigger::CognitoTokenGenerationV2));
}

/// The whole item was of an unknown type.
#[test]
fn a_number_of_dynamodb_may_be_a_number() {
    use lambda_events::dynamodb::DynamoDbEvent;

    let json = r#"{"Records":[{"eventID":"1","eventName":"INSERT","dynamodb":{"Keys":{"id":{"N":5}},"NewImage":{"id":{"N":5},"all":{"L":[{"N":1.50},{"NS":[1,2]}]}}}}]}"#;
    let event: DynamoDbEvent = serde_json::from_str(json).expect("an event");
    #[derive(Debug, Deserialize, PartialEq)]
    struct Item {
        id: u32,
    }
    let item: Item = event.records[0].new_image().expect("an item");
    assert_eq!(item, Item { id: 5 });
    assert_eq!(serde_json::to_string(&event).expect("it has a form"), json);
}

#[test]
fn a_default_response_is_a_success_and_a_read_one_is_as_it_came() {
    use lambda_events::{
        alb::AlbResponse,
        api_gateway::{
            ApiGatewayHttpResponse, ApiGatewayRestResponse, ApiGatewayWebSocketResponse,
        },
        function_url::FunctionUrlResponse,
    };

    macro_rules! check {
        ($($response:ty)*) => {$(
            assert_eq!(<$response>::default().status_code, 200, stringify!($response));
            for json in ["{}", r#"{"statusCode":null}"#] {
                let read: $response = serde_json::from_str(json).expect("an object");
                assert_eq!(read.status_code, 0, stringify!($response));
                assert_eq!(serde_json::to_string(&read).expect("it has a form"), json);
            }
        )*};
    }
    check!(AlbResponse ApiGatewayHttpResponse ApiGatewayRestResponse ApiGatewayWebSocketResponse FunctionUrlResponse);
}

#[test]
fn the_bytes_of_a_body_are_those_that_came() {
    let request = |body: Option<&str>, is_base64_encoded| {
        let body = body.map(str::to_owned);
        ApiGatewayHttpRequest { body, is_base64_encoded, ..Default::default() }
    };
    #[track_caller]
    fn check(request: ApiGatewayHttpRequest, bytes: Result<&[u8], &str>) {
        let read = request.bytes().map_err(|error| error.to_string());
        assert_eq!(read.as_deref().map_err(String::as_str), bytes);
    }
    check(request(None, false), Ok(b""));
    check(request(Some("hö"), false), Ok("hö".as_bytes()));
    check(request(Some("aMO2"), true), Ok("hö".as_bytes()));
    check(request(Some("hö"), true), Err("the body says that it is in base64, but it is not"));
}
