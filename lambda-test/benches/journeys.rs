//! What journeys with their traces cost: `cargo bench -p lambda-test --bench journeys`, or with `-- --quick` in a minute.
//!
//! A request goes through an API, a queue and the stream of a table, from function to function; all of it is one trace. It
//! prints figures and asserts none of them.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::time::{Duration, Instant};

use http::Request;
use lambda_events::{
    api_gateway::{ApiGatewayRestRequest, ApiGatewayRestResponse},
    dynamodb::DynamoDbEvent,
    sqs::SqsEvent,
};
use lambda_runtime::{Context, Error, Runtime};
use lambda_test::{Function, Lambda, RestApi, StartingPosition};
use serde_json::json;

/// After so many, what is kept up to a limit is full.
const BEFORE: usize = 20_000;

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let journeys = if quick { 5_000 } else { 100_000 };
    lambda_test::block_on(async move {
        tokio::task::spawn_local(measure(journeys)).await.expect("no panic");
    });
}

fn row(name: &str, figure: f64) {
    println!("{name:64} {figure:12.2}");
}

async fn measure(journeys: usize) {
    let lambda = Lambda::new().sample_every_trace();
    let (api, _functions) = shop(&lambda);
    travel(&lambda, &api, BEFORE).await;
    let (before, began) = (resident(), Instant::now());
    for part in 0..5 {
        travel(&lambda, &api, journeys / 5).await;
        row(
            &format!("KiB of growth after {} journeys", (part + 1) * journeys / 5),
            resident() - before,
        );
    }
    row("µs for a journey", began.elapsed().as_secs_f64() * 1e6 / journeys as f64);
    let began = Instant::now();
    let traces = lambda.traces().filter("service(\"project\")").expect("a filter expression");
    row(&format!("ms to filter {} traces", traces.len()), began.elapsed().as_secs_f64() * 1e3);
}

/// The journeys, 10 s apart: their traces are whole.
async fn travel(lambda: &Lambda, api: &RestApi, journeys: usize) {
    for number in 0..journeys {
        let order = format!("order-{}", number % 1_000);
        let request = Request::post("/orders").body(order).expect("a request");
        assert_eq!(api.send(request).await.status(), 202);
        lambda.advance(Duration::from_secs(10)).await;
    }
    let trace = lambda.traces().all().pop().expect("they are sampled");
    assert_eq!(trace.functions(), ["accept", "book", "project"]);
}

fn shop(lambda: &Lambda) -> (RestApi, [Function; 3]) {
    let (queue, table) = (lambda.queue("orders"), lambda.table("orders"));
    let sends = queue.clone();
    let accept = move || {
        let queue = sends.clone();
        Runtime::new(async move |request: ApiGatewayRestRequest, context: Context| {
            let trace = context.xray_trace_id.clone().unwrap_or_default();
            queue.message(request.body.unwrap_or_default()).trace_header(trace).send();
            Ok::<_, Error>(ApiGatewayRestResponse { status_code: 202, ..Default::default() })
        })
    };
    let puts = table.clone();
    let book = move || {
        let table = puts.clone();
        Runtime::new(async move |event: SqsEvent, context: Context| {
            let table = table.trace_header(context.xray_trace_id.as_deref().unwrap_or_default());
            for record in &event.records {
                let item = json!({"id": {"S": record.body}, "message": {"S": record.message_id}});
                table.put(&item);
            }
            Ok::<_, Error>(())
        })
    };
    let project = async |event: DynamoDbEvent| Ok::<_, Error>(event.records.len());
    let accept = lambda.function("accept", accept).active_tracing().create();
    let book = lambda.function("book", book).active_tracing().create();
    let project = lambda.function("project", Runtime::new(project)).active_tracing().create();
    book.on(&queue).create();
    project.on(&table).starting_position(StartingPosition::TrimHorizon).create();
    (accept.rest_api().active_tracing(), [accept, book, project])
}

/// The memory of this process in KiB.
fn resident() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split(' ').nth(1).and_then(|pages| pages.parse::<f64>().ok());
    pages.unwrap_or_default() * 4.0
}
