//! Log records of `tracing`: what the log of an environment holds.

use std::{cell::RefCell, fmt, rc::Rc};

use expect_test::{Expect, expect};
use lambda_runtime::{BoxRuntime, Environment, Error, Runtime, tracing};
use lambda_test::{FunctionBuilder, Lambda, LogFormat, LogLevel, Outcome};
use serde_json::Value;
use tracing::{
    Instrument as _, Span, TracingLayer, debug, error, field::Empty, info, info_span, trace, warn,
};
use tracing_subscriber::layer::SubscriberExt as _;

const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

/// A function that does this in each invocation.
fn runtime(work: impl AsyncFn() + Clone + 'static) -> BoxRuntime {
    tracing::init();
    let handler = async move |_: Value| {
        work().await;
        Ok::<_, Error>(())
    };
    Runtime::new(handler).layer(TracingLayer::new()).boxed()
}

fn function(lambda: &Lambda, work: impl AsyncFn() + Clone + 'static) -> FunctionBuilder {
    lambda.function("orders", move || runtime(work.clone()))
}

async fn outcome(format: LogFormat, work: impl AsyncFn() + Clone + 'static) -> Outcome {
    let lambda = Lambda::new();
    function(&lambda, work).log_format(format).create().invoke("event").trace(TRACE).await
}

