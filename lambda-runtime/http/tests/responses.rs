//! What each front end is sent, to the letter; and faults of other libraries that are none here.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::{Request, Response, StatusCode, header};
use http_body_util::StreamBody;
use lambda_http::{Body, Error, HttpHandler, HttpService, IntoResponse, RequestExt, handler};
use lambda_runtime::Runtime;
use lambda_test::{Function, Lambda};
use serde_json::{Value, json};

/// Events of each front end, as short as they may be.
fn event(front_end: &str) -> Value {
    match front_end {
        "v2" => {
            json!({"version": "2.0", "rawPath": "/", "requestContext": {"http": {"method": "GET"}}})
        }
        "v1" => json!({"path": "/", "httpMethod": "GET"}),
        "socket" => json!({"requestContext": {"connectionId": "c", "eventType": "MESSAGE"}}),
        "alb" => {
            json!({"requestContext": {"elb": {}}, "path": "/", "httpMethod": "GET", "headers": {}})
        }
        "albs" => {
            json!({"requestContext": {"elb": {}}, "path": "/", "httpMethod": "GET", "multiValueHeaders": {}})
        }
        "lattice" => {
            json!({"requestContext": {"serviceNetworkArn": "a"}, "path": "/", "method": "GET", "headers": {}})
        }
        _ => json!({"raw_path": "/", "method": "GET"}),
    }
}

fn function<S, M>(handler: HttpHandler<S, M>) -> Function
where
    S: HttpService<M> + Clone + 'static,
    M: 'static,
{
    Lambda::new().function("api", handler).create()
}

async fn payload<S, M>(handler: HttpHandler<S, M>, event: Value) -> String
where
    S: HttpService<M> + Clone + 'static,
    M: 'static,
{
    let outcome = function(handler).invoke(event).await;
    outcome.assert_ok();
    String::from_utf8_lossy(outcome.payload().as_bytes()).into_owned()
}

