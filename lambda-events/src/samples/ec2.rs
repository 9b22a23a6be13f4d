//! Events of Amazon EC2.

use super::{Sample, arn, eventbridge::of};
use crate::{
    ec2::{Ec2SpotInterruption, Ec2State, Ec2StateChange},
    eventbridge::EventBridgeEvent,
};

fn instance(id: &str) -> Vec<String> {
    vec![arn("ec2", &format!("instance/{id}"))]
}

/// An instance changed its state.
pub fn state_change(id: &str, state: Ec2State) -> Sample<EventBridgeEvent<Ec2StateChange>> {
    let detail = Ec2StateChange { instance_id: id.to_owned(), state, ..Default::default() };
    of("aws.ec2", "EC2 Instance State-change Notification", instance(id), detail)
}

/// A Spot instance is about to be interrupted.
pub fn spot_interruption(id: &str) -> Sample<EventBridgeEvent<Ec2SpotInterruption>> {
    let detail = Ec2SpotInterruption {
        instance_id: id.to_owned(),
        instance_action: "terminate".to_owned(),
        ..Default::default()
    };
    of("aws.ec2", "EC2 Spot Instance Interruption Warning", instance(id), detail)
}
