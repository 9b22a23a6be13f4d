//! The timeline as values: who did what, when, in which environment and for which invocation.

use std::{
    cell::{Cell, RefCell},
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
    time::Duration,
};

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
async fn a_record_names_its_environment_its_process_and_its_invocation() {
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
        1 1 - one responded with 1 bytes, 1000 ms
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
    assert_eq!((done.duration, done.responded_after), (Duration::ZERO, Duration::ZERO));
    assert_eq!((last.at, &last.process), (3 * SECOND, &None));
    let runtime = timeline.iter().filter(|record| record.process == Some(ProcessRole::Runtime));
    assert!(runtime.count() > calls(&ApiCall::Next));
}

/// The last records are kept, as many as fit, and the number of those before them is known.
#[lambda_test::test]
async fn a_long_timeline_keeps_its_end() {
    let lambda = Lambda::new().timeline_limit(64 * 1024);
    let function = lambda.function("f", sleeper).create();
    let first = function.invoke(0).await;
    for _ in 0..2_500 {
        function.invoke(0).await;
    }
    let timeline = lambda.timeline();
    let (kept, left_out) = (timeline.iter().len(), timeline.left_out());
    // Four for the init phase, and five for each invocation.
    assert_eq!(kept + left_out, 4 + 2_501 * 5);
    assert!((200..1000).contains(&kept), "{kept}");
    let numbers = timeline.iter().map(|record| record.sequence);
    assert!(numbers.eq(left_out as u64..(kept + left_out) as u64));
    // What was received of an invocation stays, though its records are gone.
    assert_eq!((first.timeline().iter().len(), first.timeline().left_out()), (0, 9));
    assert_eq!(first.logs(), ["init", "sleeps"]);
    assert!(timeline.to_string().contains(&format!("({left_out} entries left out)")));
}

/// A subscriber may look at the timeline, whose last record is the one that it receives.
#[lambda_test::test]
async fn a_record_is_in_the_timeline_when_a_subscriber_receives_it() {
    let lambda = Lambda::new();
    let (service, seen) = (lambda.clone(), Rc::new(Cell::new(0)));
    let count = seen.clone();
    lambda.on_record(move |record| {
        assert_eq!(service.timeline().iter().next_back(), Some(record));
        count.set(count.get() + 1);
    });
    lambda.function("f", sleeper).create().invoke(0).await;
    assert_eq!(seen.get(), lambda.timeline().iter().len());
}

