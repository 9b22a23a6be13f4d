//! The event of a batch of a stream, a table or a topic.

use std::sync::Arc;

use lambda_events::{
    Base64, ByteList, Map, Millis, RawJson, Seconds,
    dynamodb::{
        DynamoDbEvent, DynamoDbIdentity, DynamoDbRecord, DynamoDbStreamRecord, DynamoDbView,
        DynamoDbWindowEvent,
    },
    kafka::{KafkaEvent, KafkaRecord, KafkaTimestampType},
    kinesis::{KinesisData, KinesisEvent, KinesisRecord, KinesisWindowEvent},
    window::Window,
};
use serde_json::Value;

use super::{
    change::{Change, size_of_item},
    kafka_record::KafkaMessage,
    lane::Batch,
    log::{LogInner, What},
    log_state::{Body, LogRecord},
    tumbling::WindowPart,
};

/// Returns the event of a batch, which a function of this name and account receives.
pub(super) fn event(log: &LogInner, batch: &Batch, account: &str, function: &str) -> Vec<u8> {
    let records = batch.records.iter();
    let role = format!("arn:aws:iam::{account}:role/{function}");
    let bytes = match (&log.what, &batch.window) {
        (What::Stream, None) => {
            let records = records.map(|it| of_stream(log, it, &role)).collect();
            serde_json::to_vec(&KinesisEvent { records, ..KinesisEvent::default() })
        }
        (What::Stream, Some(part)) => serde_json::to_vec(&KinesisWindowEvent {
            shard_id: Some(part.shard.to_string()),
            records: records.map(|it| of_stream(log, it, &role)).collect(),
            window: window(log, part),
            state: state(part),
            event_source_arn: Some(log.arn.to_string()),
            is_final_invoke_for_window: part.is_final,
            is_window_terminated_early: part.is_cut_short,
            ..KinesisWindowEvent::default()
        }),
        (What::Table { view }, None) => {
            let records = records.map(|it| of_table(log, it, &view.borrow())).collect();
            serde_json::to_vec(&DynamoDbEvent { records, ..DynamoDbEvent::default() })
        }
        (What::Table { view }, Some(part)) => serde_json::to_vec(&DynamoDbWindowEvent {
            shard_id: Some(part.shard.to_string()),
            records: records.map(|it| of_table(log, it, &view.borrow())).collect(),
            window: window(log, part),
            state: state(part),
            event_source_arn: Some(log.arn.to_string()),
            is_final_invoke_for_window: part.is_final,
            is_window_terminated_early: part.is_cut_short,
            ..DynamoDbWindowEvent::default()
        }),
        (What::Topic { servers, .. }, _) => {
            let mut by_partition: Vec<(String, Vec<KafkaRecord>)> = Vec::new();
            for record in records {
                let place = by_partition.iter().position(|(name, _)| **name == *record.shard);
                let place = place.unwrap_or_else(|| {
                    by_partition.push((record.shard.to_string(), Vec::new()));
                    by_partition.len() - 1
                });
                by_partition[place].1.extend(of_topic(log, record));
            }
            let is_own = log.arn.is_empty();
            serde_json::to_vec(&KafkaEvent {
                event_source: if is_own { "SelfManagedKafka" } else { "aws:kafka" }.to_owned(),
                event_source_arn: (!is_own).then(|| log.arn.to_string()),
                bootstrap_servers: Some(servers.to_string()),
                records: by_partition.into_iter().collect::<Map<_>>(),
                ..KafkaEvent::default()
            })
        }
    };
    // A model has a form in JSON.
    bytes.unwrap_or_default()
}

/// The members of a record that filters see, and its data as text.
pub(super) fn members(
    log: &LogInner,
    record: &LogRecord,
) -> (serde_json::Map<String, Value>, Option<String>) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    let (value, data) = match (&log.what, &record.body) {
        (What::Stream, Body::Data(data)) => {
            let mut value = serde_json::to_value(of_stream(log, record, ""));
            // "Members of `kinesis` are filtered by their names alone."
            if let Ok(value) = &mut value {
                let inner = value["kinesis"].take();
                if let (Value::Object(inner), Some(outer)) = (inner, value.as_object_mut()) {
                    outer.remove("kinesis");
                    outer.extend(inner);
                }
            }
            (value, text(data))
        }
        (What::Table { view }, _) => {
            (serde_json::to_value(of_table(log, record, &view.borrow())), None)
        }
        (_, Body::Kafka(message)) => {
            let mut value = serde_json::to_value(of_topic(log, record));
            if let (Ok(value), Some(key)) = (&mut value, &message.key) {
                value["key"] = text(key).into();
            }
            (value, message.value.as_deref().and_then(text))
        }
        _ => (Ok(Value::Null), None),
    };
    match value {
        Ok(Value::Object(members)) => (members, data),
        _ => (serde_json::Map::new(), data),
    }
}