#[lambda_test::test]
async fn each_front_end_is_sent_its_form() {
    let service = async |_: lambda_http::Request| {
        Response::builder()
            .status(201)
            .header("x-a", "1")
            .header("x-a", "\"2\"")
            .header("set-cookie", "c=1")
            .header("connection", "close")
            .body(Body::from("ü\n"))
            .expect("a response")
    };
    let joined = r#""headers":{"x-a":"1, \"2\""}"#;
    let one = r#""headers":{"x-a":"1, \"2\"","set-cookie":"c=1"}"#;
    let lists = r#""multiValueHeaders":{"x-a":["1","\"2\""],"set-cookie":["c=1"]}"#;
    let body = r#""body":"ü\n","isBase64Encoded":false}"#;
    let created = r#""statusDescription":"201 Created""#;
    for (front_end, expected) in [
        ("v2", format!(r#"{{"statusCode":201,{joined},"cookies":["c=1"],{body}"#)),
        ("v1", format!(r#"{{"statusCode":201,{lists},{body}"#)),
        ("socket", format!(r#"{{"statusCode":201,{one},{body}"#)),
        ("alb", format!(r#"{{"statusCode":201,{created},{one},{body}"#)),
        ("albs", format!(r#"{{"statusCode":201,{created},{lists},{body}"#)),
        ("lattice", format!(r#"{{"statusCode":201,{created},{one},{body}"#)),
        ("lattice 1", format!(r#"{{"statusCode":201,{created},{one},{body}"#)),
    ] {
        assert_eq!(payload(handler(service), event(front_end)).await, expected);
    }
}

#[lambda_test::test]
async fn a_body_is_text_where_it_is_text_and_in_base64_where_it_is_not() {
    for (content_type, encoding, bytes, listed, body, in_base64) in [
        ("text/html", None, b"<p>".as_slice(), None, "<p>", false),
        // An SVG is text, and JSON by any other name too.
        ("image/svg+xml", None, b"<svg/>".as_slice(), None, "<svg/>", false),
        ("application/problem+json", None, b"{}".as_slice(), None, "{}", false),
        ("application/wasm", None, b"\0asm\xff".as_slice(), None, "AGFzbf8=", true),
        ("text/plain", None, b"\xff".as_slice(), None, "/w==", true),
        ("text/plain", Some("gzip"), b"abc".as_slice(), None, "YWJj", true),
        ("text/plain", Some("identity"), b"abc".as_slice(), None, "abc", false),
        ("image/png", None, b"png".as_slice(), Some("image/*"), "cG5n", true),
        ("Image/PNG; a=b", None, b"png".as_slice(), Some("image/png"), "cG5n", true),
        ("text/plain", None, b"abc".as_slice(), Some("image/*"), "abc", false),
        ("text/plain", None, b"abc".as_slice(), Some("*/*"), "YWJj", true),
        ("text/plain", None, b"".as_slice(), Some("*/*"), "", false),
    ] {
        let service = async move |_: lambda_http::Request| {
            let mut response = Response::builder().header("content-type", content_type);
            if let Some(encoding) = encoding {
                response = response.header("content-encoding", encoding);
            }
            response.body(Body::from(bytes)).expect("a response")
        };
        let mut handler = handler(service);
        if let Some(listed) = listed {
            handler = handler.binary(listed);
        }
        let response: Value =
            serde_json::from_str(&payload(handler, event("v2")).await).expect("JSON");
        assert_eq!(
            (&response["body"], &response["isBase64Encoded"]),
            (&json!(body), &json!(in_base64))
        );
    }
}

#[lambda_test::test]
async fn a_function_returns_texts_bytes_json_and_statuses() {
    let head = |response: Response<Body>| {
        let content_type = response.headers().get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or("-");
        (response.status().as_u16(), content_type.to_owned(), response.body().to_vec())
    };
    let of =
        |status, content_type: &str, body: &[u8]| (status, content_type.to_owned(), body.to_vec());
    let text = "text/plain; charset=utf-8";
    assert_eq!(head("a".into_response()), of(200, text, b"a"));
    assert_eq!(head(String::from("a").into_response()), of(200, text, b"a"));
    assert_eq!(head(vec![1].into_response()), of(200, "application/octet-stream", &[1]));
    assert_eq!(
        head(Bytes::from_static(&[1]).into_response()),
        of(200, "application/octet-stream", &[1])
    );
    assert_eq!(head(json!({"a": 1}).into_response()), of(200, "application/json", b"{\"a\":1}"));
    assert_eq!(head(().into_response()), of(200, "-", b""));
    assert_eq!(head(StatusCode::NO_CONTENT.into_response()), of(204, "-", b""));
    assert_eq!(head((StatusCode::CREATED, "a").into_response()), of(201, text, b"a"));
}

#[lambda_test::test]
async fn a_response_without_a_body_by_http_has_none() {
    for (method, status) in [("HEAD", 200), ("GET", 204), ("GET", 304)] {
        let service = async move |_: lambda_http::Request| {
            Response::builder()
                .status(status)
                .header("content-length", "5")
                .body(Body::from("hello"))
                .expect("a response")
        };
        let mut event = event("v1");
        event["httpMethod"] = method.into();
        let response: Value =
            serde_json::from_str(&payload(handler(service), event).await).expect("JSON");
        assert_eq!((&response["body"], &response["statusCode"]), (&json!(""), &json!(status)));
        assert_eq!(response["multiValueHeaders"]["content-length"], json!(["5"]));
    }
}

#[lambda_test::test]
async fn a_service_that_fails_is_500_with_a_line_in_the_log() {
    let service = async |_: lambda_http::Request| Err::<(), Error>("the table is gone".into());
    let function = function(handler(service));
    let outcome = function.invoke(event("v2")).await;
    let response: Value = outcome.json().expect("a response");
    assert_eq!(response["statusCode"], 500);
    assert_eq!(response["body"], r#"{"message":"Internal server error"}"#);
    let request_id = &outcome.report().request_id;
    let line =
        format!("ERROR RequestId: {request_id} the service: Function.Error: the table is gone");
    assert_eq!(outcome.logs(), [line]);
}

#[lambda_test::test]
async fn chosen_statuses_fail_the_invocation() {
    let service = async |request: lambda_http::Request| match request.uri().path() {
        "/fails" => Err(Error::from("the table is gone")),
        path => Ok((StatusCode::from_bytes(&path.as_bytes()[1..]).expect("a status"), "the body")),
    };
    let function = function(handler(service).fail_on(500..=599).fail_on(418..419));
    for (path, error) in [
        ("/500", Some(("HttpStatus500", "500 Internal Server Error: the body"))),
        ("/599", Some(("HttpStatus599", "599: the body"))),
        ("/418", Some(("HttpStatus418", "418 I'm a teapot: the body"))),
        ("/419", None),
        ("/404", None),
        ("/fails", Some(("Function.Error", "the table is gone"))),
    ] {
        let outcome = function.invoke(json!({"path": path, "httpMethod": "GET"})).await;
        let seen = outcome.function_error();
        let seen = seen.map(|error| (error.error_type.as_str(), error.error_message.as_str()));
        assert_eq!(seen, error);
    }
}

/// A body whose second piece is an error.
fn failing() -> StreamBody<impl futures_util::Stream<Item = Result<http_body::Frame<Bytes>, Error>>>
{
    let pieces = [Ok("begin"), Err("the disk is full")];
    let frames = pieces.map(|piece| match piece {
        Ok(piece) => Ok(http_body::Frame::data(Bytes::from(piece))),
        Err(error) => Err(Error::from(error)),
    });
    StreamBody::new(stream::iter(frames))
}

#[lambda_test::test]
async fn a_body_that_fails_is_an_error_and_no_panic() {
    let service = async |_: lambda_http::Request| Response::new(failing());
    let outcome = function(handler(service)).invoke(event("v2")).await;
    assert_eq!(outcome.assert_error("Function.Error").error_message, "the disk is full");
    // Streamed, what was made has left by then.
    let url = function(handler(service).response_stream()).url().response_stream();
    let response = url.send(Request::new(String::new())).await;
    assert_eq!(response.status(), 200);
    let error = response.into_body().bytes().await.expect_err("it fails");
    assert!(error.to_string().contains("the disk is full"));
}

#[lambda_test::test]
async fn one_entry_point_streams_what_streams_and_sends_at_once_what_is_whole() {
    let service = async |request: lambda_http::Request| {
        let pieces = stream::unfold(0, |piece| async move {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let frame = http_body::Frame::data(Bytes::from(format!("{piece};")));
            (piece < 3).then(|| (Ok::<_, Error>(frame), piece + 1))
        });
        match request.uri().path() {
            "/whole" => Response::new(Body::from("whole")),
            _ => Response::new(Body::new(StreamBody::new(Box::pin(pieces)))),
        }
    };
    let lambda = Lambda::new();
    let function = lambda.function("api", handler(service).response_stream()).create();
    for (path, body) in [("/whole", "whole"), ("/pieces", "0;1;2;")] {
        let request = || Request::get(path).body(String::new()).expect("a request");
        let streamed = function.url().response_stream().send(request()).await;
        assert_eq!(streamed.status(), 200);
        assert_eq!(streamed.into_body().text().await.expect("a body"), body);
        // Front ends that cannot stream get it at its end.
        let at_once = function.load_balancer().send(request()).await;
        assert_eq!(at_once.into_body().text().await.expect("a body"), body);
    }
}

#[lambda_test::test]
async fn the_head_of_a_stream_does_not_wait_for_its_first_piece() {
    let service = async |_: lambda_http::Request| {
        let pieces = stream::once(async {
            tokio::time::sleep(Duration::from_secs(2)).await;
            Ok::<_, Error>(http_body::Frame::data(Bytes::from("late")))
        });
        Response::new(StreamBody::new(pieces))
    };
    let lambda = Lambda::new();
    let function = lambda.function("api", handler(service).response_stream()).create();
    let response = function.url().response_stream().send(Request::new(String::new())).await;
    assert_eq!(lambda.elapsed(), Duration::ZERO);
    assert_eq!(response.into_body().text().await.expect("a body"), "late");
}

#[lambda_test::test]
async fn a_response_without_an_end_is_refused_where_it_is_not_streamed() {
    let service = async |_: lambda_http::Request| {
        let pieces = stream::repeat_with(|| {
            Ok::<_, Error>(http_body::Frame::data(Bytes::from(vec![b'x'; 64 * 1024])))
        });
        Response::new(StreamBody::new(pieces))
    };
    let outcome = function(handler(service)).invoke(event("v2")).await;
    let error = outcome.function_error().expect("it is refused");
    assert!(error.error_message.starts_with("the body has more than 6 MB"), "{error}");
}

#[lambda_test::test]
async fn several_cookies_are_refused_with_advice_where_they_cannot_be_sent() {
    let service = async |_: lambda_http::Request| {
        let response = Response::builder().header("set-cookie", "a=1").header("set-cookie", "b=2");
        response.body(Body::empty()).expect("a response")
    };
    for (front_end, advice) in [
        ("alb", "lambda.multi_value_headers.enabled"),
        ("lattice", "set one cookie"),
        ("socket", "set one cookie"),
    ] {
        let outcome = function(handler(service)).invoke(event(front_end)).await;
        assert!(outcome.assert_error("SeveralCookies").error_message.contains(advice));
    }
    let lists = payload(handler(service), event("albs")).await;
    assert!(lists.contains(r#""multiValueHeaders":{"set-cookie":["a=1","b=2"]}"#));
    let cookies = payload(handler(service), event("v2")).await;
    assert!(cookies.contains(r#""cookies":["a=1","b=2"]"#));
}

#[lambda_test::test]
async fn the_event_of_a_request_is_within_reach() {
    let service = async |request: lambda_http::Request| {
        let event = request.lambda_event().expect("it is on Lambda");
        assert_eq!(request.lambda_context().expect("it is on Lambda").request_id.len(), 36);
        let whole: Value = event.read().expect("JSON");
        let authorizer = event.authorizer();
        let shown = authorizer.as_ref().map(|authorizer| {
            (authorizer.claims().clone(), authorizer.fields().clone(), authorizer.scopes().to_vec())
        });
        json!([whole["n"], shown, event.path_parameters(), event.stage_variables()])
    };
    for (authorizer, shown) in [
        (json!(null), json!(null)),
        (
            json!({"jwt": {"claims": {"sub": "me"}, "scopes": ["a"]}}),
            json!([{"sub": "me"}, {}, ["a"]]),
        ),
        (json!({"jwt": {"claims": {"sub": "me"}, "scopes": null}}), json!([{"sub": "me"}, {}, []])),
        (json!({"lambda": {"plan": 1}}), json!([{}, {"plan": 1}, []])),
        // The context of an authorizer of a REST API may have any names.
        (json!({"lambda": "a", "claims": "b"}), json!([{}, {"lambda": "a", "claims": "b"}, []])),
        (json!({"iam": {"userId": "u"}}), json!([{}, {"userId": "u"}, []])),
        (
            json!({"claims": {"sub": "me"}, "principalId": "p"}),
            json!([{"sub": "me"}, {"principalId": "p"}, []]),
        ),
    ] {
        let event = json!({
            "version": "2.0", "rawPath": "/", "n": 7,
            "requestContext": {"http": {"method": "GET"}, "authorizer": authorizer},
            "pathParameters": {"id": "1"}, "stageVariables": null,
        });
        let response: Value =
            serde_json::from_str(&payload(handler(service), event).await).expect("JSON");
        let body: Value =
            serde_json::from_str(response["body"].as_str().expect("a body")).expect("JSON");
        assert_eq!(body, json!([7, shown, {"id": "1"}, {}]));
    }
}

#[lambda_test::test]
async fn a_handler_is_one_for_a_runtime_with_layers_and_hooks_too() {
    let runtime =
        Runtime::new(handler(async |_: lambda_http::Request| "hello")).after_each(async || {});
    let function = Lambda::new().function("api", runtime).create();
    let response = function.http_api().send(Request::new(String::new())).await;
    assert_eq!(response.into_body().text().await.expect("a body"), "hello");
}

#[test]
#[should_panic(expected = "the base path is \"v1\": expected a path such as \"/v1\"")]
fn a_base_path_begins_with_a_slash() {
    let _ = handler(async |_: lambda_http::Request| "hello").base_path("v1");
}
