//! Lambda Hooks.

use lambda_events_macros::model;

use crate::{RawJson, ResponseFor, codec::kinds::words};

/// An operation waits for the function's word. The answer is a [`CloudFormationHookResponse`],
/// within 30 seconds.
///
/// Source: AWS CloudFormation Hooks user guide, "Create Lambda functions to evaluate resources for
/// Lambda Hooks".
#[model(CloudFormationHook)]
pub struct CloudFormationHookRequest {
    /// The token of the request.
    #[key = "clientRequestToken"]
    pub client_request_token: String,
    /// The account.
    #[key = "awsAccountId"]
    pub aws_account_id: Option<String>,
    /// The ARN of the stack; absent with the Cloud Control API.
    #[key = "stackId"]
    pub stack_id: Option<String>,
    /// The ARN of the change set; of change sets only.
    #[key = "changeSetId"]
    pub change_set_id: Option<String>,
    /// The name of the hook.
    #[key = "hookTypeName"]
    #[required]
    pub hook_type_name: String,
    /// Its version.
    #[key = "hookTypeVersion"]
    pub hook_type_version: Option<String>,
    /// Its configuration: the function.
    #[key = "hookModel"]
    pub hook_model: Option<RawJson>,
    /// Before what it asks: `CREATE_PRE_PROVISION`, `UPDATE_PRE_PROVISION`, `DELETE_PRE_PROVISION`.
    #[key = "actionInvocationPoint"]
    #[required]
    pub action_invocation_point: String,
    /// What is to be judged.
    #[key = "requestData"]
    #[required]
    pub request_data: CloudFormationHookData,
    /// Which try this is.
    #[key = "requestContext"]
    pub request_context: Option<CloudFormationHookContext>,
}

impl ResponseFor<CloudFormationHookRequest> for CloudFormationHookResponse {}

impl CloudFormationHookRequest {
    /// The answer that the operation goes on.
    pub fn success(&self) -> CloudFormationHookResponse {
        CloudFormationHookResponse {
            hook_status: CloudFormationHookStatus::Success,
            client_request_token: Some(self.client_request_token.clone()),
            ..Default::default()
        }
    }

    /// The answer that it does not comply, for this reason.
    pub fn non_compliant(&self, message: impl Into<String>) -> CloudFormationHookResponse {
        CloudFormationHookResponse {
            hook_status: CloudFormationHookStatus::Failed,
            error_code: Some("NonCompliant".to_owned()),
            message: Some(message.into()),
            client_request_token: Some(self.client_request_token.clone()),
            ..Default::default()
        }
    }
}

/// What is to be judged.
///
/// Source: AWS CloudFormation Hooks user guide, "Create Lambda functions to evaluate resources for
/// Lambda Hooks".
#[model]
pub struct CloudFormationHookData {
    /// The type of the resource; `STACK` or `CHANGE_SET`.
    #[key = "targetName"]
    pub target_name: Option<String>,
    /// The same.
    #[key = "targetType"]
    pub target_type: Option<String>,
    /// Its name in the template, or the ARN of the stack.
    #[key = "targetLogicalId"]
    pub target_logical_id: Option<String>,
    /// The resource; of resources only.
    #[key = "targetModel"]
    pub target_model: Option<CloudFormationHookModel>,
    /// A URL of the template, or of the change set; of those only.
    #[key = "payload"]
    pub payload: Option<String>,
}

/// A resource that is to be judged.
///
/// Source: AWS CloudFormation Hooks user guide, "Create Lambda functions to evaluate resources for
/// Lambda Hooks".
#[model]
pub struct CloudFormationHookModel<P = RawJson> {
    /// Its properties.
    #[key = "resourceProperties"]
    pub resource_properties: Option<P>,
    /// Those before the change; with updates only.
    #[key = "previousResourceProperties"]
    pub previous_resource_properties: Option<P>,
}

/// Which try this is.
///
/// Source: AWS CloudFormation Hooks user guide, "Create Lambda functions to evaluate resources for
/// Lambda Hooks".
#[model]
pub struct CloudFormationHookContext {
    /// The number of the try, from 1 to 3.
    #[key = "invocation"]
    pub invocation: i64,
    /// What the function gave when it was not ready; null at first.
    #[key = "callbackContext"]
    pub callback_context: Option<RawJson>,
}

/// A function's word on an operation.
///
/// Source: AWS CloudFormation Hooks user guide, "Create Lambda functions to evaluate resources for
/// Lambda Hooks", "Response input".
#[model]
pub struct CloudFormationHookResponse {
    /// Whether it goes on.
    #[key = "hookStatus"]
    pub hook_status: CloudFormationHookStatus,
    /// `NonCompliant` or `InternalFailure`; needed when it does not.
    #[key = "errorCode"]
    pub error_code: Option<String>,
    /// Why; at most 4,096 characters.
    #[key = "message"]
    pub message: Option<String>,
    /// That of the request.
    #[key = "clientRequestToken"]
    pub client_request_token: Option<String>,
    /// What the function is to be given when it is asked again.
    #[key = "callbackContext"]
    pub callback_context: Option<RawJson>,
    /// After how many seconds it is asked again.
    #[key = "callbackDelaySeconds"]
    pub callback_delay_seconds: Option<i64>,
}

words! {
    /// Whether an operation goes on.
    ///
    /// Source: AWS CloudFormation Hooks user guide, "Create Lambda functions to evaluate resources for
    /// Lambda Hooks", "Response input".
    pub enum CloudFormationHookStatus {
        /// It does.
        #[word = "SUCCESS"]
        Success,
        /// It does not, or a warning is given.
        #[word = "FAILED"]
        Failed,
        /// The function is to be asked again, at most three times in all.
        #[word = "IN_PROGRESS"]
        InProgress,
    }
}
