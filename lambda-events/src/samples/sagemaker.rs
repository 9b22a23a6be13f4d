//! Requests of Amazon SageMaker Ground Truth.

use super::{Sample, arn, some};
use crate::{Map, RawJson, sagemaker::*};

/// A data object is to be labelled: where it is in S3.
pub fn pre_annotation(source: &str) -> Sample<PreAnnotationRequest> {
    let source = RawJson::new(source).unwrap_or_default();
    Sample(PreAnnotationRequest {
        version: some("2018-10-16"),
        labeling_job_arn: arn("sagemaker", "labeling-job/a-job"),
        data_object: Map::from([("source-ref", source)]),
        ..Default::default()
    })
}

/// Annotations are to be made one: where they are in S3.
pub fn consolidation(annotations: &str) -> Sample<ConsolidationRequest> {
    Sample(ConsolidationRequest {
        version: some("2018-10-16"),
        labeling_job_arn: arn("sagemaker", "labeling-job/a-job"),
        label_attribute_name: some("a-label"),
        role_arn: some("arn:aws:iam::123456789012:role/a-role"),
        payload: ConsolidationPayload { s3_uri: annotations.to_owned(), ..Default::default() },
        ..Default::default()
    })
}
