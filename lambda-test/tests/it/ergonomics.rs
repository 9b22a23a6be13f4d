//! What a person who writes tests meets.

use std::{process::Command, time::Duration};

use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use lambda_test::{Function, Lambda};
use serde_json::{Value, json};

use crate::program;

async fn echo(_: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async |event: Value| match event.as_str() {
        Some("fail") => Err(Error::from("on demand")),
        Some("slow") => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok(event)
        }
        _ => Ok(event),
    }))
}

/// What a failing test shows, with these variables.
fn shown(variables: &[(&str, &str)]) -> String {
    let mut failing = Command::new(program());
    failing.arg("failing").env("RUST_BACKTRACE", "0").env_remove("LAMBDA_TEST_SEED");
    failing.envs(variables.iter().copied());
    let output = failing.output().expect("it starts");
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A failing `assert!` showed the seed only.
#[test]
fn a_failing_assertion_shows_the_timeline_and_the_seed() {
    let shown = shown(&[]);
    let shown = shown.split("assertion `left == right` failed").nth(1).expect("it fails");
    assert!(shown.contains("POST response") && shown.contains("responded with 1 bytes"), "{shown}");
    assert!(shown.contains("seed 5; to replay: LAMBDA_TEST_SEED=5 cargo test failing"), "{shown}");
}

/// One rule, and the seed that is printed is the one that the service used.
#[test]
fn a_seed_is_that_of_the_call_then_of_the_variable_then_of_the_attribute() {
    for (variables, seed) in [
        (&[][..], 5),
        (&[("LAMBDA_TEST_SEED", "6")][..], 6),
        (&[("SEED_BY_CALL", "7")][..], 7),
        (&[("LAMBDA_TEST_SEED", "6"), ("SEED_BY_CALL", "7")][..], 7),
    ] {
        let shown = shown(variables);
        assert!(shown.contains(&format!("seed {seed}; to replay")), "{variables:?}: {shown}");
    }
    let shown = shown(&[("LAMBDA_TEST_SEED", "x")]);
    assert!(shown.contains("LAMBDA_TEST_SEED is `x`: expected a number from 0 to"), "{shown}");
}

#[test]
fn a_test_that_waits_for_ever_fails_with_its_timeline_where_a_limit_is_set() {
    let output = Command::new(program()).arg("hanging").env("LAMBDA_TEST_LIMIT", "1").output();
    let output = output.expect("it starts");
    let shown = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(shown.contains("the test is not over after 1 s: LAMBDA_TEST_LIMIT"), "{shown}");
    assert!(shown.contains("responded with 1 bytes") && shown.contains("seed 0"), "{shown}");
}

/// The test hung, and nothing told why.
#[test]
fn a_handler_that_yields_for_ever_is_named_on_stderr() {
    let output = Command::new(program()).arg("yielding").output().expect("it starts");
    let shown = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{shown}");
    let line = "the function `busy` was polled 1000000 times while nothing happened";
    assert_eq!(shown.matches(line).count(), 1, "{shown}");
    assert!(shown.contains("await `tokio::time::sleep`"), "{shown}");
}

/// It overflowed the stack of the test's thread, which ends the whole test program.
#[lambda_test::test]
async fn a_large_handler_fits_the_stack() {
    async fn big(n: u8) -> Result<u64, Error> {
        let large = [[n; 1024]; 100];
        tokio::task::yield_now().await;
        Ok(large.iter().flatten().map(|byte| u64::from(*byte)).sum())
    }
    let lambda = Lambda::new();
    let function = lambda.function("big", || Runtime::new(big)).create();
    assert_eq!(function.invoke(2).await.json::<u64>()?, 204_800);
}

/// A task that had ended before the environment froze counted as escaped.
#[lambda_test::test]
async fn a_task_that_was_awaited_has_not_escaped() {
    async fn app(_: Environment) -> Result<impl Bootstrap, Error> {
        Ok(Runtime::new(async |event: Value| {
            tokio::spawn(async {}).await?;
            Ok::<_, Error>(event)
        }))
    }
    let lambda = Lambda::new();
    let function = lambda.function("f", app).create();
    let (one, two) = tokio::join!(function.invoke(1), function.invoke(2));
    one.assert_ok();
    two.assert_ok();
    assert!(!lambda.timeline().to_string().contains("TasksEscaped"), "{}", lambda.timeline());
}

/// A helper that returned only the function left it without a service.
#[lambda_test::test]
async fn a_function_keeps_its_service() {
    fn orders() -> Function {
        Lambda::new().function("orders", echo).create()
    }
    let orders = orders();
    orders.invoke(1).await.assert_ok();
    orders.shut_down().await;
    orders.invoke(2).await.assert_ok();
}

/// "`dyn Error: Sized`" in a test that returns nothing.
#[lambda_test::test]
async fn any_error_fits_a_test() {
    async fn seed() -> Result<u8, Error> {
        Ok(7)
    }
    async fn boxed() -> Result<u8, Box<dyn std::error::Error>> {
        Ok(7)
    }
    assert_eq!(seed().await?, boxed().await?);
    let _: u8 = "7".parse()?;
}

/// `Debug` of an outcome had no payload, which is what one wants to see.
#[lambda_test::test]
async fn an_outcome_is_printed_with_its_payload() {
    let lambda = Lambda::new();
    let function = lambda.function("f", echo).create();
    let text = format!("{:?}", function.invoke(json!({"a": 1})).await);
    assert!(text.starts_with(r#"Outcome { payload: "{\"a\":1}""#), "{text}");
    let text = format!("{:?}", function.invoke("ü".repeat(1000)).response().await);
    assert!(text.contains("ü… (2002 bytes)") && text.len() < 2000, "{text}");
}

#[lambda_test::test]
async fn an_outcome_is_asserted_by_its_words() {
    let lambda = Lambda::new();
    let function = lambda.function("f", echo).reserved_concurrency(1).create();
    function.invoke("fail").await.assert_error("Function.Error");
    function.invoke("slow").await.assert_timeout();
    let (one, two) = tokio::join!(function.invoke(1), function.invoke(2));
    one.assert_ok();
    two.assert_service_error(429);
    // The first process timed out.
    assert_eq!(function.cold_starts(), 2);
}

#[lambda_test::test]
#[should_panic(expected = "expected an error of type `OrderError`, got the response \"1\"")]
async fn a_response_is_not_an_error() {
    let lambda = Lambda::new();
    lambda.function("f", echo).create().invoke(1).await.assert_error("OrderError");
}

#[lambda_test::test]
#[should_panic(
    expected = "expected an error of type `OrderError`, got `Function.Error`: on demand"
)]
async fn another_error_is_not_the_error() {
    let lambda = Lambda::new();
    lambda.function("f", echo).create().invoke("fail").await.assert_error("OrderError");
}

#[lambda_test::test]
#[should_panic(expected = "expected a timeout, got the response \"1\"")]
async fn a_response_is_not_a_timeout() {
    let lambda = Lambda::new();
    lambda.function("f", echo).create().invoke(1).await.assert_timeout();
}

#[lambda_test::test]
#[should_panic(expected = "expected the service to refuse with 413, got the response \"1\"")]
async fn a_response_is_not_a_refusal() {
    let lambda = Lambda::new();
    lambda.function("f", echo).create().invoke(1).await.assert_service_error(413);
}

#[lambda_test::test(seed = 7)]
async fn a_seed_is_an_argument() {
    let by_argument = Lambda::new().function("f", echo).create().invoke(1).await;
    let by_call = Lambda::new().seed(7).function("f", echo).create().invoke(1).await;
    assert_eq!(by_argument.report().request_id, by_call.report().request_id);
}

#[cfg(unix)]
#[lambda_test::test(real_time)]
async fn a_program_is_named_by_its_path() {
    let lambda = Lambda::in_real_time();
    let function = lambda.function("f", "/bin/false").create();
    let error = function.invoke(1).await.assert_error("Runtime.ExitError").to_string();
    assert!(error.ends_with("exit status 1"), "{error}");
}

/// tokio's words were all that one saw.
#[tokio::test(start_paused = true)]
#[should_panic(
    expected = "`Lambda::new` needs tokio's local runtime: write `#[lambda_test::test]`"
)]
async fn a_runtime_of_the_wrong_kind_is_named() {
    let _ = Lambda::new();
}

