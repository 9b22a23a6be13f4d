//! Metrics in the log.

use std::time::Duration;

use expect_test::{Expect, expect};
use lambda_runtime::{
    Bootstrap, Environment, Error, Runtime,
    metrics::{Metrics, MetricsError, Unit},
};
use lambda_test::{Function, Lambda, LogFormat, LogLevel};
use serde_json::{Value, json};

const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";

fn orders() -> Result<Metrics, MetricsError> {
    Metrics::new("Shop")?.dimension("service", "orders")
}

/// A function that does this in each invocation. What is put is written after each, and at the end.
fn app(
    metrics: impl Fn() -> Result<Metrics, MetricsError> + 'static,
    work: impl AsyncFn(&Metrics, u64) -> Result<(), Error> + Clone + 'static,
) -> impl AsyncFn(Environment) -> Result<Runs, Error> {
    async move |_| {
        let metrics = metrics()?;
        let (each, end) = (metrics.clone(), metrics.clone());
        let work = work.clone();
        let handler = async move |event: u64| work(&metrics, event).await;
        let runtime = Runtime::new(handler).after_each(async move || each.flush());
        Ok(Runs(Box::new(|environment| {
            Box::pin(runtime.on_shutdown(async move || end.flush()).start(environment))
        })))
    }
}

type Running = std::pin::Pin<Box<dyn Future<Output = Result<(), Error>>>>;

/// A runtime of any type.
struct Runs(Box<dyn FnOnce(Environment) -> Running>);

impl Bootstrap for Runs {
    type Error = Error;

    fn start(self, environment: Environment) -> impl Future<Output = Result<(), Error>> {
        self.0(environment)
    }
}

/// The lines of the log of a function that does this, one after the other.
async fn check(
    work: impl AsyncFn(&Metrics, u64) -> Result<(), Error> + Clone + 'static,
    expected: Expect,
) {
    let lambda = Lambda::new();
    let function = lambda.function("orders", app(orders, work)).create();
    let mut lines = Vec::new();
    for event in 0..2 {
        let outcome = function.invoke(event).trace(TRACE).await;
        let id = &outcome.report().request_id;
        lines.extend(outcome.logs().iter().map(|line| line.replace(id, "id")));
    }
    expected.assert_eq(&lines.join("\n"));
}

