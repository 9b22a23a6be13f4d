//! Events of Amazon S3. Keys are given as they were written and stand encoded in the event.

use super::{REGION, Sample, TIME, id, some};
use crate::{
    s3::{
        S3Bucket, S3Entity, S3Event, S3GlacierEventData, S3Identity, S3IntelligentTieringEventData,
        S3LifecycleEventData, S3Object, S3Record, S3ReplicationEventData, S3RequestParameters,
        S3ResponseElements, S3RestoreEventData, S3TransitionEventData,
    },
    url,
};

fn record(version: &str, name: &str, bucket: &str, key: &str) -> S3Record {
    let owner = Some(S3Identity { principal_id: some("A3NL1KOZZKExample"), ..Default::default() });
    S3Record {
        event_version: some(version),
        event_source: some("aws:s3"),
        aws_region: some(REGION),
        event_time: TIME.to_owned(),
        event_name: name.to_owned(),
        user_identity: Some(S3Identity {
            principal_id: some("AWS:AIDAJDPLRKLG7UEXAMPLE"),
            ..Default::default()
        }),
        request_parameters: Some(S3RequestParameters {
            source_ip_address: some("127.0.0.1"),
            ..Default::default()
        }),
        response_elements: Some(S3ResponseElements {
            x_amz_request_id: some("C3D13FE58DE4C810"),
            x_amz_id_2: some("FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD"),
            ..Default::default()
        }),
        s3: S3Entity {
            s3_schema_version: some("1.0"),
            configuration_id: some("a-function"),
            bucket: S3Bucket {
                name: bucket.to_owned(),
                owner_identity: owner,
                arn: Some(format!("arn:aws:s3:::{bucket}")),
                ..Default::default()
            },
            object: S3Object {
                key: url::encode_form(key),
                sequencer: some("0055AED6DCD90281E5"),
                ..Default::default()
            },
            ..Default::default()
        },
        ..Default::default()
    }
}

fn event(record: S3Record) -> Sample<S3Event> {
    Sample(S3Event { records: vec![record], ..Default::default() })
}

/// As `record`, of an object that is there: 1,024 bytes.
fn of_object(version: &str, name: &str, bucket: &str, key: &str) -> S3Record {
    let mut record = record(version, name, bucket, key);
    record.s3.object.size = Some(1024);
    record.s3.object.e_tag = some("d41d8cd98f00b204e9800998ecf8427e");
    record
}

/// An object was put: `ObjectCreated:Put`.
pub fn object_created(bucket: &str, key: &str) -> Sample<S3Event> {
    event(of_object("2.1", "ObjectCreated:Put", bucket, key))
}

/// An object was deleted: `ObjectRemoved:Delete`.
pub fn object_removed(bucket: &str, key: &str) -> Sample<S3Event> {
    event(record("2.1", "ObjectRemoved:Delete", bucket, key))
}

/// An archived object can be read again: `ObjectRestore:Completed`.
pub fn object_restored(bucket: &str, key: &str) -> Sample<S3Event> {
    let restore = S3RestoreEventData {
        lifecycle_restoration_expiry_time: some("2026-01-08T00:00:00.000Z"),
        lifecycle_restore_storage_class: some("GLACIER"),
        ..Default::default()
    };
    event(S3Record {
        glacier_event_data: Some(S3GlacierEventData {
            restore_event_data: Some(restore),
            ..Default::default()
        }),
        ..of_object("2.1", "ObjectRestore:Completed", bucket, key)
    })
}

/// An object in reduced redundancy was lost: `ReducedRedundancyLostObject`.
pub fn reduced_redundancy_lost(bucket: &str, key: &str) -> Sample<S3Event> {
    event(record("2.1", "ReducedRedundancyLostObject", bucket, key))
}

/// An object could not be replicated: `Replication:OperationFailedReplication`.
pub fn replication_failed(bucket: &str, key: &str) -> Sample<S3Event> {
    event(S3Record {
        replication_event_data: Some(S3ReplicationEventData {
            replication_rule_id: some("a-rule"),
            destination_bucket: Some(format!("arn:aws:s3:::{bucket}-replica")),
            s3_operation: some("OBJECT_PUT"),
            request_time: some(TIME),
            failure_reason: some("AssumeRoleNotPermitted"),
            ..Default::default()
        }),
        ..of_object("2.2", "Replication:OperationFailedReplication", bucket, key)
    })
}

/// A lifecycle rule deleted an object: `LifecycleExpiration:Delete`.
pub fn lifecycle_expired(bucket: &str, key: &str) -> Sample<S3Event> {
    let mut record = record("2.3", "LifecycleExpiration:Delete", bucket, key);
    record.user_identity =
        Some(S3Identity { principal_id: some("s3.amazonaws.com"), ..Default::default() });
    event(record)
}

/// A lifecycle rule moved an object: `LifecycleTransition`.
pub fn lifecycle_transitioned(bucket: &str, key: &str) -> Sample<S3Event> {
    let transition =
        S3TransitionEventData { destination_storage_class: some("GLACIER"), ..Default::default() };
    event(S3Record {
        lifecycle_event_data: Some(S3LifecycleEventData {
            transition_event_data: Some(transition),
            ..Default::default()
        }),
        ..of_object("2.3", "LifecycleTransition", bucket, key)
    })
}

/// An object moved to an archive tier: `IntelligentTiering`.
pub fn intelligent_tiering(bucket: &str, key: &str) -> Sample<S3Event> {
    event(S3Record {
        intelligent_tiering_event_data: Some(S3IntelligentTieringEventData {
            destination_access_tier: some("ARCHIVE_ACCESS"),
            ..Default::default()
        }),
        ..of_object("2.3", "IntelligentTiering", bucket, key)
    })
}

/// What S3 sends when notifications are set up, through SQS or SNS: it has no records.
pub fn test_event(bucket: &str) -> Sample<S3Event> {
    let mut event = S3Event {
        service: some("Amazon S3"),
        event: some("s3:TestEvent"),
        time: some(TIME),
        bucket: some(bucket),
        request_id: some("5582815E1AEA5ADF"),
        host_id: some(id(1)),
        ..Default::default()
    };
    // Nothing is there, not even an empty list.
    event.extra.absent = 1;
    Sample(event)
}
