//! What AWS answered, acted out: see `tests/recorded/SOURCE.txt`. Each scenario is either acted out here, or
//! listed with the reason why not.

mod api;
mod asynchronous;
mod events;
mod mappings;
mod push;
mod sqs;
mod streams;
mod versions;

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    rc::Rc,
    time::Duration,
};

use lambda_core::{Bootstrap, BoxError, Connection, Environment, HttpResponse, wire::Header};
use lambda_runtime::{Context, Error, RawEvent, Response, Runtime};
use lambda_test::{Function, Lambda, Outcome, Program};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::recordings::{self, Scenario, check, letters, read, scenario};

/// The answer to an invocation, in the form of the recordings.
fn answer(outcome: &Outcome) -> Value {
    let response = outcome.response();
    let payload: Value = outcome.payload().json().expect("the answers of these functions are JSON");
    let status = response.status();
    let mut answer = json!({"Payload": payload, "StatusCode": status, "_http_status": status});
    if let Some(version) = response.executed_version() {
        answer["ExecutedVersion"] = version.into();
    }
    if let Some(kind) = response.function_error_kind() {
        answer["FunctionError"] = kind.into();
    }
    answer
}

/// Checks a function error: 200, `Unhandled`, this body.
#[track_caller]
fn check_error(outcome: &Outcome, body: &Value) {
    let answer = answer(outcome);
    assert_eq!(
        (&answer["StatusCode"], &answer["FunctionError"]),
        (&json!(200), &json!("Unhandled"))
    );
    assert_eq!(answer["ExecutedVersion"], "$LATEST");
    check(&answer["Payload"], body);
}

/// Checks a service error against the words of a scenario: status, type and body.
#[track_caller]
fn check_refusal(outcome: &Outcome, scenario: &Scenario) {
    let response = outcome.response();
    let error = outcome.service_error().expect("the service refuses it");
    scenario.says(&format!("HTTP {}, error type `{}`", error.status, error.error_type));
    check(&response.payload().json::<Value>().expect("JSON"), &scenario.body());
}

async fn echo(event: RawEvent) -> Result<Response, Error> {
    Ok(Response::bytes(event.0))
}

/// Event and context, in the words of the recordings.
async fn event_and_context(event: Value, context: Context) -> Result<Value, Error> {
    Ok(json!({"event": event, "context": words_of(&context)}))
}

fn words_of(context: &Context) -> Value {
    let config = &context.env_config;
    json!({
        "invoked_function_arn": context.invoked_function_arn,
        "function_version": config.version,
        "function_name": config.function_name,
        "memory_limit_in_mb": config.memory.to_string(),
        "aws_request_id": context.request_id,
        "log_group_name": config.log_group,
        "log_stream_name": config.log_stream,
        "client_context": context.client_context,
    })
}

fn function(lambda: &Lambda) -> Function {
    lambda.function("f", Runtime::new(echo)).create()
}

const NEXT: &[u8] = b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: x\r\n\r\n";

/// The first event, as a runtime receives it that is not this SDK's.
async fn next(environment: &Environment) -> Result<(Connection, HttpResponse), BoxError> {
    let mut connection = environment.connect(&environment.api_address()?).await?;
    connection.send(NEXT, b"").await?;
    let event = connection.receive().await?;
    Ok((connection, event))
}

/// A runtime that posts this as the error of its first invocation.
struct Posting(Value);

impl Bootstrap for Posting {
    type Error = BoxError;

