//! Records of the topic `a-topic`.

use super::{Sample, TIME_MILLIS, arn, some};
use crate::{
    Base64, ByteList, Map, Millis,
    kafka::{KafkaEvent, KafkaRecord, KafkaTimestampType},
};

/// A batch with these values, of partition 0 of an MSK cluster.
pub fn records<D: Into<Vec<u8>>>(values: impl IntoIterator<Item = D>) -> Sample<KafkaEvent> {
    let values = values.into_iter().zip(15..);
    let records = values.map(|(value, offset)| record(0, offset, value)).collect();
    Sample(KafkaEvent {
        event_source: "aws:kafka".to_owned(),
        event_source_arn: Some(arn(
            "kafka",
            "cluster/a-cluster/751d2973-a626-431c-9d4e-d7975eb44dd7-2",
        )),
        bootstrap_servers: some("b-1.a-cluster.kafka.us-east-1.amazonaws.com:9092"),
        records: Map::from([("a-topic-0", records)]),
        ..Default::default()
    })
}

/// A record of a partition, with a key and a header.
pub fn record(partition: i32, offset: i64, value: impl Into<Vec<u8>>) -> KafkaRecord {
    KafkaRecord {
        topic: "a-topic".to_owned(),
        partition,
        offset,
        timestamp: Some(Millis::from_unix_millis(TIME_MILLIS)),
        timestamp_type: Some(KafkaTimestampType::CreateTime),
        key: Some(Base64(format!("key-{offset}").into_bytes())),
        value: Some(Base64(value.into())),
        headers: vec![Map::from([("a-header", ByteList(b"a value".to_vec()))])],
        ..Default::default()
    }
}

impl Sample<KafkaEvent> {
    /// The same, but of a cluster of one's own.
    pub fn self_managed(mut self) -> Self {
        self.event_source = "SelfManagedKafka".to_owned();
        self.event_source_arn = None;
        self.bootstrap_servers = some("abc.xyz.com:9092");
        self
    }

    /// The same with records of another partition.
    pub fn partition<D: Into<Vec<u8>>>(
        mut self,
        partition: i32,
        values: impl IntoIterator<Item = D>,
    ) -> Self {
        let values = values.into_iter().zip(15..);
        let records = values.map(|(value, offset)| record(partition, offset, value)).collect();
        self.records.insert(format!("a-topic-{partition}"), records);
        self
    }
}
