//! Cognito Sync.

use lambda_events_macros::model;

use crate::{Map, ResponseFor};

/// A dataset is synchronized. The answer is the event, with records changed or taken out.
///
/// Source: Amazon Cognito developer guide, "Cognito Events".
#[model(CognitoSync)]
pub struct CognitoSyncEvent {
    /// 2.
    #[key = "version"]
    pub version: Option<i64>,
    /// `SyncTrigger`.
    #[key = "eventType"]
    pub event_type: Option<String>,
    /// The region.
    #[key = "region"]
    pub region: Option<String>,
    /// The id of the identity pool.
    #[key = "identityPoolId"]
    #[required]
    pub identity_pool_id: String,
    /// The id of the identity.
    #[key = "identityId"]
    pub identity_id: Option<String>,
    /// The name of the dataset.
    #[key = "datasetName"]
    #[required]
    pub dataset_name: String,
    /// Its records, by name.
    #[key = "datasetRecords"]
    pub dataset_records: Map<CognitoSyncRecord>,
}

impl ResponseFor<CognitoSyncEvent> for CognitoSyncEvent {}

/// A record.
///
/// Source: Amazon Cognito developer guide, "Cognito Events".
#[model]
pub struct CognitoSyncRecord {
    /// Its value before.
    #[key = "oldValue"]
    pub old_value: Option<String>,
    /// Its value now.
    #[key = "newValue"]
    pub new_value: Option<String>,
    /// `replace` or `remove`.
    #[key = "op"]
    pub op: String,
}
