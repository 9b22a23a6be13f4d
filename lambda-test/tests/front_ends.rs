//! Front ends: what functions receive of requests, and clients of responses.

use std::time::Duration;

use http::{Request, Response, header::CONTENT_TYPE};
use lambda_runtime::{Error, Runtime};
use lambda_test::{Function, Lambda, ResponseBody};
use serde_json::{Value, json};

/// A function that returns this, whatever it receives.
fn returns(response: Value) -> Function {
    let handler = async move |_: Value| Ok::<_, Error>(response.clone());
    Lambda::new().function("front", Runtime::new(handler)).create()
}

/// A function that returns its event in the body of a response.
fn echo() -> Function {
    let handler = async |event: Value| {
        let body = json!({"statusCode": 200, "body": event.to_string()});
        Ok::<_, Error>(body)
    };
    Lambda::new().function("front", Runtime::new(handler)).create()
}

fn get(uri: &str) -> Request<String> {
    Request::get(uri).body(String::new()).expect("a request")
}

/// Status, content type and body.
async fn seen(response: Response<ResponseBody>) -> (u16, String, String) {
    let content_type = response.headers().get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or("-").to_owned();
    let status = response.status().as_u16();
    (status, content_type, response.into_body().text().await.expect("it is whole"))
}

fn text(status: u16, content_type: &str, body: &str) -> (u16, String, String) {
    (status, content_type.to_owned(), body.to_owned())
}

async fn event_of(response: Response<ResponseBody>) -> Value {
    let body = response.into_body().text().await.expect("it is whole");
    serde_json::from_str(&body).expect("an event")
}

#[lambda_test::test]
async fn a_function_url_reads_any_json_as_recorded() {
    let json = "application/json";
    for (response, expected) in [
        (json!({"hello": "world"}), text(200, json, "{\"hello\":\"world\"}")),
        (json!({"statusCode": 200, "body": "body123"}), text(200, json, "body123")),
        (json!(["hello", 3, true]), text(200, json, "[\"hello\",3,true]")),
        (json!("hello"), text(200, json, "hello")),
        (json!({"statusCode": "418", "body": "i'm a teapot"}), text(418, json, "i'm a teapot")),
        (json!({"statusCode": 200, "body": {"a": 1}}), text(200, json, "{\"a\":1}")),
        (
            json!({"statusCode": 200, "body": "aGk=", "isBase64Encoded": true}),
            text(200, json, "hi"),
        ),
        (json!({"statusCode": "x"}), text(502, "text/plain", "Internal Server Error")),
        (
            json!({"statusCode": 200, "body": "***", "isBase64Encoded": true}),
            text(502, "text/plain", "Internal Server Error"),
        ),
    ] {
        assert_eq!(seen(returns(response).url().send(get("/")).await).await, expected);
    }
}

#[lambda_test::test]
async fn a_rest_api_refuses_what_is_malformed_as_recorded() {
    let json = "application/json";
    let malformed = || text(502, json, "{\"message\":\"Internal server error\"}");
    for (response, expected) in [
        (json!({"statusCode": 200, "headers": null}), text(200, json, "")),
        (json!({"statusCode": 200, "wrongValue": "value"}), malformed()),
        (
            json!({"statusCode": 200, "body": "dGVzdC1kYXRh", "isBase64Encoded": true}),
            text(200, json, "dGVzdC1kYXRh"),
        ),
        (json!({"statusCode": 200, "body": "dGVzdC1kYXRh"}), text(200, json, "dGVzdC1kYXRh")),
        (
            json!({"statusCode": 200, "multiValueHeaders": {"test-multi-invalid": "value1"}}),
            malformed(),
        ),
        (json!({"statusCode": "test"}), malformed()),
        (json!({"statusCode": "201"}), text(201, json, "")),
        (json!("justAString"), malformed()),
        (json!({"headers": {"test-header": "value"}}), text(200, json, "")),
        (json!({"statusCode": 200, "body": {"a": 1}}), malformed()),
        (
            json!({"statusCode": 200, "headers": {"content-type": "text/x"}}),
            text(200, "text/x", ""),
        ),
    ] {
        assert_eq!(seen(returns(response).rest_api().send(get("/")).await).await, expected);
    }
}

