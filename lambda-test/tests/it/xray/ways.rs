//! The ways on which a trace continues from what sends an event to the function that receives it.

use lambda_runtime::{Error, Runtime};
use lambda_test::{EventInvokeConfig, Function, Lambda};
use serde_json::{Value, json};

const HEADER: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

/// Has a function with active tracing receive an event: the trace continues below the segment that the header names.
async fn check<H>(way: &str, sends: impl AsyncFnOnce(&Lambda, &Function) -> H) {
    let lambda = Lambda::new();
    let receive = Runtime::new(async |_: Value| Ok::<_, Error>(()));
    let function = lambda.function("receive", receive).active_tracing().create();
    let handles = sends(&lambda, &function).await;
    lambda.until_idle().await;
    let trace = lambda.traces().get(HEADER).unwrap_or_else(|| panic!("{way}: no trace"));
    assert_eq!(trace.functions(), ["receive"], "{way}");
    assert_eq!(trace.segments[0].parent_id.as_deref(), Some("53995c3f42cd8ad8"), "{way}");
    drop(handles);
}

#[lambda_test::test]
async fn a_trace_continues_on_each_way_of_the_service() {
    check("a call", async |_, function| function.invoke(7).trace(HEADER).await).await;
    check("an asynchronous call", async |_, function| {
        function.invoke(7).trace(HEADER).event().await
    })
    .await;
    check("a queue", async |lambda, function| {
        let queue = lambda.queue("q");
        queue.message("7").trace_header(HEADER).send();
        function.on(&queue).create()
    })
    .await;
    check("a topic", async |lambda, function| {
        let topic = lambda.topic("t");
        let subscription = topic.subscribe(function).create();
        topic.message("7").trace_header(HEADER).publish();
        subscription
    })
    .await;
    check("a topic and a queue", async |lambda, function| {
        let (topic, queue) = (lambda.topic("t"), lambda.queue("q"));
        let subscription = topic.subscribe(&queue).create();
        topic.message("7").trace_header(HEADER).publish();
        (subscription, function.on(&queue).create())
    })
    .await;
    let entry = |bus: &lambda_test::EventBus| {
        let entry =
            json!({"Source": "shop", "DetailType": "Paid", "Detail": "{}", "TraceHeader": HEADER});
        let response = bus.put_events(&json!([entry])).expect("it is taken");
        assert_eq!(response["FailedEntryCount"], 0);
    };
    let shop = &json!({"source": ["shop"]});
    check("a bus", async |lambda, function| {
        let bus = lambda.event_bus("b");
        let rule = bus.rule("r").pattern(shop).create().target(function).create();
        entry(&bus);
        rule
    })
    .await;
    check("a bus, another one and a queue", async |lambda, function| {
        let (first, second) = (lambda.event_bus("b"), lambda.event_bus("c"));
        let queue = lambda.queue("q");
        let rules = [
            first.rule("r").pattern(shop).create().target(&second).create(),
            second.rule("s").pattern(shop).create().target(&queue).create(),
        ];
        let mapping = function.on(&queue).create();
        entry(&first);
        (rules, mapping)
    })
    .await;
    check("the queue for what succeeded", async |lambda, function| {
        let done = lambda.queue("done");
        let first = lambda.stub("first", |_: Value| Ok(7));
        let config = EventInvokeConfig::new().on_success(done.arn());
        first.put_event_invoke_config("$LATEST", config).expect("it is taken");
        first.invoke(7).trace(HEADER).event().await;
        (function.on(&done).create(), first)
    })
    .await;
}
