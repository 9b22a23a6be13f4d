//! One router, served by hyper and through every front end: clients see the same.
//!
//! What a front end changes, which the comparison takes into account:
//!
//! | front end | change |
//! |---|---|
//! | all | several values of a header of the response may be one, joined by a comma |
//! | function URL, HTTP API, VPC Lattice 1.0 | several values of a header of the request are one, joined by a comma |
//! | REST API, VPC Lattice 2.0 | the query is encoded anew, and its names have no order |
//! | load balancer | its names have no order |
//! | load balancer without multi-value headers | of several values of a header or a name of the query the last one arrives |
//! | the same, and VPC Lattice | a response with several cookies fails |

use std::convert::Infallible;

use axum::{Router, body::Body, response::IntoResponse};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use lambda_events::private::decode_form;
use lambda_http::handler;
use lambda_test::{Lambda, ResponseBody};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::{Value, json};
use tower_service::Service;

/// What the client asks for.
#[derive(Clone, Debug)]
struct Asked {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    many: Vec<String>,
    cookies: Vec<String>,
    content_type: &'static str,
    body: Vec<u8>,
    status: u16,
    set_cookies: usize,
    kind: u16,
}

impl Asked {
    fn request(&self) -> Request<Full<Bytes>> {
        let pairs: Vec<_> =
            self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(format!("{}{query}", self.path))
            .header("content-type", self.content_type)
            .header("host", "example.com")
            .header("x-status", self.status)
            .header("x-set-cookies", self.set_cookies)
            .header("x-kind", self.kind);
        for value in &self.many {
            request = request.header("x-many", value);
        }
        if !self.cookies.is_empty() {
            request = request.header("cookie", self.cookies.join("; "));
        }
        request.body(Full::new(self.body.clone().into())).expect("a request")
    }
}

fn asked() -> impl Strategy<Value = Asked> {
    let method = prop::sample::select(vec![
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
    ]);
    let segment = "([a-zA-Z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2}|%F){0,8}";
    let path = prop::collection::vec(segment, 0..4).prop_map(|segments| {
        format!("/s{}", segments.iter().map(|s| format!("/{s}")).collect::<String>())
    });
    let word = "([a-zA-Z0-9._~:@/?-]|%2[0-9A-F]|%C3%BC|\\+){0,6}";
    let name = "[a-z][a-z0-9]{0,2}";
    let query = prop::collection::vec((name, word), 0..5);
    let value = "[a-zA-Z0-9._~:@/\"ü-]{1,8}";
    let content_type = prop::sample::select(vec![
        "text/plain",
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "image/png",
    ]);
    let body = prop_oneof![
        Just(Vec::new()),
        "\\PC{0,40}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..64),
    ];
    let status = prop::sample::select(vec![200, 201, 204, 301, 304, 404, 418, 500, 503]);
    (
        (method, path, query, prop::collection::vec(value, 0..3)),
        (prop::collection::vec("[a-z]=[0-9a-z]{0,3}", 0..3), content_type, body),
        (status, 0..3_usize, 0..4_u16),
    )
        .prop_map(|((method, path, query, many), (cookies, content_type, body), rest)| {
            let (status, set_cookies, kind) = rest;
            Asked {
                method,
                path,
                query,
                many,
                cookies,
                content_type,
                body,
                status,
                set_cookies,
                kind,
            }
        })
}

fn values(headers: &HeaderMap, name: &str) -> Vec<String> {
    let values = headers.get_all(name).iter();
    values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}

/// The names and values of a query, decoded, by name.
fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let decode = |text| decode_form(text).into_owned();
    let mut pairs: Vec<_> = pairs.map(|(name, value)| (decode(name), decode(value))).collect();
    pairs.sort_by(|(left, _), (right, _)| left.cmp(right));
    pairs
}

/// Responds with what it saw, or with the body of the request, whole or in pieces.
async fn service(request: axum::extract::Request) -> impl IntoResponse {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    let number = |name: &str| -> u16 {
        parts.headers[name].to_str().expect("a number").parse().expect("a number")
    };
    let seen = json!({
        "method": parts.method.as_str(),
        "path": parts.uri.path(),
        "query": pairs(parts.uri.query().unwrap_or_default()),
        "many": values(&parts.headers, "x-many").join(","),
        "cookies": values(&parts.headers, "cookie").join("; "),
        "type": values(&parts.headers, "content-type"),
        "length": body.len(),
    });
    let (content_type, body) = match number("x-kind") {
        0 => ("application/json", Body::from(seen.to_string())),
        1 => ("application/octet-stream", Body::from(body)),
        2 => ("image/svg+xml", Body::from("<svg>ü</svg>")),
        _ => {
            let chunks: Vec<_> =
                body.chunks(16).map(|chunk| Ok::<_, Infallible>(chunk.to_vec())).collect();
            ("text/event-stream", Body::from_stream(stream::iter(chunks)))
        }
    };
    let mut response = Response::builder()
        .status(number("x-status"))
        .header("content-type", content_type)
        .header("x-out", "1, 2")
        .header("x-out", "\"three\"")
        .header("x-seen", seen.to_string().escape_default().to_string());
    for cookie in 0..number("x-set-cookies") {
        response = response
            .header("set-cookie", format!("c{cookie}=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"));
    }
    response.body(body).expect("a response")
}