#[tokio::test]
#[should_panic(expected = "`Lambda::in_real_time` needs tokio's local runtime: write")]
async fn a_runtime_of_the_wrong_kind_for_real_time() {
    let _ = Lambda::in_real_time();
}

/// Region and credentials were overridden in silence.
#[lambda_test::test]
async fn a_region_and_credentials_can_be_set() {
    async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
        Ok(Runtime::new(async move |name: String| {
            Ok::<_, Error>(environment.variables().get(&name).unwrap_or_default().to_owned())
        }))
    }
    let lambda = Lambda::new();
    let function = lambda
        .function("f", app)
        .env("AWS_REGION", "eu-central-1")
        .env("AWS_ACCESS_KEY_ID", "mine")
        .create();
    let seen = async |name: &str| function.invoke(name).await.json::<String>();
    assert_eq!(seen("AWS_REGION").await?, "eu-central-1");
    assert_eq!(seen("AWS_DEFAULT_REGION").await?, "eu-central-1");
    assert_eq!(seen("AWS_ACCESS_KEY_ID").await?, "mine");
    assert_eq!(function.arn().region(), "eu-central-1");
}

#[lambda_test::test]
#[should_panic(
    expected = "contains reserved keys that are currently not supported for modification. Reserved \
                keys used in this request: _HANDLER, AWS_LAMBDA_FUNCTION_NAME"
)]
async fn a_reserved_variable_is_refused() {
    let lambda = Lambda::new();
    let builder = lambda.function("f", echo).env("_HANDLER", "x");
    builder.env("AWS_LAMBDA_FUNCTION_NAME", "y").create();
}

