//! The segments that Lambda writes: the newer structure, and links to the traces of a batch.

use std::time::Duration;

use lambda_events::{dynamodb::DynamoDbEvent, sqs::SqsEvent};
use lambda_runtime::{Context, Error, Runtime};
use lambda_test::{Lambda, StartingPosition};
use serde_json::json;

#[lambda_test::test]
async fn the_newer_structure_has_annotations_in_place_of_subsegments() {
    let lambda = Lambda::new().sample_every_trace().newer_segments();
    let header = async |_: u64, context: Context| {
        tokio::time::sleep(Duration::from_millis(200)).await;
        Ok::<_, Error>(context.xray_trace_id.clone())
    };
    let function = lambda.function("orders", Runtime::new(header)).active_tracing().create();
    let seen: Option<String> = function.invoke(7).await.json().expect("the header");

    let trace = &lambda.traces().all()[0];
    let of_function = &trace.segments[1];
    let names: Vec<&str> = of_function.subsegments.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Init"]);
    assert!(seen.expect("it is traced").contains(&format!(";Parent={};", of_function.id)));
    let annotations = &of_function.other["annotations"];
    let latency = annotations["aws.responseLatency"].as_f64().expect("a number");
    assert!((200.0..201.0).contains(&latency), "{latency}");
    for name in ["aws.responseDuration", "aws.runtimeOverhead", "aws.extensionOverhead"] {
        assert!(annotations[name].is_number(), "{name}");
    }
    function.invoke(7).await.assert_ok();
    assert_eq!(lambda.traces().all()[1].segments[1].subsegments, []);
}

/// "Lambda links the trace of the function to those of the producers."
#[lambda_test::test]
async fn a_batch_is_linked_to_the_traces_of_its_messages() {
    let lambda = Lambda::new().sample_every_trace();
    let queue = lambda.queue("orders");
    let count = async |event: SqsEvent| Ok::<_, Error>(event.records.len());
    let function = lambda.function("count", Runtime::new(count)).active_tracing().create();
    function.on(&queue).window(Duration::from_secs(1)).create();
    for (trace, parent) in [("a", "1"), ("b", "2"), ("b", "3"), ("c", "4")] {
        let header =
            format!("Root=1-5759e988-{};Parent={};Sampled=1", trace.repeat(24), parent.repeat(16));
        queue.message("7").trace_header(header).send();
    }
    queue.send("no trace");
    lambda.until_idle().await;

    let traces = lambda.traces().all();
    assert_eq!(traces.len(), 1);
    assert_eq!(traces[0].id, format!("1-5759e988-{}", "a".repeat(24)));
    assert_eq!(
        traces[0].segments[0].other["links"],
        json!([
            {"trace_id": format!("1-5759e988-{}", "b".repeat(24)), "id": "2".repeat(16)},
            {"trace_id": format!("1-5759e988-{}", "c".repeat(24)), "id": "4".repeat(16)},
        ])
    );
}

/// Records of a stream have no trace header, so that a trace ends there unless a test has it continue.
#[lambda_test::test]
async fn a_trace_goes_through_a_stream_where_a_test_asks_for_it() {
    let lambda = Lambda::new().sample_every_trace();
    let table = lambda.table("orders");
    let count = async |event: DynamoDbEvent| Ok::<_, Error>(event.records.len());
    let function = lambda.function("project", Runtime::new(count)).active_tracing().create();
    function.on(&table).starting_position(StartingPosition::TrimHorizon).create();
    let root = "1-5759e988-bd862e3fe1be46a994272793";
    table.put(&json!({"id": {"S": "7"}}));
    lambda.until_idle().await;
    assert_eq!(lambda.traces().get(root), None);
    let header = format!("Root={root};Parent=53995c3f42cd8ad8;Sampled=1");
    table.trace_header(&header).put(&json!({"id": {"S": "8"}}));
    lambda.until_idle().await;
    let trace = lambda.traces().get(root).expect("it continues");
    assert_eq!(trace.segments[0].parent_id.as_deref(), Some("53995c3f42cd8ad8"));
}
