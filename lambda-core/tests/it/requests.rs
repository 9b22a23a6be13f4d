//! Requests, pinned as raw text.

use expect_test::expect;
use lambda_core::{ErrorCause, FunctionError, wire::Requests};

#[test]
fn every_request_as_it_leaves() {
    let address = "http://127.0.0.1:9000/.rt".parse().expect("an address");
    let mut requests = Requests::new(&address, "agent/1");
    let error = FunctionError::new("OrderError", "sold out");
    let mut text = String::new();
    let mut note =
        |head: &[u8]| text.push_str(&String::from_utf8_lossy(head).replace("\r\n", "|\n"));
    note(requests.next());
    note(requests.response(b"id-1", None, "application/json", 12));
    note(requests.response(b"id-1", Some("nonce"), "text/plain", 0));
    note(requests.error(b"id-1", Some("nonce"), &error, 67));
    note(requests.init_error(&error, 67));
    let cause = ErrorCause { paths: vec!["src/main.rs".to_owned()], ..ErrorCause::default() };
    note(requests.error(b"id-1", None, &error.with_cause(cause), 67));
    expect![[r#"
        GET /.rt/2018-06-01/runtime/invocation/next HTTP/1.1|
        host: 127.0.0.1:9000|
        user-agent: agent/1|
        |
        POST /.rt/2018-06-01/runtime/invocation/id-1/response HTTP/1.1|
        host: 127.0.0.1:9000|
        user-agent: agent/1|
        content-type: application/json|
        content-length: 12|
        |
        POST /.rt/2018-06-01/runtime/invocation/id-1/response HTTP/1.1|
        host: 127.0.0.1:9000|
        user-agent: agent/1|
        content-type: text/plain|
        lambda-runtime-invocation-id: nonce|
        content-length: 0|
        |
        POST /.rt/2018-06-01/runtime/invocation/id-1/error HTTP/1.1|
        host: 127.0.0.1:9000|
        user-agent: agent/1|
        content-type: application/json|
        lambda-runtime-function-error-type: Function.OrderError|
        lambda-runtime-invocation-id: nonce|
        content-length: 67|
        |
        POST /.rt/2018-06-01/runtime/init/error HTTP/1.1|
        host: 127.0.0.1:9000|
        user-agent: agent/1|
        content-type: application/json|
        lambda-runtime-function-error-type: Function.OrderError|
        content-length: 67|
        |
        POST /.rt/2018-06-01/runtime/invocation/id-1/error HTTP/1.1|
        host: 127.0.0.1:9000|
        user-agent: agent/1|
        content-type: application/json|
        lambda-runtime-function-error-type: Function.OrderError|
        lambda-runtime-function-xray-error-cause: {"working_directory":"","paths":["src/main.rs"],"exceptions":[]}|
        content-length: 67|
        |
    "#]]
    .assert_eq(&text);
}
