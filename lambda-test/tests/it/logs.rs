//! What the log of a function holds, by its format and its levels.

use std::time::Duration;

use expect_test::expect;
use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use lambda_test::{FunctionBuilder, Lambda, LogFormat, LogLevel};
use serde_json::Value;

/// Logs a record of two levels, and sleeps for so many seconds.
async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async move |seconds: u64| {
        for level in ["DEBUG", "ERROR"] {
            let time = "2026-01-01T00:00:00Z";
            environment.log(&format!(r#"{{"timestamp":"{time}","level":"{level}"}}"#));
        }
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        Ok::<_, Error>(())
    }))
}

/// The levels and types of what the tail of the log holds.
async fn check(
    change: impl Fn(FunctionBuilder) -> FunctionBuilder,
    seconds: u64,
    expected: &[&str],
) {
    let lambda = Lambda::new();
    let function = change(lambda.function("f", app)).create();
    let outcome = function.invoke(seconds).await;
    let tail = outcome.response().log_tail().expect("it is over");
    let mut seen = Vec::new();
    for line in tail.lines() {
        let id = &outcome.report().request_id;
        match serde_json::from_str::<Value>(line) {
            Ok(line) if line["record"].is_object() => {
                assert_eq!(line["record"]["requestId"], id.as_str());
                seen.push(line["type"].as_str().expect("a type").to_owned());
            }
            Ok(line) => seen.push(line["level"].as_str().expect("a level").to_owned()),
            Err(_) => {
                assert!(line.contains(id.as_str()), "{line}");
                seen.push(line.split(' ').next().expect("a word").to_owned());
            }
        }
    }
    assert_eq!(seen, expected);
}

#[lambda_test::test]
async fn a_log_of_text_has_every_line() {
    check(|function| function, 0, &["START", "DEBUG", "ERROR", "END", "REPORT"]).await;
    let levels = |function: FunctionBuilder| {
        function.application_log_level(LogLevel::Fatal).system_log_level(LogLevel::Warn)
    };
    check(levels, 0, &["START", "DEBUG", "ERROR", "END", "REPORT"]).await;
}

#[lambda_test::test]
async fn a_log_of_json_has_the_lines_of_its_levels() {
    let json = |function: FunctionBuilder| function.log_format(LogFormat::Json);
    check(json, 0, &["platform.start", "ERROR", "platform.report"]).await;
    let debug = move |function| json(function).application_log_level(LogLevel::Debug);
    check(debug, 0, &["platform.start", "DEBUG", "ERROR", "platform.report"]).await;
    let warn = move |function| json(function).system_log_level(LogLevel::Warn);
    check(warn, 0, &["ERROR"]).await;
    // What fails is a warning.
    check(warn, 60, &["ERROR", "platform.report"]).await;
}

#[lambda_test::test]
async fn a_level_that_the_service_does_not_have_is_refused() {
    let lambda = Lambda::new();
    let function = lambda.function("f", app).log_format(LogFormat::Json);
    let error = function.system_log_level(LogLevel::Error).try_create().expect_err("it is refused");
    assert_eq!(
        error.message,
        "1 validation error detected: Value 'ERROR' at 'loggingConfig.systemLogLevel' failed to satisfy constraint: \
         Member must satisfy enum value set: [WARN, DEBUG, INFO]"
    );
}

/// Fails in its first so many init phases, and logs a line in each and in each invocation.
#[derive(Clone, Default)]
struct FailsToStart(std::rc::Rc<std::cell::Cell<usize>>);

impl FailsToStart {
    async fn app(self, environment: Environment) -> Result<impl Bootstrap, Error> {
        environment.log("starts");
        if let Some(left) = self.0.get().checked_sub(1) {
            self.0.set(left);
            return Err("not yet".into());
        }
        Ok(Runtime::new(async move |seconds: u64| {
            environment.log("runs");
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            Ok::<_, Error>(())
        }))
    }
}

/// The log of a function, with the ids of requests by the order in which they are there, and without those of Runtime Versions.
fn log_of(function: &lambda_test::Function) -> String {
    let mut ids = Vec::new();
    let mut log = String::new();
    for event in function.log_events() {
        let mut line = event.message.replace('\t', " | ");
        if let Some((start, rest)) = line.clone().split_once("RequestId: ") {
            let id = rest.split(' ').next().expect("an id");
            let place = ids.iter().position(|known| known == id).unwrap_or_else(|| {
                ids.push(id.to_owned());
                ids.len() - 1
            });
            line = format!("{start}RequestId: <{place}>{}", &rest[id.len()..]);
        }
        log += &format!("{} {}\n", event.at.as_millis(), line.trim_end_matches([' ', '|']));
    }
    log
}

