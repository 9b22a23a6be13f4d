//! Amazon S3 Batch Operations: a job that invokes a function for each object, in schemas 1.0 and 2.0.
//!
//! Source: Amazon S3 user guide, "Invoke AWS Lambda function", read 2026-11-26. Shown by the fixtures in
//! `fixtures/s3-batch`.

use std::borrow::Cow;

use lambda_events_macros::model;

use crate::{Map, ResponseFor, codec::kinds::words, url::decode_form};

/// An object, or several, of a job. The answer is an [`S3BatchResponse`] with a result for each
/// task.
///
/// Source: Amazon S3 user guide, "Invoke AWS Lambda function".
#[model(S3Batch)]
pub struct S3BatchEvent {
    /// The id of this call.
    #[key = "invocationId"]
    pub invocation_id: String,
    /// `1.0` or `2.0`.
    #[key = "invocationSchemaVersion"]
    #[required]
    pub invocation_schema_version: String,
    /// The job.
    #[key = "job"]
    pub job: S3BatchJob,
    /// What is to be done, one task in practice.
    #[key = "tasks"]
    #[required]
    pub tasks: Vec<S3BatchTask>,
}

impl ResponseFor<S3BatchEvent> for S3BatchResponse {}

impl S3BatchEvent {
    /// The answer with these results, one for each task.
    ///
    /// ```
    /// use lambda_events::s3_batch::{S3BatchEvent, S3BatchResponse};
    ///
    /// fn handler(event: S3BatchEvent) -> S3BatchResponse {
    ///     event.response(event.tasks.iter().map(|task| task.succeeded(&*task.key())))
    /// }
    /// ```
    pub fn response(&self, results: impl IntoIterator<Item = S3BatchResult>) -> S3BatchResponse {
        S3BatchResponse {
            invocation_id: self.invocation_id.clone(),
            invocation_schema_version: self.invocation_schema_version.clone(),
            results: results.into_iter().collect(),
            treat_missing_keys_as: S3BatchResultCode::PermanentFailure,
            ..Default::default()
        }
    }
}

/// A job.
///
/// Source: Amazon S3 user guide, "Invoke AWS Lambda function".
#[model]
pub struct S3BatchJob {
    /// Its id.
    #[key = "id"]
    pub id: String,
    /// What its maker gave it, with schema 2.0.
    #[key = "userArguments"]
    pub user_arguments: Option<Map<String>>,
}

/// An object of a job.
///
/// Source: Amazon S3 user guide, "Invoke AWS Lambda function".
#[model]
pub struct S3BatchTask {
    /// The name of the bucket, with schema 2.0.
    #[key = "s3Bucket"]
    pub s3_bucket: Option<String>,
    /// The ARN of the bucket, with schema 1.0.
    #[key = "s3BucketArn"]
    pub s3_bucket_arn: Option<String>,
    /// The key as it stands in the manifest, percent-encoded. See [`key`](Self::key).
    #[key = "s3Key"]
    #[required]
    pub s3_key: String,
    /// The version of the object; absent without versions.
    #[key = "s3VersionId"]
    pub s3_version_id: Option<String>,
    /// The id by which the answer names it.
    #[key = "taskId"]
    #[required]
    pub task_id: String,
}

impl S3BatchTask {
    /// The key of the object, decoded.
    pub fn key(&self) -> Cow<'_, str> {
        decode_form(&self.s3_key)
    }

    /// The name of the bucket, from whichever schema.
    pub fn bucket(&self) -> Option<&str> {
        let of_arn = || self.s3_bucket_arn.as_deref()?.rsplit(':').next();
        self.s3_bucket.as_deref().or_else(of_arn)
    }

    /// The result that it is done, with a text for the report.
    pub fn succeeded(&self, text: impl Into<String>) -> S3BatchResult {
        self.result(S3BatchResultCode::Succeeded, text)
    }

    /// The result that it is to be tried again, with a text for the report.
    pub fn temporary_failure(&self, text: impl Into<String>) -> S3BatchResult {
        self.result(S3BatchResultCode::TemporaryFailure, text)
    }

    /// The result that it cannot be done, with a text for the report.
    pub fn permanent_failure(&self, text: impl Into<String>) -> S3BatchResult {
        self.result(S3BatchResultCode::PermanentFailure, text)
    }

    fn result(&self, code: S3BatchResultCode, text: impl Into<String>) -> S3BatchResult {
        S3BatchResult {
            result_code: code,
            result_string: Some(text.into()),
            task_id: self.task_id.clone(),
            ..Default::default()
        }
    }
}

/// What became of the tasks.
///
/// Source: Amazon S3 user guide, "Invoke AWS Lambda function".
#[model]
pub struct S3BatchResponse {
    /// That of the event.
    #[key = "invocationId"]
    pub invocation_id: String,
    /// That of the event.
    #[key = "invocationSchemaVersion"]
    pub invocation_schema_version: String,
    /// A result for each task.
    #[key = "results"]
    pub results: Vec<S3BatchResult>,
    /// What a task without a result is.
    #[key = "treatMissingKeysAs"]
    pub treat_missing_keys_as: S3BatchResultCode,
}

/// What became of a task.
///
/// Source: Amazon S3 user guide, "Invoke AWS Lambda function".
#[model]
pub struct S3BatchResult {
    /// How it went.
    #[key = "resultCode"]
    pub result_code: S3BatchResultCode,
    /// A text for the report.
    #[key = "resultString"]
    pub result_string: Option<String>,
    /// The id of the task.
    #[key = "taskId"]
    pub task_id: String,
}

words! {
    /// How a task went.
    ///
    /// Source: Amazon S3 user guide, "Invoke AWS Lambda function".
    pub enum S3BatchResultCode {
        /// It is done.
        #[word = "Succeeded"]
        Succeeded,
        /// It is tried again.
        #[word = "TemporaryFailure"]
        TemporaryFailure,
        /// It cannot be done.
        #[word = "PermanentFailure"]
        PermanentFailure,
    }
}
