//! AWS CodeDeploy: hooks of a deployment's lifecycle. Changes of deployments come through EventBridge.
//!
//! Source: AWS CodeDeploy user guide, "AppSpec 'hooks' section", read 2026-11-26. Shown by the fixtures in
//! `fixtures/codedeploy-hook`.

use lambda_events_macros::model;

use crate::ResponseFor;

/// A deployment waits for a validation. There is no answer: the function calls
/// `PutLifecycleEventHookExecutionStatus` with both ids.
///
/// Source: AWS CodeDeploy user guide, "AppSpec 'hooks' section".
#[model(CodeDeploy)]
pub struct CodeDeployHook {
    /// The id of the deployment.
    #[key = "DeploymentId"]
    #[required]
    pub deployment_id: String,
    /// The id of the hook's execution.
    #[key = "LifecycleEventHookExecutionId"]
    #[required]
    pub lifecycle_event_hook_execution_id: String,
}

impl ResponseFor<CodeDeployHook> for () {}
/// The detail of a change of a deployment, or of an instance in it:
/// `EventBridgeEvent<CodeDeployChange>`.
///
/// Source: AWS CodeDeploy user guide, "Monitoring deployments with Amazon CloudWatch Events".
#[model]
pub struct CodeDeployChange {
    /// The region.
    #[key = "region"]
    pub region: Option<String>,
    /// The deployment.
    #[key = "deploymentId"]
    pub deployment_id: String,
    /// The id of the group of instances.
    #[key = "instanceGroupId"]
    pub instance_group_id: Option<String>,
    /// The instance; of instances only.
    #[key = "instanceId"]
    pub instance_id: Option<String>,
    /// The application.
    #[key = "application"]
    pub application: String,
    /// The group that is deployed to.
    #[key = "deploymentGroup"]
    pub deployment_group: String,
    /// `START`, `READY`, `SUCCESS`, `FAILURE`, `STOP`.
    #[key = "state"]
    pub state: String,
}
