//! Nothing leaves by accident: what calls another machine fails its test.

use std::{
    io::{Read as _, Write as _},
    net::{IpAddr, TcpListener, UdpSocket},
    panic::{AssertUnwindSafe, catch_unwind},
};

use lambda_runtime::{Error, Runtime};
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

/// An address of this machine that is not loopback, if it has one. No packet is sent.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

/// A connection that stays open when the environment is frozen is named; one that was there before is not.
#[test]
fn an_application_that_keeps_a_connection_to_another_machine_fails_its_test() {
    // In a namespace without any network there is nothing to keep.
    let Some(own) = own_address() else { return };
    let server = TcpListener::bind((own, 0)).expect("an address of this machine");
    let address = server.local_addr().expect("an address");
    let before = std::net::TcpStream::connect(address).expect("it listens");
    let message = failure(Harness::new(), async move || {
        let lambda = Lambda::new();
        let app = Runtime::new(async move |_: ()| {
            // Kept for the next invocation, as a pool does.
            std::mem::forget(std::net::TcpStream::connect(address)?);
            Ok::<_, Error>(())
        });
        let function = lambda.function("orders", app).create();
        function.invoke(()).await.assert_ok();
        Ok(())
    });
    assert!(message.contains(&format!("the function `orders` called {address}")), "{message}");
    assert!(!message.contains(&before.local_addr().expect("an address").to_string()), "{message}");
}
