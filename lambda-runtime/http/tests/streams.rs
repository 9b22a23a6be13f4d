//! Server-sent events and lines of JSON, and extractors of axum.

use std::time::Duration;

use axum::{Router, routing::get};
use futures_util::stream;
use http::Request;
use http_body_util::BodyExt;
use lambda_http::{Authorizer, Error, Event, LambdaContext, SseEvent, handler, json_lines, sse};
use lambda_test::Lambda;
use serde_json::{Value, json};

/// Counts, a second for each number.
fn count(to: u64) -> impl futures_util::Stream<Item = u64> {
    stream::unfold(0, move |number| async move {
        tokio::time::sleep(Duration::from_secs(number)).await;
        (number < to).then_some((number, number + 1))
    })
}

#[test]
fn a_server_sent_event_has_its_lines() {
    for (event, text) in [
        (SseEvent::new("a"), "data: a\n\n"),
        (SseEvent::new(""), "data: \n\n"),
        (SseEvent::new("a\r\nb\rc\n"), "data: a\ndata: b\ndata: c\ndata: \n\n"),
        (SseEvent::json(&json!({"a": 1})).expect("JSON"), "data: {\"a\":1}\n\n"),
        (SseEvent::new("a").event("x\ny").id("7"), "event: x\nid: 7\ndata: a\n\n"),
        (SseEvent::new("a").retry(Duration::from_secs(2)), "retry: 2000\ndata: a\n\n"),
    ] {
        assert_eq!(event.to_string(), text);
    }
}

#[lambda_test::test]
async fn events_leave_as_they_come_with_a_heartbeat_in_between() {
    use futures_util::StreamExt;
    let events = async |_: lambda_http::Request| {
        let events = count(4).map(|number| Ok::<_, Error>(SseEvent::new(number.to_string())));
        sse(events).heartbeat(Duration::from_millis(1500))
    };
    let lambda = Lambda::new();
    let function = lambda
        .function("api", handler(events).response_stream())
        .timeout(Duration::from_secs(20))
        .create();
    let response = function.url().response_stream().send(Request::new(String::new())).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["cache-control"], "no-cache");
    let mut body = response.into_body();
    let mut seen = Vec::new();
    while let Some(frame) = body.frame().await {
        let data = frame.expect("it does not fail").into_data().expect("it is data");
        seen.push((lambda.elapsed().as_millis(), String::from_utf8_lossy(&data).into_owned()));
    }
    let expected = [
        (0, "data: 0\n\n"),
        (1000, "data: 1\n\n"),
        (2500, ":\n\n"),
        (3000, "data: 2\n\n"),
        (4500, ":\n\n"),
        (6000, "data: 3\n\n"),
        (7500, ":\n\n"),
        (9000, ":\n\n"),
    ];
    let expected: Vec<_> = expected.map(|(at, text)| (at, text.to_owned())).into();
    assert_eq!(seen, expected);
}

#[lambda_test::test]
async fn lines_of_json_are_one_value_each() {
    use futures_util::StreamExt;
    let lines = async |_: lambda_http::Request| {
        json_lines(count(3).map(|number| match number {
            2 => Err(Error::from("the table is gone")),
            number => Ok(json!({"n": number})),
        }))
    };
    let lambda = Lambda::new();
    let function = lambda.function("api", handler(lines).response_stream());
    let function = function.timeout(Duration::from_secs(20)).create();
    let response = function.url().response_stream().send(Request::new(String::new())).await;
    assert_eq!(response.headers()["content-type"], "application/x-ndjson");
    let mut body = response.into_body();
    let mut text = String::new();
    let error = loop {
        match body.frame().await.expect("it fails before it ends") {
            Ok(frame) => {
                text.push_str(&String::from_utf8_lossy(&frame.into_data().expect("it is data")));
            }
            Err(error) => break error,
        }
    };
    assert_eq!(text, "{\"n\":0}\n{\"n\":1}\n");
    assert!(error.to_string().contains("the table is gone"));
}

async fn extracted(
    LambdaContext(context): LambdaContext,
    event: Event,
    authorizer: Option<Authorizer>,
) -> String {
    let user = authorizer.and_then(|authorizer| authorizer.text("sub").map(str::to_owned));
    format!("{} {:?} {user:?}", context.request_id.len(), event.front_end())
}

#[lambda_test::test]
async fn axum_extracts_what_lambda_knows() {
    let app: Router = Router::new().route("/", get(extracted)).route(
        "/required",
        get(async |authorizer: Authorizer| authorizer.claims().len().to_string()),
    );
    let function = Lambda::new().function("api", handler(app)).create();
    let event = |path: &str, authorizer: Value| {
        json!({
            "version": "2.0", "rawPath": path,
            "requestContext": {"http": {"method": "GET"}, "authorizer": authorizer},
        })
    };
    let claims = json!({"jwt": {"claims": {"sub": "me"}}});
    for (event, status, body) in [
        (event("/", json!(null)), 200, "36 HttpApi None"),
        (event("/", claims.clone()), 200, "36 HttpApi Some(\"me\")"),
        (event("/required", claims), 200, "1"),
        (event("/required", json!(null)), 401, "the route has no authorizer"),
    ] {
        let response: Value = function.invoke(&event).await.json().expect("a response");
        assert_eq!((&response["statusCode"], &response["body"]), (&json!(status), &json!(body)));
    }
}

#[tokio::test]
async fn without_lambda_there_is_nothing_to_extract() {
    use tower_service::Service;
    let mut app: Router = Router::new().route("/", get(extracted));
    let response = app.call(Request::new(axum::body::Body::empty())).await.expect("a response");
    assert_eq!(response.status(), 500);
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    assert_eq!(body, "the request did not come through Lambda: extract an `Option`");
}
