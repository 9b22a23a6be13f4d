//! Amazon S3: what a bucket notifies of.
//!
//! Every kind of notification has this form: created, removed, restored, replicated, lost in reduced
//! redundancy, moved or removed by a lifecycle rule, tagged, and so on; what only some kinds have is
//! optional. The same notification comes inside SNS and SQS:
//! `SqsEvent<Json<SnsNotification<Json<S3Event>>>>`.
//!
//! Source: Amazon S3 user guide, "Event message structure", read 2026-11-26. Shown by the fixtures in
//! `fixtures/s3`.

use std::borrow::Cow;

use lambda_events_macros::model;

use crate::{ResponseFor, codec::kinds::words, url};

/// What happened to objects of a bucket. Lambda is invoked asynchronously, so there is no answer.
///
/// Source: Amazon S3 user guide, "Event message structure".
#[model(S3)]
pub struct S3Event {
    /// The notifications, one in practice. Empty in the test event that S3 sends when notifications
    /// are set up, which reaches a function through SQS or SNS: see [`is_test`](Self::is_test).
    #[key = "Records"]
    pub records: Vec<S3Record>,
    /// `Amazon S3`; only in the test event.
    #[key = "Service"]
    pub service: Option<String>,
    /// `s3:TestEvent`; only in the test event.
    #[key = "Event"]
    pub event: Option<String>,
    /// When the test event was sent, in RFC 3339; only there.
    #[key = "Time"]
    pub time: Option<String>,
    /// The name of the bucket; only in the test event.
    #[key = "Bucket"]
    pub bucket: Option<String>,
    /// The id of the request that set the notification up; only in the test event.
    #[key = "RequestId"]
    pub request_id: Option<String>,
    /// The host that served it; only in the test event.
    #[key = "HostId"]
    pub host_id: Option<String>,
}

impl S3Event {
    /// Whether this is the event by which S3 tests that it may notify: there is nothing to do.
    pub fn is_test(&self) -> bool {
        self.event.as_deref() == Some("s3:TestEvent")
    }
}

impl ResponseFor<S3Event> for () {}

/// One notification.
///
/// Source: Amazon S3 user guide, "Event message structure".
#[model]
pub struct S3Record {
    /// The version of the form: `2.1`, `2.2` for replication, `2.3` for lifecycle, tiering, tagging
    /// and access control lists.
    #[key = "eventVersion"]
    pub event_version: Option<String>,
    /// `aws:s3`.
    #[key = "eventSource"]
    pub event_source: Option<String>,
    /// The region of the bucket.
    #[key = "awsRegion"]
    pub aws_region: Option<String>,
    /// When S3 finished the request, in RFC 3339 with milliseconds. See
    /// [`parse_rfc3339`](crate::time::parse_rfc3339).
    #[key = "eventTime"]
    pub event_time: String,
    /// What happened, without the `s3:` that it has in the configuration: `ObjectCreated:Put`.
    #[key = "eventName"]
    pub event_name: String,
    /// Who caused it. Absent where a program made the event.
    #[key = "userIdentity"]
    pub user_identity: Option<S3Identity>,
    /// Where the request came from.
    #[key = "requestParameters"]
    pub request_parameters: Option<S3RequestParameters>,
    /// What AWS support asks for.
    #[key = "responseElements"]
    pub response_elements: Option<S3ResponseElements>,
    /// The bucket and the object.
    #[key = "s3"]
    #[required]
    pub s3: S3Entity,
    /// Only for `ObjectRestore:Completed`.
    #[key = "glacierEventData"]
    pub glacier_event_data: Option<S3GlacierEventData>,
    /// Only for restorations that still put it at the top.
    #[key = "restoreEventData"]
    pub restore_event_data: Option<S3RestoreEventData>,
    /// Only for `Replication:*`.
    #[key = "replicationEventData"]
    pub replication_event_data: Option<S3ReplicationEventData>,
    /// Only for `IntelligentTiering`.
    #[key = "intelligentTieringEventData"]
    pub intelligent_tiering_event_data: Option<S3IntelligentTieringEventData>,
    /// Only for `LifecycleTransition`.
    #[key = "lifecycleEventData"]
    pub lifecycle_event_data: Option<S3LifecycleEventData>,
}

