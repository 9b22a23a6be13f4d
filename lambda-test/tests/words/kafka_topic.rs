use lambda_events::kafka::KafkaEvent;
use lambda_runtime::{Error, Runtime};
use lambda_test::{Lambda, StartingPosition};

/// A topic of Kafka keeps records in partitions, in their order. What is behind the offset that the event source mapping has
/// committed is its lag.
#[lambda_test::test]
async fn kafka_topic() {
    let handle = Runtime::new(async |event: KafkaEvent| {
        let records = event.records.iter().map(|(_, records)| records.len());
        Ok::<_, Error>(records.sum::<usize>())
    });
    let lambda = Lambda::new();
    let orders = lambda.kafka("shop").topic("orders").partitions(3);
    let function = lambda.function("handle", handle).create();
    let mapping = function.on(&orders).starting_position(StartingPosition::TrimHorizon).create();

    orders.produce(Some("ada"), "a book");
    orders.record("a lamp").key("ada").header("traced", "yes").send();
    assert_eq!(mapping.lag(), 2);
    lambda.until_idle().await;
    assert_eq!(mapping.lag(), 0);
}
