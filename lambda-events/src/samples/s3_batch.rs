//! Events of Amazon S3 Batch Operations.

use super::{Sample, id, some};
use crate::{
    s3_batch::{S3BatchEvent, S3BatchJob, S3BatchTask},
    url::encode_form,
};

/// An object of a job, by its key as people write it. Schema 2.0.
pub fn task(bucket: &str, key: &str) -> Sample<S3BatchEvent> {
    let task = S3BatchTask {
        s3_bucket: some(bucket),
        s3_key: encode_form(key),
        task_id: id(3),
        ..Default::default()
    };
    Sample(S3BatchEvent {
        invocation_id: id(1),
        invocation_schema_version: "2.0".to_owned(),
        job: S3BatchJob { id: id(2), ..Default::default() },
        tasks: vec![task],
        ..Default::default()
    })
}
