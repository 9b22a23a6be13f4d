//! AWS CloudFormation: custom resources, also those of the provider framework of the CDK; macros and
//! Lambda Hooks.
//!
//! Source: AWS CloudFormation user guide, "Custom resource request and response reference" and "Create a
//! CloudFormation macro definition"; AWS CloudFormation Hooks user guide, read 2026-11-26. Shown by the fixtures in `fixtures/cloudformation-custom-resource` and
//! `fixtures/cloudformation-provider-framework`.

mod hook;
mod macros;

use lambda_events_macros::model;

use crate::{RawJson, ResponseFor, codec::kinds::words};

pub use hook::*;
pub use macros::*;

/// A resource is to be made, changed or deleted. There is no answer of the function: it puts a
/// [`CustomResourceResponse`] to the [`response_url`](Self::response_url), without which the stack
/// waits for an hour. All values of properties are texts, booleans and numbers too.
///
/// Source: AWS CloudFormation user guide, "Custom resource request objects".
#[model(CustomResource)]
pub struct CustomResourceRequest<P = RawJson> {
    /// The name of the resource in the template.
    #[key = "LogicalResourceId"]
    #[required]
    pub logical_resource_id: String,
    /// The properties before the change; with `Update` only.
    #[key = "OldResourceProperties"]
    pub old_resource_properties: Option<P>,
    /// The id that the function gave it; absent with `Create`.
    #[key = "PhysicalResourceId"]
    pub physical_resource_id: Option<String>,
    /// The id of the request.
    #[key = "RequestId"]
    pub request_id: String,
    /// What is to be done.
    #[key = "RequestType"]
    #[required]
    pub request_type: CustomResourceRequestType,
    /// The properties in the template.
    #[key = "ResourceProperties"]
    pub resource_properties: Option<P>,
    /// `Custom::…`, or `AWS::CloudFormation::CustomResource`.
    #[key = "ResourceType"]
    pub resource_type: String,
    /// Where the answer is put; absent under the provider framework, to which the function answers.
    #[key = "ResponseURL"]
    pub response_url: Option<String>,
    /// The ARN of the function.
    #[key = "ServiceToken"]
    pub service_token: Option<String>,
    /// The ARN of the stack.
    #[key = "StackId"]
    pub stack_id: String,
}

impl<P> ResponseFor<CustomResourceRequest<P>> for () {}
impl<P> ResponseFor<CustomResourceRequest<P>> for ProviderResponse {}

impl<P> CustomResourceRequest<P> {
    /// The answer that the resource is as it should be, by this id.
    pub fn succeeded(&self, physical_resource_id: impl Into<String>) -> CustomResourceResponse {
        self.response(CustomResourceStatus::Success, physical_resource_id.into(), None)
    }

    /// The answer that it could not be done, for this reason.
    pub fn failed(&self, reason: impl Into<String>) -> CustomResourceResponse {
        // One that was never made needs an id all the same.
        let id = self.physical_resource_id.as_ref().unwrap_or(&self.logical_resource_id);
        self.response(CustomResourceStatus::Failed, id.clone(), Some(reason.into()))
    }

    fn response(
        &self,
        status: CustomResourceStatus,
        physical_resource_id: String,
        reason: Option<String>,
    ) -> CustomResourceResponse {
        CustomResourceResponse {
            logical_resource_id: self.logical_resource_id.clone(),
            physical_resource_id,
            reason,
            request_id: self.request_id.clone(),
            stack_id: self.stack_id.clone(),
            status,
            ..Default::default()
        }
    }
}

words! {
    /// What is to be done with a resource.
    ///
    /// Source: AWS CloudFormation user guide, "Custom resource request objects".
    pub enum CustomResourceRequestType {
        /// It is to be made.
        #[word = "Create"]
        Create,
        /// It is to be changed.
        #[word = "Update"]
        Update,
        /// It is to be deleted.
        #[word = "Delete"]
        Delete,
    }
}

/// What became of a resource: at most 4,096 bytes, put to the request's `response_url`.
///
/// Source: AWS CloudFormation user guide, "Custom resource response objects".
#[model]
pub struct CustomResourceResponse {
    /// What `Fn::GetAtt` gives of it.
    #[key = "Data"]
    pub data: Option<RawJson>,
    /// That of the request.
    #[key = "LogicalResourceId"]
    pub logical_resource_id: String,
    /// Whether what `Fn::GetAtt` gives is masked.
    #[key = "NoEcho"]
    pub no_echo: Option<bool>,
    /// The id of the resource; another one than before makes CloudFormation delete the old
    /// resource.
    #[key = "PhysicalResourceId"]
    pub physical_resource_id: String,
    /// Why it failed.
    #[key = "Reason"]
    pub reason: Option<String>,
    /// That of the request.
    #[key = "RequestId"]
    pub request_id: String,
    /// That of the request.
    #[key = "StackId"]
    pub stack_id: String,
    /// How it went.
    #[key = "Status"]
    pub status: CustomResourceStatus,
}

words! {
    /// How it went.
    ///
    /// Source: AWS CloudFormation user guide, "Custom resource response objects".
    pub enum CustomResourceStatus {
        /// It is done.
        #[word = "SUCCESS"]
        Success,
        /// It is not.
        #[word = "FAILED"]
        Failed,
    }
}

/// What a function answers to the provider framework of the CDK.
///
/// Source: AWS CDK reference, `custom-resources`, "Provider framework".
#[model]
pub struct ProviderResponse {
    /// What `Fn::GetAtt` gives of it.
    #[key = "Data"]
    pub data: Option<RawJson>,
    /// Whether what `Fn::GetAtt` gives is masked.
    #[key = "NoEcho"]
    pub no_echo: Option<bool>,
    /// The id of the resource.
    #[key = "PhysicalResourceId"]
    pub physical_resource_id: Option<String>,
}