    async fn start(self, environment: Environment) -> Result<(), BoxError> {
        let (mut connection, event) = next(&environment).await?;
        let id = event.headers.text(Header::RequestId).unwrap_or_default();
        let body = self.0.to_string();
        let head = format!(
            "POST /2018-06-01/runtime/invocation/{id}/error HTTP/1.1\r\nhost: x\r\n\
             lambda-runtime-function-error-type: Function.Error\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        connection.send(head.as_bytes(), body.as_bytes()).await?;
        connection.receive().await?;
        connection.send(NEXT, b"").await?;
        drop(connection.receive().await);
        std::future::pending().await
    }
}

/// Every scenario is acted out by the test that names it, or stands in `not-applicable.txt` with a reason.
#[test]
fn every_scenario_is_acted_out_or_not_applicable_with_a_reason() {
    let all = recordings::all();
    let ids: BTreeSet<&str> = all.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(ids.len(), 38 + 13 + 13 + 26 + 9 + 36 + 9 + 14);
    let listed = read("not-applicable.txt");
    let listed = listed.lines().filter(|line| !line.starts_with('#'));
    let listed: BTreeSet<&str> =
        listed.map(|line| line.split_once('\t').expect("an id and a reason").0).collect();
    // The list was made before the scenarios were coded, and does not grow.
    assert!(listed.is_subset(&ids) && listed.len() <= 11);
    let source = [
        include_str!("mod.rs"),
        include_str!("versions.rs"),
        include_str!("asynchronous.rs"),
        include_str!("api.rs"),
        include_str!("mappings.rs"),
        include_str!("sqs.rs"),
        include_str!("streams.rs"),
        include_str!("events.rs"),
        include_str!("push.rs"),
    ]
    .concat();
    // Those of HTTP are in a test program of their own.
    let over_http = include_str!("../../front_ends.rs");
    for id in &ids {
        let acted = source.contains(&format!("\"{id}\"")) || over_http.contains(&format!("`{id}`"));
        let is_listed = listed.contains(id);
        assert!(acted != is_listed, "{id}: acted out {acted}, not applicable {is_listed}");
    }
}

#[lambda_test::test]
async fn what_a_function_returns_is_returned() {
    let lambda = Lambda::new();
    let function = function(&lambda);
    let recorded = scenario("invoke-sync-echo").block("result");
    check(&answer(&function.invoke(json!({})).await), &recorded);

    let nothing =
        lambda.function("nothing", Runtime::new(async |_: Value| Ok::<_, Error>(()))).create();
    let recorded = scenario("invoke-returns-nothing-sync");
    recorded.says("body is the four bytes `null`");
    assert_eq!(nothing.invoke(json!({})).await.payload(), "null");

    scenario("invoke-any-json-value").says("With no payload the answer is `{}`");
    let long = json!({"text": "x".repeat(5_242_880)});
    let odd = json!({"a": "'\" \u{1f680} [{]}"});
    for value in
        [json!({}), odd, long, json!(true), json!(false), json!(null), json!([1, 2]), json!(1)]
    {
        assert!(function.invoke(&value).await.assert_ok().json::<Value>()? == value);
    }
    assert_eq!(function.invoke_raw("").await.payload(), "{}");
    scenario("env-file-system-and-user").says("invoked with no payload at all is `{}`");

    scenario("invoke-large-response-6mb").says("HTTP 200, no function error, whole string");
    let large = async |length: usize| Ok::<_, Error>("x".repeat(length));
    let large = lambda.function("large", Runtime::new(large)).create();
    let outcome = large.invoke(6 * 1024 * 1024).await;
    assert_eq!(outcome.assert_ok().payload().len(), 6_291_458);

    let recorded = scenario("error-response-too-large").body();
    for _ in 0..2 {
        check_error(&large.invoke(7 * 1024 * 1024).await, &recorded);
    }
}

#[lambda_test::test]
async fn the_context_is_that_of_the_invocation() {
    let lambda = Lambda::new();
    let function = lambda.function("orders", Runtime::new(event_and_context)).create();
    let recorded = scenario("invoke-unqualified-context").block("invoke");
    check(&answer(&function.invoke(json!({"foo": "bar with 'quotes\""})).await), &recorded);

    let recorded = scenario("invoke-client-context").block("invoke");
    let sent = &recorded["Payload"]["context"]["clientContext"];
    let seen = Rc::new(RefCell::new(Value::Null));
    let raw = seen.clone();
    // As the runtime receives it: a client in Rust reads what it knows of it.
    let client =
        lambda.function("client", move || Reading(raw.clone())).timeout(Duration::from_secs(1));
    client.create().invoke(json!({})).client_context(sent).await.assert_timeout();
    assert_eq!(*seen.borrow(), *sent);

    let root = "Root=1-3152b799-8954dae64eda91bc9a23a7e8";
    scenario("trace-header-root-kept").says(root);
    let trace = async |_: Value, context: Context| Ok::<_, Error>(context.xray_trace_id);
    let trace = lambda.function("trace", Runtime::new(trace)).create();
    let outcome =
        trace.invoke(json!({})).trace(format!("{root};Parent=7fa8c0f79203be72;Sampled=1")).await;
    assert!(outcome.json::<String>()?.starts_with(root));
}

/// A runtime that keeps the client context of its event.
struct Reading(Rc<RefCell<Value>>);

impl Bootstrap for Reading {
    type Error = BoxError;

