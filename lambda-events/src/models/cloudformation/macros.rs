//! Macros.

use lambda_events_macros::model;

use crate::{RawJson, ResponseFor, codec::kinds::words};

/// A template is to be processed. The answer is a [`CloudFormationMacroResponse`].
///
/// Source: AWS CloudFormation user guide, "Create a CloudFormation macro definition", "Lambda
/// function interface".
#[model(CloudFormationMacro)]
pub struct CloudFormationMacroRequest<P = RawJson> {
    /// The region of the stack.
    #[key = "region"]
    pub region: Option<String>,
    /// The account.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// What is to be processed: the template, or the part beside the call.
    #[key = "fragment"]
    #[required]
    pub fragment: RawJson,
    /// The name of the macro.
    #[key = "transformId"]
    #[required]
    pub transform_id: String,
    /// The parameters of the call; an object, empty for a whole template.
    #[key = "params"]
    pub params: P,
    /// The id of the request, which the answer repeats.
    #[key = "requestId"]
    pub request_id: String,
    /// The parameters of the template; those with a default in Systems Manager are resolved.
    #[key = "templateParameterValues"]
    pub template_parameter_values: RawJson,
}

impl<P> ResponseFor<CloudFormationMacroRequest<P>> for CloudFormationMacroResponse {}

impl<P> CloudFormationMacroRequest<P> {
    /// The answer that the fragment is this now.
    pub fn success(&self, fragment: RawJson) -> CloudFormationMacroResponse {
        CloudFormationMacroResponse {
            request_id: self.request_id.clone(),
            status: CloudFormationMacroStatus::Success,
            fragment,
            ..Default::default()
        }
    }

    /// The answer that it could not be done, for this reason.
    pub fn failure(&self, message: impl Into<String>) -> CloudFormationMacroResponse {
        CloudFormationMacroResponse {
            request_id: self.request_id.clone(),
            status: CloudFormationMacroStatus::Failure,
            fragment: self.fragment.clone(),
            error_message: Some(message.into()),
            ..Default::default()
        }
    }
}

/// A template, processed.
///
/// Source: AWS CloudFormation user guide, "Create a CloudFormation macro definition", "Lambda
/// function interface".
#[model]
pub struct CloudFormationMacroResponse {
    /// That of the request.
    #[key = "requestId"]
    pub request_id: String,
    /// Whether it could be done.
    #[key = "status"]
    pub status: CloudFormationMacroStatus,
    /// What is in the place of the fragment.
    #[key = "fragment"]
    pub fragment: RawJson,
    /// Why it could not be done.
    #[key = "errorMessage"]
    pub error_message: Option<String>,
}

words! {
    /// Whether a template could be processed; anything but `success` is a failure.
    ///
    /// Source: AWS CloudFormation user guide, "Create a CloudFormation macro definition", "Lambda
    /// function interface".
    pub enum CloudFormationMacroStatus {
        /// It could.
        #[word = "success"]
        Success,
        /// It could not.
        #[word = "failure"]
        Failure,
    }
}
