//! What pushes events: `push.txt` and `sns.jsonl`.

use lambda_runtime::{Error, Runtime};
use lambda_test::{DeliveryStatus, Lambda, ServiceError, SubscriptionBuilder};
use serde_json::{Value, json};

use super::{events, recorded_json, sqs::keeping};
use crate::recordings::{check, scenario};

/// Checks the invocation of a subscription, and with a message of its own.
fn passes(lambda: &Lambda, number: usize, case: &Value) -> Result<bool, ServiceError> {
    let (topic, queue) = (lambda.topic(&format!("t{number}")), lambda.queue(&format!("q{number}")));
    let scoped = |builder: SubscriptionBuilder| match case["scope"].as_str() {
        Some("MessageBody") => builder.filter_by_body(),
        _ => builder,
    };
    let subscription = scoped(topic.subscribe(&queue));
    let subscription = match case["call"].as_str() {
        Some("SetSubscriptionAttributes") => {
            let subscription = subscription.create();
            subscription.try_set_filter_policy(&events::text(case, "pattern"))?;
            subscription
        }
        _ => subscription.filter_policy_text(events::text(case, "pattern")).try_create()?,
    };
    let message = match (&case["message_text"], &case["message"]) {
        (Value::String(text), _) | (_, Value::String(text)) => text.clone(),
        (_, Value::Null) => "a message".to_owned(),
        (_, message) => message.to_string(),
    };
    let mut publish = topic.message(message);
    for (name, attribute) in case["message_attributes"].as_object().into_iter().flatten() {
        let [data_type, value] =
            ["DataType", "StringValue"].map(|key| attribute[key].as_str().expect("a text"));
        publish = publish.attribute_of(name, data_type, value);
    }
    publish.publish();
    Ok(subscription.why_not(&topic.published()[0]).is_none())
}

/// `sns.jsonl`.
#[lambda_test::test]
async fn filter_policies_let_pass_what_they_let_pass_at_the_service() {
    let lambda = Lambda::new();
    let cases = events::cases("sns.jsonl");
    for (number, case) in cases.iter().enumerate() {
        match (case["result"].as_str(), passes(&lambda, number, case)) {
            (Some("match"), Ok(true))
            | (Some("no-match"), Ok(false))
            | (Some("accepted"), Ok(_)) => {}
            (Some("error"), Err(error)) => events::check_error(case, &error),
            (_, result) => panic!("{}: {result:?}", case["id"]),
        }
        lambda.until_idle().await;
        let received = lambda.queue(&format!("q{number}")).messages().len();
        if let Some(expected @ ("match" | "no-match")) = case["result"].as_str() {
            assert_eq!(received, usize::from(expected == "match"), "{}", case["id"]);
        }
    }
    assert_eq!(cases.len(), 76);
}

#[lambda_test::test]
async fn a_function_receives_a_message_of_a_topic() {
    let recorded = scenario("push-sns-record");
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |_| Ok(Value::Null));
    let topic = lambda.topic("greetings");
    topic.subscribe(&function).create();
    topic.message("Hello world.").subject("[Subject] Test subject").publish();
    lambda.until_idle().await;
    check(&events.borrow()[0]["Records"][0]["Sns"], &recorded.block("Sns"));
}

#[lambda_test::test]
async fn an_event_that_failed_goes_to_a_topic_and_from_it_to_a_queue() {
    let _ = scenario("push-sns-to-failing-function-dlq-topic");
    let lambda = Lambda::new();
    let (topic, dead, queue) = (lambda.topic("t"), lambda.topic("dead"), lambda.queue("q"));
    let fails = Runtime::new(async |_: Value| {
        Err::<(), _>(Error::from("Test exception (this is intentional)"))
    });
    let function =
        lambda.function("f", fails).dead_letter(&dead).maximum_retry_attempts(0).create();
    topic.subscribe(&function).create();
    dead.subscribe(&queue).create();
    topic.publish(json!({"raise_error": 1}).to_string());
    lambda.until_idle().await;

    let mut seen: Value = queue.messages()[0].json().expect("JSON");
    let parsed =
        |value: &Value| serde_json::from_str(value.as_str().expect("a text")).expect("JSON");
    seen["Message"] = parsed(&seen["Message"]);
    let message = &mut seen["Message"]["Records"][0]["Sns"]["Message"];
    *message = parsed(message);
    check(&seen, &recorded_json("push/push-sns-to-failing-function-dlq-topic.notification.json"));
}