/// With the timeline off its records are still counted and given to subscribers.
#[lambda_test::test]
async fn records_are_given_to_subscribers_where_none_are_kept() {
    let lambda = Lambda::new().timeline_limit(0);
    let seen = Rc::new(RefCell::new(Vec::new()));
    let records = seen.clone();
    lambda.on_record(move |record| {
        let function = record.function.as_deref().unwrap_or_default();
        records.borrow_mut().push(format!("{} {function} {}", record.sequence, record.kind));
    });
    let function = lambda.function("f", sleeper).reserved_concurrency(1).create();
    let (one, two) = tokio::join!(function.invoke(0), function.invoke(0));
    two.assert_service_error(429);
    assert_eq!((lambda.timeline().iter().len(), lambda.timeline().left_out()), (0, 10));
    assert_eq!((one.timeline().iter().len(), one.timeline().left_out()), (0, 10));
    expect![[r#"
        0 f 429 TooManyRequestsException
        1 f init
        2 f log: init
        3 f GET next
        4 f init done in 0 ms
        5 f invoke
        6 f log: sleeps
        7 f POST response
        8 f GET next
        9 f responded with 1 bytes, 0 ms"#]]
    .assert_eq(&seen.borrow().join("\n"));
}

/// A test that fails is readable, and takes no more memory than the log of an invocation.
#[lambda_test::test]
async fn a_failure_shows_the_last_lines_of_its_environment_each_cut() {
    async fn chatty(environment: Environment) -> Result<impl Bootstrap, Error> {
        Ok(Runtime::new(async move |lines: u64| {
            for number in 0..lines {
                environment.log(&format!("{number} {}", "x".repeat(200 * 1024)));
                // The log of an invocation is bounded; what is read of it goes into the timeline.
                tokio::task::yield_now().await;
            }
            if lines == 0 { Err(Error::from("on demand")) } else { Ok(lines) }
        }))
    }
    let lambda = Lambda::new();
    let function = lambda.function("chatty", chatty).create();
    let (other, _) = tokio::join!(function.invoke(1), function.invoke(1_000));
    let kept: usize = lambda.timeline().iter().map(|record| record.kind.to_string().len()).sum();
    assert!((1024 * 1024..8 * 1024 * 1024).contains(&kept), "{kept} bytes are kept");

    let shown = catch_unwind(AssertUnwindSafe(|| other.assert_timeout().is_timeout()));
    let shown = shown.expect_err("it did not time out").downcast::<String>().expect("a text");
    assert!(shown.len() < 300_000 && shown.lines().count() < 210, "{} bytes", shown.len());
    for _ in 0..100 {
        function.invoke(1).await.assert_ok();
    }
    let outcome = function.invoke(0).await;
    let shown = catch_unwind(AssertUnwindSafe(|| outcome.assert_ok().is_timeout()));
    let shown = shown.expect_err("it failed").downcast::<String>().expect("a text");
    assert!(shown.len() < 300_000 && shown.lines().count() < 210, "{} bytes", shown.len());
    assert!(shown.contains("entries left out") && shown.contains(" bytes more)"), "{shown}");
}

/// A record as JSON, as `lambda-test invoke --json` prints it: times are milliseconds.
#[lambda_test::test]
async fn records_are_json_with_times_in_milliseconds() {
    let lambda = Lambda::new();
    let app = async |_: Environment| {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        Ok::<_, Error>(Runtime::new(async |n: u32| match n {
            0 => Err::<u32, Error>("zero".into()),
            n => Ok(n),
        }))
    };
    let function = lambda.function("f", app).create();
    function.invoke(7).await;
    function.invoke(0).await;
    let records: Vec<serde_json::Value> = lambda
        .timeline()
        .iter()
        .map(|record| serde_json::to_value(record).expect("JSON"))
        .collect();
    let kinds = |name: &str| -> Vec<serde_json::Value> {
        records.iter().filter_map(|record| record["kind"].get(name).cloned()).collect()
    };
    assert_eq!(kinds("initDone"), [serde_json::json!({"durationMs": 1500.0})]);
    let ended = kinds("invocationEnded");
    assert_eq!(ended[0]["result"], serde_json::json!({"bytes": 1}));
    assert_eq!(ended[0]["initDurationMs"], 1500.0);
    assert_eq!(ended[1]["result"], serde_json::json!({"errorType": "Function.Error"}));
    assert_eq!(ended[1]["initDurationMs"], serde_json::Value::Null);
    assert_eq!(records[1]["atMs"], 1500.0);
}

#[lambda_test::test]
async fn what_a_test_holds_names_itself() {
    let lambda = Lambda::new();
    let function = lambda.function("f", Runtime::new(async |n: u32| Ok::<_, Error>(n)));
    assert_eq!(format!("{function:?}"), r#"FunctionBuilder { name: "f", .. }"#);
    let function = function.create();
    let mut invoke = function.invoke(7);
    assert_eq!(format!("{invoke:?}"), "Invoke { .. }");
    assert_eq!(format!("{:?}", invoke.response()), "ResponseFuture { .. }");
    assert_eq!(
        format!("{:?}", function.invoke(7).stream()),
        "InvokeStream { content_type: None, .. }"
    );
    let version = function.publish();
    let alias = function.alias("live", &version);
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
    assert_eq!(format!("{version:?}"), format!(r#"Version {{ arn: "{arn}:1", .. }}"#));
    assert_eq!(format!("{alias:?}"), format!(r#"Alias {{ arn: "{arn}:live", .. }}"#));
    assert_eq!((alias.name(), alias.arn()), ("live", format!("{arn}:live")));
    let queue = lambda.queue("q");
    let arn = "arn:aws:sqs:us-east-1:123456789012:q";
    assert_eq!(format!("{queue:?}"), format!(r#"Queue {{ arn: "{arn}", .. }}"#));
    assert_eq!((queue.arn(), queue.to_string()), (arn, arn.to_owned()));
    let payload = function.invoke(7).await.payload().clone();
    assert!(payload == b"7" && payload != b"8" && AsRef::<[u8]>::as_ref(&payload) == b"7");
}