    async fn start(self, environment: Environment) -> Result<(), BoxError> {
        let (_connection, event) = next(&environment).await?;
        let context = event.headers.text(Header::ClientContext).unwrap_or_default();
        *self.0.borrow_mut() = serde_json::from_str(&context)?;
        std::future::pending().await
    }
}

#[lambda_test::test]
async fn what_cannot_be_invoked_is_refused() {
    let lambda = Lambda::new();
    check_refusal(
        &lambda.invoke("doesnotexist", json!({})).await,
        &scenario("invoke-unknown-function"),
    );
    let function = function(&lambda);
    let alias = function.invoke(json!({})).qualifier("non-existent-alias").await;
    check_refusal(&alias, &scenario("invoke-unknown-alias"));
    let bytes = b"\x99\xeb\x2c\x6a\x07\xa1\x7a\x59\x68";
    check_refusal(&function.invoke_raw(bytes).await, &scenario("invoke-payload-control-byte"));
    let off = lambda.function("off", Runtime::new(echo)).reserved_concurrency(0).create();
    let outcome = off.invoke(json!({})).qualifier("$LATEST").await;
    check_refusal(&outcome, &scenario("concurrency-reserved-zero-sync"));

    scenario("function-recreated-at-once").says("Second creation answers 201 as the first one");
    off.delete().await;
    let again = lambda.function("off", Runtime::new(echo)).create();
    again.invoke(json!({})).await.assert_ok();
}

#[lambda_test::test]
async fn two_environments_have_credentials_of_their_own() {
    scenario("credentials-differ-per-environment")
        .says("AWS_LAMBDA_LOG_STREAM_NAME, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN all differ");
    let app = async |environment: Environment| {
        let names = [
            "AWS_LAMBDA_LOG_STREAM_NAME",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
        ];
        let values =
            names.map(|name| environment.variables().get(name).unwrap_or_default().to_owned());
        Ok::<_, Error>(Runtime::new(async move |_: Value| {
            sleep(Duration::from_secs(2)).await;
            Ok::<_, Error>(values.clone())
        }))
    };
    let lambda = Lambda::new();
    let function = lambda.function("f", app).create();
    let (one, two) = tokio::join!(function.invoke(1), function.invoke(2));
    let (one, two): ([String; 4], [String; 4]) = (one.json()?, two.json()?);
    for (one, two) in one.iter().zip(&two) {
        assert!(!one.is_empty() && one != two, "{one} and {two}");
    }
    // An environment keeps its own.
    assert_eq!(function.invoke(3).await.json::<[String; 4]>()?, one);
}

/// `LD_LIBRARY_PATH` is left out, as the docs state; the trace variable is the client's.
#[lambda_test::test]
async fn a_custom_runtime_has_these_variables_and_no_others() {
    let app = async |environment: Environment| {
        let variables: serde_json::Map<String, Value> = environment
            .variables()
            .iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        Ok::<_, Error>(Runtime::new(async move |_: Value, context: Context| {
            Ok::<_, Error>(
                json!({"environment": variables.clone(), "arn": context.invoked_function_arn}),
            )
        }))
    };
    let lambda = Lambda::new();
    let function = lambda.function("orders", app).memory_mb(1024).env("TEST_KEY", "TEST_VAL");
    let function = function.handler("function.handler").create();
    let outcome = function.invoke(json!({})).await;
    let mut seen: Value = outcome.json()?;
    let recorded = read("env-custom-runtime-al2023.first.json");
    let mut recorded: Value = serde_json::from_str(&recorded).expect("JSON");
    let expected = recorded["environment"].as_object_mut().expect("variables");
    for name in ["LD_LIBRARY_PATH", "_X_AMZN_TRACE_ID"] {
        expected.remove(name);
    }
    // The address of the environment differs; APIs and daemon share it.
    let host = "127.0.0.1";
    for name in ["AWS_LAMBDA_RUNTIME_API", "AWS_XRAY_DAEMON_ADDRESS", "_AWS_XRAY_DAEMON_ADDRESS"] {
        let text = expected[name].as_str().expect("text").replace("169.254.100.1", host);
        expected.insert(name.to_owned(), text.into());
    }
    check(&seen["environment"], &recorded["environment"]);
    check(&seen["arn"].take(), &recorded["ctx"]["invoked_function_arn"]);

    let second = scenario("env-custom-runtime-al2023").block("second, context only");
    let qualified = format!("{}:$LATEST", function.arn());
    let outcome = lambda.invoke(&qualified, json!({})).await;
    check(&outcome.json::<Value>()?["arn"], &second["invoked_function_arn"]);
    assert_eq!(function.environments(), 1);
}

#[lambda_test::test]
async fn a_function_that_fails_is_reported_so() {
    let lambda = Lambda::new();
    // The service passes on what the runtime posts, whatever its keys are.
    for scenario in [
        scenario("error-handler-raises").block("body"),
        scenario("error-posted-by-java21").body(),
        scenario("error-posted-by-ruby3-4").body(),
        scenario("error-posted-by-dotnet8").body(),
        scenario("error-posted-by-python3-13").body(),
        scenario("error-go-custom-runtime").body(),
    ] {
        let posted = scenario.clone();
        let function = lambda.function("posting", move || Posting(posted.clone())).create();
        check_error(&function.invoke(json!({})).await, &scenario);
    }

    /// A process that ends with status 0, or that never asks for an event.
    struct Ends(bool);
    impl Bootstrap for Ends {
        type Error = BoxError;
        async fn start(self, _: Environment) -> Result<(), BoxError> {
            if self.0 { Ok(()) } else { std::future::pending().await }
        }
    }
    let ends = lambda.function("ends", || Ends(true)).create();
    check_error(&ends.invoke(json!({})).await, &scenario("error-exit-0-in-init").body());
    let endless =
        lambda.function("endless", || Ends(false)).timeout(Duration::from_secs(30)).create();
    let outcome = endless.invoke(json!({})).await;
    check_error(&outcome, &scenario("error-crash-by-stack-overflow-in-init").body());
}

#[lambda_test::test]
async fn a_function_has_its_timeout_and_no_longer() {
    let lambda = Lambda::new();
    let starts = Rc::new(Cell::new(0));
    let counted = starts.clone();
    let sleeps = async move |environment: Environment| {
        counted.set(counted.get() + 1);
        Ok::<_, Error>(Runtime::new(async move |seconds: u64| {
            environment.log("before");
            sleep(Duration::from_secs(seconds)).await;
            environment.log("after");
            Ok::<_, Error>(())
        }))
    };
    let one = lambda.function("one", sleeps.clone()).timeout(Duration::from_secs(1)).create();
    let outcome = one.invoke(2).await;
    check_error(&outcome, &scenario("error-timeout").body());
    assert_eq!(outcome.logs(), ["before"]);

    scenario("error-timeout-older-text").says("process new");
    one.invoke(0).await.assert_ok();
    assert_eq!(starts.get(), 2);

    let two = lambda.function("two", sleeps).timeout(Duration::from_secs(2)).create();
    scenario("error-within-timeout").says("HTTP 200, no error, body `null`");
    let outcome = two.invoke(1).await;
    assert_eq!(outcome.assert_ok().payload(), "null");
    assert_eq!(outcome.logs(), ["before", "after"]);
}

/// The log of a process, with the memory that it used.
#[cfg(unix)]
#[tokio::test(flavor = "local")]
async fn a_process_has_its_log_and_its_end() {
    let program = || Program::new(crate::program()).arg("function");
    let lambda = Lambda::in_real_time();

    let log = lambda.function("log", program()).create();
    let recorded = scenario("invoke-tail-log-lines").block("log lines");
    let outcome = log.invoke(json!({"print": ["{}"]})).await;
    let tail = outcome.response().log_tail().expect("it is over");
    let lines: Vec<&str> = tail.split_inclusive('\n').filter(|line| !is_own_line(line)).collect();
    check(&json!(lines), &recorded);

    let ids = scenario("invoke-request-id-same-everywhere").block("log lines that carry the id");
    assert_eq!(ids.as_array().map(Vec::len), Some(4));
    assert_eq!(
        tail.matches(&outcome.report().request_id).count(),
        3,
        "START, END and REPORT: {tail}"
    );

    let recorded = scenario("log-line-per-newline").block("messages");
    let printed = json!({"print": ["\nmulti", "line\n\n", "string", "another\rline", ""]});
    let outcome = log.invoke(printed).await;
    let lines: Vec<String> = outcome.logs().iter().map(|line| format!("{line}\n")).collect();
    let lines: Vec<&String> = lines.iter().filter(|line| !is_own_line(line)).collect();
    assert_eq!(json!(lines), json!(recorded.as_array().expect("lines")[2..6]));
    // Whole, with INIT_START and START before it, END and REPORT after it.
    let printing = lambda.function("prints", program()).create();
    printing.invoke(json!({"print": ["\nmulti", "line\n\n", "string", "another\rline", ""]})).await;
    let shapes: Vec<String> = printing
        .log_events()
        .iter()
        .filter(|event| !is_own_line(&event.message))
        .map(|event| shape_of_log_line(&event.message))
        .collect();
    let recorded = recorded.as_array().expect("lines").iter().filter_map(Value::as_str);
    assert_eq!(shapes, recorded.map(shape_of_log_line).collect::<Vec<_>>());

    let ends = lambda.function("ends", program()).create();
    check_error(&ends.invoke("exit 0").await, &scenario("error-exit-0-in-handler").body());
}

/// A line of a log with the names of what the service reports, without the values; that of a function as it is.
fn shape_of_log_line(line: &str) -> String {
    let line = line.trim_end_matches('\n');
    let kind = line.split(' ').next().unwrap_or_default();
    if !["INIT_START", "START", "END", "REPORT"].contains(&kind) {
        return line.to_owned();
    }
    let names = line.split('\t').map(|field| match field.split_once(": ") {
        Some((name, _)) => name,
        None => field,
    });
    // It is measured of child processes only; the last field may be followed by another tab.
    let names: Vec<&str> =
        names.filter(|name| *name != "Max Memory Used" && !name.is_empty()).collect();
    let is_ended = if kind == "REPORT" && line.ends_with('\t') { "\t" } else { "" };
    format!("{}{is_ended}", names.join("|"))
}

/// What this test's program logs of its own accord.
fn is_own_line(line: &str) -> bool {
    matches!(line.trim_end(), "init" | "event")
}

#[lambda_test::test]
async fn names_are_refused_in_the_words_of_the_service() {
    let lambda = Lambda::new();
    let _function = lambda.function("my-function", Runtime::new(echo)).create();
    let mut checked = 0;
    for line in read("names.jsonl").lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let text = |key: &str| case[key].as_str();
        let name = text("FunctionName").expect("a name").replace("111111111111", "123456789012");
        let error = match text("call") {
            Some("Invoke") => {
                let mut invoke = lambda.invoke(&name, json!({}));
                if let Some(qualifier) = text("Qualifier") {
                    invoke = invoke.qualifier(qualifier);
                }
                invoke.await.service_error().cloned()
            }
            Some("CreateFunction") => {
                lambda.function(&*name, Runtime::new(echo)).try_create().err()
            }
            // GetFunction and DeleteFunction are not here yet.
            _ => continue,
        };
        let error = error.unwrap_or_else(|| panic!("it is not refused: {line}"));
        let expected = match case["violations"].as_array() {
            Some(violations) => {
                let texts: Vec<&str> = violations.iter().filter_map(Value::as_str).collect();
                let errors = if texts.len() == 1 { "error" } else { "errors" };
                format!("{} validation {errors} detected: {}", texts.len(), texts.join("; "))
            }
            None => text("message").expect("a message").to_owned(),
        };
        let expected = letters(&expected)
            .replace("<partition>", "aws")
            .replace("<region>", "us-east-1")
            .replace("111111111111", "123456789012");
        assert_eq!(
            (error.error_type, error.message.as_str()),
            (text("error_type").expect("a type"), &*expected)
        );
        checked += 1;
    }
    assert_eq!(checked, 23);
}

/// The JSON of a recording in a file of its own.
fn recorded_json(name: &str) -> Value {
    serde_json::from_str(&read(name)).expect("JSON")
}

/// A handler that fails, or succeeds with nothing.
fn fails_if(fails: bool) -> Result<Value, Error> {
    if fails { Err("intentional failure".into()) } else { Ok(Value::Null) }
}

/// What was recorded without the HTTP status, which is not in the body.
fn without_status(recorded: &Value) -> Value {
    let mut recorded = recorded.clone();
    if let Some(members) = recorded.as_object_mut() {
        members.remove("_http_status");
    }
    recorded
}

/// How the environment of an invocation was initialized.
async fn initialization(environment: Environment) -> Result<impl Bootstrap, Error> {
    let how = environment.variables().get("AWS_LAMBDA_INITIALIZATION_TYPE");
    let how = how.unwrap_or_default().to_owned();
    Ok(Runtime::new(async move |seconds: u64| {
        sleep(Duration::from_secs(seconds)).await;
        Ok::<_, Error>(how.clone())
    }))
}