#[lambda_test::test]
async fn what_a_function_that_is_gone_cannot_receive_is_in_the_dead_letter_queue() {
    let recorded = scenario("push-sns-redrive-when-function-gone");
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", |_| Ok(Value::Null));
    let (topic, dead) = (lambda.topic("t"), lambda.queue("dead"));
    let subscription = topic.subscribe(&function).redrive(&dead).create();
    function.delete().await;
    topic.message("test_redrive_policy").attribute_of("attr1", "Number", "1").publish();
    lambda.until_idle().await;
    check(&dead.messages()[0].json().expect("JSON"), &recorded.block("message"));
    let delivery = subscription.deliveries().remove(0);
    assert_eq!((delivery.attempts, delivery.status), (1, DeliveryStatus::DeadLettered));
}

#[lambda_test::test]
async fn a_delivery_to_a_function_is_logged_as_accepted() {
    let recorded = scenario("push-sns-delivery-status");
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", |_| Ok(Value::Null));
    let topic = lambda.topic("t");
    let subscription = topic.subscribe(&function).create();
    topic.publish("Test message");
    lambda.until_idle().await;
    let recorded = recorded.block("log event");
    let seen = subscription.delivery_status_log().remove(0);
    assert_eq!(seen["status"], recorded["status"]);
    let keys =
        |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&seen["notification"]), keys(&recorded["notification"]));
    let mut delivery = seen["delivery"].clone();
    // The recording has no number of attempts for a function.
    delivery.as_object_mut().expect("an object").remove("attempts");
    assert_eq!(keys(&delivery), keys(&recorded["delivery"]));
    assert_eq!(delivery["statusCode"], recorded["delivery"]["statusCode"]);
}

/// An item of a table as the JSON that it stands for.
fn plain(item: &Value) -> Value {
    let (kind, value) = item.as_object().and_then(|it| it.iter().next()).expect("an attribute");
    match kind.as_str() {
        "M" => value
            .as_object()
            .expect("a map")
            .iter()
            .map(|(key, it)| (key.clone(), plain(it)))
            .collect(),
        "N" => serde_json::from_str(value.as_str().expect("a text")).expect("a number"),
        _ => value.clone(),
    }
}

#[lambda_test::test]
async fn a_function_is_notified_of_objects() {
    let recorded = scenario("push-s3-post-and-presigned-put");
    recorded.says("eventName `ObjectCreated:Post` and `ObjectCreated:Put`");
    let recorded = recorded_json("push/push-s3-post-and-presigned-put.records.json");
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |_| Ok(Value::Null));
    let bucket = lambda.bucket("b");
    bucket.notify("s3:ObjectCreated:*", &function).create();
    bucket.post("key", "sixteen bytes. 1");
    bucket.put("key", "sixteen bytes. 2");
    lambda.until_idle().await;
    for (event, item) in events.borrow().iter().zip(recorded.as_array().expect("items")) {
        let mut expected = plain(&item["data"]);
        let seen = &event["Records"][0];
        // The digest is of other bytes, and ids have no marks in the recording.
        expected["s3"]["object"]["eTag"] = seen["s3"]["object"]["eTag"].clone();
        for (at, key) in
            [("responseElements", "x-amz-id-2"), ("responseElements", "x-amz-request-id")]
        {
            expected[at][key] = seen[at][key].clone();
        }
        expected["s3"]["object"]["sequencer"] = seen["s3"]["object"]["sequencer"].clone();
        check(seen, &expected);
    }
    let sequencers: Vec<String> = events
        .borrow()
        .iter()
        .map(|it| it["Records"][0]["s3"]["object"]["sequencer"].to_string())
        .collect();
    assert!(sequencers.len() == 2 && sequencers.is_sorted(), "{sequencers:?}");
}

