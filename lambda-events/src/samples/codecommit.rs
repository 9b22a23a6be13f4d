//! Events of AWS CodeCommit.

use super::{REGION, Sample, arn, id, some};
use crate::codecommit::{
    CodeCommitEvent, CodeCommitRecord, CodeCommitReference, CodeCommitReferences,
};

/// A commit was pushed to a branch of a repository.
pub fn push(repository: &str, branch: &str) -> Sample<CodeCommitEvent> {
    let reference = CodeCommitReference {
        commit: some("5c4ef1049f1d27deadbeeff313e0730018be182b"),
        reference: format!("refs/heads/{branch}"),
        ..Default::default()
    };
    let record = CodeCommitRecord {
        aws_region: some(REGION),
        codecommit: CodeCommitReferences { references: vec![reference], ..Default::default() },
        event_id: Some(id(1)),
        event_name: some("ReferenceChanges"),
        event_part_number: Some(1),
        event_source: some("aws:codecommit"),
        event_source_arn: Some(arn("codecommit", repository)),
        event_time: some("2026-01-01T00:00:00.000+0000"),
        event_total_parts: Some(1),
        event_trigger_config_id: Some(id(2)),
        event_trigger_name: some("a-trigger"),
        event_version: some("1.0"),
        user_identity_arn: some("arn:aws:iam::123456789012:user/somebody"),
        ..Default::default()
    };
    Sample(CodeCommitEvent { records: vec![record], ..Default::default() })
}

impl Sample<CodeCommitEvent> {
    /// The same, but the branch is new.
    pub fn created(self) -> Self {
        self.change(|reference| reference.created = Some(true))
    }

    /// The same, but the branch is gone.
    pub fn deleted(self) -> Self {
        self.change(|reference| reference.deleted = Some(true))
    }

    fn change(mut self, change: impl Fn(&mut CodeCommitReference)) -> Self {
        let records = self.records.iter_mut();
        records.flat_map(|record| &mut record.codecommit.references).for_each(change);
        self
    }
}