impl S3Record {
    /// What happened, by its family.
    pub fn kind(&self) -> S3EventKind {
        S3EventKind::from(self.event_name.split(':').next().unwrap_or_default())
    }

    /// The key of the object as it was written: see [`S3Object::key_decoded`].
    pub fn key(&self) -> Cow<'_, str> {
        self.s3.object.key_decoded()
    }
}

words! {
    /// What happened to an object: the part of the event's name before the colon.
    ///
    /// Source: Amazon S3 user guide, "Event notification types and destinations".
    pub enum S3EventKind {
        /// It was written, copied, or put together from parts.
        #[word = "ObjectCreated"]
        ObjectCreated,
        /// It was deleted, or a delete marker was put.
        #[word = "ObjectRemoved"]
        ObjectRemoved,
        /// Its restoration from an archive began, ended, or its copy expired.
        #[word = "ObjectRestore"]
        ObjectRestore,
        /// An object of the storage class with reduced redundancy was lost.
        #[word = "ReducedRedundancyLostObject"]
        ReducedRedundancyLostObject,
        /// Its replication failed, was late, came after being late, or is no longer watched.
        #[word = "Replication"]
        Replication,
        /// A lifecycle rule deleted it or put a delete marker.
        #[word = "LifecycleExpiration"]
        LifecycleExpiration,
        /// A lifecycle rule moved it to another storage class.
        #[word = "LifecycleTransition"]
        LifecycleTransition,
        /// It moved to an archive tier.
        #[word = "IntelligentTiering"]
        IntelligentTiering,
        /// Its tags were put or deleted.
        #[word = "ObjectTagging"]
        ObjectTagging,
        /// Its access control list was put.
        #[word = "ObjectAcl"]
        ObjectAcl,
    }
}

/// Who caused an event, or who owns a bucket.
///
/// Source: Amazon S3 user guide, "Event message structure".
#[model]
pub struct S3Identity {
    /// The id of the user, role or account; `s3.amazonaws.com` for lifecycle rules.
    #[key = "principalId"]
    pub principal_id: Option<String>,
}

/// Where a request came from.
///
/// Source: Amazon S3 user guide, "Event message structure".
#[model]
pub struct S3RequestParameters {
    /// The address, or the name of an AWS service.
    #[key = "sourceIPAddress"]
    pub source_ip_address: Option<String>,
}

/// What a request was answered with, for AWS support.
///
/// Source: Amazon S3 user guide, "Event message structure".
#[model]
pub struct S3ResponseElements {
    /// The id of the request.
    #[key = "x-amz-request-id"]
    pub x_amz_request_id: Option<String>,
    /// The host that served it.
    #[key = "x-amz-id-2"]
    pub x_amz_id_2: Option<String>,
}

/// The bucket and the object that a notification is about.
///
/// Source: Amazon S3 user guide, "Event message structure".
#[model]
pub struct S3Entity {
    /// The version of this part: `1.0`.
    #[key = "s3SchemaVersion"]
    pub s3_schema_version: Option<String>,
    /// The id of the notification in the bucket's configuration.
    #[key = "configurationId"]
    pub configuration_id: Option<String>,
    /// The bucket.
    #[key = "bucket"]
    pub bucket: S3Bucket,
    /// The object.
    #[key = "object"]
    pub object: S3Object,
}

/// The bucket that a notification is about.
///
/// Source: Amazon S3 user guide, "Event message structure".
#[model]
pub struct S3Bucket {
    /// Its name.
    #[key = "name"]
    pub name: String,
    /// Who owns it.
    #[key = "ownerIdentity"]
    pub owner_identity: Option<S3Identity>,
    /// Its ARN.
    #[key = "arn"]
    pub arn: Option<String>,
}