/// `tracing_subscriber::fmt().init()` within an application panicked in its second environment.
#[lambda_test::test]
async fn an_application_runs_once_for_each_environment_of_a_process() {
    use std::sync::OnceLock;

    let process: std::rc::Rc<OnceLock<u32>> = std::rc::Rc::default();
    let set_in_main = process.clone();
    // What a process has once: as a call of `try_init` that may be repeated.
    let app = async move |_: Environment| {
        let first = set_in_main.set(1).is_ok();
        Ok::<_, Error>(Runtime::new(async move |_: Value| {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            Ok::<_, Error>(first)
        }))
    };
    let function = Lambda::new().function("f", app).create();
    let (one, two) = tokio::join!(function.invoke(1), function.invoke(2));
    assert_eq!((one.json::<bool>()?, two.json::<bool>()?), (true, false));
    assert_eq!(process.get(), Some(&1));
}

/// What `{:?}` shows of what a test holds.
#[lambda_test::test]
async fn debug_shows_what_a_test_is_about() {
    let lambda = Lambda::new();
    let builder = lambda.function("echo", echo);
    assert_eq!(format!("{builder:?}"), r#"FunctionBuilder { name: "echo", .. }"#);
    let function = builder.create();
    let start = "Function { arn: FunctionArn { text: \"arn:aws:lambda:us-east-1:123456789012:function:echo\"";
    assert!(format!("{function:?}").starts_with(start), "{function:?}");

    let outcome = function.invoke("fail").await;
    let debug = format!("{outcome:?}");
    let start = r#"Outcome { payload: "{\"errorType\":"#;
    assert!(debug.starts_with(start) && debug.contains("on demand"), "{debug}");
    let debug = format!("{:?}", function.invoke("fail").response().await);
    let start = r#"InvokeResponse { payload: "{\"errorType\":"#;
    assert!(debug.starts_with(start) && debug.contains("on demand"), "{debug}");
    assert!(format!("{lambda:?}").starts_with("Lambda { elapsed: 0ns"), "{lambda:?}");

    let long = "ä".repeat(300);
    let payload = function.invoke(&*long).await.assert_ok().payload().clone();
    let shown = format!(r#""\"{}… (602 bytes)""#, "ä".repeat(249));
    assert_eq!(format!("{payload:?}"), shown);
    let payload = function.invoke("a".repeat(498)).await.assert_ok().payload().clone();
    assert_eq!(format!("{payload:?}"), format!("{:?}", format!("{:?}", "a".repeat(498))));
}
