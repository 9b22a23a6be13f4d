//! Events of Amazon EventBridge.

use serde::Serialize;

use super::{ACCOUNT, REGION, Sample, arn, id, some};
use crate::{Field, Json, RawJson, eventbridge::EventBridgeEvent};

/// The instant of the samples, as EventBridge writes it.
const TIME: &str = "2026-01-01T00:00:00Z";

pub(super) fn of<D: Field>(
    source: &str,
    detail_type: &str,
    resources: Vec<String>,
    detail: D,
) -> Sample<EventBridgeEvent<D>> {
    Sample(EventBridgeEvent {
        version: some("0"),
        id: Some(id(1)),
        detail_type: some(detail_type),
        source: some(source),
        account: some(ACCOUNT),
        time: some(TIME),
        region: some(REGION),
        resources,
        detail,
        ..Default::default()
    })
}

/// An event with a detail of your own.
///
/// # Errors
///
/// The detail has no form in JSON.
pub fn event<T: Serialize + serde::de::DeserializeOwned>(
    source: &str,
    detail_type: &str,
    detail: T,
) -> Result<Sample<EventBridgeEvent<Json<T>>>, serde_json::Error> {
    Ok(of(source, detail_type, Vec::new(), Json::new(detail)?))
}

/// What a rule with a schedule sends.
pub fn scheduled(rule: &str) -> Sample<EventBridgeEvent> {
    let rule = arn("events", &format!("rule/{rule}"));
    of("aws.events", "Scheduled Event", vec![rule], RawJson::of("{}"))
}

/// What a schedule of the scheduler sends that was given no input: the detail is a text.
pub fn scheduler(schedule: &str) -> Sample<EventBridgeEvent> {
    let schedule = arn("scheduler", &format!("schedule/default/{schedule}"));
    of("aws.scheduler", "Scheduled Event", vec![schedule], RawJson::of("\"{}\""))
}
