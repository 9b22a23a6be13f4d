//! Records of pipes.

use super::{REGION, Sample, TIME_MILLIS, arn, some};
use crate::{
    Base64, Seconds,
    pipes::{PipesEvent, PipesKinesisRecord},
};

/// Records of a Kinesis stream with these data.
pub fn kinesis<D: Into<Vec<u8>>>(
    data: impl IntoIterator<Item = D>,
) -> Sample<PipesEvent<PipesKinesisRecord>> {
    let record = |(number, data): (usize, D)| {
        let sequence_number =
            format!("4959033827149025660855969253836157109592157598913{number:07}");
        PipesKinesisRecord {
            kinesis_schema_version: some("1.0"),
            partition_key: format!("key-{number}"),
            data: Base64(data.into()),
            approximate_arrival_timestamp: Some(Seconds::from_unix_nanos(TIME_MILLIS * 1_000_000)),
            event_source: some("aws:kinesis"),
            event_version: some("1.0"),
            event_id: Some(format!("shardId-000000000006:{sequence_number}")),
            event_name: some("aws:kinesis:record"),
            sequence_number,
            invoke_identity_arn: some("arn:aws:iam::123456789012:role/a-role"),
            aws_region: some(REGION),
            event_source_arn: Some(arn("kinesis", "stream/a-stream")),
            ..Default::default()
        }
    };
    Sample(data.into_iter().enumerate().map(record).collect())
}
