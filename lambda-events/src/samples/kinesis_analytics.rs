//! Records of an application of Kinesis Data Analytics.

use super::{Sample, TIME_MILLIS, arn, id, some};
use crate::{
    Base64, Millis,
    kinesis_analytics::{
        KinesisAnalyticsDelivery, KinesisAnalyticsInput, KinesisAnalyticsInputRecord,
        KinesisAnalyticsOutput, KinesisAnalyticsOutputRecord, KinesisAnalyticsStreamMetadata,
    },
};

/// Records of a Kinesis stream before the application sees them.
pub fn input<D: Into<Vec<u8>>>(data: impl IntoIterator<Item = D>) -> Sample<KinesisAnalyticsInput> {
    let record = |(number, data): (usize, D)| KinesisAnalyticsInputRecord {
        record_id: id(number + 2),
        data: Base64(data.into()),
        kinesis_stream_record_metadata: Some(KinesisAnalyticsStreamMetadata {
            sequence_number: Some(format!(
                "495903382714902566085596925383615710959215759891{number:07}"
            )),
            partition_key: Some(format!("key-{number}")),
            shard_id: some("shardId-000000000006"),
            approximate_arrival_timestamp: Some(Millis::from_unix_millis(TIME_MILLIS)),
            ..Default::default()
        }),
        ..Default::default()
    };
    Sample(KinesisAnalyticsInput {
        invocation_id: id(1),
        application_arn: arn("kinesisanalytics", "application/an-application"),
        stream_arn: arn("kinesis", "stream/a-stream"),
        records: data.into_iter().enumerate().map(record).collect(),
        ..Default::default()
    })
}

/// Rows that the application has put out.
pub fn output<D: Into<Vec<u8>>>(
    rows: impl IntoIterator<Item = D>,
) -> Sample<KinesisAnalyticsOutput> {
    let record = |(number, data): (usize, D)| KinesisAnalyticsOutputRecord {
        record_id: id(number + 2),
        lambda_delivery_record_metadata: Some(KinesisAnalyticsDelivery {
            retry_hint: Some(0),
            ..Default::default()
        }),
        data: Base64(data.into()),
        ..Default::default()
    };
    Sample(KinesisAnalyticsOutput {
        invocation_id: id(1),
        application_arn: arn("kinesisanalytics", "application/an-application"),
        records: rows.into_iter().enumerate().map(record).collect(),
        ..Default::default()
    })
}
