//! What the log of a function holds, by its format and its levels.

use std::time::Duration;

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
