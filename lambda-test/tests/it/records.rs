//! The timeline as values: who did what, when, in which environment and for which invocation.

use std::time::Duration;

use expect_test::expect;
use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use lambda_test::{ApiCall, Lambda, ProcessRole, RecordKind};
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

/// Sleeps for as many seconds as it is told, and says so.
async fn sleeper(environment: Environment) -> Result<impl Bootstrap, Error> {
    environment.log("init");
    Ok(Runtime::new(async move |seconds: u64| {
        environment.log("sleeps");
        sleep(Duration::from_secs(seconds)).await;
        Ok::<_, Error>(seconds)
    }))
}

#[lambda_test::test]
async fn a_record_names_its_environment_its_party_and_its_invocation() {
    let lambda = Lambda::new();
    let function = lambda.function("f", sleeper).create();
    let (one, two) = tokio::join!(function.invoke(1), function.invoke(4));
    let named = |id: Option<&str>| match id {
        Some(id) if id == one.report().request_id => "one",
        Some(id) if id == two.report().request_id => "two",
        Some(_) => "another",
        None => "-",
    };
    let mut text = String::new();
    for record in &lambda.timeline() {
        let environment = record.environment.expect("nothing was refused");
        let party = record.process.as_ref().map_or("-".to_owned(), |party| format!("{party:?}"));
        let invocation = named(record.request_id.as_deref());
        let at = record.at.as_secs();
        text.push_str(&format!("{at} {environment} {party} {invocation} {}\n", record.kind));
    }
    expect![[r#"
        0 1 - - init
        0 2 - - init
        0 1 Runtime - log: init
        0 2 Runtime - log: init
        0 1 Runtime - GET next
        0 1 - - init done in 0 ms
        0 1 - one invoke
        0 2 Runtime - GET next
        0 2 - - init done in 0 ms
        0 2 - two invoke
        0 1 Runtime one log: sleeps
        0 2 Runtime two log: sleeps
        1 1 Runtime one POST response
        1 1 Runtime one GET next
        1 1 - one answered 1 bytes, 1000 ms
        3 2 - two reset: timeout
        3 2 - two failed: Sandbox.Timedout, 3000 ms
    "#]]
    .assert_eq(&text);
}

/// An assertion of one's own, on values.
#[lambda_test::test]
async fn a_timeline_answers_questions() {
    let lambda = Lambda::new();
    let function = lambda.function("f", sleeper).create();
    for seconds in [0, 4, 0] {
        function.invoke(seconds).await;
    }
    let timeline = lambda.timeline();
    let calls = |wanted: &ApiCall| {
        let called = |fact: &RecordKind| matches!(fact, RecordKind::Called(call) if call == wanted);
        timeline.iter().filter(|record| called(&record.kind)).count()
    };
    // Two processes, the first of which had one invocation to its end.
    assert_eq!(calls(&ApiCall::Next), 4);
    let last = timeline.iter().next_back().expect("there are records");
    let RecordKind::InvocationEnded(done) = &last.kind else {
        panic!("it ends with {}", last.kind)
    };
    assert_eq!((done.result.clone(), done.cold_start), (Ok(1), true));
    assert_eq!((done.duration, done.answered_after), (Duration::ZERO, Duration::ZERO));
    assert_eq!((last.at, &last.process), (3 * SECOND, &None));
    let runtime = timeline.iter().filter(|record| record.process == Some(ProcessRole::Runtime));
    assert!(runtime.count() > calls(&ApiCall::Next));
}

/// 10,000 records are kept, and how many came before them is said.
#[lambda_test::test]
async fn a_long_timeline_keeps_its_end() {
    let lambda = Lambda::new();
    let function = lambda.function("f", sleeper).create();
    let first = function.invoke(0).await;
    for _ in 0..2_500 {
        function.invoke(0).await;
    }
    let timeline = lambda.timeline();
    assert_eq!((timeline.iter().len(), timeline.left_out()), (10_000, 2_509));
    // What was heard of an invocation stays, though its records are gone.
    assert_eq!((first.timeline().iter().len(), first.timeline().left_out()), (0, 9));
    assert_eq!(first.logs(), ["init", "sleeps"]);
    assert!(timeline.to_string().contains("(2509 entries left out)"));
}
