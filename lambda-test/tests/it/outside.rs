//! Nothing leaves by accident: what calls another machine fails its test.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    panic::{AssertUnwindSafe, catch_unwind},
};

use lambda_test::{Harness, Lambda, Program, RecordKind, TestError};
use serde_json::json;

use crate::program;

fn child() -> Program {
    Program::new(program()).arg("function")
}

/// Why a test fails whose body is this.
fn failure<F: Future<Output = Result<(), TestError>> + 'static>(
    harness: Harness,
    body: impl FnOnce() -> F,
) -> String {
    let running = AssertUnwindSafe(|| lambda_test::run("name", harness, body));
    let panic = catch_unwind(running).expect_err("it fails");
    panic.downcast_ref::<String>().expect("a message").clone()
}

#[test]
fn a_program_that_calls_another_machine_is_refused_and_its_test_fails() {
    let message = failure(Harness::new().real_time(), async || {
        let lambda = Lambda::in_real_time();
        let function = lambda.function("orders", child()).create();
        let outcome = function.invoke(json!({"call": "http://api.example.com/orders"})).await;
        assert_eq!(outcome.payload(), r#""HTTP/1.1 403 Forbidden""#);
        let called = RecordKind::CalledOutside { host: "api.example.com".into() };
        assert!(lambda.timeline().iter().any(|record| record.kind == called));
        Ok(())
    });
    assert_eq!(
        message,
        "the function `orders` called api.example.com: nothing may leave this machine; put \
         `.allow(\"…\")` to the function if it may"
    );
}

/// A test may say what its function calls; loopback is an address like any other for a proxy.
#[lambda_test::test(real_time)]
async fn a_host_that_is_allowed_is_reached() {
    let server = TcpListener::bind("127.0.0.1:0")?;
    let address = server.local_addr()?;
    let serving = std::thread::spawn(move || -> std::io::Result<String> {
        let (mut stream, _) = server.accept()?;
        let mut head = [0; 1024];
        let length = stream.read(&mut head)?;
        stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")?;
        Ok(String::from_utf8_lossy(&head[..length]).into_owned())
    });
    let lambda = Lambda::in_real_time();
    let function = lambda.function("orders", child()).allow("127.0.0.1").create();
    let outcome = function.invoke(json!({"call": format!("http://{address}/a")})).await;
    assert_eq!(outcome.payload(), r#""HTTP/1.1 204 No Content""#);
    let head = serving.join().expect("no panic")?;
    assert!(head.starts_with(&format!("GET http://{address}/a HTTP/1.1\r\n")), "{head}");
}

/// What the function sets itself counts.
#[lambda_test::test(real_time)]
async fn a_program_keeps_an_endpoint_of_its_own() {
    let lambda = Lambda::in_real_time();
    let function = lambda.function("orders", child());
    let function = function.env("HTTP_PROXY", "http://127.0.0.1:1").create();
    let outcome = function.invoke(json!({"call": "http://api.example.com/"})).await;
    let error = outcome.function_error().expect("nobody is there");
    assert!(error.error_message.contains("refused"), "{error}");
    let names: Vec<String> = function.invoke("variables").await.json()?;
    assert!(
        names.contains(&"AWS_ENDPOINT_URL".to_owned()) && names.contains(&"NO_PROXY".to_owned())
    );
}

/// With `*` a program has no proxy, and calls what it likes.
#[lambda_test::test(real_time)]
async fn a_program_that_may_call_everything_has_no_proxy() {
    let lambda = Lambda::in_real_time();
    let function = lambda.function("orders", child()).allow("*").create();
    let names: Vec<String> = function.invoke("variables").await.json()?;
    let set = |name: &str| names.iter().any(|other| other == name);
    assert!(
        !set("HTTP_PROXY") && !set("https_proxy") && !set("NO_PROXY") && !set("AWS_ENDPOINT_URL")
    );
}
