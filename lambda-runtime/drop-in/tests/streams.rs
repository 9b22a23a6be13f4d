//! Responses that are streamed, and the crate that is built on them, unmodified.

use lambda_http::{Body as HttpBody, IntoResponse, Request, RequestExt as _};
use lambda_runtime::{
    Error, FunctionResponse, LambdaEvent, MetadataPrelude, Runtime, StreamResponse, service_fn,
    streaming::{Body, Response, channel},
};
use lambda_test::Lambda;
use serde_json::{Value, json};

/// As the docs of that crate have it.
async fn words(event: LambdaEvent<Value>) -> Result<Response<Body>, Error> {
    let fails = event.payload == "fail";
    let (mut sender, body) = channel();
    tokio::spawn(async move {
        for word in ["Hello", "world"] {
            sender.send_data(format!("{word}\n").into()).await.expect("it is read");
        }
        if fails {
            sender.send_error("out of words".into());
        }
    });
    Ok(Response::from(body))
}

#[lambda_test::test]
async fn a_streamed_response_has_its_prelude_and_its_pieces() {
    let lambda = Lambda::new();
    let function = lambda.function("f", || Runtime::new(service_fn(words))).create();
    let outcome = function.invoke("hi").await;
    let text = String::from_utf8_lossy(outcome.assert_ok().payload()).into_owned();
    let (prelude, body) = text.split_once("\0\0\0\0\0\0\0\0").expect("a prelude");
    let prelude: Value = serde_json::from_str(prelude)?;
    assert_eq!(
        prelude,
        json!({"statusCode": 200, "headers": {"content-type": "application/octet-stream"}})
    );
    assert_eq!(body, "Hello\nworld\n");
}

/// That crate writes the error into the body, where its caller reads it as text.
#[lambda_test::test]
async fn an_error_in_the_middle_of_a_stream_is_reported_as_one() {
    let lambda = Lambda::new();
    let function = lambda.function("f", || Runtime::new(service_fn(words))).create();
    let outcome = function.invoke("fail").await;
    assert_eq!(outcome.assert_error("Function.Error").error_message, "out of words");
    let text = String::from_utf8_lossy(outcome.payload()).into_owned();
    assert!(text.ends_with("world\n"), "{text}");
}

#[lambda_test::test]
async fn a_response_is_whole_or_streamed() {
    async fn either(event: LambdaEvent<u16>) -> Result<FunctionResponse<Value, Body>, Error> {
        Ok(match event.payload {
            0 => FunctionResponse::BufferedResponse(json!({"whole": true})),
            status => {
                let status_code = http::StatusCode::from_u16(status)?;
                let mut metadata_prelude =
                    MetadataPrelude { status_code, ..MetadataPrelude::default() };
                metadata_prelude.headers.insert("x-a", http::HeaderValue::from_static("b"));
                metadata_prelude.cookies.push("seen=1".to_owned());
                let stream = Body::from("streamed");
                FunctionResponse::StreamingResponse(StreamResponse { metadata_prelude, stream })
            }
        })
    }
    let lambda = Lambda::new();
    let function = lambda.function("f", || Runtime::new(service_fn(either))).create();
    assert_eq!(function.invoke(0).await.assert_ok().payload(), r#"{"whole":true}"#);
    let outcome = function.invoke(404).await;
    let text = String::from_utf8_lossy(outcome.assert_ok().payload()).into_owned();
    let (prelude, body) = text.split_once("\0\0\0\0\0\0\0\0").expect("a prelude");
    let prelude: Value = serde_json::from_str(prelude)?;
    assert_eq!((&prelude["statusCode"], &prelude["headers"]["x-a"]), (&json!(404), &json!("b")));
    assert_eq!((&prelude["cookies"], body), (&json!(["seen=1"]), "streamed"));
}

/// A prelude is JSON, in which such a value has no place: it is not changed in silence.
#[lambda_test::test]
async fn a_header_that_is_not_utf8_fails_the_invocation() {
    async fn odd(_: LambdaEvent<Value>) -> Result<Response<Body>, Error> {
        let mut response = Response::from(Body::from("streamed"));
        let odd = http::HeaderValue::from_bytes(b"caf\xe9")?;
        response.metadata_prelude.headers.insert("x-a", odd);
        Ok(response)
    }
    let lambda = Lambda::new();
    let function = lambda.function("f", || Runtime::new(service_fn(odd))).create();
    let outcome = function.invoke("hi").await;
    let error = outcome.assert_error("Runtime.MarshalError");
    assert_eq!(error.error_message, "the header `x-a` is not UTF-8, as a prelude must be");
}

/// A request of an HTTP API, in the version 2.0 of its payload.
fn request(path: &str) -> Value {
    json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "name=Ada",
        "headers": {"host": "example.com"}, "queryStringParameters": {"name": "Ada"},
        "requestContext": {
            "accountId": "123456789012", "apiId": "api", "domainName": "example.com", "domainPrefix": "example",
            "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "test"},
            "requestId": "id", "routeKey": "$default", "stage": "$default",
            "time": "01/Jan/2026:00:00:00 +0000", "timeEpoch": 1_767_225_600_000_u64,
        },
        "isBase64Encoded": false,
    })
}

#[lambda_test::test]
async fn lambda_http_runs_unmodified() {
    async fn hello(request: Request) -> Result<impl IntoResponse, Error> {
        let name = request.query_string_parameters_ref().and_then(|query| query.first("name"));
        Ok(http::Response::builder()
            .status(201)
            .header("x-a", "b")
            .body(HttpBody::from(format!("hello, {}", name.unwrap_or("you"))))?)
    }
    let lambda = Lambda::new();
    let function = lambda.function("f", || lambda_http::runtime(lambda_http::service_fn(hello)));
    let response: Value = function.create().invoke(request("/hello")).await.json()?;
    assert_eq!((&response["statusCode"], &response["body"]), (&json!(201), &json!("hello, Ada")));
    assert_eq!(response["headers"]["x-a"], "b");
}

#[lambda_test::test]
async fn lambda_http_streams_unmodified() {
    async fn hello(_: Request) -> Result<http::Response<Body>, Error> {
        let (mut sender, body) = channel();
        tokio::spawn(async move {
            for word in ["a", "b"] {
                sender.send_data(word.into()).await.expect("it is read");
            }
        });
        Ok(http::Response::builder().status(202).header("set-cookie", "seen=1").body(body)?)
    }
    let lambda = Lambda::new();
    let function =
        lambda.function("f", || lambda_http::streaming_runtime(lambda_http::service_fn(hello)));
    let outcome = function.create().invoke(request("/hello")).await;
    let text = String::from_utf8_lossy(outcome.assert_ok().payload()).into_owned();
    let (prelude, body) = text.split_once("\0\0\0\0\0\0\0\0").expect("a prelude");
    let prelude: Value = serde_json::from_str(prelude)?;
    assert_eq!((&prelude["statusCode"], &prelude["cookies"]), (&json!(202), &json!(["seen=1"])));
    assert_eq!(body, "ab");
}
