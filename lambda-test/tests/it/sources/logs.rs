//! Filter patterns of logs, by the examples of AWS's documentation.

use lambda_events::cloudwatch_logs::CloudWatchLogsEvent;
use lambda_test::Lambda;

use super::{keeping, nothing};

#[lambda_test::test]
async fn filter_patterns_match_what_the_documentation_states() {
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", nothing);
    let group = lambda.log_group("/app");
    let check = |pattern: &str, matching: &[&str], others: &[&str]| {
        let filter = group.subscribe("f", pattern, &function);
        for message in matching {
            assert!(filter.matches(message), "{pattern} and {message}");
        }
        for message in others {
            assert!(!filter.matches(message), "{pattern} and not {message}");
        }
    };
    check("", &["anything", ""], &[]);
    check("ERROR", &["[ERROR 400] BAD REQUEST"], &["error", "[WARN]"]);
    check("ERROR ARGUMENTS", &["[ERROR 419] MISSING ARGUMENTS"], &["[ERROR 401] UNAUTHORIZED"]);
    check("?ERROR ?ARGUMENTS", &["[ERROR 400]", "INVALID ARGUMENTS"], &["[WARN]"]);
    check("ERROR -ARGUMENTS", &["[ERROR 400] BAD REQUEST"], &["[ERROR 419] MISSING ARGUMENTS"]);
    check(
        "\"INTERNAL SERVER ERROR\"",
        &["[ERROR 500] INTERNAL SERVER ERROR"],
        &["SERVER INTERNAL"],
    );
    check("%[Ee]rror [0-9]{3}%", &["Error 404", "an error 500"], &["Error 4"]);

    check(
        "{ $.eventType = \"UpdateTrail\" }",
        &[r#"{"eventType": "UpdateTrail"}"#],
        &[r#"{"eventType": "x"}"#, "UpdateTrail"],
    );
    check(
        "{ $.sourceIPAddress != 123.123.* }",
        &[r#"{"sourceIPAddress": "111.1.1.1"}"#],
        &[r#"{"sourceIPAddress": "123.123.1.1"}"#, "{}"],
    );
    check(
        "{ $.arrayKey[0] = \"value\" }",
        &[r#"{"arrayKey": ["value", "b"]}"#],
        &[r#"{"arrayKey": ["b", "value"]}"#],
    );
    check(
        "{ $.objectList[1].id = 2 }",
        &[r#"{"objectList": [{"id": 1}, {"id": 2}]}"#],
        &[r#"{"objectList": []}"#],
    );
    check(
        "{ $.bandwidth > 75 }",
        &[r#"{"bandwidth": 75.5}"#],
        &[r#"{"bandwidth": 75}"#, r#"{"bandwidth": "76"}"#],
    );
    check("{ $.latency <= 1e3 }", &[r#"{"latency": 1000}"#], &[r#"{"latency": 1001}"#]);
    check("{ $.SomeObject IS NULL }", &[r#"{"SomeObject": null}"#], &["{}"]);
    check("{ $.SomeOtherObject NOT EXISTS }", &["{}"], &[r#"{"SomeOtherObject": null}"#]);
    check("{ $.ThisFlag IS TRUE }", &[r#"{"ThisFlag": true}"#], &[r#"{"ThisFlag": "true"}"#]);
    check(
        "{ ($.user.id = 1 || $.user.email = \"J*\") && $.actions[2] = \"nonmatch\" }",
        &[
            r#"{"user": {"id": 1}, "actions": ["a", "b", "nonmatch"]}"#,
            r#"{"user": {"email": "John"}, "actions": [0, 1, "nonmatch"]}"#,
        ],
        &[r#"{"user": {"id": 1}, "actions": ["GET"]}"#],
    );
    check("{ $.event = %U.*Trail% }", &[r#"{"event": "UpdateTrail"}"#], &[r#"{"event": "Trail"}"#]);

    let line =
        "127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] \"GET /index.html HTTP/1.0\" 404 1534";
    check(
        "[ip, user, username, timestamp, request, status_code, bytes > 1000]",
        &[line],
        &["a b c"],
    );
    check("[ip, user, username, timestamp, request, status_code=4*, bytes]", &[line], &[]);
    check("[..., request, status_code = 404, bytes]", &[line], &["404 1"]);
    check("[ip, ..., bytes < 1000]", &[], &[line]);
    check("[ip, user, username = frank || username = ada, ...]", &[line], &[]);

    for other in
        ["{ $.a = ", "{ a = 1 }", "[", "[a, ..., ..., b]", "\"open", "%(%", "{ ($.a = 1 }", "-"]
    {
        let error = group.try_subscribe("f", other, &function).expect_err(other);
        assert_eq!(error.error_type, "InvalidParameterException");
    }
}

#[lambda_test::test]
async fn a_function_subscribes_to_the_log_of_another() {
    let lambda = Lambda::new();
    let app = async |environment: lambda_runtime::Environment| {
        Ok::<_, lambda_runtime::Error>(lambda_runtime::Runtime::new(async move |line: String| {
            environment.log(&line);
            Ok::<_, lambda_runtime::Error>(())
        }))
    };
    let orders = lambda.function("orders", app).create();
    let (alert, events) = keeping(&lambda, "alert", nothing);
    let group = lambda.log_group_of(&orders);
    // Another look at it changes nothing.
    lambda.log_group_of(&orders);
    let reports = group.subscribe("reports", "REPORT", &alert);
    let filter = group.subscribe("errors", "ERROR", &alert);
    orders.invoke("all is well").await.assert_ok();
    orders.invoke("ERROR out of stock").await.assert_ok();
    lambda.until_idle().await;
    assert_eq!(group.name(), "/aws/lambda/orders");
    assert_eq!((filter.deliveries().len(), reports.deliveries().len()), (1, 2));
    let log = orders.log_events();
    let messages: Vec<&str> = log.iter().map(|event| event.message.as_str()).collect();
    assert_eq!(group.messages(), messages);
    let event: CloudWatchLogsEvent =
        serde_json::from_value(events.borrow()[0].clone()).expect("an event");
    let logs = event.logs().expect("logs");
    assert_eq!(logs.log_stream.as_deref(), Some(&*log[0].stream));
}
