//! Traces of X-Ray: which invocations have segments, which header a function sees, and how a trace continues.

use std::{cell::RefCell, rc::Rc, time::Duration};

use lambda_events::sqs::SqsEvent;
use lambda_runtime::{Context, Environment, Error, Runtime};
use lambda_test::{Fault, Function, Lambda, Segment, Trace};
use serde_json::{Value, json};

const ROOT: &str = "Root=1-5759e988-bd862e3fe1be46a994272793";

type Headers = Rc<RefCell<Vec<String>>>;

/// A function with active tracing that keeps the headers that it sees, and fails for `null`.
fn traced(lambda: &Lambda, name: &str) -> (Function, Headers) {
    let headers = Headers::default();
    let kept = headers.clone();
    let app = async move |_: Environment| {
        tokio::time::sleep(Duration::from_millis(800)).await;
        let kept = kept.clone();
        Ok::<_, Error>(Runtime::new(async move |event: Value, context: Context| {
            kept.borrow_mut().push(context.xray_trace_id.clone().unwrap_or_default());
            tokio::time::sleep(Duration::from_millis(200)).await;
            if event.is_null() { Err(Error::from("nothing")) } else { Ok(()) }
        }))
    };
    (lambda.function(name, app).active_tracing().create(), headers)
}

fn origins(trace: &Trace) -> Vec<&str> {
    trace.segments.iter().map(|it| it.origin.as_deref().unwrap_or_default()).collect()
}

#[lambda_test::test]
async fn a_function_sees_its_own_segment_as_parent() {
    let lambda = Lambda::new();
    let (function, headers) = traced(&lambda, "orders");
    let header = format!("{ROOT};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a87bd80c:1|68fd508a:5");
    function.invoke(7).trace(&header).await.assert_ok();

    let trace = lambda.traces().get(ROOT).expect("a trace");
    assert_eq!(origins(&trace), ["AWS::Lambda", "AWS::Lambda::Function"]);
    let [service, of_function] = &trace.segments[..] else { panic!("two segments") };
    assert_eq!(service.parent_id.as_deref(), Some("53995c3f42cd8ad8"));
    assert_eq!(of_function.parent_id.as_ref(), Some(&service.id));
    let names: Vec<&str> = of_function.subsegments.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Initialization", "Invocation", "Overhead"]);
    // The init phase lies before the segment.
    let init = &of_function.subsegments[0];
    let close = |one: f64, other: f64| (one - other).abs() < 1e-3;
    assert!(close(init.duration(), 0.8) && init.start_time < of_function.start_time);
    assert!(close(of_function.duration(), 0.2), "{}", of_function.duration());

    let seen = headers.borrow()[0].clone();
    let invocation = &of_function.subsegments[1].id;
    assert!(
        seen.starts_with(&format!(
            "{ROOT};Parent={invocation};Sampled=1;Lineage=a87bd80c:1|68fd508a:5"
        )),
        "{seen}"
    );

    // The report names it.
    let log = function.log_events();
    let report = &log.last().expect("a report").message;
    let line = format!(
        "\nXRAY TraceId: 1-5759e988-bd862e3fe1be46a994272793\tSegmentId: {}\tSampled: true\t",
        of_function.id
    );
    assert!(report.starts_with("REPORT") && report.ends_with(&line), "{report}");

    // A warm start has no init phase.
    function.invoke(7).trace(&header).await.assert_ok();
    let trace = lambda.traces().get(ROOT).expect("a trace");
    assert_eq!(trace.segments[3].subsegments.len(), 2);
}

/// "The first request each second and five percent of additional requests."
#[lambda_test::test]
async fn lambda_samples_the_first_request_of_a_second() {
    let lambda = Lambda::new();
    let (function, headers) = traced(&lambda, "orders");
    for _ in 0..400 {
        function.invoke(7).await.assert_ok();
        lambda.advance(Duration::from_millis(50)).await;
    }
    let sampled = headers.borrow().iter().filter(|it| it.contains(";Sampled=1")).count();
    // 100 s: one of each, and some of the others.
    assert!((100..130).contains(&sampled), "{sampled}");
    assert_eq!(lambda.traces().all().len(), sampled);
    let not = headers.borrow().iter().find(|it| it.contains(";Sampled=0")).cloned();
    assert!(!not.expect("one is not").contains("Parent="));

    let lambda = Lambda::new().sample_every_trace();
    let (function, _) = traced(&lambda, "orders");
    for _ in 0..5 {
        function.invoke(7).await;
    }
    assert_eq!(lambda.traces().all().len(), 5);
    // What the caller has decided stays.
    function.invoke(7).trace(format!("{ROOT};Sampled=0")).await;
    assert_eq!(lambda.traces().get(ROOT), None);
}

#[lambda_test::test]
async fn a_function_without_active_tracing_has_no_segments() {
    let lambda = Lambda::new().sample_every_trace();
    let function = lambda.stub("orders", |_: Value| Ok(()));
    function.invoke(7).trace(format!("{ROOT};Parent=53995c3f42cd8ad8;Sampled=1")).await;
    assert_eq!(lambda.traces().all(), []);
}

