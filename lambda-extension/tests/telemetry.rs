//! What an extension hears of its function, in the simulated service.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use expect_test::{Expect, expect};
use lambda_extension::{
    Environment, Error, Extension, Registration,
    telemetry::{
        EventType, LogLine, Protocol, Status, Subscription, TelemetryEvent, TelemetryRecord,
    },
};
use lambda_runtime::{Bootstrap, Runtime};
use lambda_test::{Lambda, LogFormat};
use tokio::sync::Notify;

/// What was heard, and when: `ms type`.
#[derive(Clone, Default)]
struct Heard(Rc<RefCell<Vec<String>>>);

impl Heard {
    fn on_batch(&self, at: Duration, events: &[TelemetryEvent]) {
        let what = |event: &TelemetryEvent| match &event.record {
            TelemetryRecord::Function(LogLine::Text(line)) => format!("function: {line}"),
            TelemetryRecord::Extension(LogLine::Text(line)) => format!("extension: {line}"),
            TelemetryRecord::InitStart(start) => {
                let name = start.function_name.as_deref().unwrap_or("?");
                format!("initStart of {name} in {}", start.phase.as_str())
            }
            TelemetryRecord::ExtensionState(state) => {
                format!("extension {} is {} for {:?}", state.name, state.state, state.events)
            }
            TelemetryRecord::TelemetrySubscription(subscription) => {
                format!("telemetrySubscription of {}", subscription.name)
            }
            TelemetryRecord::InitRuntimeDone(done) => {
                format!("initRuntimeDone {}", done.status.as_str())
            }
            TelemetryRecord::InitReport(report) => {
                let (status, took) = (report.status.as_ref(), report.metrics.duration_ms);
                format!("initReport {} {took} ms", status.map_or("?", |status| status.as_str()))
            }
            TelemetryRecord::Start(start) => {
                let trace = start.tracing.as_ref().map_or("no trace", |trace| &trace.kind);
                format!("start with {trace}")
            }
            TelemetryRecord::RuntimeDone(done) => {
                let parts: Vec<f64> = done.spans.iter().map(|span| span.duration_ms).collect();
                let error = done.error_type.as_deref().unwrap_or("no error type");
                format!("runtimeDone {}, {error}, parts of {parts:?} ms", done.status.as_str())
            }
            TelemetryRecord::Report(report) => {
                let status = report.status.as_ref().map_or("?", |status| status.as_str());
                format!("report {status}, {} ms", report.metrics.duration_ms)
            }
            other => format!("{other:?}"),
        };
        let lines = events.iter().map(|event| format!("{:?}: {}", at, what(event)));
        self.0.borrow_mut().extend(lines);
    }

    #[track_caller]
    fn check(&self, expected: Expect) {
        expected.assert_eq(&(self.0.borrow().join("\n") + "\n"));
    }
}

/// Hears it all.
fn listener(
    heard: &Heard,
    began: tokio::time::Instant,
    subscription: Subscription,
) -> impl AsyncFn(Environment) -> Result<Extension, Error> + use<> {
    let heard = heard.clone();
    async move |environment: Environment| {
        let heard = heard.clone();
        let extension = Registration::new().name("listener").telemetry(subscription.clone());
        let extension = extension.register(&environment).await?;
        let on_batch = async move |events: Vec<TelemetryEvent>| {
            heard.on_batch(began.elapsed(), &events);
            Ok::<_, Error>(())
        };
        Ok(extension.on_telemetry(on_batch))
    }
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async move |millis: u64| {
        environment.log(&format!("sleeps for {millis} ms"));
        tokio::time::sleep(Duration::from_millis(millis)).await;
        Ok::<_, Error>(())
    }))
}

