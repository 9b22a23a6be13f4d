//! Amazon SageMaker Ground Truth: before a data object is labelled, and after.
//!
//! Source: Amazon SageMaker developer guide, "Processing data in a custom labeling workflow with AWS
//! Lambda", read 2026-11-26. Shown by the fixtures in `fixtures/sagemaker-gt`.

use lambda_events_macros::model;

use crate::{Map, RawJson, ResponseFor};

/// A data object is to be labelled. The answer is a [`PreAnnotationResponse`].
///
/// Source: Amazon SageMaker developer guide, "Pre-annotation Lambda".
#[model(GroundTruthPreAnnotation)]
pub struct PreAnnotationRequest {
    /// `2018-10-16`.
    #[key = "version"]
    pub version: Option<String>,
    /// The ARN of the job.
    #[key = "labelingJobArn"]
    #[required]
    pub labeling_job_arn: String,
    /// The line of the manifest: `source`, `source-ref`, and others.
    #[key = "dataObject"]
    #[required]
    pub data_object: Map<RawJson>,
}

impl ResponseFor<PreAnnotationRequest> for PreAnnotationResponse {}

/// What the workers see.
///
/// Source: Amazon SageMaker developer guide, "Pre-annotation Lambda".
#[model]
pub struct PreAnnotationResponse {
    /// What the template gets; an object.
    #[key = "taskInput"]
    pub task_input: RawJson,
    /// Whether somebody is to look at it; yes when absent.
    #[key = "humanAnnotationRequired"]
    pub human_annotation_required: Option<bool>,
    /// The same in the older form: `true` or `false`, as text.
    #[key = "isHumanAnnotationRequired"]
    pub is_human_annotation_required: Option<String>,
}

/// Annotations are to be made one. The answer is a list of [`Consolidation`]s.
///
/// Source: Amazon SageMaker developer guide, "Annotation-consolidation Lambda".
#[model(GroundTruthConsolidation)]
pub struct ConsolidationRequest {
    /// `2018-10-16`.
    #[key = "version"]
    pub version: Option<String>,
    /// The ARN of the job.
    #[key = "labelingJobArn"]
    #[required]
    pub labeling_job_arn: String,
    /// The labels of the job.
    #[key = "labelCategories"]
    pub label_categories: Option<RawJson>,
    /// The name of the label in the result.
    #[key = "labelAttributeName"]
    pub label_attribute_name: Option<String>,
    /// The role that reads the annotations.
    #[key = "roleArn"]
    pub role_arn: Option<String>,
    /// Where the annotations are.
    #[key = "payload"]
    #[required]
    pub payload: ConsolidationPayload,
    /// Where the result goes.
    #[key = "outputConfig"]
    pub output_config: Option<String>,
    /// The key of the result.
    #[key = "kmsKeyId"]
    pub kms_key_id: Option<String>,
}

impl ResponseFor<ConsolidationRequest> for Vec<Consolidation> {}

/// Where annotations are.
///
/// Source: Amazon SageMaker developer guide, "Annotation-consolidation Lambda".
#[model]
pub struct ConsolidationPayload {
    /// The URI of the object.
    #[key = "s3Uri"]
    pub s3_uri: String,
}

/// One annotation of several.
///
/// Source: Amazon SageMaker developer guide, "Annotation-consolidation Lambda".
#[model]
pub struct Consolidation {
    /// The data object.
    #[key = "datasetObjectId"]
    pub dataset_object_id: String,
    /// The annotation.
    #[key = "consolidatedAnnotation"]
    pub consolidated_annotation: ConsolidatedAnnotation,
}

/// An annotation.
///
/// Source: Amazon SageMaker developer guide, "Annotation-consolidation Lambda".
#[model]
pub struct ConsolidatedAnnotation {
    /// An object with the label's name and what it says.
    #[key = "content"]
    pub content: RawJson,
}
