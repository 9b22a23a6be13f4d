use std::time::Duration;

use expect_test::expect_file;
use http::Request;
use lambda_events::{
    api_gateway::{ApiGatewayRestRequest, ApiGatewayRestResponse},
    dynamodb::DynamoDbEvent,
    sqs::SqsEvent,
};
use lambda_runtime::{Context, Error, Runtime};
use lambda_test::{Lambda, StartingPosition};
use serde_json::json;

/// A request goes through an API, a queue and the stream of a table, from function to function: one trace, which a test can ask
/// about and draw.
#[lambda_test::test]
async fn journey() {
    // With a seed its pictures have the same ids every time.
    let lambda = Lambda::new().seed(7).sample_every_trace();
    let (queue, table) = (lambda.queue("orders"), lambda.table("orders"));

    let accept = {
        let queue = queue.clone();
        move || {
            let queue = queue.clone();
            Runtime::new(async move |request: ApiGatewayRestRequest, context: Context| {
                let trace = context.xray_trace_id.clone().unwrap_or_default();
                tokio::time::sleep(Duration::from_millis(30)).await;
                queue.message(request.body.unwrap_or_default()).trace_header(trace).send();
                Ok::<_, Error>(ApiGatewayRestResponse { status_code: 202, ..Default::default() })
            })
        }
    };
    let book = {
        let table = table.clone();
        move || {
            let table = table.clone();
            Runtime::new(async move |event: SqsEvent, context: Context| {
                // A stream has no trace header: this is how a test has a trace continue.
                let table =
                    table.trace_header(context.xray_trace_id.as_deref().unwrap_or_default());
                tokio::time::sleep(Duration::from_millis(80)).await;
                for record in &event.records {
                    table.put(&json!({"id": {"S": record.body}}));
                }
                Ok::<_, Error>(())
            })
        }
    };
    let project = async |event: DynamoDbEvent| {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Ok::<_, Error>(event.records.len())
    };
    let accept = lambda.function("accept", accept).active_tracing().create();
    let book = lambda.function("book", book).active_tracing().create();
    let project = lambda.function("project", Runtime::new(project)).active_tracing().create();
    book.on(&queue).create();
    project.on(&table).starting_position(StartingPosition::TrimHorizon).create();

    let api = accept.rest_api().active_tracing();
    let response = api.send(Request::post("/orders").body("order-7".to_owned())?).await;
    assert_eq!(response.status(), 202);
    lambda.until_idle().await;

    let traces = lambda.traces().filter(r#"service("accept") AND service("project")"#)?;
    assert_eq!(traces.len(), 1);
    assert_eq!(traces[0].functions(), ["accept", "book", "project"]);
    let map = lambda.traces().service_map();
    assert_eq!(map.services.len(), 8);
    expect_file!["../../docs/journey-map.svg"].assert_eq(&map.to_svg());
    expect_file!["../../docs/journey.svg"].assert_eq(&traces[0].to_svg());
}
