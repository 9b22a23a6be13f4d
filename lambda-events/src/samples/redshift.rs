//! Rows of Amazon Redshift.

use super::{Sample, arn, id, some};
use crate::{RawJson, redshift::RedshiftEvent};

/// Rows with these arguments, for a function of SQL.
pub fn rows(
    function: &str,
    arguments: impl IntoIterator<Item = Vec<RawJson>>,
) -> Sample<RedshiftEvent> {
    let arguments: Vec<_> = arguments.into_iter().collect();
    Sample(RedshiftEvent {
        request_id: Some(id(1)),
        cluster: Some(arn("redshift", "cluster:a-cluster")),
        user: some("somebody"),
        database: some("dev"),
        external_function: function.to_owned(),
        query_id: Some(1),
        num_records: i64::try_from(arguments.len()).unwrap_or_default(),
        arguments,
        ..Default::default()
    })
}
