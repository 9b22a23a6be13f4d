use lambda_events::cloudwatch_logs::CloudWatchLogsEvent;
use lambda_runtime::{Error, Runtime};
use lambda_test::Lambda;

/// A log group of CloudWatch Logs sends on what matches a subscription filter, in gzip. A function is invoked asynchronously.
#[lambda_test::test]
async fn log_group() {
    let lambda = Lambda::new();
    let pages = lambda.queue("pages");
    let target = pages.clone();
    let alert = move || {
        let pages = target.clone();
        Runtime::new(async move |event: CloudWatchLogsEvent| {
            let logs = event.logs()?;
            logs.log_events.iter().for_each(|event| drop(pages.send(&event.message)));
            Ok::<_, Error>(())
        })
    };
    let function = lambda.function("alert", alert).create();
    let group = lambda.log_group("/shop/orders");
    group.subscribe("expensive", "{ $.level = \"ERROR\" && $.total > 1000 }", &function);

    group.put(
        "a-stream",
        [r#"{"level":"ERROR","total":2899}"#, r#"{"level":"INFO","total":2899}"#, "plain text"],
    );
    lambda.until_idle().await;

    assert_eq!(pages.messages()[0].body, r#"{"level":"ERROR","total":2899}"#);
    assert_eq!(pages.messages().len(), 1);
}
