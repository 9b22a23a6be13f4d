use std::{cell::RefCell, rc::Rc};

use lambda_events::dynamodb::DynamoDbEvent;
use lambda_runtime::{Error, Runtime};
use lambda_test::{Lambda, StartingPosition};
use serde_json::json;

/// A table has a stream of the changes of its items, with the item before and after each of them.
#[lambda_test::test]
async fn table() {
    let changes = Rc::new(RefCell::new(Vec::new()));
    let kept = changes.clone();
    let audit = move || {
        let kept = kept.clone();
        Runtime::new(async move |event: DynamoDbEvent| {
            kept.borrow_mut().extend(event.records.iter().map(|it| it.event_name.to_string()));
            Ok::<_, Error>(())
        })
    };
    let lambda = Lambda::new();
    let orders = lambda.table("orders").time_to_live("expires");
    let function = lambda.function("audit", audit).create();
    function.on(&orders).starting_position(StartingPosition::TrimHorizon).create();

    // A minute from now: the clock of a test begins on the first of January 2026.
    let order = |state: &str| json!({"id": {"S": "7"}, "state": {"S": state}, "expires": {"N": "1767225660"}});
    orders.put(&order("new"));
    orders.put(&order("paid"));
    lambda.advance(std::time::Duration::from_secs(61)).await;
    lambda.until_idle().await;

    assert!(orders.is_empty());
    assert_eq!(*changes.borrow(), ["INSERT", "MODIFY", "REMOVE"]);
}
