//! Changes of objects in a bucket that sends them to EventBridge.

use lambda_events_macros::model;

use crate::codec::kinds::words;

/// The detail of a change of an object: `EventBridgeEvent<S3ObjectDetail>`, of buckets that send to
/// EventBridge. Unlike in a notification of S3 itself, the key is not encoded.
///
/// Source: Amazon S3 user guide, "EventBridge event message structure".
#[model]
pub struct S3ObjectDetail {
    /// `0`.
    #[key = "version"]
    pub version: Option<String>,
    /// The bucket.
    #[key = "bucket"]
    pub bucket: S3DetailBucket,
    /// The object.
    #[key = "object"]
    pub object: S3DetailObject,
    /// The id of the request.
    #[key = "request-id"]
    pub request_id: Option<String>,
    /// The account, or the service, that caused it.
    #[key = "requester"]
    pub requester: Option<String>,
    /// The address of the client; absent for changes of S3 itself.
    #[key = "source-ip-address"]
    pub source_ip_address: Option<String>,
    /// How it was made or deleted: `PutObject`, `CopyObject`, `CompleteMultipartUpload`,
    /// `DeleteObject`, `Lifecycle Expiration`, …
    #[key = "reason"]
    pub reason: Option<String>,
    /// Whether it is gone; of deletions only.
    #[key = "deletion-type"]
    pub deletion_type: Option<S3DeletionType>,
    /// Until when it can be read, in RFC 3339; of restored objects only.
    #[key = "restore-expiry-time"]
    pub restore_expiry_time: Option<String>,
    /// Its storage class before; of restored and moved objects only.
    #[key = "source-storage-class"]
    pub source_storage_class: Option<String>,
    /// Its storage class now; of moved objects only.
    #[key = "destination-storage-class"]
    pub destination_storage_class: Option<String>,
    /// Its access tier now; of changes of tier only.
    #[key = "destination-access-tier"]
    pub destination_access_tier: Option<String>,
}

/// A bucket.
///
/// Source: Amazon S3 user guide, "EventBridge event message structure".
#[model]
pub struct S3DetailBucket {
    /// Its name.
    #[key = "name"]
    pub name: String,
}

/// An object.
///
/// Source: Amazon S3 user guide, "EventBridge event message structure".
#[model]
pub struct S3DetailObject {
    /// Its key, as people write it.
    #[key = "key"]
    pub key: String,
    /// Its size in bytes; absent of deletions.
    #[key = "size"]
    pub size: Option<i64>,
    /// Its ETag.
    #[key = "etag"]
    pub etag: Option<String>,
    /// Its version, in a bucket with versions.
    #[key = "version-id"]
    pub version_id: Option<String>,
    /// Orders the changes of one key: of two the greater one, compared as text of equal length,
    /// came later.
    #[key = "sequencer"]
    pub sequencer: Option<String>,
}

words! {
    /// Whether an object is gone.
    ///
    /// Source: Amazon S3 user guide, "EventBridge event message structure".
    pub enum S3DeletionType {
        /// It is.
        #[word = "Permanently Deleted"]
        Permanently,
        /// It is hidden by a delete marker.
        #[word = "Delete Marker Created"]
        DeleteMarker,
    }
}