#[lambda_test::test]
async fn faults_errors_and_throttles_are_found() {
    let lambda = Lambda::new().sample_every_trace();
    let (function, _) = traced(&lambda, "orders");
    function.invoke(7).await.assert_ok();
    function.invoke(Value::Null).await.assert_error("Function.Error");
    function.fail_next(1, Fault::Throttle);
    function.invoke(7).await.assert_service_error(429);
    function.fail_next(1, Fault::Crash);
    function.invoke(7).await;

    let traces = lambda.traces();
    assert_eq!(traces.all().len(), 4);
    assert_eq!(traces.with_fault().len(), 2);
    assert_eq!((traces.with_error().len(), traces.with_throttle().len()), (1, 1));
    let throttled = &traces.with_throttle()[0];
    assert_eq!(
        (origins(throttled), throttled.root().and_then(Segment::status)),
        (vec!["AWS::Lambda"], Some(429))
    );
    let fault = &traces.with_fault()[0];
    let function = fault.segments.last().expect("the function's segment");
    assert_eq!(function.error_message(), Some("nothing"));
}

/// "One service segment with one function segment per attempt."
#[lambda_test::test]
async fn an_event_has_one_trace_with_all_its_attempts() {
    let lambda = Lambda::new().sample_every_trace();
    let (function, headers) = traced(&lambda, "orders");
    function.invoke(Value::Null).event().await;
    lambda.until_idle().await;

    let traces = lambda.traces().all();
    assert_eq!((traces.len(), headers.borrow().len()), (1, 3));
    let trace = &traces[0];
    let service =
        trace.segments.iter().find(|it| it.origin.as_deref() == Some("AWS::Lambda")).expect("one");
    assert_eq!(trace.segments.len(), 4);
    let attempts = trace.segments.iter().filter(|it| it.parent_id.as_ref() == Some(&service.id));
    assert_eq!(attempts.count(), 3);
    // From its acceptance until the last attempt has failed: with a minute and two minutes between.
    assert!(180.0 < service.duration() && service.duration() < 185.0, "{}", service.duration());
}

/// A function that sends a message hands its header on, and the function of the queue continues the trace.
#[lambda_test::test]
async fn a_trace_goes_through_a_queue_and_a_call_by_name() {
    let lambda = Lambda::new().sample_every_trace();
    let queue = lambda.queue("orders");
    let sends = queue.clone();
    let accept = move || {
        let queue = sends.clone();
        Runtime::new(async move |order: Value, context: Context| {
            let header = context.xray_trace_id.clone().unwrap_or_default();
            queue.message(order.to_string()).trace_header(header).send();
            Ok::<_, Error>(())
        })
    };
    let accept = lambda.function("accept", accept).active_tracing().create();
    let (pay, _) = traced(&lambda, "pay");
    let caller = lambda.clone();
    let book = move || {
        let lambda = caller.clone();
        Runtime::new(async move |event: SqsEvent, context: Context| {
            let header = context.xray_trace_id.clone().unwrap_or_default();
            for record in &event.records {
                lambda.invoke("pay", &record.body).trace(&header).await.assert_ok();
            }
            Ok::<_, Error>(())
        })
    };
    let book = lambda.function("book", book).active_tracing().create();
    book.on(&queue).create();

    accept.invoke(json!({"id": 7})).await.assert_ok();
    lambda.until_idle().await;
    let traces = lambda.traces().all();
    assert_eq!(traces.len(), 1);
    assert_eq!(traces[0].functions(), ["accept", "book", "pay"]);
    // Each service segment hangs below what called it.
    let invocation = |name: &str| {
        let is_it = |it: &&Segment| {
            it.name == name && it.origin.as_deref() == Some("AWS::Lambda::Function")
        };
        let segment = traces[0].segments.iter().find(is_it).expect("a segment");
        segment.subsegments.iter().find(|it| it.name == "Invocation").expect("it ran").id.clone()
    };
    let parent = |name: &str| {
        let is_it = |it: &&Segment| it.name == name && it.origin.as_deref() == Some("AWS::Lambda");
        traces[0].segments.iter().find(is_it).and_then(|it| it.parent_id.clone())
    };
    assert_eq!(parent("accept"), None);
    assert_eq!(parent("book"), Some(invocation("accept")));
    assert_eq!(parent("pay"), Some(invocation("book")));
    drop(pay);
}

#[lambda_test::test]
async fn documents_of_a_functions_own_are_taken_or_refused() {
    let traces = Lambda::new().traces();
    let whole = json!({
        "id": "53995c3f42cd8ad8", "trace_id": "1-5759e988-bd862e3fe1be46a994272793", "name": "call", "start_time": 1.0,
        "end_time": 2.0, "annotations": {"order": 7},
    });
    let with = |key: &str, value: Value| {
        let mut document = whole.clone();
        document[key] = value;
        document.to_string()
    };
    for (document, error_code) in [
        ("no JSON".to_owned(), "ParseError"),
        (with("id", json!("53995c3f42cd8adx")), "InvalidId"),
        (with("trace_id", json!("1-5759e988-bd")), "InvalidTraceId"),
        (with("name", json!("a\nb")), "InvalidName"),
        (with("in_progress", json!(true)), "InvalidEndTime"),
        (with("start_time", json!(-1.0)), "InvalidTime"),
        (with("end_time", json!(1e300)), "InvalidTime"),
        (with("metadata", json!("x".repeat(65_536))), "SegmentTooLarge"),
    ] {
        let refused = traces.put([document]);
        assert_eq!(refused.first().map(|it| it.error_code), Some(error_code));
    }
    assert_eq!(traces.put([whole.to_string()]), []);
    assert_eq!(traces.all()[0].segments[0].other["annotations"]["order"], 7);
    // The same id again replaces it: first in progress, then complete.
    assert_eq!(traces.put([with("end_time", json!(4.0))]), []);
    assert_eq!((traces.all()[0].segments.len(), traces.all()[0].duration()), (1, 3.0));
    traces.limit(0);
    assert_eq!(traces.all(), []);
}
