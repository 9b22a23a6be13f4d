use std::time::Duration;

use lambda_runtime::{Error, Runtime};
use lambda_test::Lambda;
use serde_json::{Value, json};

/// A schedule invokes its target by a rate, a cron expression in a time zone, or once. Time passes when the test lets it.
#[lambda_test::test]
async fn schedule() {
    let lambda = Lambda::new();
    let report = Runtime::new(async |event: Value| Ok::<_, Error>(event["report"].clone()));
    let function = lambda.function("report", report).create();
    let schedule = lambda.schedule("daily", "cron(0 9 ? * MON-FRI *)").time_zone("Europe/Berlin");
    let daily = schedule.input(&json!({"report": "sales"})).create(&function);

    // The clock of a test begins on a Thursday, the first of January 2026.
    lambda.advance(Duration::from_secs(7 * 24 * 3600)).await;
    lambda.until_idle().await;

    assert_eq!(daily.invoked(), 5);
    // Nine in Berlin is eight in UTC.
    assert_eq!(daily.deliveries()[0].at, Duration::from_secs(8 * 3600));
}