/// What a client sees of a response.
#[derive(Debug, PartialEq)]
struct Seen {
    status: u16,
    content_type: Vec<String>,
    out: String,
    /// What the service saw.
    request: Vec<String>,
    cookies: Vec<String>,
    body: Bytes,
}

async fn seen<B: http_body::Body<Data = Bytes, Error: std::fmt::Debug>>(
    response: Response<B>,
) -> Seen {
    let (parts, body) = response.into_parts();
    Seen {
        status: parts.status.as_u16(),
        content_type: values(&parts.headers, "content-type"),
        out: values(&parts.headers, "x-out").join(", "),
        request: values(&parts.headers, "x-seen"),
        cookies: values(&parts.headers, "set-cookie"),
        body: body.collect().await.expect("a body").to_bytes(),
    }
}

/// The response of hyper itself.
async fn direct(router: &Router, asked: &Asked) -> Seen {
    let (client, server) = tokio::io::duplex(64 * 1024);
    let router = router.clone();
    let served = hyper::service::service_fn(move |request: Request<hyper::body::Incoming>| {
        let mut router = router.clone();
        async move { router.call(request).await }
    });
    let serving =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(server), served);
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(client)).await.expect("a connection");
    let requesting = async {
        let response = sender.send_request(asked.request()).await.expect("a response");
        let seen = seen(response).await;
        drop(sender);
        seen
    };
    let (seen, ..) = tokio::join!(
        requesting,
        async {
            let _ = connection.await;
        },
        async {
            let _ = serving.await;
        }
    );
    seen
}

/// What a front end lets through of a request.
#[derive(Clone, Copy, PartialEq)]
enum Values {
    All,
    Last,
}

/// A request of which only the last values arrive.
fn last(asked: &Asked) -> Asked {
    let mut asked = asked.clone();
    let query = std::mem::take(&mut asked.query);
    for (at, pair) in query.iter().enumerate() {
        if !query[at + 1..].iter().any(|(name, _)| *name == pair.0) {
            asked.query.push(pair.clone());
        }
    }
    asked.many = asked.many.pop().into_iter().collect();
    asked
}

#[lambda_test::test]
async fn a_router_is_the_same_behind_each_front_end() {
    let router: Router = Router::new().fallback(service);
    let lambda = Lambda::new();
    let function = lambda.function("api", handler(router.clone())).create();
    let streaming =
        lambda.function("streaming", handler(router.clone()).response_stream()).create();
    let mut runner = TestRunner::deterministic();
    // All 2,000 in release, as `.ci/long` runs them.
    for _ in 0..if cfg!(debug_assertions) { 400 } else { 2_000 } {
        let asked = asked().new_tree(&mut runner).expect("a request").current();
        let expected = direct(&router, &asked).await;
        let check = async |name: &str, values, one_cookie, response: Response<ResponseBody>| {
            if one_cookie && 1 < asked.set_cookies {
                assert!([500, 502].contains(&response.status().as_u16()), "{name}: {asked:?}");
                return;
            }
            let response = seen(response).await;
            match values {
                Values::All => assert_eq!(response, expected, "{name}: {asked:?}"),
                Values::Last => {
                    let expected = direct(&router, &last(&asked)).await;
                    assert_eq!(response, expected, "{name}: {asked:?}");
                }
            }
        };
        let request = || asked.request();
        check("function URL", Values::All, false, function.url().send(request()).await).await;
        check("HTTP API", Values::All, false, function.http_api().send(request()).await).await;
        check(
            "a stage",
            Values::All,
            false,
            function.http_api().stage("dev").send(request()).await,
        )
        .await;
        let rest = function.rest_api().binary_types(["*/*"]);
        check("REST API", Values::All, false, rest.send(request()).await).await;
        check("load balancer", Values::Last, true, function.load_balancer().send(request()).await)
            .await;
        let balancer = function.load_balancer().multi_value_headers();
        check("multi-value", Values::All, false, balancer.send(request()).await).await;
        check("VPC Lattice", Values::All, true, function.lattice().send(request()).await).await;
        let first = function.lattice().event_structure_1();
        check("VPC Lattice 1.0", Values::All, true, first.send(request()).await).await;
        let url = streaming.url().response_stream();
        check("streaming URL", Values::All, false, url.send(request()).await).await;
        let rest = streaming.rest_api().response_stream().binary_types(["*/*"]);
        check("streaming REST API", Values::All, false, rest.send(request()).await).await;
    }
    // What is compared: a service that saw something.
    let request = Request::post("/a?b=1")
        .header("x-status", 200)
        .header("x-set-cookies", 0)
        .header("x-kind", 0);
    let response =
        function.url().send(request.body(Full::new(Bytes::new())).expect("a request")).await;
    let body: Value =
        serde_json::from_slice(&response.into_body().bytes().await.expect("a body")).expect("JSON");
    assert_eq!((&body["path"], &body["query"]), (&json!("/a"), &json!([["b", "1"]])));
}