#[lambda_test::test]
async fn a_rest_api_has_the_values_of_both_maps() {
    let response = json!({
        "statusCode": 200,
        "multiValueHeaders": {"tesT-Multi": ["value-multi"]},
        "headers": {"test-multi": "value-solo"},
    });
    let response = returns(response).rest_api().send(get("/")).await;
    let values: Vec<_> = response.headers().get_all("test-multi").iter().collect();
    assert_eq!(values, ["value-multi", "value-solo"]);
}

#[lambda_test::test]
async fn a_rest_api_decodes_base64_where_the_client_accepts_a_binary_type() {
    let response = json!({"statusCode": 200, "body": "aGk=", "isBase64Encoded": true});
    let api = returns(response).rest_api();
    let accepting = |accept: &str| {
        Request::get("/").header("accept", accept).body(String::new()).expect("a request")
    };
    for (types, accept, body) in [
        (vec!["image/png"], "image/png, */*", "hi"),
        (vec!["image/png"], "*/*", "aGk="),
        (vec!["*/*"], "text/html", "hi"),
        (vec![], "image/png", "aGk="),
    ] {
        let api = api.clone().binary_types(types);
        assert_eq!(seen(api.send(accepting(accept)).await).await.2, body);
    }
}

#[lambda_test::test]
async fn a_function_that_fails_is_what_each_front_end_makes_of_it() {
    let failing = async |_: Value| Err::<(), Error>("sold out".into());
    let function = Lambda::new().function("front", Runtime::new(failing)).create();
    let json = "application/json";
    let internal = "{\"message\":\"Internal server error\"}";
    let page = |title| {
        format!(
            "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
             </body>\r\n</html>\r\n"
        )
    };
    let plain = text(502, "text/plain", "Internal Server Error");
    assert_eq!(seen(function.url().send(get("/")).await).await, plain);
    assert_eq!(seen(function.url().response_stream().send(get("/")).await).await, plain);
    assert_eq!(seen(function.rest_api().send(get("/")).await).await, text(502, json, internal));
    assert_eq!(seen(function.http_api().send(get("/")).await).await, text(502, json, internal));
    let bad = text(502, "text/html", &page("502 Bad Gateway"));
    assert_eq!(seen(function.load_balancer().send(get("/")).await).await, bad);
    let lattice = text(500, "text/plain", "Internal Server Error");
    assert_eq!(seen(function.lattice().send(get("/")).await).await, lattice);
}

#[lambda_test::test]
async fn a_refusal_of_lambda_is_500_of_an_api_and_its_own_status_of_a_url() {
    let handler = async |_: Value| Ok::<_, Error>("hi");
    let function =
        Lambda::new().function("front", Runtime::new(handler)).reserved_concurrency(0).create();
    let response = function.url().send(get("/")).await;
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["x-amzn-errortype"], "TooManyRequestsException");
    let internal = text(500, "application/json", "{\"message\":\"Internal server error\"}");
    assert_eq!(seen(function.rest_api().send(get("/")).await).await, internal);
    assert_eq!(seen(function.http_api().send(get("/")).await).await, internal);
    assert_eq!(function.load_balancer().send(get("/")).await.status(), 502);
}