fn window(log: &LogInner, part: &WindowPart) -> Window {
    let whole = |at| log.clock.iso_at(at).replace(".000Z", "Z");
    Window { start: whole(part.start), end: whole(part.end), ..Window::default() }
}

fn state(part: &WindowPart) -> RawJson {
    serde_json::from_str(&part.state).unwrap_or_default()
}

fn seconds(log: &LogInner, record: &LogRecord) -> Seconds {
    let wall = log.clock.epoch_ms_at(log.arrival(record));
    Seconds::from_unix_nanos(i64::try_from(wall * 1_000_000).unwrap_or(i64::MAX))
}

fn of_stream(log: &LogInner, record: &LogRecord, role: &str) -> KinesisRecord {
    let text = |text: &str| Some(text.to_owned());
    let data = match &record.body {
        Body::Data(data) => data.clone(),
        _ => Vec::new(),
    };
    KinesisRecord {
        kinesis: KinesisData {
            kinesis_schema_version: text("1.0"),
            partition_key: record.key.to_string(),
            sequence_number: record.sequence.to_string(),
            data: Base64(data),
            approximate_arrival_timestamp: Some(seconds(log, record)),
            ..KinesisData::default()
        },
        event_source: text("aws:kinesis"),
        event_version: text("1.0"),
        event_id: Some(format!("{}:{}", record.shard, record.sequence)),
        event_name: text("aws:kinesis:record"),
        invoke_identity_arn: text(role),
        aws_region: text(&log.region),
        event_source_arn: text(&log.arn),
        ..KinesisRecord::default()
    }
}

fn of_table(log: &LogInner, record: &LogRecord, view: &DynamoDbView) -> DynamoDbRecord {
    let text = |text: &str| Some(text.to_owned());
    let Body::Change(change) = &record.body else { return DynamoDbRecord::default() };
    let Change { operation, keys, old, new, is_expiry } = &**change;
    let has_new = matches!(view, DynamoDbView::NewImage | DynamoDbView::NewAndOldImages);
    let has_old = matches!(view, DynamoDbView::OldImage | DynamoDbView::NewAndOldImages);
    let (new, old) = (new.as_ref().filter(|_| has_new), old.as_ref().filter(|_| has_old));
    let size: usize = [Some(keys), new, old].into_iter().flatten().map(size_of_item).sum();
    DynamoDbRecord {
        event_id: Some(event_id(&record.sequence)),
        event_name: operation.clone(),
        event_version: text("1.1"),
        event_source: text("aws:dynamodb"),
        aws_region: text(&log.region),
        dynamodb: DynamoDbStreamRecord {
            approximate_creation_date_time: Some(seconds(log, record)),
            keys: keys.clone(),
            new_image: new.cloned(),
            old_image: old.cloned(),
            sequence_number: record.sequence.to_string(),
            size_bytes: Some(size.try_into().unwrap_or(u64::MAX)),
            stream_view_type: Some(view.clone()),
            ..DynamoDbStreamRecord::default()
        },
        user_identity: is_expiry.then(|| DynamoDbIdentity {
            kind: text("Service"),
            principal_id: text("dynamodb.amazonaws.com"),
            ..DynamoDbIdentity::default()
        }),
        event_source_arn: text(&log.arn),
        ..DynamoDbRecord::default()
    }
}

/// 32 hexadecimal digits, of the sequence number.
fn event_id(sequence: &Arc<str>) -> String {
    format!("{:x}", md5::compute(sequence.as_bytes()))
}

fn of_topic(log: &LogInner, record: &LogRecord) -> Option<KafkaRecord> {
    let Body::Kafka(message) = &record.body else { return None };
    let KafkaMessage { topic, partition, key, value, headers } = &**message;
    let header =
        |(name, value): &(String, Vec<u8>)| Map::from([(name.as_str(), ByteList(value.clone()))]);
    Some(KafkaRecord {
        topic: topic.to_string(),
        partition: *partition,
        offset: record.index.try_into().unwrap_or(i64::MAX),
        timestamp: Some(Millis::from_unix_millis(
            log.clock.epoch_ms_at(record.arrived).try_into().unwrap_or(i64::MAX),
        )),
        timestamp_type: Some(KafkaTimestampType::CreateTime),
        key: key.clone().map(Base64),
        value: value.clone().map(Base64),
        headers: headers.iter().map(header).collect(),
        ..KafkaRecord::default()
    })
}