/// The object that a notification is about.
///
/// Source: Amazon S3 user guide, "Event message structure".
#[model]
pub struct S3Object {
    /// The key, as it stands in the URL of a form: a blank is `+`, other characters are
    /// percent-encoded. See [`key_decoded`](Self::key_decoded).
    #[key = "key"]
    pub key: String,
    /// Its size in bytes; absent when it was removed.
    #[key = "size"]
    pub size: Option<u64>,
    /// Its entity tag; absent when it was removed.
    #[key = "eTag"]
    pub e_tag: Option<String>,
    /// Its version; absent in a bucket without versioning.
    #[key = "versionId"]
    pub version_id: Option<String>,
    /// A hexadecimal number by which events of one key are put in order; absent for some kinds.
    #[key = "sequencer"]
    pub sequencer: Option<String>,
}

impl S3Object {
    /// The key as it was written: `a+b/%C3%BC.txt` is `a b/ü.txt`.
    ///
    /// What is no percent-encoded UTF-8 stays as it is.
    pub fn key_decoded(&self) -> Cow<'_, str> {
        url::decode_form(&self.key)
    }
}

/// What the end of a restoration tells.
///
/// Source: Amazon S3 user guide, "Event message structure".
#[model]
pub struct S3GlacierEventData {
    /// The restoration.
    #[key = "restoreEventData"]
    pub restore_event_data: Option<S3RestoreEventData>,
}

/// The restoration of an archived object.
///
/// Source: Amazon S3 user guide, "Event message structure".
#[model]
pub struct S3RestoreEventData {
    /// When the restored copy expires, in RFC 3339.
    #[key = "lifecycleRestorationExpiryTime"]
    pub lifecycle_restoration_expiry_time: Option<String>,
    /// The storage class that it was restored from.
    #[key = "lifecycleRestoreStorageClass"]
    pub lifecycle_restore_storage_class: Option<String>,
}

/// The replication of an object.
///
/// Source: Amazon S3 user guide, "Event message structure".
#[model]
pub struct S3ReplicationEventData {
    /// The rule.
    #[key = "replicationRuleId"]
    pub replication_rule_id: Option<String>,
    /// The ARN of the bucket that it goes to.
    #[key = "destinationBucket"]
    pub destination_bucket: Option<String>,
    /// What is replicated: `OBJECT_PUT`, `OBJECT_PUT_TAGGING`, …
    #[key = "s3Operation"]
    pub s3_operation: Option<String>,
    /// When the replication was asked for, in RFC 3339.
    #[key = "requestTime"]
    pub request_time: Option<String>,
    /// Why it failed; only for a failure.
    #[key = "failureReason"]
    pub failure_reason: Option<String>,
    /// The minutes after which it counts as late; only for replication that is watched.
    #[key = "threshold"]
    pub threshold: Option<String>,
    /// The minutes that it took; only after the threshold.
    #[key = "replicationTime"]
    pub replication_time: Option<String>,
}

/// The move of an object to an archive tier.
///
/// Source: Amazon S3 user guide, "Event message structure".
#[model]
pub struct S3IntelligentTieringEventData {
    /// The tier: `ARCHIVE_ACCESS`, `DEEP_ARCHIVE_ACCESS`.
    #[key = "destinationAccessTier"]
    pub destination_access_tier: Option<String>,
}

/// The move of an object by a lifecycle rule.
///
/// Source: Amazon S3 user guide, "Event message structure".
#[model]
pub struct S3LifecycleEventData {
    /// The move.
    #[key = "transitionEventData"]
    pub transition_event_data: Option<S3TransitionEventData>,
}

/// The move of an object to another storage class.
///
/// Source: Amazon S3 user guide, "Event message structure".
#[model]
pub struct S3TransitionEventData {
    /// The storage class that it went to.
    #[key = "destinationStorageClass"]
    pub destination_storage_class: Option<String>,
}