#[lambda_test::test]
async fn an_api_waits_half_a_minute() {
    let slow = async |_: Value| {
        tokio::time::sleep(Duration::from_secs(60)).await;
        Ok::<_, Error>(json!({"statusCode": 200}))
    };
    let lambda = Lambda::new();
    let function =
        lambda.function("front", Runtime::new(slow)).timeout(Duration::from_secs(90)).create();
    let api = function.rest_api();
    let timed_out = "{\"message\": \"Endpoint request timed out\"}";
    assert_eq!(seen(api.send(get("/")).await).await, text(504, "application/json", timed_out));
    assert_eq!(lambda.elapsed(), Duration::from_secs(29));
    let unavailable = "{\"message\":\"Service Unavailable\"}";
    let response = seen(function.http_api().send(get("/")).await).await;
    assert_eq!(response, text(503, "application/json", unavailable));
    assert_eq!(lambda.elapsed(), Duration::from_secs(59));
    assert_eq!(function.url().send(get("/")).await.status(), 200);
}

#[lambda_test::test]
async fn a_request_that_is_too_large_reaches_no_function() {
    let function = echo();
    let of = |bytes: usize| Request::post("/").body("x".repeat(bytes)).expect("a request");
    let mb = 1024 * 1024;
    assert_eq!(function.url().send(of(6 * mb + 1)).await.status(), 413);
    assert_eq!(function.rest_api().send(of(10 * mb + 1)).await.status(), 413);
    assert_eq!(function.http_api().send(of(10 * mb + 1)).await.status(), 413);
    assert_eq!(function.load_balancer().send(of(mb + 1)).await.status(), 413);
    assert_eq!(function.cold_starts(), 0);
    // It has room, and the event has none.
    assert_eq!(function.rest_api().send(of(7 * mb)).await.status(), 500);
    let response = returns(json!({"statusCode": 200, "body": "x".repeat(mb)}));
    assert_eq!(response.load_balancer().send(get("/")).await.status(), 502);
    let upgrade = Request::get("/").header("upgrade", "websocket").body(String::new());
    let upgrade = function.load_balancer().send(upgrade.expect("a request")).await;
    assert_eq!(upgrade.status(), 400);
}

#[lambda_test::test]
async fn a_rest_api_decodes_the_query_and_not_the_path_as_recorded() {
    let api = echo().rest_api();
    let event = event_of(
        api.send(get("/proxy-value/api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com"))
            .await,
    )
    .await;
    let path = "/proxy-value/api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com";
    assert_eq!(event["path"], path);
    assert_eq!(event["pathParameters"]["proxy"], path[1..]);
    assert_eq!(event["requestContext"]["path"], format!("/prod{path}"));
    assert_eq!(event["queryStringParameters"], Value::Null);
    assert_eq!(event["multiValueQueryStringParameters"], Value::Null);

    let event = event_of(api.send(get("//proxy-value")).await).await;
    assert_eq!(event["path"], "/proxy-value");
    assert_eq!(event["requestContext"]["path"], "/prod//proxy-value");

    let event = event_of(
        api.send(get("/?category=electronics&category=books&plus=a%2Bb&blank=a+b%20c")).await,
    )
    .await;
    let last = json!({"category": "books", "plus": "a+b", "blank": "a b c"});
    assert_eq!(event["queryStringParameters"], last);
    let all = json!({"category": ["electronics", "books"], "plus": ["a+b"], "blank": ["a b c"]});
    assert_eq!(event["multiValueQueryStringParameters"], all);
    assert_eq!(event["body"], Value::Null);
    assert_eq!(event["isBase64Encoded"], false);
}

#[lambda_test::test]
async fn a_function_url_has_bodies_of_texts_as_text_and_forms_in_base64() {
    let url = echo().url();
    for (content_type, body, seen, is_base64) in [
        ("text/plain", "text", json!("text"), false),
        ("application/json; charset=utf-8", "{}", json!("{}"), false),
        ("application/problem+json", "{}", json!("{}"), false),
        ("multipart/form-data; boundary=x", "--x", json!("LS14"), true),
        ("application/x-www-form-urlencoded", "a=b", json!("YT1i"), true),
        ("image/png", "png", json!("cG5n"), true),
        ("text/plain", "", Value::Null, false),
    ] {
        let request = Request::post("/").header(CONTENT_TYPE, content_type).body(body.to_owned());
        let event = event_of(url.send(request.expect("a request")).await).await;
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&seen, &json!(is_base64)));
    }
}

