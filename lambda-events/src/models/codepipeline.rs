//! AWS CodePipeline: actions that invoke a function, and changes of pipelines through EventBridge.
//!
//! Source: AWS CodePipeline user guide, "Invoke an AWS Lambda function in a pipeline" and "Monitoring
//! CodePipeline events", read 2026-11-26.

use lambda_events_macros::model;

use crate::{Millis, ResponseFor};

/// An action of a pipeline invokes the function. There is no answer of the function: it calls
/// `PutJobSuccessResult` or `PutJobFailureResult` with the id of the job.
///
/// Source: AWS CodePipeline user guide, "Invoke an AWS Lambda function in a pipeline", "Example
/// JSON event".
#[model(CodePipeline)]
pub struct CodePipelineEvent {
    /// The job.
    #[key = "CodePipeline.job"]
    #[required]
    pub job: CodePipelineJob,
}

impl ResponseFor<CodePipelineEvent> for () {}

/// A job.
///
/// Source: AWS CodePipeline user guide, "Invoke an AWS Lambda function in a pipeline", "Example
/// JSON event".
#[model]
pub struct CodePipelineJob {
    /// Its id, by which its result is told.
    #[key = "id"]
    #[required]
    pub id: String,
    /// The account of the pipeline.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// What there is to do.
    #[key = "data"]
    pub data: CodePipelineData,
}

/// What a job has to do.
///
/// Source: AWS CodePipeline API reference, "JobData".
#[model]
pub struct CodePipelineData {
    /// The configuration of the action.
    #[key = "actionConfiguration"]
    pub action_configuration: Option<CodePipelineActionConfiguration>,
    /// What it gets.
    #[key = "inputArtifacts"]
    pub input_artifacts: Vec<CodePipelineArtifact>,
    /// What it is to make.
    #[key = "outputArtifacts"]
    pub output_artifacts: Vec<CodePipelineArtifact>,
    /// How both are reached; they hold for the job.
    #[key = "artifactCredentials"]
    pub artifact_credentials: Option<CodePipelineCredentials>,
    /// What the function gave when it said that the job goes on; absent at first.
    #[key = "continuationToken"]
    pub continuation_token: Option<String>,
    /// The key of the artifacts, where they have one of their own.
    #[key = "encryptionKey"]
    pub encryption_key: Option<CodePipelineKey>,
}

/// The configuration of an action.
///
/// Source: AWS CodePipeline API reference, "ActionConfiguration".
#[model]
pub struct CodePipelineActionConfiguration {
    /// The configuration.
    #[key = "configuration"]
    pub configuration: CodePipelineConfiguration,
}

/// What an action that invokes a function is told.
///
/// Source: AWS CodePipeline user guide, "AWS Lambda action reference".
#[model]
pub struct CodePipelineConfiguration {
    /// The function.
    #[key = "FunctionName"]
    pub function_name: Option<String>,
    /// What the pipeline says besides.
    #[key = "UserParameters"]
    pub user_parameters: Option<String>,
}

/// An artifact.
///
/// Source: AWS CodePipeline API reference, "Artifact".
#[model]
pub struct CodePipelineArtifact {
    /// Where it is, or is to be put.
    #[key = "location"]
    pub location: Option<CodePipelineLocation>,
    /// Its revision; null when there is none.
    #[key = "revision"]
    pub revision: Option<String>,
    /// Its name.
    #[key = "name"]
    pub name: Option<String>,
}

/// Where an artifact is.
///
/// Source: AWS CodePipeline API reference, "ArtifactLocation".
#[model]
pub struct CodePipelineLocation {
    /// The object.
    #[key = "s3Location"]
    pub s3_location: Option<CodePipelineS3Location>,
    /// `S3`.
    #[key = "type"]
    pub kind: Option<String>,
}

/// An object.
///
/// Source: AWS CodePipeline API reference, "S3ArtifactLocation".
#[model]
pub struct CodePipelineS3Location {
    /// Its bucket.
    #[key = "bucketName"]
    pub bucket_name: String,
    /// Its key.
    #[key = "objectKey"]
    pub object_key: String,
}

/// Credentials for the artifacts of a job.
///
/// Source: AWS CodePipeline API reference, "AWSSessionCredentials".
#[model]
pub struct CodePipelineCredentials {
    /// The secret.
    #[key = "secretAccessKey"]
    pub secret_access_key: String,
    /// The token of the session.
    #[key = "sessionToken"]
    pub session_token: String,
    /// The id of the key.
    #[key = "accessKeyId"]
    pub access_key_id: String,
    /// Until when they hold.
    #[key = "expirationTime"]
    pub expiration_time: Option<Millis>,
}

/// A key of artifacts.
///
/// Source: AWS CodePipeline API reference, "EncryptionKey".
#[model]
pub struct CodePipelineKey {
    /// Its id or ARN.
    #[key = "id"]
    pub id: String,
    /// `KMS`.
    #[key = "type"]
    pub kind: Option<String>,
}

/// The detail of a change of a pipeline, a stage or an action:
/// `EventBridgeEvent<CodePipelineStateChange>`.
///
/// Source: AWS CodePipeline user guide, "Monitoring CodePipeline events", "Detail types".
#[model]
pub struct CodePipelineStateChange {
    /// The pipeline.
    #[key = "pipeline"]
    pub pipeline: String,
    /// Its version.
    #[key = "version"]
    pub version: Option<i64>,
    /// The execution.
    #[key = "execution-id"]
    pub execution_id: Option<String>,
    /// The stage; absent of pipelines.
    #[key = "stage"]
    pub stage: Option<String>,
    /// The action; of actions only.
    #[key = "action"]
    pub action: Option<String>,
    /// `STARTED`, `SUCCEEDED`, `FAILED`, `CANCELED`, `RESUMED`, `STOPPED`, `STOPPING`,
    /// `SUPERSEDED`, `ABANDONED`.
    #[key = "state"]
    pub state: String,
    /// The region of an action.
    #[key = "region"]
    pub region: Option<String>,
    /// What the action is; of actions only.
    #[key = "type"]
    pub kind: Option<CodePipelineActionType>,
}

/// What an action is.
///
/// Source: AWS CodePipeline API reference, "ActionTypeId".
#[model]
pub struct CodePipelineActionType {
    /// `AWS`, `ThirdParty` or `Custom`.
    #[key = "owner"]
    pub owner: Option<String>,
    /// `Source`, `Build`, `Deploy`, `Test`, `Invoke`, `Approval`, `Compute`.
    #[key = "category"]
    pub category: Option<String>,
    /// The service.
    #[key = "provider"]
    pub provider: Option<String>,
    /// Its version.
    #[key = "version"]
    pub version: Option<String>,
}
