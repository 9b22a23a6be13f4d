//! One seed, one timeline: also in a hundred processes.

use std::process::Command;

use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use lambda_test::Lambda;
use serde_json::Value;
use tokio::time::{Duration, sleep};

/// Set for a process that is to print its timeline and do nothing else.
const PRINT: &str = "LAMBDA_TEST_PRINT_TIMELINE";

async fn busy(environment: Environment) -> Result<impl Bootstrap, Error> {
    let own = environment.clone();
    Ok(Runtime::new(async move |event: u64| {
        let wait = own.random() % 2000 * event;
        sleep(Duration::from_millis(wait)).await;
        match wait % 3 {
            0 => Err(Error::from("unlucky")),
            _ => Ok(Value::from(wait)),
        }
    }))
}

async fn timeline(seed: u64, another_function: bool) -> String {
    let lambda = Lambda::new().seed(seed);
    if another_function {
        let other = lambda.function("other", busy).create();
        tokio::join!(other.invoke(1), other.invoke(2), other.invoke(3));
        lambda.advance(Duration::from_secs(3600) - lambda.elapsed()).await;
    }
    let function = lambda.function("busy", busy).create();
    for event in 0..20 {
        let (_, _) =
            tokio::join!(function.invoke(event).into_future(), function.invoke(2).into_future());
    }
    let ids = function.invoke(0).await.report().request_id.clone();
    format!("{}{ids}\n", lambda.timeline())
}

#[test]
fn another_seed_is_another_timeline() {
    let of = |seed| lambda_test::block_on(timeline(seed, false));
    assert_eq!(of(42), of(42));
    assert_ne!(of(42), of(43));
}

/// Ids and chance are made of labels, so that a test does not change when a function is added to it.
#[test]
fn one_more_function_changes_nothing_for_the_others() {
    let ids = |another_function| {
        let timeline = lambda_test::block_on(timeline(42, another_function));
        timeline.lines().last().map(str::to_owned)
    };
    assert_eq!(ids(false), ids(true));
}

#[test]
fn a_hundred_processes_with_one_seed_print_one_timeline() {
    if std::env::var_os(PRINT).is_some() {
        println!("{}", lambda_test::block_on(timeline(42, false)));
        return;
    }
    let name = "determinism::a_hundred_processes_with_one_seed_print_one_timeline";
    let program = std::env::current_exe().expect("this program has a path");
    let mut first = None;
    for run in 0..100 {
        let printed = Command::new(&program)
            .args([name, "--exact", "--nocapture", "--test-threads=1"])
            .env(PRINT, "1")
            .output()
            .expect("this program can be started");
        assert!(printed.status.success(), "run {run} failed");
        let printed = String::from_utf8_lossy(&printed.stdout);
        // The harness tells how long the test took.
        let printed: String =
            printed.lines().filter(|line| !line.starts_with("test result")).collect();
        assert!(1000 < printed.len(), "run {run} printed nothing to compare: {printed}");
        match &first {
            None => first = Some(printed),
            Some(first) => assert_eq!(*first, printed, "run {run} differs"),
        }
    }
}
