//! Programs that nobody here wrote: AWS's runtime clients under the simulator, and our example under
//! another simulator of the Runtime API.
//!
//! `peers/run` installs them and runs this. A peer whose variable is not set is left out, and said
//! so.

#![cfg(unix)]

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use lambda_test::{Function, Harness, Lambda, Program, Real};
use serde_json::{Value, json};

#[expect(clippy::print_stdout, reason = "a peer that is left out is said so")]
fn peer(variable: &str) -> Option<PathBuf> {
    let path = std::env::var_os(variable).map(PathBuf::from);
    if path.is_none() {
        println!("{variable} is not set, so this peer was left out");
    }
    path
}

/// What every runtime client does with a handler that echoes, fails, hangs and exits on demand.
async fn check(function: &Function) {
    let cold = function.invoke(json!({"a": [1, "ü"]})).await;
    assert_eq!(cold.assert_ok().json::<Value>().expect("JSON"), json!({"a": [1, "ü"]}));
    assert!(cold.report().cold_start() && cold.report().init_duration.is_some());

    let warm = function.invoke("remaining").await;
    let remaining: u64 = warm.assert_ok().json().expect("milliseconds");
    assert!((1..=2000).contains(&remaining), "{remaining} ms of 2 s are left");
    assert!(!warm.report().cold_start());

    let failed = function.invoke("fail").await;
    let error = failed.function_error().expect("it fails");
    assert_eq!(error.error_message, "on demand");
    assert!(failed.report().status.is_none(), "the environment is kept");

    let hung = function.invoke("hang").await;
    assert!(hung.is_timeout());
    assert!(function.invoke(1).await.assert_ok().report().cold_start());

    let exited = function.invoke("exit").await;
    let error = exited.function_error().expect("the process ends");
    assert_eq!(error.error_type, "Runtime.ExitError");
    assert!(function.invoke(2).await.assert_ok().report().cold_start());
}

#[tokio::test(flavor = "local")]
async fn the_python_client_of_aws_runs_under_the_simulator() {
    let Some(python) = peer("LAMBDA_PYTHON") else { return };
    let handlers = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers");
    let lambda = Lambda::in_real_time();
    let program = Program::new(python).arg("-m").arg("awslambdaric").arg("handler.handler");
    let function = lambda
        .function("python", program)
        .env("PYTHONPATH", handlers)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .timeout(Duration::from_secs(2))
        .create();
    check(&function).await;
}

/// `boto3` without an endpoint: what it calls is refused and named, and no packet leaves this machine.
#[test]
fn a_python_function_that_calls_a_service_of_aws_fails_by_its_host() {
    let Some(python) = peer("LAMBDA_PYTHON") else { return };
    let body = async move || -> Result<(), lambda_test::TestError> {
        let lambda = Lambda::in_real_time();
        let program = Program::new(python).arg("-m").arg("awslambdaric").arg("handler.tables");
        let function = lambda
            .function("python", program)
            .env("PYTHONPATH", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .timeout(Duration::from_secs(20))
            .create();
        let outcome = function.invoke(json!({})).await;
        let error = outcome.function_error().expect("it is refused");
        assert!(error.error_message.contains("dynamodb.us-east-1.amazonaws.com"), "{error}");
        Ok(())
    };
    let running = || lambda_test::run("name", Harness::new().real_time(), body);
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(running));
    let panic = panic.expect_err("the test fails");
    let message = panic.downcast_ref::<String>().expect("a message");
    let named = "the function `python` called dynamodb.us-east-1.amazonaws.com: ";
    assert!(message.starts_with(named), "{message}");
}

/// AWS's Node client with a handler of `handler.mjs`.
fn node(folder: &Path, lambda: &Lambda<Real>, handler: &str) -> Function {
    let handlers = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers");
    let program = Program::new("node")
        .arg(folder.join("node_modules/aws-lambda-ric/bin/index.mjs"))
        .arg(format!("{handlers}/handler.{handler}"));
    lambda
        .function("node", program)
        .env("PATH", std::env::var("PATH").unwrap_or_default())
        .env("AWS_LAMBDA_FUNCTION_TIMEOUT", "2")
        .timeout(Duration::from_secs(2))
        .create()
}

#[tokio::test(flavor = "local")]
async fn the_node_client_of_aws_runs_under_the_simulator() {
    // The folder with `node_modules/aws-lambda-ric`.
    let Some(folder) = peer("LAMBDA_NODE") else { return };
    check(&node(&folder, &Lambda::in_real_time(), "handler")).await;
}

/// Its headers, chunks and trailers are read as ours are.
#[tokio::test(flavor = "local")]
async fn the_node_client_of_aws_streams_to_the_simulator() {
    let Some(folder) = peer("LAMBDA_NODE") else { return };
    let function = node(&folder, &Lambda::in_real_time(), "stream");
    let mut stream = function.invoke("one two").stream();
    let mut received = Vec::new();
    while let Some(chunk) = stream.next().await {
        received.extend_from_slice(&chunk.bytes);
    }
    assert_eq!(received, b"onetwo");
    assert_eq!(stream.content_type(), Some("text/plain"));
    stream.outcome().await.assert_ok();
    assert_eq!(function.invoke("one two").await.payload(), "onetwo");

    let failed = function.invoke("one fail").stream().outcome().await;
    assert_eq!(failed.function_error().expect("it fails").error_message, "on demand");
}

/// Another simulator, whose API lies under a path and answers 204 when it is idle.
#[tokio::test(flavor = "local")]
async fn an_example_runs_under_cargo_lambda_watch() {
    let Some(cargo_lambda) = peer("LAMBDA_CARGO_LAMBDA") else { return };
    let this = std::env::current_exe().expect("this program has a path");
    let orders =
        this.parent().and_then(|deps| deps.parent()).map(|path| path.join("examples/orders"));
    let orders =
        orders.filter(|path| path.exists()).expect("`cargo build --example orders` came before");
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let port = address.port().to_string();
    let mut watch = tokio::process::Command::new(&cargo_lambda)
        .args(["lambda", "watch", "--only-lambda-apis", "-A", "127.0.0.1", "-P", &port])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("cargo-lambda starts");
    let mut connected = false;
    for _ in 0..500 {
        connected = tokio::net::TcpStream::connect(address).await.is_ok();
        if connected {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(connected, "cargo-lambda does not listen");
    let mut function = tokio::process::Command::new(orders)
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", format!("http://{address}/.rt"))
        .env("AWS_LAMBDA_FUNCTION_NAME", "orders")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the example starts");
    for price in 1..=20 {
        let payload = json!({"lines": [{"price": price, "quantity": 2}]}).to_string();
        let invoked = tokio::process::Command::new(&cargo_lambda)
            .args([
                "lambda",
                "invoke",
                "-A",
                "127.0.0.1",
                "-P",
                &port,
                "_",
                "--data-ascii",
                &payload,
            ])
            .output();
        let invoked = tokio::time::timeout(Duration::from_secs(20), invoked).await;
        let output = invoked.expect("it answers in time").expect("cargo-lambda starts");
        let answer = String::from_utf8_lossy(&output.stdout);
        assert_eq!(answer.trim(), json!({"total": price * 2}).to_string());
    }
    function.kill().await.expect("it ran until now");
    watch.kill().await.expect("it ran until now");
}
