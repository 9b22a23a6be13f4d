//! Events of AWS CodeDeploy.

use super::{Sample, id};
use crate::codedeploy::CodeDeployHook;

/// A deployment waits for a validation.
pub fn hook() -> Sample<CodeDeployHook> {
    Sample(CodeDeployHook {
        deployment_id: "d-ABCDEF123".to_owned(),
        lifecycle_event_hook_execution_id: id(1),
        ..Default::default()
    })
}
