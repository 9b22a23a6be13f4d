//! AWS CodeCommit: triggers of a repository.
//!
//! Source: AWS CodeCommit user guide, "Manage triggers for a repository", read 2026-11-26. Shown by the
//! fixtures in `fixtures/codecommit`.

use lambda_events_macros::model;

use crate::ResponseFor;

/// What happened in a repository. Lambda is invoked asynchronously, so there is no answer.
///
/// Source: AWS CodeCommit user guide, "Example: Create an AWS CodeCommit trigger for an AWS Lambda
/// function".
#[model(CodeCommit)]
pub struct CodeCommitEvent {
    /// What happened, one in practice.
    #[key = "Records"]
    #[required]
    pub records: Vec<CodeCommitRecord>,
}

impl ResponseFor<CodeCommitEvent> for () {}

/// One thing that happened.
///
/// Source: AWS CodeCommit user guide, "Example: Create an AWS CodeCommit trigger for an AWS Lambda
/// function".
#[model]
pub struct CodeCommitRecord {
    /// The region of the repository.
    #[key = "awsRegion"]
    pub aws_region: Option<String>,
    /// The branches and tags that changed.
    #[key = "codecommit"]
    #[required]
    pub codecommit: CodeCommitReferences,
    /// What the trigger was given to send; absent when nothing.
    #[key = "customData"]
    pub custom_data: Option<String>,
    /// The id of the event.
    #[key = "eventId"]
    pub event_id: Option<String>,
    /// `ReferenceChanges`; `TriggerEventTest` for a test.
    #[key = "eventName"]
    pub event_name: Option<String>,
    /// Which part this is, from 1.
    #[key = "eventPartNumber"]
    pub event_part_number: Option<u32>,
    /// `aws:codecommit`.
    #[key = "eventSource"]
    pub event_source: Option<String>,
    /// The ARN of the repository.
    #[key = "eventSourceARN"]
    pub event_source_arn: Option<String>,
    /// When it happened, in RFC 3339 but for an offset without a colon:
    /// `2016-01-01T23:59:59.000+0000`. See [`parse_rfc3339`](crate::time::parse_rfc3339).
    #[key = "eventTime"]
    pub event_time: Option<String>,
    /// How many parts there are.
    #[key = "eventTotalParts"]
    pub event_total_parts: Option<u32>,
    /// The id of the trigger's configuration.
    #[key = "eventTriggerConfigId"]
    pub event_trigger_config_id: Option<String>,
    /// The name of the trigger.
    #[key = "eventTriggerName"]
    pub event_trigger_name: Option<String>,
    /// `1.0`.
    #[key = "eventVersion"]
    pub event_version: Option<String>,
    /// Who did it.
    #[key = "userIdentityARN"]
    pub user_identity_arn: Option<String>,
}

impl CodeCommitRecord {
    /// The name of the repository, the last part of its ARN.
    pub fn repository(&self) -> Option<&str> {
        self.event_source_arn.as_deref()?.rsplit(':').next()
    }
}

/// The branches and tags that changed.
///
/// Source: AWS CodeCommit user guide, "Example: Create an AWS CodeCommit trigger for an AWS Lambda
/// function".
#[model]
pub struct CodeCommitReferences {
    /// The branches and tags.
    #[key = "references"]
    pub references: Vec<CodeCommitReference>,
}

/// A branch or tag that changed.
///
/// Source: AWS CodeCommit user guide, "Example: Create an AWS CodeCommit trigger for an AWS Lambda
/// function".
#[model]
pub struct CodeCommitReference {
    /// The commit that it points to now.
    #[key = "commit"]
    pub commit: Option<String>,
    /// Its full name: `refs/heads/main`.
    #[key = "ref"]
    pub reference: String,
    /// Whether it is new; absent otherwise.
    #[key = "created"]
    pub created: Option<bool>,
    /// Whether it is gone; absent otherwise.
    #[key = "deleted"]
    pub deleted: Option<bool>,
}

impl CodeCommitReference {
    /// The name of the branch, if it is one.
    pub fn branch(&self) -> Option<&str> {
        self.reference.strip_prefix("refs/heads/")
    }
}
