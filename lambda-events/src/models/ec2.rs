//! Amazon EC2: details of events of EventBridge.
//!
//! Source: Amazon EC2 user guide, "Automate Amazon EC2 using EventBridge", read 2026-11-26.

use lambda_events_macros::model;

use crate::codec::kinds::words;

/// The detail of an `EC2 Instance State-change Notification`: `EventBridgeEvent<Ec2StateChange>`.
///
/// Source: Amazon EC2 user guide, "State change events for Amazon EC2 instances".
#[model]
pub struct Ec2StateChange {
    /// The instance.
    #[key = "instance-id"]
    pub instance_id: String,
    /// Its state now.
    #[key = "state"]
    pub state: Ec2State,
}

words! {
    /// The state of an instance.
    ///
    /// Source: Amazon EC2 user guide, "Amazon EC2 instance state changes".
    pub enum Ec2State {
        /// It starts.
        #[word = "pending"]
        Pending,
        /// It runs.
        #[word = "running"]
        Running,
        /// It is about to be terminated.
        #[word = "shutting-down"]
        ShuttingDown,
        /// It is about to be stopped or hibernated.
        #[word = "stopping"]
        Stopping,
        /// It is stopped.
        #[word = "stopped"]
        Stopped,
        /// It is gone.
        #[word = "terminated"]
        Terminated,
    }
}

/// The detail of an `EC2 Spot Instance Interruption Warning`, two minutes before:
/// `EventBridgeEvent<Ec2SpotInterruption>`.
///
/// Source: Amazon EC2 user guide, "Spot Instance interruption notices".
#[model]
pub struct Ec2SpotInterruption {
    /// The instance.
    #[key = "instance-id"]
    pub instance_id: String,
    /// What is done to it: `terminate`, `stop`, `hibernate`.
    #[key = "instance-action"]
    pub instance_action: String,
}

/// The detail of an `EC2 Instance Rebalance Recommendation`: a Spot instance is at risk.
///
/// Source: Amazon EC2 user guide, "EC2 instance rebalance recommendations".
#[model]
pub struct Ec2RebalanceRecommendation {
    /// The instance.
    #[key = "instance-id"]
    pub instance_id: String,
}
