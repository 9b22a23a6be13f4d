use lambda_events::{BatchResponse, sqs::SqsEvent};
use lambda_runtime::{Error, Runtime};
use lambda_test::Lambda;

/// A queue keeps messages until they are handled. Its event source mapping invokes the function with batches of them, deletes
/// those that it handles, and lets the others be received again, until they are in the dead-letter queue.
#[lambda_test::test]
async fn queue() {
    let book = Runtime::new(async |event: SqsEvent| {
        let is_poison = |body: Option<&str>| body == Some("poison");
        let failed = event.records.iter().filter(|message| is_poison(message.body.as_deref()));
        let failed: BatchResponse = failed.map(|message| message.message_id.clone()).collect();
        Ok::<_, Error>(failed)
    });
    let lambda = Lambda::new();
    let dead = lambda.queue("dead");
    let orders = lambda.queue("orders").redrive(&dead, 3);
    let function = lambda.function("book", book).create();
    function.on(&orders).report_batch_item_failures().create();

    for body in ["a book", "poison", "a lamp"] {
        orders.send(body);
    }
    lambda.until_idle().await;

    assert_eq!((orders.deleted(), orders.messages().len()), (2, 0));
    assert_eq!(dead.messages()[0].body, "poison");
    // Three times with 30 s between: the visibility timeout.
    assert_eq!(lambda.elapsed().as_secs(), 90);
}