/// What the log holds then, as text and as JSON. What every record has is left out.
async fn check(work: impl AsyncFn() + Clone + 'static, text: Expect, json: Expect) {
    let logs = async |format| {
        let outcome = outcome(format, work.clone()).await;
        let id = &outcome.report().request_id;
        let root = "1-5759e988-bd862e3fe1be46a994272793";
        let mut logs = outcome.logs().join("\n");
        for known in [
            format!(" RequestId: {id} TraceId: {root}"),
            r#""timestamp":"2026-01-01T00:00:00.000Z","#.to_owned(),
            format!(r#","logger":"it::tracing","requestId":"{id}","traceId":"{root}""#),
        ] {
            logs = logs.replace(&known, "");
        }
        logs
    };
    text.assert_eq(&logs(LogFormat::Text).await);
    json.assert_eq(&logs(LogFormat::Json).await);
}

#[lambda_test::test]
async fn a_record_states_its_invocation() {
    let outcome = async |format| outcome(format, async || info!(order = 7, "received")).await;
    expect!["INFO RequestId: 0a4a3718-1e68-4a30-8943-d8247c107334 TraceId: 1-5759e988-bd862e3fe1be46a994272793 received order=7"].assert_eq(&outcome(LogFormat::Text).await.logs().join("\n"));
    expect![[r#"{"timestamp":"2026-01-01T00:00:00.000Z","level":"INFO","message":"received","logger":"it::tracing","requestId":"0a4a3718-1e68-4a30-8943-d8247c107334","traceId":"1-5759e988-bd862e3fe1be46a994272793","order":7}"#]].assert_eq(&outcome(LogFormat::Json).await.logs().join("\n"));
}

#[lambda_test::test]
async fn a_tenant_is_stated_too() {
    let lambda = Lambda::new();
    let function = function(&lambda, async || info!("received")).tenant_isolation().create();
    let outcome = function.invoke("event").tenant("blue").await;
    expect!["INFO RequestId: 0a4a3718-1e68-4a30-8943-d8247c107334 TraceId: 1-6955b900-ed9a26dcd38d55593d4e56cc TenantId: blue received"].assert_eq(&outcome.logs().join("\n"));
}

#[lambda_test::test]
async fn fields_are_values_of_json() {
    let work = async || {
        info!(
            customer = "Ada \"the first\"\n",
            total = 1.5,
            left = -1,
            many = u128::MAX,
            "received"
        );
        warn!(item = %"nail", left = ?Some(1), open = true, not_a_number = f64::NAN);
        info!("no fields: {}", "Ada \"the first\"");
    };
    check(work, expect![[r#"
        INFO received customer="Ada \"the first\"\n" total=1.5 left=-1 many=340282366920938463463374607431768211455
        WARN item="nail" left="Some(1)" open=true not_a_number=null
        INFO no fields: Ada "the first""#]], expect![[r#"
        {"level":"INFO","message":"received","customer":"Ada \"the first\"\n","total":1.5,"left":-1,"many":340282366920938463463374607431768211455}
        {"level":"WARN","message":"","item":"nail","left":"Some(1)","open":true,"not_a_number":null}
        {"level":"INFO","message":"no fields: Ada \"the first\""}"#]]).await;
}

/// Those of the record first, then those of the spans around it, from the inside; the first of a name counts.
#[lambda_test::test]
async fn fields_of_spans_are_fields_of_their_records() {
    let work = async || {
        let outer = info_span!("outer", order = 7, customer = "Ada");
        let inner = info_span!("inner", order = 8, item = "nail", state = Empty);
        async {
            let _inner = inner.entered();
            info!("in both");
            Span::current().record("state", "open");
            Span::current().record("item", "screw");
            info!(order = 9, "in both");
        }
        .instrument(outer.clone())
        .await;
        outer.in_scope(|| info!("in one"));
        info!("in none");
    };
    check(
        work,
        expect![[r#"
        INFO in both order=8 item="nail"
        INFO in both order=9 item="screw" state="open"
        INFO in one order=7 customer="Ada"
        INFO in none"#]],
        expect![[r#"
        {"level":"INFO","message":"in both","order":8,"item":"nail"}
        {"level":"INFO","message":"in both","order":9,"item":"screw","state":"open"}
        {"level":"INFO","message":"in one","order":7,"customer":"Ada"}
        {"level":"INFO","message":"in none"}"#]],
    )
    .await;
}

#[lambda_test::test]
async fn a_field_by_a_name_of_ours_is_renamed() {
    let work = async || {
        info!(
            level = "high",
            timestamp = 7,
            logger = "wood",
            requestId = "mine",
            "a \"b" = 1,
            "one"
        );
    };
    check(work, expect![[r#"INFO one field.level="high" field.timestamp=7 field.logger="wood" field.requestId="mine" a "b=1"#]], expect![[r#"{"level":"INFO","message":"one","field.level":"high","field.timestamp":7,"field.logger":"wood","field.requestId":"mine","a \"b":1}"#]]).await;
}

#[derive(Debug)]
struct DiskError(std::num::ParseIntError);

impl fmt::Display for DiskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the disk is full")
    }
}

impl std::error::Error for DiskError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[lambda_test::test]
async fn an_error_has_a_type_a_message_and_its_causes() {
    let work = async || {
        let disk = DiskError("x".parse::<i32>().expect_err("it is not a number"));
        let disk: &(dyn std::error::Error + 'static) = &disk;
        error!(error = disk, "not saved");
        error!(cause = disk, "not saved");
    };
    check(work, expect![[r#"
        ERROR not saved errorType="DiskError" errorMessage="the disk is full" stackTrace=["invalid digit found in string"]
        ERROR not saved cause="the disk is full: invalid digit found in string""#]], expect![[r#"
        {"level":"ERROR","message":"not saved","errorType":"DiskError","errorMessage":"the disk is full","stackTrace":["invalid digit found in string"]}
        {"level":"ERROR","message":"not saved","cause":"the disk is full: invalid digit found in string"}"#]]).await;
}

/// An environment has levels of its own, also where several are in one process.
#[lambda_test::test]
async fn levels_are_those_of_the_environment() {
    async fn check(builder: impl Fn(FunctionBuilder) -> FunctionBuilder, expected: &[&str]) {
        let work = async || {
            trace!("trace");
            debug!("debug");
            info!("info");
            warn!("warn");
            error!("error");
            info!(target: "hyper::proto", "hyper");
        };
        let lambda = Lambda::new();
        let function = builder(function(&lambda, work)).create();
        let outcome = function.invoke("event").await;
        let last = |line: &&str| line.rsplit(' ').next().map(str::to_owned);
        let messages: Vec<String> = match outcome.logs().first() {
            Some(line) if line.starts_with('{') => {
                let records = outcome.logs().into_iter().map(serde_json::from_str::<Value>);
                let record = records.map(|record| record.expect("a record"));
                record.map(|record| record["message"].as_str().expect("text").to_owned()).collect()
            }
            _ => outcome.logs().iter().filter_map(last).collect(),
        };
        assert_eq!(messages, expected);
    }
    let json = |level: LogLevel| {
        move |builder: FunctionBuilder| {
            builder.log_format(LogFormat::Json).application_log_level(level)
        }
    };
    let rust_log =
        |value: &'static str| move |builder: FunctionBuilder| builder.env("RUST_LOG", value);
    check(|builder| builder, &["info", "warn", "error", "hyper"]).await;
    check(json(LogLevel::Trace), &["trace", "debug", "info", "warn", "error", "hyper"]).await;
    check(json(LogLevel::Debug), &["debug", "info", "warn", "error", "hyper"]).await;
    check(json(LogLevel::Info), &["info", "warn", "error", "hyper"]).await;
    check(json(LogLevel::Warn), &["warn", "error"]).await;
    check(json(LogLevel::Error), &["error"]).await;
    check(json(LogLevel::Fatal), &[]).await;
    check(rust_log("warn"), &["warn", "error"]).await;
    check(rust_log("debug,hyper=error"), &["debug", "info", "warn", "error"]).await;
    check(rust_log("off,hyper=info"), &["hyper"]).await;
    check(|builder| rust_log("off")(json(LogLevel::Error)(builder)), &["error"]).await;
}

#[lambda_test::test]
async fn a_malformed_rust_log_is_named_and_info_counts() {
    let lambda = Lambda::new();
    let function = function(&lambda, async || info!("received")).env("RUST_LOG", "it=loud");
    let outcome = function.create().invoke("event").await;
    let logs = outcome.logs();
    expect![[r#"WARN RUST_LOG is `it=loud`, which is not valid (error parsing level filter: expected one of "off", "error", "warn", "info", "debug", "trace", or a number 0-5): expected levels by target, as `info,hyper=warn`; records from INFO on are written"#]].assert_eq(logs[0]);
    assert!(logs[1].ends_with("received"), "{logs:?}");
}

/// Several environments are in one process, and one record is in one log.
#[lambda_test::test]
async fn a_record_is_in_the_log_of_its_environment_alone() {
    let lambda = Lambda::new();
    let named = |name: &'static str| {
        let app = async move |environment: Environment| {
            tracing::init();
            info!(name, "init");
            let spawned = async move {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                info!(name, "spawned");
            };
            environment.spawn(spawned);
            let handler = async move |_: Value| {
                info!(name, "handled");
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
                Ok::<_, Error>(())
            };
            let after = async move || info!(name, "after");
            Ok::<_, Error>(Runtime::new(handler).after_each(after))
        };
        lambda.function(name, app).create()
    };
    let (one, two) = (named("one"), named("two"));
    let (one, two) = tokio::join!(one.invoke("event"), two.invoke("event"));
    for (outcome, name) in [(one, "one"), (two, "two")] {
        let id = &outcome.report().request_id;
        let is_trace = |word: &&str| !word.contains("1-6955b900") && *word != "TraceId:";
        let known = |line: &str| line.split(' ').filter(is_trace).collect::<Vec<_>>().join(" ");
        let logs: Vec<String> = outcome.logs().into_iter().map(known).collect();
        let expected = [
            format!("INFO init name=\"{name}\""),
            format!("INFO RequestId: {id} handled name=\"{name}\""),
            format!("INFO RequestId: {id} spawned name=\"{name}\""),
            format!("INFO RequestId: {id} after name=\"{name}\""),
        ];
        assert_eq!(logs, expected);
    }
}

/// What leaves its environment still has the span of its invocation.
#[lambda_test::test]
async fn a_task_of_tokio_writes_to_its_environment_within_the_span() {
    let work = async || {
        let lost = tokio::spawn(async { info!("lost") });
        let kept = tokio::spawn(async { info!("kept") }.in_current_span());
        lost.await.expect("it ends");
        kept.await.expect("it ends");
    };
    check(work, expect!["INFO kept"], expect![[r#"{"level":"INFO","message":"kept"}"#]]).await;
}

/// Telemetry has what the log has.
#[lambda_test::test]
async fn records_are_telemetry() {
    let lambda = Lambda::new();
    let events = Rc::new(RefCell::new(Vec::new()));
    let received = events.clone();
    let function = function(&lambda, async || {
        debug!("filtered");
        info!("received");
    });
    let function = function.log_format(LogFormat::Json).on_telemetry(move |event| {
        let event: Value = serde_json::from_str(event).expect("JSON");
        if event["type"] == "function" {
            received.borrow_mut().push(event["record"]["message"].clone());
        }
    });
    function.create().invoke("event").await.assert_ok();
    assert_eq!(*events.borrow(), ["received"]);
}

/// The standard library's own hook writes several lines, which are not in the log of the environment.
#[lambda_test::test]
async fn a_panic_is_one_record() {
    let work = async || panic!("at the disco");
    let outcome = outcome(LogFormat::Json, work).await;
    let [record] = &outcome.logs()[..] else { panic!("{:?}", outcome.logs()) };
    let record: Value = serde_json::from_str(record).expect("JSON");
    assert_eq!(record["errorMessage"], "at the disco");
    assert_eq!(record["traceId"], "1-5759e988-bd862e3fe1be46a994272793");
    let place = record["stackTrace"][0].as_str().expect("a place");
    assert!(place.contains("tests/it/tracing.rs:"), "{place}");
}

#[lambda_test::test]
async fn a_panic_of_a_task_is_one_record() {
    for (format, text) in [
        (LogFormat::Text, "ERROR a panic outside of the handler: Runtime.Panic: lost: at "),
        (LogFormat::Json, r#""errorType":"Runtime.Panic","errorMessage":"lost","#),
    ] {
        let lambda = Lambda::new();
        let app = async move |environment: Environment| {
            tracing::init();
            environment.spawn(async { panic!("lost") });
            Ok::<_, Error>(Runtime::new(async |_: Value| Ok::<_, Error>(())))
        };
        let function = lambda.function("f", app).log_format(format).create();
        let outcome = function.invoke("event").await;
        let [record] = &outcome.logs()[..] else { panic!("{:?}", outcome.logs()) };
        assert!(record.contains(text), "{record}");
    }
}

#[lambda_test::test]
async fn a_record_over_256_kib_is_cut_and_states_it() {
    let work = async || {
        let (long, longer) = ("ü".repeat(100_000), "\"".repeat(400_000));
        info!(long, longer, order = 7, "received");
    };
    let text = outcome(LogFormat::Text, work).await;
    let [line] = &text.logs()[..] else { panic!("one line") };
    assert!(line.len() <= 256 * 1024 && 250_000 < line.len(), "{}", line.len());
    assert!(line.ends_with(" bytes more)"), "{}", &line[line.len() - 50..]);

    let json = outcome(LogFormat::Json, work).await;
    let [line] = &json.logs()[..] else { panic!("one line") };
    assert!(line.len() <= 256 * 1024 && 250_000 < line.len(), "{}", line.len());
    let record: Value = serde_json::from_str(line).expect("it is still an object");
    let length = |name: &str| record[name].as_str().expect("text").chars().count();
    assert_eq!((&record["order"], length("long")), (&7.into(), 100_000));
    let cut = record["cut"].as_u64().expect("how much") as usize;
    assert_eq!(length("longer") * 2 + cut, 800_000, "each of them is two bytes in JSON");
}

/// A field of many short values: what does not fit goes.
#[lambda_test::test]
async fn a_record_of_long_lists_is_cut_too() {
    let work = async || {
        let mut error = Error::from("the first");
        for number in 0..2_000 {
            error = Cause(format!("{number} {}", "x".repeat(200)), error).into();
        }
        error!(error = &*error as &(dyn std::error::Error + 'static), "not saved");
    };
    let json = outcome(LogFormat::Json, work).await;
    let [line] = &json.logs()[..] else { panic!("one line") };
    assert!(line.len() <= 256 * 1024, "{}", line.len());
    let record: Value = serde_json::from_str(line).expect("it is still an object");
    assert_eq!((&record["message"], &record["errorType"]), (&"not saved".into(), &"Cause".into()));
}

struct Cause(String, Error);

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cause")
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Cause {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.1)
    }
}

#[lambda_test::test]
async fn a_subscriber_of_ones_own_writes_to_the_log_of_the_environment() {
    let own = tracing_subscriber::fmt().without_time().with_ansi(false);
    let own = own.with_writer(tracing::LogWriter).finish();
    let _own = tracing::subscriber::set_default(own);
    let outcome = outcome(LogFormat::Text, async || info!("one\ntwo")).await;
    expect![[r#"
         INFO invocation{requestId="0a4a3718-1e68-4a30-8943-d8247c107334" traceId="1-5759e988-bd862e3fe1be46a994272793"}: it::tracing: one
        two"#]].assert_eq(&outcome.logs().join("\n"));
}

/// Its levels hide nothing from another layer.
#[lambda_test::test]
async fn the_layer_stands_beside_others() {
    #[derive(Clone, Default)]
    struct Counted(std::sync::Arc<std::sync::atomic::AtomicUsize>);
    impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Counted {
        fn on_event(&self, _: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    }
    let counted = Counted::default();
    let own = tracing_subscriber::registry().with(tracing::layer()).with(counted.clone());
    let _own = tracing::subscriber::set_default(own);
    let work = async || {
        info!("one");
        debug!("two");
    };
    let outcome = outcome(LogFormat::Text, work).await;
    assert_eq!(
        (outcome.logs().len(), counted.0.load(std::sync::atomic::Ordering::Relaxed)),
        (1, 2)
    );
}

/// A value that makes a record while it is written.
#[lambda_test::test]
async fn a_field_may_make_records() {
    struct Loud;
    impl fmt::Debug for Loud {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            info!("inner");
            f.write_str("loud")
        }
    }
    check(
        async || info!(value = ?Loud, "outer"),
        expect![[r#"
        INFO inner
        INFO outer value="loud""#]],
        expect![[r#"
        {"level":"INFO","message":"inner"}
        {"level":"INFO","message":"outer","value":"loud"}"#]],
    )
    .await;
}
