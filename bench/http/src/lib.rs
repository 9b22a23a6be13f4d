//! One axum route and an event, for both programs.

use axum::{Json, Router, body::Bytes, extract::Path, routing::post};

#[derive(serde::Deserialize, serde::Serialize)]
struct Order {
    article: String,
    quantity: u32,
}

async fn order(Path(id): Path<u32>, Json(mut order): Json<Order>) -> Json<Order> {
    order.quantity += id;
    Json(order)
}

async fn echo(body: Bytes) -> Bytes {
    body
}

pub fn app() -> Router {
    Router::new().route("/orders/{id}", post(order)).route("/echo", post(echo))
}

/// An event of an HTTP API: one of 1 KB, or one with a body of so many bytes.
pub fn event(large: Option<usize>) -> String {
    let (path, body) = match large {
        None => ("/orders/7", r#"{\"article\":\"tea\",\"quantity\":2}"#.to_owned()),
        Some(bytes) => ("/echo", "x".repeat(bytes)),
    };
    format!(
        r#"{{"version":"2.0","routeKey":"$default","rawPath":"{path}","rawQueryString":"a=1&b=2","cookies":["session=abcdef"],"headers":{{"accept":"*/*","accept-encoding":"gzip, deflate","content-type":"application/json","host":"abcdef1234.execute-api.us-east-1.amazonaws.com","user-agent":"curl/8.3.0","x-amzn-trace-id":"Root=1-5e1b4151-5ac6c58f5b2daa6f5e1b4151","x-forwarded-for":"192.0.2.1","x-forwarded-port":"443","x-forwarded-proto":"https"}},"queryStringParameters":{{"a":"1","b":"2"}},"requestContext":{{"accountId":"123456789012","apiId":"abcdef1234","domainName":"abcdef1234.execute-api.us-east-1.amazonaws.com","domainPrefix":"abcdef1234","http":{{"method":"POST","path":"{path}","protocol":"HTTP/1.1","sourceIp":"192.0.2.1","userAgent":"curl/8.3.0"}},"requestId":"JKJaXmPLvHcESHA=","routeKey":"$default","stage":"$default","time":"12/Mar/2026:19:03:58 +0000","timeEpoch":1773342238000}},"body":"{body}","isBase64Encoded":false}}"#
    )
}

/// Runs a function as often as the arguments state, COUNT [BYTES], with a body of so many bytes.
pub fn measure<R: AsRef<[u8]>>(mut call: impl FnMut(&str) -> R) {
    let mut arguments = std::env::args().skip(1);
    let mut number = || arguments.next().and_then(|text| text.parse::<usize>().ok());
    let (count, large) = (number().expect("COUNT"), number());
    let event = event(large);
    for _ in 0..count {
        let response = call(std::hint::black_box(&event));
        assert!(response.as_ref().starts_with(b"{\"statusCode\":200"), "the route did not serve it");
        bench_support::tick();
    }
}
