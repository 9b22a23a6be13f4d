//! Amazon Pinpoint: custom channels, and hooks of campaigns.
//!
//! Source: Amazon Pinpoint developer guide, "Creating custom channels" and "Customizing segments with AWS
//! Lambda", read 2026-11-26.

use lambda_events_macros::model;

use crate::{Map, RawJson, ResponseFor};

/// A campaign or a journey has endpoints for the function. The answer of a hook is a
/// [`PinpointSegment`] with those that stay; of a channel, `()`.
///
/// Source: Amazon Pinpoint developer guide, "Customizing segments with AWS Lambda", "Event data".
#[model(Pinpoint)]
pub struct PinpointEvent {
    /// The message, by its kind.
    #[key = "MessageConfiguration"]
    pub message_configuration: Option<RawJson>,
    /// The project.
    #[key = "ApplicationId"]
    #[required]
    pub application_id: String,
    /// The campaign; absent of journeys.
    #[key = "CampaignId"]
    pub campaign_id: Option<String>,
    /// The treatment of a test; absent otherwise.
    #[key = "TreatmentId"]
    pub treatment_id: Option<String>,
    /// The activity; of campaigns only.
    #[key = "ActivityId"]
    pub activity_id: Option<String>,
    /// The journey; absent of campaigns.
    #[key = "JourneyId"]
    pub journey_id: Option<String>,
    /// The activity of the journey.
    #[key = "JourneyActivityId"]
    pub journey_activity_id: Option<String>,
    /// When it is due, in RFC 3339.
    #[key = "ScheduledTime"]
    pub scheduled_time: Option<String>,
    /// What the channel says.
    #[key = "Data"]
    pub data: Option<String>,
    /// The endpoints, up to 50, by their ids.
    #[key = "Endpoints"]
    #[required]
    pub endpoints: Map<RawJson>,
}

impl ResponseFor<PinpointEvent> for () {}
impl ResponseFor<PinpointEvent> for PinpointSegment {}

/// The endpoints that stay, by their ids. As a map it has no memory of other forms, such as null.
pub type PinpointSegment = Map<RawJson>;
