//! Events of EC2 Auto Scaling.

use super::{Sample, arn, eventbridge::of, id, some};
use crate::{
    autoscaling::{AutoScalingLifecycleAction, AutoScalingTransition},
    eventbridge::EventBridgeEvent,
};

fn action(
    group: &str,
    detail_type: &str,
    transition: AutoScalingTransition,
    [origin, destination]: [&str; 2],
) -> Sample<EventBridgeEvent<AutoScalingLifecycleAction>> {
    let detail = AutoScalingLifecycleAction {
        lifecycle_action_token: id(2),
        auto_scaling_group_name: group.to_owned(),
        lifecycle_hook_name: "a-hook".to_owned(),
        ec2_instance_id: "i-1234567890abcdef0".to_owned(),
        lifecycle_transition: transition,
        origin: some(origin),
        destination: some(destination),
        ..Default::default()
    };
    let path = format!("autoScalingGroup:{}:autoScalingGroupName/{group}", id(3));
    of("aws.autoscaling", detail_type, vec![arn("autoscaling", &path)], detail)
}

/// An instance of a group starts and waits for the hook `a-hook`.
pub fn launching(group: &str) -> Sample<EventBridgeEvent<AutoScalingLifecycleAction>> {
    let ways = ["EC2", "AutoScalingGroup"];
    action(group, "EC2 Instance-launch Lifecycle Action", AutoScalingTransition::Launching, ways)
}

/// An instance of a group ends and waits for the hook `a-hook`.
pub fn terminating(group: &str) -> Sample<EventBridgeEvent<AutoScalingLifecycleAction>> {
    let ways = ["AutoScalingGroup", "EC2"];
    let detail_type = "EC2 Instance-terminate Lifecycle Action";
    action(group, detail_type, AutoScalingTransition::Terminating, ways)
}
