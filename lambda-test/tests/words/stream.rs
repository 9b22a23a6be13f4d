use lambda_events::kinesis::KinesisEvent;
use lambda_runtime::{Error, Runtime};
use lambda_test::{Lambda, StartingPosition};
use serde_json::Value;

/// A stream keeps records in shards, in their order. Its event source mapping reads on behind what the function has handled:
/// a batch that fails blocks its shard, until it is given up.
#[lambda_test::test]
async fn stream() {
    let count = Runtime::new(async |event: KinesisEvent| {
        match event.records.iter().find(|record| record.kinesis.data.0 == b"poison") {
            Some(_) => Err(Error::from("a click that cannot be read")),
            None => Ok(()),
        }
    });
    let lambda = Lambda::new();
    let (clicks, failed) = (lambda.stream("clicks"), lambda.queue("failed"));
    let function = lambda.function("count", count).create();
    let mapping = function.on(&clicks).starting_position(StartingPosition::TrimHorizon);
    let mapping = mapping.maximum_retry_attempts(2).bisect_batch_on_function_error();
    let mapping = mapping.on_failure(&failed).create();

    for data in ["a click", "poison", "a click", "a click"] {
        clicks.put("ada", data);
    }
    lambda.until_idle().await;

    assert_eq!(mapping.lag(), 0);
    // The record that fails was alone in the end.
    let record: Value = failed.messages()[0].json()?;
    assert_eq!(record["KinesisBatchInfo"]["batchSize"], 1);
    assert_eq!(record["requestContext"]["condition"], "RetryAttemptsExhausted");
}