#[lambda_test::test]
async fn a_batch_comes_when_its_time_is_up_or_the_environment_ends() {
    let (lambda, heard) = (Lambda::new(), Heard::default());
    let listener = listener(&heard, tokio::time::Instant::now(), Subscription::new());
    let function = lambda.function("sleep", app).extension("listener", listener).create();
    // The first batch is sent a second after its first event.
    let trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
    function.invoke(1500).trace(trace).await.assert_ok();
    // While it is frozen nothing is sent.
    lambda.advance(Duration::from_secs(60)).await;
    function.invoke(5).await.assert_ok();
    function.shut_down().await;
    heard.check(expect![[r#"
        1s: initStart of sleep in init
        1s: telemetrySubscription of listener
        1s: initRuntimeDone success
        1s: extension listener is Ready for ["INVOKE", "SHUTDOWN"]
        1s: initReport success 0 ms
        1s: start with X-Amzn-Trace-Id
        1s: function: sleeps for 1500 ms
        61.5s: runtimeDone success, no error type, parts of [1500.0, 0.0, 0.0] ms
        61.5s: report success, 1500 ms
        61.5s: start with no trace
        61.505s: function: sleeps for 5 ms
        61.505s: runtimeDone success, no error type, parts of [5.0, 0.0, 0.0] ms
        61.505s: report success, 5 ms
    "#]]);
}

#[lambda_test::test]
async fn lines_are_heard_over_tcp_too_and_those_of_extensions_where_they_are_asked_for() {
    let (lambda, heard) = (Lambda::new(), Heard::default());
    let subscription = Subscription::new()
        .types(&[EventType::Function, EventType::Extension])
        .timeout(Duration::from_millis(25))
        .protocol(Protocol::Tcp);
    let listener = listener(&heard, tokio::time::Instant::now(), subscription);
    let chatty = async |environment: Environment| {
        let extension = Registration::new().name("chatty").register(&environment).await?;
        Ok::<_, Error>(extension.on_invoke(async move |invoke| {
            environment.log(&format!("{} bytes of id", invoke.request_id.len()));
            Ok::<_, Error>(())
        }))
    };
    let function = lambda
        .function("sleep", app)
        .extension("listener", listener)
        .extension("chatty", chatty)
        .create();
    function.invoke(100).await.assert_ok();
    heard.check(expect![[r#"
        25ms: function: sleeps for 100 ms
        25ms: extension: 36 bytes of id
    "#]]);
}

#[lambda_test::test]
async fn a_timeout_is_reported() {
    let (lambda, heard) = (Lambda::new(), Heard::default());
    let subscription = Subscription::new().types(&[EventType::Platform]);
    let listener = listener(&heard, tokio::time::Instant::now(), subscription);
    let function = lambda
        .function("sleep", app)
        .timeout(Duration::from_secs(1))
        .extension("listener", listener)
        .create();
    function.invoke(60_000).await.assert_timeout();
    function.shut_down().await;
    heard.check(expect![[r#"
        1s: initStart of sleep in init
        1s: telemetrySubscription of listener
        1s: initRuntimeDone success
        1s: extension listener is Ready for ["INVOKE", "SHUTDOWN"]
        1s: initReport success 0 ms
        1s: start with no trace
        1s: runtimeDone timeout, no error type, parts of [] ms
        1s: report timeout, 1000 ms
    "#]]);
}

/// The service never does it, but a test may: it was told as a success.
#[lambda_test::test]
async fn an_invocation_whose_environment_is_shut_down_is_a_failure() {
    let (lambda, heard) = (Lambda::new(), Rc::new(RefCell::new(Vec::new())));
    let told = heard.clone();
    let function = lambda.function("sleep", app).on_telemetry(move |event| {
        let event: TelemetryEvent = match serde_json::value::RawValue::from_string(event.to_owned())
        {
            Ok(json) => TelemetryEvent::from_json(json),
            Err(error) => panic!("{event} is no JSON: {error}"),
        };
        match event.record {
            TelemetryRecord::RuntimeDone(done) => {
                told.borrow_mut().push((done.status, done.error_type))
            }
            TelemetryRecord::Report(report) => {
                let status = report.status.unwrap_or(Status::Success);
                told.borrow_mut().push((status, report.error_type));
            }
            _ => {}
        }
    });
    let function = function.create();
    let invoking = tokio::task::spawn_local(function.invoke(60_000));
    lambda.advance(Duration::from_secs(1)).await;
    function.shut_down().await;
    invoking.await?.assert_error("Sandbox.Failure");
    let failed = (Status::Failure, Some("Sandbox.Failure".to_owned()));
    assert_eq!(*heard.borrow(), [failed.clone(), failed]);
}

#[lambda_test::test]
async fn an_extension_that_responds_to_its_own_lines_is_named() {
    let echo = async |environment: Environment| {
        let subscription =
            Subscription::new().types(&[EventType::Extension]).timeout(Duration::from_millis(25));
        let extension = Registration::new().name("echo").telemetry(subscription);
        let extension = extension.register(&environment).await?;
        let log = environment.clone();
        log.log("the first line");
        let echo = async move |events: Vec<TelemetryEvent>| {
            log.log(&format!("{} events", events.len()));
            Ok::<_, Error>(())
        };
        Ok::<_, Error>(extension.on_telemetry(echo))
    };
    let lambda = Lambda::new();
    let function = lambda.function("sleep", app).extension("echo", echo).create();
    function.invoke(1000).await.assert_ok();
    let timeline = lambda.timeline().to_string();
    let named = "echo: TelemetryLoop: it writes a line for each batch of its own lines";
    assert_eq!(timeline.matches(named).count(), 1, "{timeline}");
}

/// What one that falls behind is not sent is counted: nothing is lost in silence.
#[lambda_test::test]
async fn what_a_slow_extension_loses_is_reported() {
    #[derive(Default)]
    struct Seen {
        lines: Cell<u64>,
        dropped: Cell<u64>,
        hurry: Notify,
        slow: Cell<bool>,
    }
    let seen = Rc::new(Seen { slow: Cell::new(true), ..Seen::default() });
    let counting = seen.clone();
    let slow = async move |environment: Environment| {
        let subscription = Subscription::new().types(&[EventType::Function]).max_items(1000);
        let subscription = subscription.max_waiting_bytes(1024 * 1024);
        let extension = Registration::new().name("slow").telemetry(subscription);
        let extension = extension.register(&environment).await?;
        let seen = counting.clone();
        let count = async move |events: Vec<TelemetryEvent>| {
            if seen.slow.get() {
                seen.hurry.notified().await;
            }
            for event in events {
                match event.record {
                    TelemetryRecord::LogsDropped(lost) => {
                        seen.dropped.set(seen.dropped.get() + lost.dropped_records);
                    }
                    _ => seen.lines.set(seen.lines.get() + 1),
                }
            }
            Ok::<_, Error>(())
        };
        Ok::<_, Error>(extension.on_telemetry(count))
    };
    let chatty = async |environment: Environment| {
        Ok::<_, Error>(Runtime::new(async move |lines: u64| {
            (0..lines).for_each(|number| environment.log(&format!("line {number}")));
            Ok::<_, Error>(())
        }))
    };
    let lambda = Lambda::new();
    let function = lambda.function("chatty", chatty).extension("slow", slow).create();
    for _ in 0..100 {
        function.invoke(1000).await.assert_ok();
    }
    seen.slow.set(false);
    seen.hurry.notify_one();
    for _ in 0..20 {
        function.invoke(1000).await.assert_ok();
    }
    function.shut_down().await;
    assert!(seen.dropped.get() > 0, "{} lines came", seen.lines.get());
    assert_eq!(seen.lines.get() + seen.dropped.get(), 120_000);
}

/// What a runtime was asked and did not do is tried again, and an invocation begins after that.
#[lambda_test::test]
async fn an_init_phase_within_an_invocation_is_heard_before_its_start() {
    let (lambda, heard) = (Lambda::new(), Heard::default());
    let subscription = Subscription::new().types(&[EventType::Platform, EventType::Function]);
    let listener = listener(&heard, tokio::time::Instant::now(), subscription);
    let inits = Rc::new(Cell::new(0));
    let fails_twice = async move |environment: Environment| {
        inits.set(inits.get() + 1);
        tokio::time::sleep(Duration::from_secs(2)).await;
        match inits.get() {
            ..=2 => Err(Error::from("no table")),
            _ => app(environment).await,
        }
    };
    let function = lambda
        .function("fails", fails_twice)
        .timeout(Duration::from_secs(5))
        .extension("listener", listener)
        .create();
    function.invoke(5).await.assert_error("Function.Error");
    function.invoke(5).await.assert_ok();
    function.shut_down().await;
    heard.check(expect![[r#"
        1s: initStart of fails in init
        1s: telemetrySubscription of listener
        2s: function: init failed: Function.Error: no table
        2s: initRuntimeDone error
        2s: extension listener is Ready for ["INVOKE", "SHUTDOWN"]
        2s: initReport error 2000 ms
        3s: initStart of fails in invoke
        3s: telemetrySubscription of listener
        4s: function: init failed: Function.Error: no table
        4s: initRuntimeDone error
        4s: extension listener is Ready for ["INVOKE", "SHUTDOWN"]
        4s: initReport error 2000 ms
        4s: start with no trace
        4s: report error, 2000 ms
        5s: initStart of fails in invoke
        5s: telemetrySubscription of listener
        6.005s: initRuntimeDone success
        6.005s: extension listener is Ready for ["INVOKE", "SHUTDOWN"]
        6.005s: initReport success 2000 ms
        6.005s: start with no trace
        6.005s: function: sleeps for 5 ms
        6.005s: runtimeDone success, no error type, parts of [5.0, 0.0, 0.0] ms
        6.005s: report success, 2005 ms
    "#]]);
}

/// The parts of an invocation, of which the last is that of extensions.
#[lambda_test::test]
async fn the_parts_of_an_invocation_are_reported() {
    let (lambda, spans) = (Lambda::new(), Rc::new(RefCell::new(Vec::new())));
    let heard = spans.clone();
    let slow = async move |environment: Environment| {
        let extension = Registration::new().name("slow").telemetry(Subscription::new());
        let extension = extension.register(&environment).await?;
        let heard = heard.clone();
        let on_batch = async move |events: Vec<TelemetryEvent>| {
            for event in events {
                let spans = match event.record {
                    TelemetryRecord::RuntimeDone(done) => done.spans,
                    TelemetryRecord::Report(report) => report.spans,
                    _ => continue,
                };
                let spans = spans.iter().map(|it| (it.name.clone(), it.duration_ms));
                heard.borrow_mut().extend(spans);
            }
            Ok::<_, Error>(())
        };
        let extension = extension.on_telemetry(on_batch);
        Ok::<_, Error>(extension.on_invoke(async |_| {
            tokio::time::sleep(Duration::from_millis(30)).await;
            Ok::<_, Error>(())
        }))
    };
    let function = lambda.function("sleep", app).extension("slow", slow).create();
    function.invoke(10).await.assert_ok();
    function.shut_down().await;
    let spans = spans.borrow();
    let spans: Vec<(&str, f64)> = spans.iter().map(|(name, took)| (&**name, *took)).collect();
    let expected = [
        ("responseLatency", 10.0),
        ("responseDuration", 0.0),
        ("runtimeOverhead", 0.0),
        ("extensionOverhead", 20.0),
    ];
    assert_eq!(spans, expected);
}

/// A line that is an object is told as one, where the function says that its log is JSON.
#[lambda_test::test]
async fn lines_of_json_are_objects_where_the_log_is_json() {
    let lines = async |format: LogFormat| {
        let (lambda, lines) = (Lambda::new(), Rc::new(RefCell::new(Vec::new())));
        let heard = lines.clone();
        let listener = async move |environment: Environment| {
            let subscription = Subscription::new().types(&[EventType::Function]);
            let extension = Registration::new().name("listener").telemetry(subscription);
            let extension = extension.register(&environment).await?;
            let heard = heard.clone();
            let on_batch = async move |events: Vec<TelemetryEvent>| {
                heard.borrow_mut().extend(events.into_iter().map(|event| event.record));
                Ok::<_, Error>(())
            };
            Ok::<_, Error>(extension.on_telemetry(on_batch))
        };
        let app = async |environment: Environment| {
            environment.log(r#"{"level":"INFO","message":"warm","number":1e3}"#);
            environment.log("[1]");
            Ok::<_, Error>(Runtime::new(async |_: u64| Ok::<_, Error>(())))
        };
        let function = lambda.function("lines", app).log_format(format);
        let function = function.extension("listener", listener).create();
        function.invoke(0).await.assert_ok();
        function.shut_down().await;
        lines.take()
    };
    let is_object =
        |record: &TelemetryRecord| matches!(record, TelemetryRecord::Function(LogLine::Json(_)));
    let as_json: Vec<bool> = lines(LogFormat::Json).await.iter().map(is_object).collect();
    let as_text: Vec<bool> = lines(LogFormat::Text).await.iter().map(is_object).collect();
    assert_eq!((as_json, as_text), (vec![true, false], vec![false, false]));
}

/// One who looks on from outside hears what an extension is told, when it happens, and without one too.
#[lambda_test::test]
async fn a_test_receives_the_telemetry_of_an_extension() {
    let failed = Rc::new(Cell::new(false));
    let app = async move |environment: Environment| {
        tokio::time::sleep(Duration::from_millis(20)).await;
        match failed.replace(true) {
            false => Err(Error::from("no table")),
            true => app(environment).await,
        }
    };
    let (lambda, heard) = (Lambda::new(), Rc::new(RefCell::new(Vec::new())));
    let (told, began) = (heard.clone(), tokio::time::Instant::now());
    let function = lambda.function("late", app).on_telemetry(move |event| {
        let kind = event.split(r#""type":""#).nth(1).and_then(|rest| rest.split('"').next());
        told.borrow_mut().push(format!("{:?}: {}", began.elapsed(), kind.unwrap_or_default()));
    });
    function.create().invoke(5).await.assert_ok();
    expect![[r#"
        0ns: platform.initStart
        20ms: function
        20ms: platform.initRuntimeDone
        20ms: platform.initReport
        20ms: platform.initStart
        40ms: platform.initRuntimeDone
        40ms: platform.initReport
        40ms: platform.start
        40ms: function
        45ms: platform.runtimeDone
        45ms: platform.report
    "#]]
    .assert_eq(&(heard.borrow().join("\n") + "\n"));
}

/// What happened before anybody registered was not heard.
#[lambda_test::test]
async fn an_internal_extension_receives_what_was_logged_before_it_registered() {
    let (lambda, heard) = (Lambda::new(), Heard::default());
    let began = tokio::time::Instant::now();
    let hearing = heard.clone();
    let with_internal = async move |environment: Environment| {
        environment.log("before");
        let extension = Registration::new().name("inner").telemetry(Subscription::new());
        let extension = extension.register(&environment).await?;
        let heard = hearing.clone();
        let on_batch = async move |events: Vec<TelemetryEvent>| {
            heard.on_batch(began.elapsed(), &events);
            Ok::<_, Error>(())
        };
        let extension = extension.on_telemetry(on_batch);
        Ok::<_, Error>((extension, app(environment).await?))
    };
    let function = lambda.function("inner", with_internal).create();
    function.invoke(1500).await.assert_ok();
    heard.check(expect![[r#"
        1s: initStart of inner in init
        1s: function: before
        1s: telemetrySubscription of inner
        1s: initRuntimeDone success
        1s: extension inner is Ready for ["INVOKE"]
        1s: initReport success 0 ms
        1s: start with no trace
        1s: function: sleeps for 1500 ms
    "#]]);
}

/// One that came too late was taken for the beginning of an init phase.
#[lambda_test::test]
async fn a_registration_that_is_refused_is_no_init_phase() {
    let (lambda, heard) = (Lambda::new(), Heard::default());
    let subscription = Subscription::new().types(&[EventType::Platform]);
    let listener = listener(&heard, tokio::time::Instant::now(), subscription);
    let late = async |environment: Environment| {
        Ok::<_, Error>(Runtime::new(async move |_: u64| {
            let refused = Registration::new().name("late").register(&environment).await;
            Ok::<_, Error>(refused.is_err())
        }))
    };
    let function = lambda.function("late", late).extension("listener", listener).create();
    assert!(function.invoke(5).await.json::<bool>()?);
    function.shut_down().await;
    let heard = heard.0.borrow().join("\n");
    assert_eq!(heard.matches("initStart").count(), 1, "{heard}");
}

#[lambda_test::test]
async fn records_that_no_handler_took_by_the_end_are_counted_in_the_log() {
    let slow = async |environment: Environment| {
        let registration = Registration::new().telemetry(Subscription::new());
        let extension = registration.register(&environment).await?;
        Ok::<_, Error>(extension.on_telemetry(async |_| {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok::<_, Error>(())
        }))
    };
    let lambda = Lambda::new();
    let handler = async |lines: u32| {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok::<_, Error>(lines)
    };
    let function = lambda.function("f", Runtime::new(handler)).extension("slow", slow).create();
    for _ in 0..3 {
        function.invoke(1).await.assert_ok();
    }
    function.shut_down().await;
    let timeline = lambda.timeline().to_string();
    let line = timeline.lines().find(|line| line.contains("not handled")).unwrap_or_default();
    expect![
        "4950     slow: log: 14 telemetry records were not handled: the time to shut down was up"
    ]
    .assert_eq(line);
}

/// It was reported with the beginning of the invocation before it.
#[lambda_test::test]
async fn an_invocation_that_ends_before_it_begins_has_no_telemetry() {
    let slow = async |environment: Environment| {
        let extension = Extension::register(&environment).await?;
        Ok::<_, Error>(extension.on_shutdown(async |_| {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok::<_, Error>(())
        }))
    };
    let handler = async |seconds: u64| {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        Ok::<_, Error>(())
    };
    let heard = Rc::new(RefCell::new(Vec::new()));
    let events = heard.clone();
    let function = Lambda::new().function("f", Runtime::new(handler)).extension("slow", slow);
    let function = function.on_telemetry(move |event| events.borrow_mut().push(event.to_owned()));
    let function = function.reserved_concurrency(1).create();
    let mut first = function.invoke(60);
    assert!(first.response().await.is_timeout());
    let first = first.await;
    let mut second = function.invoke(0);
    let (response, ()) = tokio::join!(second.response(), function.shut_down());
    assert!(response.function_error().is_some(), "{response:?}");
    let second = second.await;
    let ids = (&*first.report().request_id, &*second.report().request_id);
    let of = |id: &str| heard.borrow().iter().filter(|event| event.contains(id)).count();
    assert_eq!((of(ids.0) != 0, of(ids.1)), (true, 0), "{:#?}", heard.borrow());
}

/// "Delivery is frozen with the environment."
#[lambda_test::test]
async fn telemetry_that_is_due_while_the_environment_is_frozen_comes_when_it_is_thawed() {
    let app = async |environment: Environment| {
        let registration = Registration::new().telemetry(Subscription::new());
        let extension = registration.register(&environment).await?;
        Ok::<_, Error>(extension.on_telemetry(async |_| Ok::<_, Error>(())))
    };
    let lambda = Lambda::new();
    let handler = Runtime::new(async |n: u32| Ok::<_, Error>(n));
    let function = lambda.function("f", handler).extension("x", app).create();
    function.invoke(1).await.assert_ok();
    lambda.advance(Duration::from_secs(60)).await;
    function.invoke(2).await.assert_ok();
    function.shut_down().await;
    let sent = |record: &&lambda_test::Record| {
        matches!(record.kind, lambda_test::RecordKind::TelemetrySent { .. })
    };
    let timeline = lambda.timeline();
    let times: Vec<Duration> = timeline.iter().filter(sent).map(|record| record.at).collect();
    assert!(
        !times.is_empty() && times.iter().all(|at| Duration::from_secs(60) <= *at),
        "{timeline}"
    );
}
