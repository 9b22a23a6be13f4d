//! Records of a stream of Kinesis, `a-stream`.

use super::{REGION, Sample, TIME_MILLIS, arn, some};
use crate::{
    Base64, RawJson, Seconds,
    kinesis::{KinesisData, KinesisEvent, KinesisRecord, KinesisWindowEvent, aggregate},
    window::Window,
};

fn record(number: usize, data: Vec<u8>) -> KinesisRecord {
    let sequence_number = format!("4959033827149025660855969253836157109592157598913{number:07}");
    KinesisRecord {
        event_id: Some(format!("shardId-000000000006:{sequence_number}")),
        kinesis: KinesisData {
            kinesis_schema_version: some("1.0"),
            partition_key: format!("key-{number}"),
            sequence_number,
            data: Base64(data),
            approximate_arrival_timestamp: Some(Seconds::from_unix_nanos(TIME_MILLIS * 1_000_000)),
            ..Default::default()
        },
        event_source: some("aws:kinesis"),
        event_version: some("1.0"),
        event_name: some("aws:kinesis:record"),
        invoke_identity_arn: some("arn:aws:iam::123456789012:role/a-role"),
        aws_region: some(REGION),
        event_source_arn: Some(arn("kinesis", "stream/a-stream")),
        ..Default::default()
    }
}

fn all<D: Into<Vec<u8>>>(data: impl IntoIterator<Item = D>) -> Vec<KinesisRecord> {
    let data = data.into_iter().enumerate();
    data.map(|(number, data)| record(number + 1, data.into())).collect()
}

/// A batch with these data.
pub fn records<D: Into<Vec<u8>>>(data: impl IntoIterator<Item = D>) -> Sample<KinesisEvent> {
    Sample(KinesisEvent { records: all(data), ..Default::default() })
}

/// One record into which the Kinesis Producer Library put these, by partition key and data.
pub fn aggregated(records: &[(&str, &[u8])]) -> Sample<KinesisEvent> {
    self::records([aggregate(records)])
}

/// Records within a tumbling window of two minutes, with the state of the last invocation for it.
pub fn window<D: Into<Vec<u8>>>(
    data: impl IntoIterator<Item = D>,
    state: RawJson,
) -> Sample<KinesisWindowEvent> {
    Sample(KinesisWindowEvent {
        records: all(data),
        window: Window {
            start: "2026-01-01T00:00:00Z".to_owned(),
            end: "2026-01-01T00:02:00Z".to_owned(),
            ..Default::default()
        },
        state,
        shard_id: some("shardId-000000000006"),
        event_source_arn: Some(arn("kinesis", "stream/a-stream")),
        ..Default::default()
    })
}
