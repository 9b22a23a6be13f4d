//! The segments that Lambda writes: the newer structure, and links to the traces of a batch.

use std::time::Duration;

use lambda_events::{dynamodb::DynamoDbEvent, sqs::SqsEvent};
use lambda_runtime::{CauseException, Context, Error, ErrorCause, FunctionError, Runtime};
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

/// Every front end hands the header of a client on; the stage of a REST API with active tracing is a part of the trace.
#[lambda_test::test]
async fn a_stage_that_is_traced_has_a_segment() {
    let lambda = Lambda::new();
    let respond = async |event: serde_json::Value| {
        let status = if event["path"] == "/" { 200 } else { 500 };
        Ok::<_, Error>(json!({"statusCode": status}))
    };
    let function = lambda.function("orders", Runtime::new(respond)).active_tracing().create();
    let root = "1-5759e988-bd862e3fe1be46a994272793";
    let request = |path: &str, sampled: u8| {
        let header = format!("Root={root};Parent=53995c3f42cd8ad8;Sampled={sampled}");
        let request = http::Request::get(path).header("X-Amzn-Trace-Id", header);
        request.body(String::new()).expect("a request")
    };
    let api = function.rest_api().active_tracing();
    assert_eq!(api.send(request("/", 0)).await.status(), 200);
    assert_eq!(lambda.traces().all(), []);

    assert_eq!(api.send(request("/7", 1)).await.status(), 500);
    let first = lambda.traces().get(root).expect("a trace");
    let stage = &first.segments[0];
    assert_eq!(
        (stage.origin.as_deref(), stage.status(), stage.fault, stage.parent_id.as_deref()),
        (Some("AWS::ApiGateway::Stage"), Some(500), true, Some("53995c3f42cd8ad8"))
    );
    assert_eq!(first.segments[1].parent_id.as_ref(), Some(&stage.subsegments[0].id));
    // The function did not fail: it returned a response.
    assert!(!first.segments[1].fault);
    let url = r#"http.url ENDSWITH "/prod/7" AND http.method = "GET""#;
    assert_eq!(lambda.traces().filter(url).map(|it| it.len()), Ok(1));

    function.http_api().send(request("/", 1)).await;
    let trace = lambda.traces().get(root).expect("a trace");
    let of_client = trace.segments.iter().filter(|it| it.parent_id == stage.parent_id);
    assert_eq!((trace.segments.len(), of_client.count()), (5, 2));
}

/// "The cause of the header, else one of the error's type and message."
#[lambda_test::test]
async fn a_failure_has_the_cause_that_the_runtime_posted() {
    let lambda = Lambda::new().sample_every_trace();
    let fails = async |with_cause: bool| {
        let error = FunctionError::new("StockError", "none left");
        let cause = ErrorCause {
            exceptions: vec![CauseException::new("DatabaseError", "no rows")],
            working_directory: "/var/task".to_owned(),
            ..ErrorCause::default()
        };
        Err::<(), _>(if with_cause { error.with_cause(cause) } else { error })
    };
    let function = lambda.function("orders", Runtime::new(fails)).active_tracing().create();
    for (with_cause, [kind, message]) in
        [(true, ["DatabaseError", "no rows"]), (false, ["StockError", "none left"])]
    {
        function.invoke(with_cause).await.assert_error("StockError");
        let query =
            format!("rootcause.fault.exception {{ name = {kind} and message = \"{message}\" }}");
        let found = lambda.traces().filter(&query).expect("a filter expression");
        let cause = &found[0].segments[1].other["cause"];
        assert_eq!((found.len(), &cause["working_directory"]), (1, &json!("/var/task")));
        assert_eq!(cause["exceptions"][0]["id"].as_str().map(str::len), Some(16));
    }
    // One that times out posts nothing.
    function.timeout_next(1);
    function.invoke(true).await;
    let found = lambda.traces().filter("duration > 1").expect("a filter expression");
    let of_function = &found[0].segments[1];
    assert!(of_function.fault && of_function.error_message().is_none());
}

/// What was traced before somebody asks is there too.
#[lambda_test::test]
async fn a_function_may_be_traced_later() {
    let lambda = Lambda::new().sample_every_trace();
    let function = lambda.function("orders", Runtime::new(async |_: u64| Ok::<_, Error>(())));
    let function = function.create();
    function.invoke(7).await.assert_ok();
    function.update_configuration(|it| {
        it.active_tracing(true);
    });
    function.invoke(8).await.assert_ok();
    assert_eq!(lambda.traces().all().len(), 1);
    function.invoke(9).await.assert_ok();
    assert_eq!(lambda.traces().all().len(), 2);
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
