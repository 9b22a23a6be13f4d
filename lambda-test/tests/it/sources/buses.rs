//! Event buses: retries, dead letters, and what becomes of an event that nobody takes.

use std::time::Duration;

use lambda_test::{DeliveryStatus, Fault, Harness, Lambda};
use serde_json::json;

use super::{keeping, nothing};

/// "24 hours and up to 185 times with an exponential back-off and jitter."
#[lambda_test::test]
async fn a_target_that_is_unavailable_is_tried_185_times_more() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", nothing);
    let (bus, dead) = (lambda.event_bus("b"), lambda.queue("dead"));
    let rule = bus.rule("r").pattern(&json!({"source": ["s"]})).create();
    let target = rule.target(&function).dead_letter(&dead).create();
    function.fail_next(186, Fault::NotAccepted);
    bus.put("s", "t", &json!({}));
    lambda.until_idle().await;
    let delivery = target.deliveries().remove(0);
    assert_eq!((delivery.attempts, delivery.status), (186, DeliveryStatus::DeadLettered));
    assert!(lambda.elapsed() < Duration::from_secs(24 * 3600));
    let attributes = &dead.messages()[0].attributes;
    let of = |name: &str| attributes[name].value.as_str();
    assert_eq!(of("RULE_ARN"), "arn:aws:events:us-east-1:123456789012:rule/b/r");
    assert_eq!(of("TARGET_ARN"), function.arn().as_str());
    assert_eq!(
        (of("EXHAUSTED_RETRY_CONDITION"), of("RETRY_ATTEMPTS")),
        ("MaximumRetryAttempts", "185")
    );

    // What is too old is given up before.
    let target =
        rule.target(&function).id("young").maximum_event_age(Duration::from_secs(60)).create();
    function.fail_next(200, Fault::NotAccepted);
    bus.put("s", "t", &json!({}));
    lambda.until_idle().await;
    let delivery = target.deliveries().remove(0);
    assert_eq!(delivery.status, DeliveryStatus::Failed);
    assert!(delivery.last - delivery.at <= Duration::from_secs(60));
    assert_eq!(events.borrow().len(), 0);
}

/// "3 attempts at once, 2 after 1 s each, 10 with back-off 1 to 20 s, 100,000 every 20 s (23 days in all)."
#[lambda_test::test]
async fn a_subscriber_that_is_unavailable_is_tried_for_23_days() {
    let lambda = Lambda::new().timeline_limit(0);
    let (function, _) = keeping(&lambda, "f", nothing);
    let (topic, dead) = (lambda.topic("t"), lambda.queue("dead"));
    let subscription = topic.subscribe(&function).redrive(&dead).create();
    lambda.fault_rule(|occasion, _| occasion.is_accepted.then_some(Fault::NotAccepted));
    topic.publish("m");
    lambda.until_idle().await;
    assert_eq!(subscription.deliveries()[0].attempts, 100_015);
    assert_eq!(lambda.elapsed().as_secs() / (24 * 3600), 23);
    assert_eq!(dead.messages().len(), 1);
}

#[lambda_test::test]
async fn an_event_goes_from_bus_to_bus_and_keeps_its_id() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", nothing);
    let (from, to) = (lambda.event_bus("from"), lambda.event_bus("to"));
    let all = json!({"source": [{"exists": true}]});
    from.rule("all").pattern(&all).create().target(&to).create();
    let rule = to.rule("all").pattern(&all).create();
    rule.target(&function).create();
    let id = from.put("s", "t", &json!({"n": 1e3}));
    lambda.until_idle().await;
    assert_eq!(events.borrow()[0]["id"], id);

    rule.disable();
    from.put("s", "t", &json!({}));
    lambda.until_idle().await;
    assert_eq!((to.sent().len(), rule.matched()), (2, 1));
    rule.enable();
    rule.delete();
    from.put("s", "t", &json!({}));
    lambda.until_idle().await;
    assert_eq!((to.sent().len(), rule.matched(), events.borrow().len()), (3, 1, 1));
}

/// What a function cannot read as JSON is not sent to it.
#[lambda_test::test]
async fn a_text_that_is_not_json_is_not_for_a_function() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", nothing);
    let (bus, dead) = (lambda.event_bus("b"), lambda.queue("dead"));
    let rule = bus.rule("r").pattern(&json!({"source": ["s"]})).create();
    let template = "\"<aws.events.rule-name>\"\n\"<aws.events.rule-arn>\"";
    let target = rule.target(&function).input_transformer([("x", "$.id")], template);
    target.dead_letter(&dead).create();
    bus.put("s", "t", &json!({}));
    lambda.until_idle().await;
    assert_eq!(events.borrow().len(), 0);
    let attributes = &dead.messages()[0].attributes;
    let of = |name: &str| attributes.get(name).map(|it| it.value.as_str());
    assert_eq!((of("ERROR_CODE"), of("RETRY_ATTEMPTS")), (Some("INVALID_JSON"), Some("0")));
    assert_eq!(of("EXHAUSTED_RETRY_CONDITION"), None);
}

/// The trace header of who puts an event is that of the function.
#[lambda_test::test]
async fn a_trace_goes_through_a_bus_and_a_topic() {
    let lambda = Lambda::new();
    let traces = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let kept = traces.clone();
    let app = move || {
        let kept = kept.clone();
        lambda_runtime::Runtime::new(
            async move |_: serde_json::Value, context: lambda_runtime::Context| {
                kept.borrow_mut().push(context.xray_trace_id.clone().unwrap_or_default());
                Ok::<_, lambda_runtime::Error>(())
            },
        )
    };
    let function = lambda.function("f", app).create();
    let (bus, topic) = (lambda.event_bus("b"), lambda.topic("t"));
    bus.rule("r").pattern(&json!({"source": ["s"]})).create().target(&topic).create();
    topic.subscribe(&function).create();
    let root = "Root=1-5759e988-bd862e3fe1be46a994272793";
    let entry = json!({"Source": "s", "DetailType": "t", "Detail": "{}", "TraceHeader": format!("{root};Sampled=1")});
    bus.put_events(&json!([entry])).expect("it is taken");
    lambda.until_idle().await;
    assert!(traces.borrow()[0].starts_with(root), "{traces:?}");
}

/// A function exists as long as a handle of it; without one, nothing receives what is pushed.
#[test]
fn what_is_pushed_to_a_function_whose_handle_is_gone_fails_the_test() {
    let body = || async {
        let lambda = Lambda::new();
        let topic = lambda.topic("t");
        let (function, _) = keeping(&lambda, "f", nothing);
        topic.subscribe(&function).create();
        drop(function);
        topic.publish("m");
        lambda.until_idle().await;
        Ok::<_, lambda_runtime::Error>(())
    };
    let failed = std::panic::catch_unwind(|| lambda_test::run("gone", Harness::new(), body));
    let failed = failed.expect_err("the test fails");
    let message = failed.downcast_ref::<String>().expect("a message");
    assert!(
        message.contains("the function `f` is gone, to which something is pushed"),
        "{message}"
    );
}