#[lambda_test::test]
async fn a_notification_to_what_is_not_there_is_refused() {
    let recorded = scenario("push-s3-configuration-checks");
    let lambda = Lambda::new();
    let bucket = lambda.bucket("b");
    let error = bucket
        .notify_arn("s3:ObjectCreated:*", "invalid-queue")
        .try_create()
        .expect_err("it is refused");
    assert_eq!((error.status, error.error_type), (400, "InvalidArgument"));
    recorded.line("Not an ARN");
    recorded.says(&error.message);
    assert_eq!(error.detail("ArgumentName"), Some("CloudFunction"));
    assert_eq!(error.detail("ArgumentValue"), Some("invalid-queue"));

    let arn = "arn:aws:lambda:us-east-1:123456789012:function:none";
    let missing = || bucket.notify_arn("s3:ObjectCreated:*", arn);
    let error = missing().try_create().expect_err("there is no such function");
    recorded.says(&error.message);
    assert_eq!(error.detail("ArgumentName1"), Some(&*format!("{arn}, null")));
    let why = format!("Not authorized to invoke function [{arn}]");
    assert_eq!(error.detail("ArgumentValue1"), Some(&*why));
    recorded.says("Validation skipped: accepted");
    missing().skip_destination_validation().create();
}

#[lambda_test::test]
async fn log_events_are_sent_on_in_gzip() {
    let recorded = scenario("push-logs-subscription");
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", |_| Ok(Value::Null));
    let group = lambda.log_group("/app");
    group.subscribe("test", "", &function);
    group.put("stream", ["test", "test 2"]);
    lambda.until_idle().await;
    let event: lambda_events::cloudwatch_logs::CloudWatchLogsEvent =
        serde_json::from_value(events.borrow()[0].clone()).expect("an event");
    let logs = serde_json::to_value(event.logs().expect("log events")).expect("JSON");
    let expected = recorded.block("logEvents");
    assert_eq!(logs["logEvents"].as_array().map(Vec::len), Some(2));
    for (seen, expected) in
        logs["logEvents"].as_array().into_iter().flatten().zip(expected.as_array().expect("a list"))
    {
        assert_eq!(seen["message"], expected["message"]);
        let id = seen["id"].as_str().expect("a text");
        assert!(id.bytes().all(|it| it.is_ascii_digit()) && seen["timestamp"].is_u64());
        assert_eq!(seen.as_object().map(serde_json::Map::len), Some(3));
    }
    let mut filters = recorded.block("filter");
    filters.as_object_mut().expect("an object").remove("_http_status");
    let mut seen = group.subscription_filters();
    for (key, value) in [("creationTime", "timestamp"), ("logGroupName", "<log-group-name:1>")] {
        let filter = &mut seen["subscriptionFilters"][0];
        assert!(!filter[key].is_null());
        filter[key] = value.into();
        filters["subscriptionFilters"][0][key] = value.into();
    }
    let arn = seen["subscriptionFilters"][0]["destinationArn"].take();
    assert!(
        arn.as_str()
            .expect("an ARN")
            .starts_with("arn:aws:lambda:us-east-1:123456789012:function:")
    );
    filters["subscriptionFilters"][0]["destinationArn"].take();
    assert_eq!(seen, filters);
}

#[lambda_test::test]
async fn a_subscription_filter_is_refused_as_at_the_service() {
    let recorded = scenario("push-logs-filter-errors");
    let lambda = Lambda::new();
    let (function, _) = keeping(&lambda, "f", |_| Ok(Value::Null));
    let foreign = lambda.in_account("111111111111").stub("f", |_: Value| Ok(()));
    let group = lambda.log_group("/app");
    let mut refusals = vec![group.try_subscribe("foreign", "", &foreign)];
    group.subscribe("one", "", &function);
    group.subscribe("two", "", &function);
    refusals.push(group.try_subscribe("three", "", &function));
    for refused in refusals {
        let error = refused.expect_err("it is refused");
        recorded.says(&format!(
            "HTTP {}, error type `{}`, message `{}`",
            error.status, error.error_type, error.message
        ));
    }
    group.subscribe("two", "another pattern", &function);
}

/// The events of an execution, with the JSON in them parsed as in the recordings.
fn parsed(history: &[Value]) -> Value {
    let mut history = Value::from(history.to_vec());
    for event in history.as_array_mut().into_iter().flatten() {
        for (_, details) in event.as_object_mut().into_iter().flatten() {
            for key in ["input", "output", "parameters", "cause"] {
                if let Some(parsed) =
                    details[key].as_str().and_then(|text| serde_json::from_str(text).ok())
                {
                    details[key] = parsed;
                }
            }
        }
        // What was not there is null now.
        for (_, details) in event.as_object_mut().into_iter().flatten() {
            if let Some(details) = details.as_object_mut() {
                details.retain(|key, value| !value.is_null() || key == "input");
            }
        }
    }
    history
}