#[lambda_test::test]
async fn headers_and_cookies_have_the_form_of_each_front_end() {
    let function = echo();
    let request = || {
        let request =
            Request::get("/pa2%Fth/1?a=%20&a=2").header("x-many", "1").header("x-many", "2");
        request.header("cookie", "a=1; b=2").body(String::new()).expect("a request")
    };
    let event = event_of(function.url().send(request()).await).await;
    assert_eq!(event["rawPath"], "/pa2%Fth/1");
    assert_eq!(event["rawQueryString"], "a=%20&a=2");
    assert_eq!(event["queryStringParameters"], json!({"a": " ,2"}));
    assert_eq!(event["headers"]["x-many"], "1,2");
    assert_eq!(event["headers"]["cookie"], Value::Null);
    assert_eq!(event["cookies"], json!(["a=1", "b=2"]));
    assert_eq!(event["requestContext"]["time"], "01/Jan/2026:00:00:00 +0000");
    assert_eq!(event["requestContext"]["timeEpoch"], 1_767_225_600_000_u64);

    let event = event_of(function.rest_api().send(request()).await).await;
    assert_eq!(
        (&event["headers"]["x-many"], &event["headers"]["cookie"]),
        (&json!("2"), &json!("a=1; b=2"))
    );
    assert_eq!(event["multiValueHeaders"]["x-many"], json!(["1", "2"]));

    let balancer = function.load_balancer();
    let event = event_of(balancer.send(request()).await).await;
    assert_eq!(event["headers"]["x-many"], "2");
    assert_eq!(event["queryStringParameters"], json!({"a": "2"}));
    assert_eq!(event["multiValueHeaders"], Value::Null);

    let event = event_of(function.lattice().send(request()).await).await;
    assert_eq!(event["headers"]["x-many"], json!(["1", "2"]));
    let event = event_of(function.lattice().event_structure_1().send(request()).await).await;
    assert_eq!(event["raw_path"], "/pa2%Fth/1?a=%20&a=2");
    assert_eq!(event["headers"]["x-many"], "1,2");
    let event = event_of(function.http_api().stage("dev").send(request()).await).await;
    assert_eq!(event["rawPath"], "/dev/pa2%Fth/1");
}

#[lambda_test::test]
async fn a_url_in_streaming_mode_interprets_no_json_as_recorded() {
    let response = json!({"body": "text", "statusCode": 200});
    let response = returns(response).url().response_stream().send(get("/")).await;
    let expected = text(200, "application/json", "{\"body\":\"text\",\"statusCode\":200}");
    assert_eq!(seen(response).await, expected);
}

#[lambda_test::test]
async fn a_stream_has_the_head_of_its_prelude() {
    use futures_util::stream;
    use lambda_runtime::{HttpPrelude, Response};
    let handler = async |_: Value| {
        let pieces = ["Hello,", " world!"].map(Ok::<_, Error>);
        let prelude = HttpPrelude::new(201).header("x-a", "1").cookie("a=1").cookie("b=2");
        Ok::<_, Error>(Response::stream(stream::iter(pieces)).with_http(prelude))
    };
    let function = Lambda::new().function("front", Runtime::new(handler)).create();
    for response in [
        function.url().response_stream().send(get("/")).await,
        function.rest_api().response_stream().send(get("/")).await,
    ] {
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers()["x-a"], "1");
        let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["a=1", "b=2"]);
        assert_eq!(response.into_body().text().await.expect("it is whole"), "Hello, world!");
    }
}

#[lambda_test::test]
async fn a_stream_that_fails_ends_the_body_with_an_error() {
    use futures_util::stream;
    use lambda_runtime::{HttpPrelude, Response};
    let handler = async |_: Value| {
        let pieces = stream::iter([Ok("begin"), Err(Error::from("the disk is full"))]);
        Ok::<_, Error>(Response::stream(pieces).with_http(HttpPrelude::new(200)))
    };
    let function = Lambda::new().function("front", Runtime::new(handler)).create();
    let response = function.url().response_stream().send(get("/")).await;
    assert_eq!(response.status(), 200);
    let error = response.into_body().text().await.expect_err("it fails");
    assert!(error.to_string().contains("the disk is full"), "{error}");
}