/// "A log line INIT_REPORT is written if INIT failed or timed out"; the init phase that is done again is a part of the
/// invocation, and comes before its START.
#[lambda_test::test]
async fn an_init_phase_that_fails_is_in_the_log() {
    let lambda = Lambda::new();
    let state = FailsToStart::default();
    state.0.set(2);
    let app = state.clone();
    let function = lambda.function("f", move |e| app.clone().app(e)).create();
    function.invoke(0).await;
    function.invoke(0).await;
    function.invoke(10).await.assert_timeout();
    function.invoke(0).await;
    expect![[r#"
        0 INIT_START Runtime Version: provided:al2023.v1 | Runtime Version ARN: arn:aws:lambda:us-east-1::runtime:0000000000000000000000000000000000000000000000000000000000000001
        0 starts
        0 init failed: Function.Error: not yet
        0 INIT_REPORT Init Duration: 0.00 ms | Phase: init | Status: error | Error Type: Function.Error
        0 starts
        0 init failed: Function.Error: not yet
        0 INIT_REPORT Init Duration: 0.00 ms | Phase: invoke | Status: error | Error Type: Runtime.ExitError
        0 START RequestId: <0> Version: $LATEST
        0 END RequestId: <0>
        0 REPORT RequestId: <0> | Duration: 0.00 ms | Billed Duration: 0 ms | Memory Size: 128 MB | Status: error | Error Type: Runtime.ExitError
        0 starts
        0 START RequestId: <1> Version: $LATEST
        0 runs
        0 END RequestId: <1>
        0 REPORT RequestId: <1> | Duration: 0.00 ms | Billed Duration: 0 ms | Memory Size: 128 MB
        0 START RequestId: <2> Version: $LATEST
        0 runs
        3000 END RequestId: <2>
        3000 REPORT RequestId: <2> | Duration: 3000.00 ms | Billed Duration: 3000 ms | Memory Size: 128 MB | Status: timeout
        3000 starts
        3000 START RequestId: <3> Version: $LATEST
        3000 runs
        3000 END RequestId: <3>
        3000 REPORT RequestId: <3> | Duration: 0.00 ms | Billed Duration: 0 ms | Memory Size: 128 MB
    "#]]
    .assert_eq(&log_of(&function));
}

/// "For provisioned concurrency always."
#[lambda_test::test]
async fn an_init_phase_that_is_made_ahead_is_in_the_log() {
    let lambda = Lambda::new();
    let function = lambda.function("f", |e| FailsToStart::default().app(e)).create();
    let version = function.publish();
    version.provisioned_concurrency(1);
    lambda.until_idle().await;
    version.invoke(0).await;
    expect![[r#"
        0 INIT_START Runtime Version: provided:al2023.v1 | Runtime Version ARN: arn:aws:lambda:us-east-1::runtime:0000000000000000000000000000000000000000000000000000000000000001
        0 starts
        0 INIT_REPORT Init Duration: 0.00 ms | Phase: init
        0 START RequestId: <0> Version: 1
        0 runs
        0 END RequestId: <0>
        0 REPORT RequestId: <0> | Duration: 0.00 ms | Billed Duration: 0 ms | Memory Size: 128 MB
    "#]]
    .assert_eq(&log_of(&function));
}

/// "One log stream for both runs, same request id"; each environment has one, also after a reset.
#[lambda_test::test]
async fn an_environment_has_one_log_stream() {
    let lambda = Lambda::new();
    let stream = async |environment: Environment| {
        let stream = environment.variables().get("AWS_LAMBDA_LOG_STREAM_NAME").map(str::to_owned);
        Ok::<_, Error>(Runtime::new(async move |seconds: u64| {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            Ok::<_, Error>(stream.clone())
        }))
    };
    let function = lambda.function("f", stream).create();
    let first: String = function.invoke(0).await.json()?;
    function.invoke(10).await.assert_timeout();
    let second: String = function.invoke(0).await.json()?;
    assert_eq!(first, second, "it is the same environment");
    assert!(function.log_events().iter().all(|event| *event.stream == *first));
    function.shut_down().await;
    let third: String = function.invoke(0).await.json()?;
    assert_ne!(first, third);
    assert_eq!(*function.log_events().last().expect("a log").stream, *third);
}

/// Where the format is JSON the service writes its events, those of the level that is configured.
#[lambda_test::test]
async fn a_log_of_json_has_the_events_of_the_service() {
    #[track_caller]
    fn check(function: &lambda_test::Function, expected: &[&str]) {
        let types = function.log_events().into_iter().map(|event| {
            match serde_json::from_str::<Value>(&event.message) {
                Ok(event) => event["type"].as_str().expect("a type").to_owned(),
                Err(_) => event.message,
            }
        });
        assert_eq!(types.collect::<Vec<_>>(), expected);
    }
    let lambda = Lambda::new();
    let app = |e| FailsToStart::default().app(e);
    let info = lambda.function("info", app).log_format(LogFormat::Json).create();
    info.invoke(0).await;
    info.invoke(0).await;
    check(
        &info,
        &[
            "platform.initStart",
            "starts",
            "platform.start",
            "runs",
            "platform.report",
            "platform.start",
            "runs",
            "platform.report",
        ],
    );
    let debug = lambda.function("debug", app).log_format(LogFormat::Json);
    let debug = debug.system_log_level(LogLevel::Debug).create();
    debug.invoke(0).await;
    check(
        &debug,
        &[
            "platform.initStart",
            "starts",
            "platform.initRuntimeDone",
            "platform.initReport",
            "platform.start",
            "runs",
            "platform.runtimeDone",
            "platform.report",
        ],
    );
    let warn = lambda.function("warn", app).log_format(LogFormat::Json);
    let warn = warn.system_log_level(LogLevel::Warn).create();
    warn.invoke(0).await;
    warn.invoke(10).await.assert_timeout();
    check(&warn, &["starts", "runs", "runs", "platform.runtimeDone", "platform.report"]);
}
