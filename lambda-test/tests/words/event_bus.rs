use lambda_events::eventbridge::EventBridgeEvent;
use lambda_runtime::{Error, Runtime};
use lambda_test::Lambda;
use serde_json::json;

/// An event bus sends each event to the targets of the rules that match it: what was CloudWatch Events. A target gets the event,
/// a part of it, or a text that is made of it.
#[lambda_test::test]
async fn event_bus() {
    let lambda = Lambda::new();
    let ship = Runtime::new(async |event: EventBridgeEvent| {
        Ok::<_, Error>(event.detail.as_str().to_owned())
    });
    let function = lambda.function("ship", ship).create();
    let (shop, shipped) = (lambda.event_bus("shop"), lambda.queue("shipped"));
    let paid = json!({"detail-type": ["Order paid"], "detail": {"total": [{"numeric": [">", 0]}]}});
    let rule = shop.rule("paid").pattern(&paid).create();
    let target = rule.target(&function).create();
    rule.target(&shipped).input_path("$.detail.id").create();

    shop.put("orders", "Order paid", &json!({"id": 7, "total": 2899}));
    shop.put("orders", "Order paid", &json!({"id": 8, "total": 0}));
    lambda.until_idle().await;

    assert_eq!((shop.sent().len(), rule.matched()), (2, 1));
    assert_eq!(target.deliveries()[0].attempts, 1);
    assert_eq!(shipped.messages()[0].body, "7");
    let cancelled = json!({"detail-type": "Order cancelled", "detail": {"total": 1}});
    assert_eq!(rule.why_not(&cancelled).as_deref(), Some("detail-type"));
}
