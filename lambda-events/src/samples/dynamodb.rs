//! Changes of a table of DynamoDB, `a-table`, whose key is the attribute `id`.

use super::{REGION, Sample, TIME_MILLIS, arn, id, some};
use crate::{
    Attribute, Map, RawJson, Seconds,
    dynamodb::{
        DynamoDbEvent, DynamoDbIdentity, DynamoDbOperation, DynamoDbRecord, DynamoDbStreamRecord,
        DynamoDbView, DynamoDbWindowEvent,
    },
    window::Window,
};

/// An item: texts, numbers and so on by their names.
type Item = Map<Attribute>;

fn record(
    number: usize,
    operation: DynamoDbOperation,
    old: Option<Item>,
    new: Option<Item>,
) -> DynamoDbRecord {
    let key = new.as_ref().or(old.as_ref()).and_then(|item| item.get("id")).cloned();
    DynamoDbRecord {
        event_id: Some(id(number).replace('-', "")),
        event_name: operation,
        event_version: some("1.1"),
        event_source: some("aws:dynamodb"),
        aws_region: some(REGION),
        dynamodb: DynamoDbStreamRecord {
            approximate_creation_date_time: Some(Seconds::from_unix_nanos(TIME_MILLIS * 1_000_000)),
            keys: key.map(|key| ("id", key)).into_iter().collect(),
            new_image: new,
            old_image: old,
            sequence_number: format!("4421584500000000017450{number:06}"),
            size_bytes: Some(26),
            stream_view_type: Some(DynamoDbView::NewAndOldImages),
            ..Default::default()
        },
        event_source_arn: Some(arn("dynamodb", "table/a-table/stream/2026-01-01T00:00:00.000")),
        ..Default::default()
    }
}

fn event(record: DynamoDbRecord) -> Sample<DynamoDbEvent> {
    Sample(DynamoDbEvent { records: vec![record], ..Default::default() })
}

/// An item is new.
pub fn insert(item: impl Into<Item>) -> Sample<DynamoDbEvent> {
    event(record(1, DynamoDbOperation::Insert, None, Some(item.into())))
}

/// Items are new, a record for each.
pub fn inserts<I: Into<Item>>(items: impl IntoIterator<Item = I>) -> Sample<DynamoDbEvent> {
    let insert = |(number, item): (usize, I)| {
        record(number + 1, DynamoDbOperation::Insert, None, Some(item.into()))
    };
    let records = items.into_iter().enumerate().map(insert).collect();
    Sample(DynamoDbEvent { records, ..Default::default() })
}

/// An item changed.
pub fn modify(old: impl Into<Item>, new: impl Into<Item>) -> Sample<DynamoDbEvent> {
    event(record(1, DynamoDbOperation::Modify, Some(old.into()), Some(new.into())))
}

/// An item was deleted.
pub fn remove(item: impl Into<Item>) -> Sample<DynamoDbEvent> {
    event(record(1, DynamoDbOperation::Remove, Some(item.into()), None))
}

/// DynamoDB deleted an item, since its time to live was over.
pub fn expired(item: impl Into<Item>) -> Sample<DynamoDbEvent> {
    remove(item).with(|event| {
        for record in &mut event.records {
            record.user_identity = Some(DynamoDbIdentity {
                kind: some("Service"),
                principal_id: some("dynamodb.amazonaws.com"),
                ..Default::default()
            });
        }
    })
}

/// New items within a tumbling window of a minute, with the state of the last invocation for it.
pub fn window<I: Into<Item>>(
    items: impl IntoIterator<Item = I>,
    state: RawJson,
) -> Sample<DynamoDbWindowEvent> {
    let insert = |(number, item): (usize, I)| {
        record(number + 1, DynamoDbOperation::Insert, None, Some(item.into()))
    };
    Sample(DynamoDbWindowEvent {
        records: items.into_iter().enumerate().map(insert).collect(),
        window: Window {
            start: "2026-01-01T00:00:00Z".to_owned(),
            end: "2026-01-01T00:01:00Z".to_owned(),
            ..Default::default()
        },
        state,
        shard_id: some("shardId-00000000000000000001-00000001"),
        event_source_arn: Some(arn("dynamodb", "table/a-table/stream/2026-01-01T00:00:00.000")),
        ..Default::default()
    })
}
