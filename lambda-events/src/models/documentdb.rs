//! Amazon DocumentDB: change streams.
//!
//! Source: AWS Lambda developer guide, "Using Lambda with Amazon DocumentDB", and Amazon DocumentDB
//! developer guide, "Using change streams", read 2026-11-26. Shown by the fixtures in
//! `fixtures/documentdb`.

use lambda_events_macros::model;

use crate::{RawJson, ResponseFor, codec::kinds::words};

/// A batch of changes. It is handled or fails as a whole. Values are in the extended JSON of
/// MongoDB: `{"$oid": "…"}`, `{"$numberLong": "1"}`.
///
/// Source: AWS Lambda developer guide, "Using Lambda with Amazon DocumentDB", "Example Amazon
/// DocumentDB event".
#[model(DocumentDb)]
pub struct DocumentDbEvent<D = RawJson> {
    /// The ARN of the cluster.
    #[key = "eventSourceArn"]
    pub event_source_arn: Option<String>,
    /// The changes.
    #[key = "events"]
    #[required]
    pub events: Vec<DocumentDbItem<D>>,
    /// `aws:docdb`.
    #[key = "eventSource"]
    pub event_source: String,
}

impl<D> ResponseFor<DocumentDbEvent<D>> for () {}

/// A change, as Lambda wraps it.
///
/// Source: AWS Lambda developer guide, "Using Lambda with Amazon DocumentDB", "Example Amazon
/// DocumentDB event".
#[model]
pub struct DocumentDbItem<D = RawJson> {
    /// The change.
    #[key = "event"]
    #[required]
    pub event: DocumentDbChange<D>,
}

/// A change.
///
/// Source: Amazon DocumentDB developer guide, "Using change streams".
#[model]
pub struct DocumentDbChange<D = RawJson> {
    /// Where the stream may be resumed.
    #[key = "_id"]
    pub id: DocumentDbToken,
    /// When it happened.
    #[key = "clusterTime"]
    pub cluster_time: Option<DocumentDbTime>,
    /// The `_id` of the document, and its shard key; absent for `drop`, `rename`, `dropDatabase`
    /// and `invalidate`.
    #[key = "documentKey"]
    pub document_key: Option<RawJson>,
    /// The document; with `update` only where the stream is asked to look it up.
    #[key = "fullDocument"]
    pub full_document: Option<D>,
    /// Database and collection; absent for `invalidate`.
    #[key = "ns"]
    pub ns: Option<DocumentDbNamespace>,
    /// What happened.
    #[key = "operationType"]
    pub operation_type: DocumentDbOperation,
    /// The new name; with `rename` only.
    #[key = "to"]
    pub to: Option<DocumentDbNamespace>,
    /// What changed; with `update` only.
    #[key = "updateDescription"]
    pub update_description: Option<DocumentDbUpdate<D>>,
}

/// Where a stream may be resumed.
///
/// Source: Amazon DocumentDB developer guide, "Using change streams".
#[model]
pub struct DocumentDbToken {
    /// The token.
    #[key = "_data"]
    pub data: String,
}

/// When a change happened.
///
/// Source: Amazon DocumentDB developer guide, "Using change streams".
#[model]
pub struct DocumentDbTime {
    /// The time and the place among the changes of one second.
    #[key = "$timestamp"]
    pub timestamp: DocumentDbTimestamp,
}

/// A timestamp of MongoDB.
///
/// Source: Amazon DocumentDB developer guide, "Using change streams".
#[model]
pub struct DocumentDbTimestamp {
    /// Seconds since the Unix epoch.
    #[key = "t"]
    pub t: i64,
    /// The place among the changes of that second.
    #[key = "i"]
    pub i: i64,
}

/// A database and a collection.
///
/// Source: Amazon DocumentDB developer guide, "Using change streams".
#[model]
pub struct DocumentDbNamespace {
    /// The database.
    #[key = "db"]
    pub db: String,
    /// The collection; absent for `dropDatabase`.
    #[key = "coll"]
    pub coll: Option<String>,
}

words! {
    /// What happened.
    ///
    /// Source: Amazon DocumentDB developer guide, "Using change streams".
    pub enum DocumentDbOperation {
        /// A document is new.
        #[word = "insert"]
        Insert,
        /// A document changed.
        #[word = "update"]
        Update,
        /// A document was replaced.
        #[word = "replace"]
        Replace,
        /// A document was deleted.
        #[word = "delete"]
        Delete,
        /// A collection was dropped.
        #[word = "drop"]
        Drop,
        /// A collection has another name.
        #[word = "rename"]
        Rename,
        /// A database was dropped.
        #[word = "dropDatabase"]
        DropDatabase,
        /// The stream ends.
        #[word = "invalidate"]
        Invalidate,
    }
}

/// What changed in a document.
///
/// Source: Amazon DocumentDB developer guide, "Using change streams".
#[model]
pub struct DocumentDbUpdate<D = RawJson> {
    /// The fields that have other values, with these.
    #[key = "updatedFields"]
    pub updated_fields: Option<D>,
    /// The fields that it has no longer.
    #[key = "removedFields"]
    pub removed_fields: Vec<String>,
    /// The arrays that are shorter.
    #[key = "truncatedArrays"]
    pub truncated_arrays: Option<Vec<DocumentDbTruncatedArray>>,
}

/// An array that is shorter than before.
///
/// Source: Amazon DocumentDB developer guide, "Using change streams".
#[model]
pub struct DocumentDbTruncatedArray {
    /// The array.
    #[key = "field"]
    pub field: String,
    /// Its length.
    #[key = "newSize"]
    pub new_size: i64,
}
