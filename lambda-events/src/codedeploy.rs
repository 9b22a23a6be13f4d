//! AWS CodeDeploy: hooks of a deployment's lifecycle. Changes of deployments come through EventBridge.
//!
//! Source: AWS CodeDeploy user guide, "AppSpec 'hooks' section", read 2026-11-26. Shown by the fixtures in
//! `fixtures/codedeploy-hook`.

use lambda_events_macros::model;

use crate::AnswerTo;

/// A deployment waits for a validation. There is no answer: the function calls
/// `PutLifecycleEventHookExecutionStatus` with both ids.
///
/// Source: AWS CodeDeploy user guide, "AppSpec 'hooks' section".
#[model(CodeDeploy)]
pub struct CodeDeployHook {
    /// The id of the deployment.
    #[key = "DeploymentId"]
    #[promised]
    pub deployment_id: String,
    /// The id of the hook's execution.
    #[key = "LifecycleEventHookExecutionId"]
    #[promised]
    pub lifecycle_event_hook_execution_id: String,
}

impl AnswerTo<CodeDeployHook> for () {}