#[lambda_test::test]
async fn one_environment_serves_one_request_after_the_other() {
    let function = returns(json!({"statusCode": 200}));
    let url = function.url();
    for _ in 0..10 {
        url.send(get("/")).await;
    }
    assert_eq!(function.environments(), 1);
}

/// Leaves what was recorded, and in an event of the simulator what is recorded too: keys, and values that are no
/// placeholders.
fn compared(event: &mut Value, recorded: &Value) {
    match (event, recorded) {
        (Value::Object(event), Value::Object(recorded)) => {
            for (key, value) in event.iter_mut() {
                compared(value, recorded.get(key).unwrap_or(&Value::Null));
            }
        }
        (event, Value::String(text)) if text.starts_with('<') => *event = text.as_str().into(),
        _ => {}
    }
}

/// The headers of the gateway's own network, and what only stands for the account and the stage.
const NOT_SIMULATED: [&str; 5] = ["headers", "multiValueHeaders", "accountId", "path", "stage"];

fn without(event: &mut Value, context: bool) {
    let Some(object) = event.as_object_mut() else { return };
    object.retain(|key, _| !NOT_SIMULATED.contains(&key.as_str()) || (key == "path" && !context));
    if let Some(inner) = object.get_mut("requestContext") {
        without(inner, true);
    }
}

#[lambda_test::test]
async fn an_event_of_a_rest_api_has_what_was_recorded() {
    let api = echo().rest_api();
    let plain = include_str!("recorded/http/apigw-proxy-event-plain.event.json");
    let slash = include_str!("recorded/http/apigw-proxy-event-slash-after-stage.event.json");
    let path = include_str!("recorded/http/apigw-proxy-event-encoded-path.event.json");
    let query = include_str!("recorded/http/apigw-proxy-event-encoded-query.event.json");
    for (recorded, uri) in [
        (plain, "/proxy-value"),
        (slash, "//proxy-value"),
        (path, "/proxy-value/api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com"),
        (
            query,
            "/proxy-value/api?email=test%2Balias%40gmail.com&plus=test+alias@gmail.com&url=https://www.google.com/&\
                 whitespace=foo%20bar&zhash=abort/&dateTimeOffset=2023-06-12T18:05:10.123456+00:00",
        ),
    ] {
        let mut recorded: Value = serde_json::from_str(recorded).expect("JSON");
        let request = Request::get(uri).header("user-agent", "python-requests/testing");
        let mut event =
            event_of(api.send(request.body(String::new()).expect("a request")).await).await;
        let stage = format!("/stage{}", uri.split('?').next().expect("a path"));
        assert_eq!(recorded["requestContext"]["path"], stage);
        assert_eq!(event["requestContext"]["path"], stage.replace("/stage", "/prod"));
        compared(&mut event, &recorded);
        for event in [&mut event, &mut recorded] {
            without(event, false);
        }
        assert_eq!(event, recorded);
    }
}

#[lambda_test::test]
async fn the_request_id_of_a_response_is_that_of_the_invocation() {
    use lambda_runtime::Context;
    let handler = async |_: Value, context: Context| Ok::<_, Error>(context.request_id);
    let function = Lambda::new().function("front", Runtime::new(handler)).create();
    let id = |response: &Response<ResponseBody>| {
        response.headers()["x-amzn-requestid"].to_str().expect("text").to_owned()
    };
    let response = function.url().send(get("/")).await;
    let expected = id(&response);
    assert_eq!(response.into_body().text().await.expect("it is whole"), expected);
    let response = function.url().response_stream().send(get("/")).await;
    let expected = id(&response);
    assert_eq!(response.into_body().text().await.expect("it is whole"), format!("{expected:?}"));
}

