//! What went wrong for somebody, each with the input that showed it.

use lambda_events::{Json, cloudwatch_logs::CloudWatchLogs, samples};
use lambda_events::{
    Trigger,
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
