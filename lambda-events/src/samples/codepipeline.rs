//! Jobs of AWS CodePipeline.

use super::{ACCOUNT, Sample, id, some};
use crate::codepipeline::*;

/// An action invokes the function `a-function`.
pub fn job(user_parameters: &str) -> Sample<CodePipelineEvent> {
    let artifact = |name: &str| CodePipelineArtifact {
        location: Some(CodePipelineLocation {
            s3_location: Some(CodePipelineS3Location {
                bucket_name: "codepipeline-us-east-1-1234567890".to_owned(),
                object_key: format!("a-pipeline/{name}/abcdef"),
                ..Default::default()
            }),
            kind: some("S3"),
            ..Default::default()
        }),
        name: some(name),
        ..Default::default()
    };
    let configuration = CodePipelineConfiguration {
        function_name: some("a-function"),
        user_parameters: some(user_parameters),
        ..Default::default()
    };
    let data = CodePipelineData {
        action_configuration: Some(CodePipelineActionConfiguration {
            configuration,
            ..Default::default()
        }),
        input_artifacts: vec![artifact("source")],
        artifact_credentials: Some(CodePipelineCredentials {
            secret_access_key: "a-secret".to_owned(),
            session_token: "a-token".to_owned(),
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let job = CodePipelineJob { id: id(1), account_id: some(ACCOUNT), data, ..Default::default() };
    Sample(CodePipelineEvent { job, ..Default::default() })
}