/// "The domain name of the front end", as a request without a host of its own has it.
#[lambda_test::test]
async fn a_request_has_the_host_of_its_front_end() {
    let function = echo();
    let host = |event: &Value| {
        event["headers"]["host"].as_str().or(event["headers"]["Host"].as_str()).map(str::to_owned)
    };
    let events = [
        event_of(function.url().send(get("/")).await).await,
        event_of(function.http_api().send(get("/")).await).await,
        event_of(function.rest_api().send(get("/")).await).await,
        event_of(function.load_balancer().send(get("/")).await).await,
    ];
    for (event, domain) in events.iter().zip([
        ".lambda-url.us-east-1.on.aws",
        ".execute-api.us-east-1.amazonaws.com",
        ".execute-api.us-east-1.amazonaws.com",
        ".us-east-1.elb.amazonaws.com",
    ]) {
        let host = host(event).unwrap_or_default();
        assert!(host.ends_with(domain), "{event}");
        if let Some(name) = event["requestContext"]["domainName"].as_str() {
            assert_eq!(name, host);
        }
    }
    let event = event_of(function.lattice().send(get("/")).await).await;
    assert_eq!(
        event["headers"]["host"][0],
        "orders-0a40eebed65f8d69c.7d67968.vpc-lattice-svcs.us-east-1.on.aws"
    );
}

/// `push-sns-http-to-function-url`: what a function URL sees of a topic.
#[lambda_test::test]
async fn a_function_url_is_the_https_endpoint_of_a_topic() {
    let recorded = |name: &str| -> Value {
        let path = format!("tests/recorded/push/push-sns-http-to-function-url.{name}.json");
        let text = std::fs::read_to_string(path).expect("a recording");
        serde_json::from_str::<Value>(&text).expect("JSON")["events"][0].take()
    };
    let lambda = Lambda::new();
    let events = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let kept = events.clone();
    let function = lambda.stub("hook", move |event: Value| {
        kept.borrow_mut().push(event);
        Ok(json!({"statusCode": 200}))
    });
    let topic = lambda.topic("t");
    let subscription = topic.subscribe_https(&function.url());
    topic.publish("too early");
    lambda.until_idle().await;
    assert!(!subscription.confirm("another token") && subscription.confirm(&subscription.token()));
    topic.publish("test_external_http_endpoint");
    lambda.until_idle().await;
    subscription.unsubscribe();
    lambda.until_idle().await;

    let names = ["confirmation", "notification", "unsubscribe"];
    assert_eq!(events.borrow().len(), names.len());
    for (event, name) in events.borrow().iter().zip(names) {
        let recorded = recorded(name);
        let body = event["body"].as_str().expect("a text");
        let body: Value = serde_json::from_str(body).expect("JSON");
        let keys = |value: &Value| -> Vec<String> {
            value.as_object().expect("an object").keys().cloned().collect()
        };
        assert_eq!(keys(&body), keys(&recorded["body"]), "{name}");
        assert_eq!(body["Type"], recorded["body"]["Type"]);
        let without_ids = |text: &Value| {
            let text = text.as_str().expect("a text");
            text.split(' ').filter(|word| !word.contains("arn:")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(without_ids(&body["Message"]), without_ids(&recorded["body"]["Message"]));
        for (header, value) in recorded["headers"].as_object().expect("headers") {
            let seen = &event["headers"][header];
            if header.starts_with("x-amz-sns-") && header != "x-amz-sns-message-type" {
                assert!(seen.is_string(), "{name}: {header}");
            } else {
                assert_eq!(seen, value, "{name}: {header}");
            }
        }
        let has_subscription = !event["headers"]["x-amz-sns-subscription-arn"].is_null();
        assert_eq!(has_subscription, name != "confirmation");
        assert_eq!(event["requestContext"]["http"]["method"], "POST");
    }
    assert_eq!((subscription.delivered(), subscription.attempts()), (1, 3));
}
