//! What a service sees of the events of each front end.

use lambda_http::{Request, RequestExt, handler};
use lambda_test::Lambda;
use serde_json::{Value, json};

/// What a service saw of a request: request line, headers in their order, body.
async fn seen(request: Request) -> Value {
    let headers: Vec<String> = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    let event = request.lambda_event().expect("it is on Lambda");
    json!({
        "line": format!("{} {}", request.method(), request.uri()),
        "headers": headers,
        "body": String::from_utf8_lossy(request.body()),
        "from": format!("{:?} {:?}", event.front_end(), event.client_ip()),
    })
}

/// What a service saw of an event.
async fn seen_of(event: &Value) -> Value {
    let function = Lambda::new().function("api", handler(seen)).create();
    let outcome = function.invoke(event).await;
    let response: Value = outcome.json().expect("a response");
    let body = response["body"].as_str().expect("a body");
    serde_json::from_str(body).expect("what was seen")
}

async fn check(event: Value, expected: Value) {
    let seen = seen_of(&event).await;
    for (key, value) in expected.as_object().expect("an object") {
        assert_eq!(&seen[key], value, "{key} of {event}");
    }
}

/// An event of an HTTP API with this in it.
fn http_api(path: &str, query: &str, rest: Value) -> Value {
    let mut event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "id.execute-api.eu-central-1.amazonaws.com"},
        "requestContext": {
            "domainName": "id.execute-api.eu-central-1.amazonaws.com",
            "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
            "stage": "$default",
        },
        "isBase64Encoded": false,
    });
    merge(&mut event, rest);
    event
}

fn rest_api(path: &str, rest: Value) -> Value {
    let mut event = json!({
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": "GET",
        "headers": {"Host": "id.execute-api.eu-central-1.amazonaws.com"},
        "multiValueHeaders": {"Host": ["id.execute-api.eu-central-1.amazonaws.com"]},
        "queryStringParameters": null,
        "multiValueQueryStringParameters": null,
        "requestContext": {"stage": "prod", "path": format!("/prod{path}"), "identity": {"sourceIp": "192.0.2.1"}},
        "body": null,
        "isBase64Encoded": false,
    });
    merge(&mut event, rest);
    event
}

fn merge(event: &mut Value, with: Value) {
    match (event, with) {
        (Value::Object(event), Value::Object(with)) => {
            for (key, value) in with {
                merge(event.entry(key).or_insert(Value::Null), value);
            }
        }
        (event, with) => *event = with,
    }
}

#[lambda_test::test]
async fn an_http_api_has_path_and_query_as_the_client_sent_them() {
    for (path, query, line) in [
        ("/", "", "GET /"),
        ("/pa2%Fth/1", "", "GET /pa2%Fth/1"),
        ("/a b/ü", "", "GET /a%20b/%C3%BC"),
        ("/a", "x=1&x=2", "GET /a?x=1&x=2"),
        ("/a", "e=%2B+%20%26&u=ü", "GET /a?e=%2B+%20%26&u=%C3%BC"),
        ("", "a", "GET /?a"),
        ("*", "", "GET /*"),
        ("/a?b#c", "", "GET /a%3Fb%23c"),
        ("/a\n\u{0}", "", "GET /a%0A%00"),
    ] {
        check(http_api(path, query, json!({})), json!({"line": line})).await;
    }
}

#[lambda_test::test]
async fn cookies_are_one_header_and_repeated_headers_are_what_the_front_end_sends() {
    let event = http_api(
        "/",
        "",
        json!({
            "cookies": ["a=1", "b=2; c"],
            "headers": {"x-many": "1,2", "x-text": "ü \"quoted\"", "x-empty": ""},
        }),
    );
    let headers = json!([
        "host: id.execute-api.eu-central-1.amazonaws.com",
        "x-empty: ",
        "x-many: 1,2",
        "x-text: ü \"quoted\"",
        "cookie: a=1; b=2; c",
    ]);
    check(event, json!({"headers": headers, "from": "HttpApi Some(192.0.2.1)"})).await;
}

#[lambda_test::test]
async fn bodies_are_bytes_whatever_form_they_have_in_the_event() {
    for (body, in_base64, seen) in [
        (json!(null), false, ""),
        (json!(""), false, ""),
        (json!("plain"), false, "plain"),
        (json!("{\"a\":\"\\u00fc\\\"\"}"), false, "{\"a\":\"\\u00fc\\\"\"}"),
        (json!("ü\u{0}\n"), false, "ü\u{0}\n"),
        (json!("aGVsbG8="), true, "hello"),
        (json!(""), true, ""),
    ] {
        let rest = json!({"body": body, "isBase64Encoded": in_base64});
        check(http_api("/", "", rest.clone()), json!({"body": seen})).await;
        check(rest_api("/", rest), json!({"body": seen})).await;
    }
}

