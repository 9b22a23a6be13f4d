use std::time::Duration;

use lambda_events::{autoscaling::AutoScalingLifecycleAction, eventbridge::EventBridgeEvent};
use lambda_runtime::{Error, Runtime};
use lambda_test::{InstanceState, Lambda};
use serde_json::json;

/// A group of EC2 Auto Scaling holds an instance that starts or ends until its lifecycle action is completed; what happens to its
/// instances are events on the bus `default`.
#[lambda_test::test]
async fn auto_scaling_group() {
    let lambda = Lambda::new();
    let web = lambda.auto_scaling_group("web").lifecycle_hook("prepare", Duration::from_secs(300));
    let group = web.clone();
    let prepare = move || {
        let group = group.clone();
        Runtime::new(async move |event: EventBridgeEvent<AutoScalingLifecycleAction>| {
            let action = &event.detail;
            let token = Some(action.lifecycle_action_token.as_str());
            group.complete_lifecycle_action(&action.ec2_instance_id, token, "CONTINUE")?;
            Ok::<_, Error>(())
        })
    };
    let function = lambda.function("prepare", prepare).create();
    let bus = lambda.event_bus("default");
    let launches = json!({"detail-type": ["EC2 Instance-launch Lifecycle Action"]});
    let rule = bus.rule("launches").pattern(&launches).create();
    rule.target(&function).create();

    let instance = web.launch();
    assert_eq!(web.state_of(&instance), Some(InstanceState::PendingWait));
    lambda.until_idle().await;
    assert_eq!((web.state_of(&instance), rule.matched()), (Some(InstanceState::InService), 1));

    // Nobody completes this one: after its timeout the instance ends.
    rule.disable();
    let instance = web.launch();
    lambda.until_idle().await;
    assert_eq!((web.state_of(&instance), lambda.elapsed().as_secs()), (None, 300));
}
