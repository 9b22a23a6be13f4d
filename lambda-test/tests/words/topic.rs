use lambda_events::sns::SnsEvent;
use lambda_runtime::{Error, Runtime};
use lambda_test::{DeliveryStatus, Fault, Lambda};
use serde_json::json;

/// A topic sends what is published to each subscription whose filter policy it passes. A function is invoked asynchronously;
/// a delivery that fails is tried again, and goes to the dead-letter queue of the subscription in the end.
#[lambda_test::test]
async fn topic() {
    let lambda = Lambda::new();
    let pack =
        Runtime::new(async |event: SnsEvent| Ok::<_, Error>(event.records[0].sns.message.clone()));
    let function = lambda.function("pack", pack).create();
    let (orders, dead) = (lambda.topic("orders"), lambda.queue("dead"));
    let subscription = orders.subscribe(&function).redrive(&dead);
    let subscription = subscription.filter_policy(&json!({"state": ["paid"]})).create();

    // SNS finds the service unavailable twice, and tries a third time.
    function.fail_next(2, Fault::NotAccepted);
    orders.message("a book").attribute("state", "paid").publish();
    orders.message("a lamp").attribute("state", "new").publish();
    lambda.until_idle().await;

    assert_eq!(orders.published().len(), 2);
    let deliveries = subscription.deliveries();
    assert_eq!((deliveries.len(), deliveries[0].attempts), (1, 3));
    assert_eq!(deliveries[0].status, DeliveryStatus::Delivered);

    function.delete().await;
    orders.message("a bag").attribute("state", "paid").publish();
    lambda.until_idle().await;
    assert_eq!(dead.messages().len(), 1);
}
