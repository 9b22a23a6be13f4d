//! Endpoints of Amazon Pinpoint.

use super::{Sample, TIME, some};
use crate::{Map, RawJson, pinpoint::PinpointEvent};

/// A campaign has an endpoint for the function.
pub fn hook(id: &str, endpoint: RawJson) -> Sample<PinpointEvent> {
    Sample(PinpointEvent {
        application_id: "a-project".to_owned(),
        campaign_id: some("a-campaign"),
        activity_id: some("an-activity"),
        scheduled_time: some(TIME),
        endpoints: Map::from([(id, endpoint)]),
        ..Default::default()
    })
}
