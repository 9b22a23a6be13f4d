//! Amazon ECR: images and their scans, through EventBridge.
//!
//! Source: Amazon ECR user guide, "Amazon ECR events and EventBridge", read 2026-11-26. Shown by the
//! fixtures in `fixtures/eventbridge`.

use lambda_events_macros::model;

use crate::Map;

/// The detail of a finished scan: `EventBridgeEvent<EcrImageScan>`.
///
/// Source: Amazon ECR user guide, "Amazon ECR events and EventBridge", "Event for a completed image
/// scan".
#[model]
pub struct EcrImageScan {
    /// `COMPLETE` or `FAILED`.
    #[key = "scan-status"]
    pub scan_status: Option<String>,
    /// The repository.
    #[key = "repository-name"]
    pub repository_name: String,
    /// How many findings there are, by `CRITICAL`, `HIGH`, `MEDIUM`, `LOW`, `INFORMATIONAL`,
    /// `UNDEFINED`; without those that have none.
    #[key = "finding-severity-counts"]
    pub finding_severity_counts: Option<Map<i64>>,
    /// The digest of the image.
    #[key = "image-digest"]
    pub image_digest: String,
    /// Its tags.
    #[key = "image-tags"]
    pub image_tags: Vec<String>,
}

/// The detail of an image that was pushed or deleted: `EventBridgeEvent<EcrImageAction>`.
///
/// Source: Amazon ECR user guide, "Amazon ECR events and EventBridge", "Event for a completed image
/// push".
#[model]
pub struct EcrImageAction {
    /// `SUCCESS` or `FAILURE`.
    #[key = "result"]
    pub result: Option<String>,
    /// The repository.
    #[key = "repository-name"]
    pub repository_name: String,
    /// The digest of the image.
    #[key = "image-digest"]
    pub image_digest: String,
    /// `PUSH`, `DELETE`, `ARCHIVE`, `ACTIVATE`.
    #[key = "action-type"]
    pub action_type: String,
    /// Its tag; empty when it has none.
    #[key = "image-tag"]
    pub image_tag: Option<String>,
    /// What its manifest is.
    #[key = "manifest-media-type"]
    pub manifest_media_type: Option<String>,
    /// What it is.
    #[key = "artifact-media-type"]
    pub artifact_media_type: Option<String>,
}
