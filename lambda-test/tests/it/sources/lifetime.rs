//! A service ends with its handles, and nothing that pushes is left of it.

use std::{
    cell::Cell,
    rc::{Rc, Weak},
    time::Duration,
};

use lambda_test::{Function, Lambda};
use serde_json::{Value, json};

/// Runs something in a service that ends, in which a record was seen.
async fn check<H>(what: &str, uses: impl AsyncFnOnce(&Lambda, &Function) -> H) {
    let left: Weak<Cell<u64>> = {
        let (lambda, alive) = (Lambda::new(), Rc::new(Cell::new(0)));
        let (left, seen) = (Rc::downgrade(&alive), alive.clone());
        lambda.on_record(move |_| seen.set(seen.get() + 1));
        let function = lambda.stub("f", |_: Value| Ok(()));
        let handles = uses(&lambda, &function).await;
        function.invoke(()).await;
        lambda.advance(Duration::from_secs(120)).await;
        assert_ne!(alive.get(), 0, "{what}: no record");
        drop(handles);
        left
    };
    tokio::task::yield_now().await;
    assert!(left.upgrade().is_none(), "{what}: something is left");
}

/// Without a test around it, of which the records are kept until its end.
#[test]
fn nothing_that_pushes_is_left_of_a_service_that_has_ended() {
    lambda_test::block_on(each_kind());
}

async fn each_kind() {
    let (every, anything) = (&json!({"source": [{"exists": true}]}), &json!({}));
    check("invocations alone", async |_, _| ()).await;
    check("a topic", async |lambda, function| {
        let (topic, other, dead) = (lambda.topic("t"), lambda.topic("u"), lambda.queue("dead"));
        // In a circle: its filter lets nothing back in.
        other.subscribe(&topic).filter_policy(&json!({"a": ["b"]})).create();
        topic.subscribe(&other).redrive(&dead).create();
        topic.publish("m");
        topic.subscribe(function).create()
    })
    .await;
    check("a bus", async |lambda, function| {
        let (bus, other) = (lambda.event_bus("b"), lambda.event_bus("c"));
        bus.rule("there").pattern(every).create().target(&other).create();
        other.rule("back").pattern(&json!({"source": ["s"]})).create().target(&bus).create();
        bus.put("a", "b", anything);
        bus.rule("r").pattern(every).create().target(function).create()
    })
    .await;
    check("a rule with a schedule", async |lambda, function| {
        let rule = lambda.event_bus("default").rule("r").schedule("rate(1 minute)").create();
        rule.target(function).create()
    })
    .await;
    check("a schedule", async |lambda, function| {
        lambda.schedule("s", "rate(1 minute)").create(function)
    })
    .await;
    check("a bucket", async |lambda, function| {
        let (bucket, topic) = (lambda.bucket("b"), lambda.topic("t"));
        bucket.notify("s3:ObjectCreated:*", function).create();
        bucket.put("k", "object");
        bucket.restore("k", Duration::from_secs(3600));
        bucket.notify("s3:ObjectRemoved:*", &topic).create()
    })
    .await;
    check("a log group", async |lambda, function| {
        let (group, alert) =
            (lambda.log_group_of(function), lambda.stub("alert", |_: Value| Ok(())));
        group.put("stream", ["line"]);
        (group.subscribe("all", "", &alert), alert)
    })
    .await;
    check("a delivery stream", async |lambda, function| {
        let stream = lambda.delivery_stream("d").transform(function);
        stream.put("record");
        stream
    })
    .await;
    check("a repository", async |lambda, function| {
        let repository = lambda.repository("r");
        let trigger = repository.trigger("t", function);
        repository.push("main");
        trigger
    })
    .await;
    check("a group of EC2 Auto Scaling", async |lambda, _| {
        let group = lambda.auto_scaling_group("g").lifecycle_hook("h", Duration::from_secs(3600));
        group.launch();
        group
    })
    .await;
    check("receipt rules and state machines", async |lambda, function| {
        let rules = lambda.receipt_rules().event("example.com", function);
        rules.receive("ada@example.org", "orders@example.com", "An order").await;
        let machine = lambda.state_machine().task(function);
        machine.start(&Value::Null).await;
        (rules, machine)
    })
    .await;
    check("a function URL as an endpoint of a topic", async |lambda, function| {
        let topic = lambda.topic("t");
        let subscription = topic.subscribe_https(&function.url());
        lambda.until_idle().await;
        assert!(subscription.confirm(&subscription.token()));
        topic.publish("m");
        subscription
    })
    .await;
    check("traces", async |lambda, _| {
        let traced =
            lambda_runtime::Runtime::new(async |_: Value| Ok::<_, lambda_runtime::Error>(()));
        let traced = lambda.function("traced", traced).active_tracing().create();
        traced.invoke(()).await;
        let request = http::Request::get("/").body(String::new()).expect("a request");
        traced.rest_api().active_tracing().send(request).await;
        lambda.traces().group("all", "duration >= 0").expect("a filter expression");
        (traced, lambda.traces())
    })
    .await;
}
