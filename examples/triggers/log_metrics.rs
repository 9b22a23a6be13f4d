//! Makes metrics of an access log: a subscription filter of CloudWatch Logs sends lines such as
//! `GET /orders 503 31ms`, and a line of the Embedded Metric Format counts them.
//!
//! Run it here:
//!
//!     lambda-test invoke --example log_metrics --payload-file examples/events/access-log.json

use std::process::ExitCode;

use lambda_events::cloudwatch_logs::{CloudWatchLogEvent, CloudWatchLogsEvent};
use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use serde_json::{Value, json};

/// The status and the milliseconds of a line; absent in lines of another kind.
fn request(event: &CloudWatchLogEvent) -> Option<(u16, u64)> {
    let mut words = event.message.split_whitespace().skip(2);
    let status = words.next()?.parse().ok()?;
    let millis = words.next()?.strip_suffix("ms")?.parse().ok()?;
    Some((status, millis))
}

/// A line of which CloudWatch makes metrics, of the requests of one log group.
fn metrics(group: &str, at: i64, requests: &[(u16, u64)]) -> Value {
    let failed = requests.iter().filter(|(status, _)| *status >= 500).count();
    let latency: Vec<u64> = requests.iter().map(|(_, millis)| *millis).collect();
    json!({
        "_aws": {"Timestamp": at, "CloudWatchMetrics": [{
            "Namespace": "Shop",
            "Dimensions": [["LogGroup"]],
            "Metrics": [
                {"Name": "Failures", "Unit": "Count"},
                {"Name": "Latency", "Unit": "Milliseconds"},
            ],
        }]},
        "LogGroup": group, "Failures": failed, "Latency": latency,
    })
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async move |event: CloudWatchLogsEvent| {
        let logs = event.logs()?;
        let requests: Vec<(u16, u64)> = logs.log_events.iter().filter_map(request).collect();
        if let (Some(last), false) = (logs.log_events.last(), requests.is_empty()) {
            let group = logs.log_group.as_deref().unwrap_or("unknown");
            let line = metrics(group, last.timestamp.unix_millis(), &requests);
            environment.log(&line.to_string());
        }
        Ok::<_, Error>(())
    }))
}

fn main() -> ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use lambda_events::samples::cloudwatch_logs;
    use lambda_test::Lambda;

    use super::*;

    #[lambda_test::test]
    async fn failures_and_latencies_are_counted() {
        let lines = ["GET /orders 200 12ms", "started", "GET /orders 503 31ms"];
        let metrics = Lambda::new().function("metrics", app).create();

        let outcome = metrics.invoke(&*cloudwatch_logs::lines(lines)).await;

        let line: Value = serde_json::from_str(outcome.assert_ok().logs()[0])?;
        assert_eq!((&line["Failures"], &line["Latency"]), (&json!(1), &json!([12, 31])));
        assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Namespace"], "Shop");
    }

    #[lambda_test::test]
    async fn the_message_that_checks_the_subscription_makes_none() {
        let metrics = Lambda::new().function("metrics", app).create();
        let outcome = metrics.invoke(&*cloudwatch_logs::control_message()).await;
        assert!(outcome.assert_ok().logs().is_empty());
    }
}