#[lambda_test::test]
async fn a_body_that_is_not_in_base64_fails_the_invocation() {
    let function = Lambda::new().function("api", handler(seen)).create();
    let event = http_api("/", "", json!({"body": "***", "isBase64Encoded": true}));
    let outcome = function.invoke(event).await;
    let error = outcome.assert_error("Runtime.UnmarshalError");
    assert!(error.error_message.contains("is not in base64, as `isBase64Encoded` states"));
}

#[lambda_test::test]
async fn a_rest_api_decodes_its_query_and_repeats_its_headers() {
    let event = rest_api(
        "/pr%2Fo+xy",
        json!({
            "queryStringParameters": {"a": "2"},
            "multiValueQueryStringParameters": {"a": ["1 +", "2"], "ü&": ["="], "e": [""]},
            "multiValueHeaders": {"X-Many": ["1", "2"], "Cookie": ["a=1; b=2"]},
        }),
    );
    let headers = json!([
        "cookie: a=1; b=2",
        "host: id.execute-api.eu-central-1.amazonaws.com",
        "x-many: 1",
        "x-many: 2",
    ]);
    let line = "GET /pr%2Fo+xy?a=1%20%2B&a=2&e=&%C3%BC%26=%3D";
    check(event, json!({"line": line, "headers": headers, "from": "RestApi Some(192.0.2.1)"}))
        .await;
    // As the console's test button sends it.
    let event = json!({"path": "/", "httpMethod": "POST", "headers": {"A": "b"}, "body": "x"});
    let seen = json!({"line": "POST /", "headers": ["a: b"], "from": "RestApi None", "body": "x"});
    check(event, seen).await;
}

#[lambda_test::test]
async fn a_load_balancer_decodes_nothing_and_adds_the_client_last() {
    let context = json!({"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/t/1"}});
    let single = json!({
        "requestContext": context, "httpMethod": "GET", "path": "/a%20b", "body": "", "isBase64Encoded": false,
        "queryStringParameters": {"q": "%2B+%26", "ü": "a b"},
        "headers": {"x-forwarded-for": "10.0.0.1, 192.0.2.7", "cookie": "a=1"},
    });
    let seen = json!({
        "line": "GET /a%20b?q=%2B+%26&%C3%BC=a%20b",
        "headers": ["x-forwarded-for: 10.0.0.1, 192.0.2.7", "cookie: a=1"],
        "from": "LoadBalancer Some(192.0.2.7)",
    });
    check(single, sorted(seen)).await;
    let multiple = json!({
        "requestContext": context, "httpMethod": "HEAD", "path": "/", "body": "", "isBase64Encoded": false,
        "multiValueQueryStringParameters": {"q": ["1", "2"]},
        "multiValueHeaders": {"x-many": ["1", "2"]},
    });
    let line = "HEAD /?q=1&q=2";
    let seen =
        json!({"line": line, "headers": ["x-many: 1", "x-many: 2"], "from": "LoadBalancer None"});
    // Its response has no body, so the line is in none.
    let function = Lambda::new().function("api", handler(self::seen)).create();
    let response: Value = function.invoke(&multiple).await.json().expect("a response");
    assert_eq!(response["body"], "");
    let mut got = multiple;
    got["httpMethod"] = json!("GET");
    check(got, json!({"line": "GET /?q=1&q=2", "headers": seen["headers"]})).await;
}

/// The events here are maps without an order of their own.
fn sorted(mut seen: Value) -> Value {
    if let Some(headers) = seen["headers"].as_array_mut() {
        headers.sort_by_key(Value::to_string);
    }
    seen
}

#[lambda_test::test]
async fn vpc_lattice_has_two_forms() {
    let first = json!({
        "raw_path": "/a%20b?x=%2B", "method": "PUT", "headers": {"x-forwarded-for": "192.0.2.9"},
        "query_string_parameters": {"x": "+"}, "body": "aGk=", "is_base64_encoded": true,
    });
    let seen =
        json!({"line": "PUT /a%20b?x=%2B", "body": "hi", "from": "LatticeV1 Some(192.0.2.9)"});
    check(first, seen).await;
    let context =
        json!({"serviceNetworkArn": "arn:aws:vpc-lattice:eu-central-1:1:servicenetwork/sn"});
    let second = json!({
        "version": "2.0", "path": "/a", "method": "GET", "requestContext": context,
        "headers": {"x-many": ["1", "2"]}, "queryStringParameters": {"x": ["1", "2"]},
    });
    let seen = json!({"line": "GET /a?x=1&x=2", "headers": ["x-many: 1", "x-many: 2"], "from": "Lattice None"});
    check(second, seen).await;
}

