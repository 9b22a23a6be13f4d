//! Requests of AWS CloudFormation.

use super::{ACCOUNT, REGION, Sample, arn, id, some};
use crate::{RawJson, cloudformation::*};

/// A custom resource is to be made with these properties.
///
/// # Errors
///
/// The properties have no form in JSON.
pub fn create(
    properties: impl serde::Serialize,
) -> serde_json::Result<Sample<CustomResourceRequest>> {
    Ok(request(CustomResourceRequestType::Create, RawJson::new(&properties)?))
}

pub(super) fn request(
    kind: CustomResourceRequestType,
    properties: RawJson,
) -> Sample<CustomResourceRequest> {
    Sample(CustomResourceRequest {
        logical_resource_id: "MyResource".to_owned(),
        request_id: id(1),
        request_type: kind,
        resource_properties: Some(properties),
        resource_type: "Custom::MyResource".to_owned(),
        response_url: some(
            "https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/a-response",
        ),
        service_token: Some(arn("lambda", "function:a-function")),
        stack_id: arn("cloudformation", "stack/a-stack/5f4dcc3b-0000-0000-0000-000000000001"),
        ..Default::default()
    })
}

impl Sample<CustomResourceRequest> {
    /// The same, but the resource with this id is to be changed.
    pub fn update(mut self, physical_resource_id: &str) -> Self {
        self.request_type = CustomResourceRequestType::Update;
        self.physical_resource_id = some(physical_resource_id);
        self.old_resource_properties = self.resource_properties.clone();
        self
    }

    /// The same, but the resource with this id is to be deleted.
    pub fn delete(mut self, physical_resource_id: &str) -> Self {
        self.request_type = CustomResourceRequestType::Delete;
        self.physical_resource_id = some(physical_resource_id);
        self
    }
}

/// A template is to be processed by this macro.
pub fn transform(name: &str, template: RawJson) -> Sample<CloudFormationMacroRequest> {
    Sample(CloudFormationMacroRequest {
        region: some(REGION),
        account_id: some(ACCOUNT),
        fragment: template,
        transform_id: format!("{ACCOUNT}::{name}"),
        params: RawJson::of("{}"),
        request_id: id(1),
        template_parameter_values: RawJson::of("{}"),
        ..Default::default()
    })
}

/// A resource of this type is to be made, with these properties.
pub fn hook(resource: &str, properties: RawJson) -> Sample<CloudFormationHookRequest> {
    let model =
        CloudFormationHookModel { resource_properties: Some(properties), ..Default::default() };
    Sample(CloudFormationHookRequest {
        client_request_token: id(1),
        aws_account_id: some(ACCOUNT),
        stack_id: Some(arn("cloudformation", "stack/a-stack/5f4dcc3b-0000-0000-0000-000000000001")),
        hook_type_name: "A::Lambda::Hook".to_owned(),
        hook_type_version: some("00000001"),
        action_invocation_point: "CREATE_PRE_PROVISION".to_owned(),
        request_data: CloudFormationHookData {
            target_name: some(resource),
            target_type: some(resource),
            target_logical_id: some("AResource"),
            target_model: Some(model),
            ..Default::default()
        },
        request_context: Some(CloudFormationHookContext { invocation: 1, ..Default::default() }),
        ..Default::default()
    })
}
