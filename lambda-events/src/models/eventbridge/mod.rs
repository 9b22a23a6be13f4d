//! Amazon EventBridge: rules and the scheduler; CloudWatch Events, which it was called before.
//!
//! Details of events of AWS services are [`S3ObjectDetail`] and [`CloudTrailDetail`], and in `ec2`,
//! `autoscaling`, `codebuild`, `codedeploy`, `codepipeline`, `ecr` and `step_functions`.
//!
//! Source: Amazon EventBridge user guide, "AWS service event metadata", read 2026-11-26. Shown by the
//! fixtures in `fixtures/eventbridge`.

mod cloudtrail;
mod s3;

use lambda_events_macros::model;

use crate::{RawJson, ResponseFor};

pub use cloudtrail::{CloudTrailDetail, CloudTrailIdentity};
pub use s3::{S3DeletionType, S3DetailBucket, S3DetailObject, S3ObjectDetail};

/// An event that matched a rule, or a schedule. Lambda is invoked asynchronously, so there is no
/// answer.
///
/// `D` is the type of the detail: `EventBridgeEvent<Json<OrderPlaced>>`, or a model such as
/// `ec2::Ec2StateChange`. A rule's constant input or input transformer,
/// and the input of a schedule, take the place of the whole event, so nothing is promised: for
/// those take a type of your own.
///
/// Source: Amazon EventBridge user guide, "AWS service event metadata".
#[model(EventBridge)]
pub struct EventBridgeEvent<D = RawJson> {
    /// `0`.
    #[key = "version"]
    pub version: Option<String>,
    /// The id of the event; its copies share it.
    #[key = "id"]
    pub id: Option<String>,
    /// What kind of event it is, within its source.
    #[key = "detail-type"]
    pub detail_type: Option<String>,
    /// Who sent it: `aws.` and the service, `aws.partner/` and the partner, or a name of the
    /// sender's; `aws.scheduler` from a schedule without an input.
    #[key = "source"]
    pub source: Option<String>,
    /// The account.
    #[key = "account"]
    pub account: Option<String>,
    /// When it happened, in RFC 3339. See [`parse_rfc3339`](crate::time::parse_rfc3339).
    #[key = "time"]
    pub time: Option<String>,
    /// The region.
    #[key = "region"]
    pub region: Option<String>,
    /// The ARNs of what it is about; often empty.
    #[key = "resources"]
    pub resources: Vec<String>,
    /// The detail. From a schedule without an input a text that holds `{}`.
    #[key = "detail"]
    pub detail: D,
    /// The name of the replay; absent unless it is replayed from an archive.
    #[key = "replay-name"]
    pub replay_name: Option<String>,
}

impl<D> ResponseFor<EventBridgeEvent<D>> for () {}