#[lambda_test::test]
async fn an_invocation_has_one_line() {
    let work = async |metrics: &Metrics, event: u64| {
        metrics.put("orders", 1, Unit::Count);
        metrics.put("latency", Duration::from_micros(1500), Unit::Milliseconds);
        metrics.put("latency", 2.5, Unit::Milliseconds);
        metrics.property("order", event);
        metrics.property("order", event + 1);
        Ok(())
    };
    check(work, expect![[r#"
        {"_aws":{"CloudWatchMetrics":[{"Dimensions":[["service"]],"Metrics":[{"Name":"orders","Unit":"Count"},{"Name":"latency","Unit":"Milliseconds"}],"Namespace":"Shop"}],"Timestamp":1767225600000},"latency":[1.5,2.5],"order":1,"orders":1,"requestId":"id","service":"orders","traceId":"1-5759e988-bd862e3fe1be46a994272793"}
        {"_aws":{"CloudWatchMetrics":[{"Dimensions":[["service"]],"Metrics":[{"Name":"orders","Unit":"Count"},{"Name":"latency","Unit":"Milliseconds"}],"Namespace":"Shop"}],"Timestamp":1767225600000},"latency":[1.5,2.5],"order":2,"orders":1,"requestId":"id","service":"orders","traceId":"1-5759e988-bd862e3fe1be46a994272793"}"#]]).await;
}

#[lambda_test::test]
async fn an_invocation_without_metrics_has_no_line() {
    let work = async |metrics: &Metrics, event: u64| {
        metrics.property("order", event);
        if event == 1 {
            metrics.put("orders", 1, Unit::Count);
        }
        Ok(())
    };
    check(work, expect![[r#"{"_aws":{"CloudWatchMetrics":[{"Dimensions":[["service"]],"Metrics":[{"Name":"orders","Unit":"Count"}],"Namespace":"Shop"}],"Timestamp":1767225600000},"order":1,"orders":1,"requestId":"id","service":"orders","traceId":"1-5759e988-bd862e3fe1be46a994272793"}"#]]).await;
}

#[lambda_test::test]
async fn a_failed_invocation_has_its_line_too() {
    let work = async |metrics: &Metrics, event: u64| {
        metrics.put("orders", 1, Unit::Count);
        match event {
            0 => Err("on demand".into()),
            _ => panic!("on demand"),
        }
    };
    check(work, expect![[r#"
        ERROR RequestId: id Function.Error: on demand
        {"_aws":{"CloudWatchMetrics":[{"Dimensions":[["service"]],"Metrics":[{"Name":"orders","Unit":"Count"}],"Namespace":"Shop"}],"Timestamp":1767225600000},"orders":1,"requestId":"id","service":"orders","traceId":"1-5759e988-bd862e3fe1be46a994272793"}
        ERROR RequestId: id Runtime.Panic: on demand
        {"_aws":{"CloudWatchMetrics":[{"Dimensions":[["service"]],"Metrics":[{"Name":"orders","Unit":"Count"}],"Namespace":"Shop"}],"Timestamp":1767225600000},"orders":1,"requestId":"id","service":"orders","traceId":"1-5759e988-bd862e3fe1be46a994272793"}"#]]).await;
}

#[lambda_test::test]
async fn what_cloudwatch_would_not_take_is_left_out_and_named() {
    let work = async |metrics: &Metrics, event: u64| {
        if event == 1 {
            return Ok(());
        }
        metrics.put("orders", 1, Unit::Count);
        metrics.put("orders", 1, Unit::Bytes);
        metrics.put("orders", f64::NAN, Unit::Count);
        metrics.put("", 1, Unit::Count);
        metrics.put("_aws", 1, Unit::Count);
        metrics.put("x".repeat(256), 1, Unit::Count);
        metrics.put("service", 1, Unit::Count);
        metrics.property("service", 1);
        metrics.property("orders", 1);
        metrics.property("_aws", 1);
        metrics.property("level", "DEBUG");
        metrics.property("map", std::collections::BTreeMap::from([(vec![1], 1)]));
        metrics.property("order", 7);
        metrics.put("order", 7, Unit::Count);
        Ok(())
    };
    check(work, expect![[r#"
        WARN RequestId: id the metric `orders` was left out: its unit is Bytes, and was Count in this invocation
        WARN RequestId: id the metric `orders` was left out: its value is infinite, or not a number
        WARN RequestId: id the metric `` was left out: its name has 0 letters: expected 1 to 255
        WARN RequestId: id the metric `_aws` was left out: the format itself has a field of this name
        WARN RequestId: id the metric `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` was left out: its name has 256 letters: expected 1 to 255
        WARN RequestId: id the metric `service` was left out: a dimension or a property has this name
        WARN RequestId: id the property `service` was left out: a dimension has this name, or the format itself
        WARN RequestId: id the property `orders` was left out: a metric has this name
        WARN RequestId: id the property `_aws` was left out: a dimension has this name, or the format itself
        WARN RequestId: id the property `level` was left out: a dimension has this name, or the format itself
        WARN RequestId: id the property `map` was left out: key must be a string
        WARN RequestId: id the metric `order` was left out: a dimension or a property has this name
        {"_aws":{"CloudWatchMetrics":[{"Dimensions":[["service"]],"Metrics":[{"Name":"orders","Unit":"Count"}],"Namespace":"Shop"}],"Timestamp":1767225600000},"order":7,"orders":1,"requestId":"id","service":"orders","traceId":"1-5759e988-bd862e3fe1be46a994272793"}"#]]).await;
}

#[lambda_test::test]
async fn a_line_has_a_hundred_metrics_of_a_hundred_values() {
    let work = async |metrics: &Metrics, _: u64| {
        for metric in 0..101 {
            metrics.put(format!("metric {metric}"), metric, Unit::None);
        }
        for value in 0..100 {
            metrics.put("metric 0", value, Unit::None);
        }
        Ok(())
    };
    let lambda = Lambda::new();
    let function = lambda.function("orders", app(orders, work)).create();
    let outcome = function.invoke(1).await;
    let [metric, value, line] = &outcome.logs()[..] else { panic!("{:?}", outcome.logs()) };
    assert!(metric.ends_with(
        "the metric `metric 100` was left out: this invocation has 100 metrics: expected no more"
    ));
    assert!(value.ends_with(
        "the metric `metric 0` was left out: it has 100 values in this invocation: expected no more"
    ));
    let line: Value = serde_json::from_str(line).expect("an object");
    let count = |value: &Value| value.as_array().map(Vec::len);
    let directive = &line["_aws"]["CloudWatchMetrics"][0];
    assert_eq!((count(&directive["Metrics"]), count(&line["metric 0"])), (Some(100), Some(100)));
    assert_eq!(line["metric 99"], 99);
}

#[lambda_test::test]
async fn properties_that_make_a_line_too_long_are_left_out() {
    let work = async |metrics: &Metrics, _: u64| {
        metrics.put("orders", 1, Unit::Count);
        metrics.property("long", "x".repeat(256 * 1024));
        Ok(())
    };
    let lambda = Lambda::new();
    let function = lambda.function("orders", app(orders, work)).create();
    let outcome = function.invoke(1).await;
    let [line, message] = &outcome.logs()[..] else { panic!("two lines") };
    let line: Value = serde_json::from_str(line).expect("an object");
    assert_eq!((&line["orders"], &line["long"]), (&1.into(), &Value::Null));
    assert!(message.contains("the properties of an invocation were left out: "), "{message}");
}

#[lambda_test::test]
async fn the_first_invocation_states_that_it_was_a_cold_start() {
    let work = async |metrics: &Metrics, _: u64| {
        metrics.put("orders", 1, Unit::Count);
        Ok(())
    };
    let lambda = Lambda::new();
    let app = app(|| Ok(orders()?.cold_start()), work);
    let function = lambda.function("orders", app).create();
    let cold = async |function: &Function| {
        let outcome = function.invoke(1).await;
        let line: Value = serde_json::from_str(outcome.logs()[0]).expect("an object");
        line["ColdStart"].clone()
    };
    assert_eq!((cold(&function).await, cold(&function).await), (json!(1), json!(null)));
}

/// The service would take the line for a record of the level `INFO`.
#[lambda_test::test]
async fn a_line_passes_the_levels_of_the_log() {
    for level in [LogLevel::Trace, LogLevel::Info, LogLevel::Warn, LogLevel::Error, LogLevel::Fatal]
    {
        let work = async |metrics: &Metrics, _: u64| {
            metrics.put("orders", 1, Unit::Count);
            Ok(())
        };
        let lambda = Lambda::new();
        let function = lambda.function("orders", app(orders, work)).log_format(LogFormat::Json);
        let outcome = function.application_log_level(level).create().invoke(1).await;
        assert_eq!(outcome.logs().len(), 1, "{level:?}");
    }
}

/// Before the environment is reset the process has time for what runs on shutdown.
#[lambda_test::test]
async fn metrics_of_an_invocation_that_times_out_are_written() {
    let work = async |metrics: &Metrics, _: u64| {
        metrics.put("orders", 1, Unit::Count);
        std::future::pending::<()>().await;
        Ok(())
    };
    let lambda = Lambda::new();
    let function = lambda.function("orders", app(orders, work)).create();
    let outcome = function.invoke(1).await;
    outcome.assert_timeout();
    lambda.advance(Duration::from_secs(1)).await;
    let id = &outcome.report().request_id;
    let timeline = lambda.timeline().to_string();
    assert!(timeline.contains(&format!(r#""orders":1,"requestId":"{id}""#)), "{timeline}");
}

/// What is put while nothing runs is written when the environment ends.
#[lambda_test::test]
async fn metrics_of_background_work_are_written_at_the_end() {
    let lambda = Lambda::new();
    let app = async |environment: Environment| {
        let metrics = orders()?;
        let (put, end) = (metrics.clone(), metrics);
        environment.spawn(async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            put.put("background", 1, Unit::Count);
        });
        let handler = async |_: u64| {
            tokio::time::sleep(Duration::from_millis(10)).await;
            Ok::<_, Error>(())
        };
        Ok::<_, Error>(Runtime::new(handler).on_shutdown(async move || end.flush()))
    };
    let function = lambda.function("orders", app).create();
    let outcome = function.invoke(1).await;
    assert_eq!(outcome.logs(), [""; 0]);
    function.shut_down().await;
    let timeline = lambda.timeline().to_string();
    let id = &outcome.report().request_id;
    assert!(timeline.contains(&format!(r#""background":1,"requestId":"{id}""#)), "{timeline}");
}

#[test]
fn what_metrics_cannot_be_made_of_is_named() {
    #[track_caller]
    fn check(metrics: Result<Metrics, MetricsError>, expected: &str) {
        assert_eq!(metrics.expect_err("it is refused").to_string(), expected);
    }
    check(Metrics::new(""), "the namespace ``: its name has 0 letters: expected 1 to 255");
    let dimension =
        |name: &str, value: &str| orders().and_then(|orders| orders.dimension(name, value));
    check(dimension("service", "b"), "the dimension `service`: there is one of this name");
    check(
        dimension("stage", ""),
        "the dimension `stage`: its value has 0 letters: expected 1 to 1024",
    );
    check(
        dimension("_aws", "a"),
        "the dimension `_aws`: the format itself has a field of this name",
    );
    let many = (0..30).try_fold(Metrics::new("Shop").expect("a name"), |metrics, number| {
        metrics.dimension(format!("dimension {number}"), "a")
    });
    check(
        many.and_then(|metrics| metrics.dimension("one more", "a")),
        "the dimension `one more`: there are 30: expected no more",
    );
}
