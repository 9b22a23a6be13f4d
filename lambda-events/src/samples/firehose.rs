//! Records of a stream of Firehose, `a-stream`.

use super::{REGION, Sample, TIME_MILLIS, arn, id, some};
use crate::{
    Base64, Millis,
    firehose::{FirehoseEvent, FirehoseMskMetadata, FirehoseRecord},
};

fn event(records: Vec<FirehoseRecord>) -> FirehoseEvent {
    FirehoseEvent {
        invocation_id: id(1),
        delivery_stream_arn: arn("firehose", "deliverystream/a-stream"),
        region: some(REGION),
        records,
        ..Default::default()
    }
}

fn record(number: usize) -> FirehoseRecord {
    FirehoseRecord {
        record_id: format!("495469866831355442865074579363216256757001924711567{number:05}"),
        approximate_arrival_timestamp: Some(Millis::from_unix_millis(TIME_MILLIS)),
        ..Default::default()
    }
}

/// A batch with these data, put straight into the stream.
pub fn records<D: Into<Vec<u8>>>(data: impl IntoIterator<Item = D>) -> Sample<FirehoseEvent> {
    let direct = |(number, data): (usize, D)| FirehoseRecord {
        data: Some(Base64(data.into())),
        ..record(number + 1)
    };
    Sample(event(data.into_iter().enumerate().map(direct).collect()))
}

/// A batch with these values, from the cluster `a-cluster` of MSK.
pub fn msk<D: Into<Vec<u8>>>(values: impl IntoIterator<Item = D>) -> Sample<FirehoseEvent> {
    let from_msk = |(number, value): (usize, D)| FirehoseRecord {
        kafka_record_value: Some(Base64(value.into())),
        msk_record_metadata: Some(FirehoseMskMetadata {
            offset: Some(number.to_string()),
            partition_id: some("1"),
            approximate_arrival_timestamp: Some(Millis::from_unix_millis(TIME_MILLIS)),
            ..Default::default()
        }),
        ..record(number + 1)
    };
    Sample(FirehoseEvent {
        source_msk_arn: Some(arn("kafka", &format!("cluster/a-cluster/{}-1", id(2)))),
        ..event(values.into_iter().enumerate().map(from_msk).collect())
    })
}
