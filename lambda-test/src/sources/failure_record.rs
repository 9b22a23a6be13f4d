//! What an on-failure destination receives of records that are not tried any more.
//!
//! Source: AWS Lambda developer guide, "Retain discarded batch records for a Kinesis Data Streams event source".

use std::{collections::BTreeMap, rc::Rc};

use serde_json::{Value, json};

use super::{
    kafka_record::{self, KafkaMessage},
    lane::{Discarded, LastInvocation},
    log::{LogInner, What, topic_id},
    log_event,
    log_state::{Body, LogRecord},
    mapping::{Mapping, MappingTarget},
    registered::Resources,
};
use crate::{
    lifecycle::RequestId,
    service::{Message, Registry, delivered, object_key},
};

/// Sends a record of what was discarded to the destination of the mapping, if it has one.
pub(super) fn send(
    mapping: &Mapping,
    log: &LogInner,
    discarded: &Discarded,
    request_id: &RequestId,
) {
    let Some(destination) = mapping.config.borrow().on_failure.clone() else { return };
    let target = mapping.target.borrow().clone();
    let registry = target.function.upgrade().map(|function| function.registry.clone());
    let is_sent = registry.is_some_and(|registry| match destination.strip_prefix("kafka://") {
        Some(topic) => produce(&registry, log, discarded, topic),
        None => {
            let mut record = record(&target, log, discarded, request_id);
            let mut message = Message::new(log.clock.elapsed(), String::new());
            if destination.starts_with("arn:aws:s3:") {
                let payload =
                    log_event::event(log, &discarded.batch, &mapping.place[0], &target.name);
                record["payload"] = String::from_utf8_lossy(&payload).into();
                let prefix = format!("aws/lambda/{}/{}", mapping.uuid, discarded.batch.shard());
                let id = mapping.random.borrow_mut().uuid();
                message.key = Some(object_key(log.clock, &prefix, &id));
            }
            message.body = record.to_string().into();
            registry.inbox(&destination).is_some_and(|inbox| inbox.send(message).is_ok())
        }
    });
    if let Some(context) = mapping.context.upgrade() {
        let kind = delivered(destination, is_sent);
        context.note_of(target.name, Some(request_id.clone()), kind);
    }
}

/// Produces the records themselves to another topic of their cluster. Returns whether there is one.
fn produce(registry: &Registry, log: &LogInner, discarded: &Discarded, topic: &str) -> bool {
    let resources = registry.kept::<Resources>();
    let Some(found) = resources.find(&topic_id(&log.servers(), topic)) else { return false };
    for record in &discarded.batch.records {
        if let Body::Kafka(message) = &record.body {
            let partition = usize::try_from(message.partition).unwrap_or_default();
            let partition = partition % found.state.borrow().shards.len();
            let number = partition.try_into().unwrap_or(i32::MAX);
            let message =
                KafkaMessage { topic: topic.into(), partition: number, ..(**message).clone() };
            kafka_record::append(&found, partition, message);
        }
    }
    true
}

fn record(
    target: &MappingTarget,
    log: &LogInner,
    discarded: &Discarded,
    request_id: &str,
) -> Value {
    let mut record = json!({
        "requestContext": {
            "requestId": request_id,
            // Without a qualifier, whatever the mapping has.
            "functionArn": target.arn.split(':').take(7).collect::<Vec<_>>().join(":"),
            "condition": discarded.condition,
            // "A record that expired before it was read first still has an invoke count of 1."
            "approximateInvokeCount": discarded.invocations.max(1),
        },
    });
    let last = discarded.last.as_ref().filter(|_| discarded.condition != "RecordAgeExceeded");
    if let Some(LastInvocation { version, has_failed, .. }) = last {
        let error = has_failed.then_some("Unhandled");
        record["responseContext"] =
            json!({"statusCode": 200, "executedVersion": &**version, "functionError": error});
    }
    record["version"] = "1.0".into();
    record["timestamp"] = log.clock.iso_at(log.clock.elapsed()).into();
    let (name, info) = info(log, &discarded.batch.records);
    record[name] = info;
    record
}

/// What is stated of the records, which are not in it themselves.
fn info(log: &LogInner, records: &[Rc<LogRecord>]) -> (&'static str, Value) {
    let (first, last) = (records.first(), records.last());
    let (Some(first), Some(last)) = (first, last) else { return ("KinesisBatchInfo", Value::Null) };
    let of_stream = || {
        json!({
            "shardId": &*first.shard,
            "startSequenceNumber": &*first.sequence,
            "endSequenceNumber": &*last.sequence,
            "approximateArrivalOfFirstRecord": log.iso(first),
            "approximateArrivalOfLastRecord": log.iso(last),
            "batchSize": records.len(),
            "streamArn": &*log.arn,
        })
    };
    match &log.what {
        What::Stream => ("KinesisBatchInfo", of_stream()),
        What::Table { .. } => ("DDBStreamBatchInfo", of_stream()),
        What::Topic { servers, .. } => {
            let mut infos: BTreeMap<&str, Value> = BTreeMap::new();
            for record in records {
                let info = infos.entry(&record.shard).or_insert_with(|| {
                    json!({
                        "firstRecordOffset": &*record.sequence,
                        "firstRecordTimestamp": log.iso(record),
                    })
                });
                info["lastRecordOffset"] = (*record.sequence).into();
                info["lastRecordTimestamp"] = log.iso(record).into();
            }
            let size: usize = records.iter().map(|record| record.size).sum();
            let info = json!({
                "batchSize": records.len(),
                "eventSourceArn": &*log.arn,
                "bootstrapServers": &**servers,
                "payloadSize": size,
                "recordInfos": infos,
            });
            ("KafkaBatchInfo", info)
        }
    }
}