#[lambda_test::test]
async fn a_task_has_the_response_of_the_call_and_its_metadata() {
    scenario("push-sfn-service-invoke").says("Output wraps the answer");
    let mut recorded =
        recorded_json("push/push-sfn-service-invoke.history-task-and-end-events.json");
    // Another state has put the output into itself once more.
    let output = &mut recorded[3]["executionSucceededEventDetails"]["output"];
    output.as_object_mut().expect("an object").remove("final");
    let lambda = Lambda::new();
    let echo = Runtime::new(async |event: Value| Ok::<_, Error>(event));
    let _function = lambda.function("f", echo).create();
    let execution = lambda.state_machine().invoke("f").start(&Value::Null).await;
    let mut seen = parsed(&execution.history);
    for (event, details) in
        [(2, "taskSucceededEventDetails"), (3, "executionSucceededEventDetails")]
    {
        let (seen, recorded) =
            (&mut seen[event][details]["output"], &mut recorded[event][details]["output"]);
        // Names stand for values that differ from run to run.
        for metadata in ["AllHttpHeaders", "HttpHeaders"] {
            for header in ["x-amzn-RequestId", "Date", "X-Amzn-Trace-Id"] {
                let seen = &seen["SdkHttpMetadata"][metadata][header];
                assert!(!seen.is_null(), "{header}");
                recorded["SdkHttpMetadata"][metadata][header] = seen.clone();
            }
        }
        seen["SdkResponseMetadata"]["RequestId"] =
            recorded["SdkResponseMetadata"]["RequestId"].clone();
    }
    check(&seen, &recorded);

    scenario("push-sfn-service-function-missing").says("error `Lambda.ResourceNotFoundException`");
    let recorded =
        recorded_json("push/push-sfn-service-function-missing.history-task-and-end-events.json");
    let execution = lambda.state_machine().invoke("no_such_f").start(&Value::Null).await;
    check(&parsed(&execution.history), &recorded);
}

#[lambda_test::test]
async fn a_task_whose_resource_is_a_function_has_its_response_alone() {
    let lambda = Lambda::new();
    let echo = Runtime::new(async |event: Value| Ok::<_, Error>(event));
    let function = lambda.function("f", echo).create();
    let recorded = scenario("push-sfn-direct-string").block("history (task and end events)");
    let execution = lambda.state_machine().task(&function).start(&"HelloWorld").await;
    check(&Value::from(execution.history), &recorded);

    let _ = scenario("push-sfn-direct-pipe");
    let mut recorded = recorded_json("push/push-sfn-direct-pipe.history-task-and-end-events.json");
    // Another state has put the output below a key.
    let output = &mut recorded[6]["executionSucceededEventDetails"]["output"];
    *output = output["Return"].take();
    let first = lambda.stub("first", |_: Value| Ok(json!({"Return": "HelloWorld"})));
    let second = lambda.stub("second", |event: Value| Ok(event));
    let execution = lambda.state_machine().task(&first).task(&second).start(&json!({})).await;
    check(&parsed(&execution.history), &recorded);
}

#[lambda_test::test]
async fn a_task_fails_with_the_error_of_its_function() {
    scenario("push-sfn-direct-exception")
        .says("LambdaFunctionFailed: error = errorType of the runtime");
    let mut recorded =
        recorded_json("push/push-sfn-direct-exception.history-task-and-end-events.json");
    let lambda = Lambda::new();
    let fails = lambda.stub("f", |_: Value| {
        Err::<(), _>(lambda_test::FunctionError::new("Exception", "Some exception was raised."))
    });
    let input = json!({"FunctionName": "f", "Payload": null});
    let execution = lambda.state_machine().task(&fails).start(&input).await;
    let mut seen = parsed(&execution.history);
    // The runtime of the recording adds where it was, which is its own.
    for (event, details) in
        [(2, "lambdaFunctionFailedEventDetails"), (3, "executionFailedEventDetails")]
    {
        for history in [&mut seen, &mut recorded] {
            let cause = history[event][details]["cause"].as_object_mut().expect("an error");
            cause.retain(|key, _| key == "errorMessage" || key == "errorType");
        }
    }
    check(&seen, &recorded);

    // Three attempts, one second and then two apart.
    let execution =
        lambda.state_machine().task(&fails).retry(2, std::time::Duration::from_secs(1), 2.0);
    let execution = execution.start(&json!({})).await;
    assert_eq!((execution.history.len(), lambda.elapsed().as_secs()), (10, 3));
}
