//! Amazon EC2 Auto Scaling: details of events of EventBridge.
//!
//! Source: Amazon EC2 Auto Scaling user guide, "Amazon EC2 Auto Scaling event reference", read 2026-11-26.

use lambda_events_macros::model;

use crate::{RawJson, codec::kinds::words};

/// The detail of an `EC2 Instance-launch Lifecycle Action` or `EC2 Instance-terminate Lifecycle
/// Action`: the instance waits until `CompleteLifecycleAction` is called with this token.
/// `EventBridgeEvent<AutoScalingLifecycleAction>`.
///
/// Source: Amazon EC2 Auto Scaling user guide, "Amazon EC2 Auto Scaling event reference", lifecycle
/// hook events.
#[model]
pub struct AutoScalingLifecycleAction {
    /// What names the action where it is completed.
    #[key = "LifecycleActionToken"]
    pub lifecycle_action_token: String,
    /// The group.
    #[key = "AutoScalingGroupName"]
    pub auto_scaling_group_name: String,
    /// The hook.
    #[key = "LifecycleHookName"]
    pub lifecycle_hook_name: String,
    /// The instance.
    #[key = "EC2InstanceId"]
    pub ec2_instance_id: String,
    /// What it waits in.
    #[key = "LifecycleTransition"]
    pub lifecycle_transition: AutoScalingTransition,
    /// What the hook was given to send, perhaps JSON; absent when nothing.
    #[key = "NotificationMetadata"]
    pub notification_metadata: Option<String>,
    /// Where the instance comes from: `EC2`, `AutoScalingGroup`, `WarmPool`; absent in older
    /// events.
    #[key = "Origin"]
    pub origin: Option<String>,
    /// Where it goes to: `EC2`, `AutoScalingGroup`, `WarmPool`; absent in older events.
    #[key = "Destination"]
    pub destination: Option<String>,
}

words! {
    /// What an instance waits in.
    ///
    /// Source: Amazon EC2 Auto Scaling user guide, "Amazon EC2 Auto Scaling event reference", lifecycle
    /// hook events.
    pub enum AutoScalingTransition {
        /// It starts.
        #[word = "autoscaling:EC2_INSTANCE_LAUNCHING"]
        Launching,
        /// It ends.
        #[word = "autoscaling:EC2_INSTANCE_TERMINATING"]
        Terminating,
    }
}

/// The detail of an `EC2 Instance Launch Successful`, `EC2 Instance Launch Unsuccessful`, `EC2
/// Instance Terminate Successful` or `EC2 Instance Terminate Unsuccessful`.
/// `EventBridgeEvent<AutoScalingInstanceChange>`.
///
/// Source: Amazon EC2 Auto Scaling user guide, "Amazon EC2 Auto Scaling event reference",
/// successful and unsuccessful scaling events.
#[model]
pub struct AutoScalingInstanceChange {
    /// `InProgress`, `Failed`, …
    #[key = "StatusCode"]
    pub status_code: Option<String>,
    /// What was done, in words.
    #[key = "Description"]
    pub description: Option<String>,
    /// The group.
    #[key = "AutoScalingGroupName"]
    pub auto_scaling_group_name: String,
    /// The id of the activity.
    #[key = "ActivityId"]
    pub activity_id: Option<String>,
    /// Where: the subnet, the zone.
    #[key = "Details"]
    pub details: Option<RawJson>,
    /// The id of the request.
    #[key = "RequestId"]
    pub request_id: Option<String>,
    /// What went wrong, in words; empty when nothing did.
    #[key = "StatusMessage"]
    pub status_message: Option<String>,
    /// When it ended, in RFC 3339.
    #[key = "EndTime"]
    pub end_time: Option<String>,
    /// The instance.
    #[key = "EC2InstanceId"]
    pub ec2_instance_id: String,
    /// When it began, in RFC 3339.
    #[key = "StartTime"]
    pub start_time: Option<String>,
    /// Why it was done, in words.
    #[key = "Cause"]
    pub cause: Option<String>,
    /// Where the instance comes from; absent in older events.
    #[key = "Origin"]
    pub origin: Option<String>,
    /// Where it goes to; absent in older events.
    #[key = "Destination"]
    pub destination: Option<String>,
}

/// The detail of an `EC2 Auto Scaling Instance Refresh Started`, `… Succeeded`, `… Failed`, `…
/// Cancelled`, `… Rollback Started` and so on, and of the checkpoints between.
///
/// Source: Amazon EC2 Auto Scaling user guide, "Amazon EC2 Auto Scaling event reference", instance
/// refresh events.
#[model]
pub struct AutoScalingInstanceRefresh {
    /// The id of the refresh.
    #[key = "InstanceRefreshId"]
    pub instance_refresh_id: Option<String>,
    /// The group.
    #[key = "AutoScalingGroupName"]
    pub auto_scaling_group_name: String,
    /// How many percent were replaced; checkpoints only.
    #[key = "CheckpointPercentage"]
    pub checkpoint_percentage: Option<u32>,
    /// Seconds to wait at the checkpoint; checkpoints only.
    #[key = "CheckpointDelay"]
    pub checkpoint_delay: Option<u32>,
}
