//! What an on-failure destination receives of records that are not tried any more.
//!
//! Source: AWS Lambda developer guide, "Retain discarded batch records for a Kinesis Data Streams event source".

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};

use super::{
    kafka::{self, KafkaMessage, topic_id},
    lane::{Batch, Discarded},
    log::{LogInner, What},
    log_event,
    log_state::Body,
    mapping::Mapping,
    registered::Resources,
};
use crate::{kernel::RecordKind, service::Message};

/// How the last invocation with the records ended: the version, and whether the function failed.
pub(super) type LastEnd = Option<(Arc<str>, bool)>;

/// Sends a record of what was discarded to the destination of the mapping, if it has one.
pub(super) fn send(
    mapping: &Mapping,
    log: &LogInner,
    discarded: &Discarded,
    request_id: Arc<str>,
    last: LastEnd,
) {
    let Some(arn) = mapping.config.borrow().on_failure.clone() else { return };
    let target = mapping.target.borrow().clone();
    let now = log.clock.elapsed();
    let mut record = json!({
        "requestContext": {
            "requestId": &*request_id,
            // Without a qualifier, whatever the mapping has.
            "functionArn": target.arn.split(':').take(7).collect::<Vec<_>>().join(":"),
            "condition": discarded.condition,
            "approximateInvokeCount": discarded.invocations,
        },
    });
    if let (Some((version, has_failed)), false) = (last, discarded.condition == "RecordAgeExceeded")
    {
        let error = has_failed.then_some("Unhandled");
        record["responseContext"] =
            json!({"statusCode": 200, "executedVersion": &*version, "functionError": error});
    }
    record["version"] = "1.0".into();
    record["timestamp"] = log.clock.iso_at(now).into();
    let (name, info) = info(log, discarded);
    record[name] = info;
    let function = target.function.upgrade();
    if let Some(topic) = arn.strip_prefix("kafka://") {
        // "The records themselves", to another topic of the cluster.
        let resources = function.map(|function| function.registry.kept::<Resources>());
        let found = resources.and_then(|it| it.find(&topic_id(&log.name_of_servers(), topic)));
        let is_sent = found.is_some_and(|found| {
            for record in &discarded.records {
                if let Body::Kafka(message) = &record.body {
                    let partition = usize::try_from(message.partition).unwrap_or_default();
                    let partition = partition % found.state.borrow().shards.len();
                    let (topic, partition_number) = (topic.into(), partition.try_into());
                    let partition_number = partition_number.unwrap_or_default();
                    let message =
                        KafkaMessage { topic, partition: partition_number, ..(**message).clone() };
                    kafka::append(&found, partition, message);
                }
            }
            true
        });
        return note(mapping, arn.clone(), is_sent, request_id);
    }
    let is_bucket = arn.starts_with("arn:aws:s3:");
    let mut message = Message::new(now, String::new());
    if is_bucket {
        let batch = Batch { records: discarded.records.clone(), window: None };
        let payload = log_event::event(log, &batch, &mapping.place[0], &target.name);
        record["payload"] = String::from_utf8_lossy(&payload).into();
        message.key = Some(object_key(mapping, log, discarded));
    }
    message.body = record.to_string().into();
    let inbox = function.and_then(|function| function.registry.inbox(&arn));
    let is_sent = inbox.is_some_and(|inbox| inbox.send(message).is_ok());
    note(mapping, arn, is_sent, request_id);
}

fn note(mapping: &Mapping, destination: Arc<str>, is_sent: bool, request_id: Arc<str>) {
    let Some(context) = mapping.context.upgrade() else { return };
    let kind = match is_sent {
        true => RecordKind::RecordSent { destination },
        false => RecordKind::DestinationDeliveryFailed { destination },
    };
    context.note_of(mapping.target.borrow().name.clone(), Some(request_id), kind);
}

/// What is stated of the records, which are not in it themselves.
fn info(log: &LogInner, discarded: &Discarded) -> (&'static str, Value) {
    let (first, last) = (discarded.records.first(), discarded.records.last());
    let (Some(first), Some(last)) = (first, last) else { return ("KinesisBatchInfo", Value::Null) };
    let of_stream = || {
        json!({
            "shardId": &*first.shard,
            "startSequenceNumber": &*first.sequence,
            "endSequenceNumber": &*last.sequence,
            "approximateArrivalOfFirstRecord": log.iso(first),
            "approximateArrivalOfLastRecord": log.iso(last),
            "batchSize": discarded.records.len(),
            "streamArn": &*log.arn,
        })
    };
    match &log.what {
        What::Stream => ("KinesisBatchInfo", of_stream()),
        What::Table { .. } => ("DDBStreamBatchInfo", of_stream()),
        What::Topic { servers, .. } => {
            let mut infos: BTreeMap<&str, Value> = BTreeMap::new();
            for record in &discarded.records {
                let info = infos.entry(&record.shard).or_insert_with(|| {
                    json!({
                        "firstRecordOffset": &*record.sequence,
                        "firstRecordTimestamp": log.iso(record),
                    })
                });
                info["lastRecordOffset"] = (*record.sequence).into();
                info["lastRecordTimestamp"] = log.iso(record).into();
            }
            let size: usize = discarded.records.iter().map(|record| record.size).sum();
            let info = json!({
                "batchSize": discarded.records.len(),
                "eventSourceArn": &*log.arn,
                "bootstrapServers": &**servers,
                "payloadSize": size,
                "recordInfos": infos,
            });
            ("KafkaBatchInfo", info)
        }
    }
}

/// `aws/lambda/MAPPING/SHARD/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-UUID`
fn object_key(mapping: &Mapping, log: &LogInner, discarded: &Discarded) -> String {
    let now = log.clock.elapsed();
    let (date, time) = (log.clock.date_at(now), log.clock.iso_at(now));
    let time = time.split('.').next().unwrap_or_default().replace(':', ".");
    let shard = discarded.records.first().map(|record| record.shard.clone()).unwrap_or_default();
    let id = mapping.random.borrow_mut().uuid();
    format!("aws/lambda/{}/{shard}/{date}/{time}-{id}", mapping.uuid)
}