#[lambda_test::test]
async fn the_route_of_a_web_socket_is_the_path() {
    let event = |kind: &str, route: &str| {
        json!({
            "requestContext": {
                "connectionId": "c", "eventType": kind, "routeKey": route, "identity": {"sourceIp": "192.0.2.1"},
            },
            "body": "hello", "isBase64Encoded": false,
        })
    };
    for (kind, route, line) in [
        ("CONNECT", "$connect", "GET /$connect"),
        ("MESSAGE", "$default", "POST /$default"),
        ("MESSAGE", "send", "POST /send"),
        ("DISCONNECT", "$disconnect", "POST /$disconnect"),
    ] {
        check(event(kind, route), json!({"line": line, "from": "WebSocket Some(192.0.2.1)"})).await;
    }
}

#[lambda_test::test]
async fn stage_and_base_path_are_in_the_path_where_one_wants_them() {
    let staged = |path| http_api(path, "", json!({"requestContext": {"stage": "prod"}}));
    let path = async |request: Request| request.uri().path().to_owned();
    let line = async |handler, event: &Value| {
        let function = Lambda::new().function("api", handler).create();
        let response: Value = function.invoke(event).await.json().expect("a response");
        response["body"].as_str().expect("a body").to_owned()
    };
    for (event, stripped, kept, of_base) in [
        (staged("/prod/v1/a"), "/v1/a", "/prod/v1/a", "/a"),
        (staged("/prod"), "/", "/prod", "/"),
        (rest_api("/v1/a", json!({})), "/v1/a", "/prod/v1/a", "/a"),
    ] {
        assert_eq!(line(handler(path), &event).await, stripped);
        assert_eq!(line(handler(path).strip_stage(), &event).await, stripped);
        assert_eq!(line(handler(path).keep_stage(), &event).await, kept);
        assert_eq!(line(handler(path).base_path("/v1/"), &event).await, of_base);
    }
}

#[lambda_test::test]
async fn what_is_not_a_request_is_refused_with_its_name() {
    let function = Lambda::new().function("api", handler(seen)).create();
    for (event, named) in [
        (json!({"Records": [{"eventSource": "aws:sqs", "body": "x"}]}), "the event comes from sqs"),
        (json!({"orderId": 7}), "the event is not one of a trigger that is known"),
        (json!([1]), "the event is not one of a trigger that is known"),
        (
            json!({"type": "TOKEN", "methodArn": "arn", "authorizationToken": "t"}),
            "the event comes from ",
        ),
        (json!({"version": 1, "path": {}}), "the event is not one of a trigger that is known"),
    ] {
        let outcome = function.invoke(&event).await;
        let error = outcome.assert_error("Runtime.UnmarshalError");
        assert!(error.error_message.starts_with(named), "{}", error.error_message);
        assert!(error.error_message.ends_with("a load balancer or VPC Lattice"));
    }
}

#[lambda_test::test]
async fn eight_kilobytes_of_headers_arrive() {
    let headers: serde_json::Map<String, Value> =
        (0..64).map(|number| (format!("x-{number}"), json!("v".repeat(120)))).collect();
    let seen = seen_of(&http_api("/", "", json!({"headers": headers}))).await;
    assert_eq!(seen["headers"].as_array().map(Vec::len), Some(65));
}

#[lambda_test::test]
async fn a_header_that_http_does_not_allow_is_refused_with_its_name() {
    let function = Lambda::new().function("api", handler(seen)).create();
    for (headers, named) in [
        (json!({"x-a": "1\n2"}), "the header `x-a` of the request has a control character"),
        (json!({"x a": "1"}), "\"x a\" cannot be the name of a header"),
    ] {
        let outcome = function.invoke(http_api("/", "", json!({"headers": headers}))).await;
        assert!(outcome.assert_error("Runtime.UnmarshalError").error_message.contains(named));
    }
}

#[lambda_test::test]
async fn a_request_that_is_malformed_is_refused_with_what_is_wrong() {
    let function = Lambda::new().function("api", handler(seen)).create();
    let alb =
        json!({"requestContext": {"elb": {}}, "httpMethod": "GET", "path": "/", "headers": {}});
    for (with, named) in [
        (json!({"isBase64Encoded": "yes"}), "invalid type: string \"yes\", expected a boolean"),
        (json!({"headers": []}), "expected the headers of a request"),
        (json!({"headers": {"a": 7}}), "expected a value or a list of values"),
        (json!({"queryStringParameters": {"a": 7}}), "expected a value or a list of values"),
        (json!({"body": {}}), "expected a string"),
        (json!({"httpMethod": "A B"}), "the method of the request is \"A B\""),
    ] {
        let mut event = alb.clone();
        merge(&mut event, with);
        let outcome = function.invoke(&event).await;
        let error = outcome.assert_error("Runtime.UnmarshalError");
        assert!(error.error_message.contains(named), "{event}: {}", error.error_message);
    }
}
