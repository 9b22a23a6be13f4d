//! Requests of AWS CloudFormation.

use super::{Sample, arn, id, some};
use crate::{
    RawJson,
    cloudformation::{CustomResourceRequest, CustomResourceRequestType},
};

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
