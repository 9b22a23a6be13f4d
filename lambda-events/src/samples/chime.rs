//! Calls of a SIP media application.

use super::{ACCOUNT, REGION, Sample, TIME_MILLIS, id, some};
use crate::chime::*;

/// A call comes in from this number.
pub fn inbound(from: &str) -> Sample<ChimeSipEvent> {
    let leg = ChimeParticipant {
        call_id: id(2),
        participant_tag: some("LEG-A"),
        to: some("+12065550199"),
        from: some(from),
        direction: some("Inbound"),
        start_time_in_milliseconds: Some(TIME_MILLIS.to_string()),
        ..Default::default()
    };
    Sample(ChimeSipEvent {
        schema_version: some("1.0"),
        sequence: Some(1),
        invocation_event_type: "NEW_INBOUND_CALL".to_owned(),
        call_details: ChimeCall {
            transaction_id: Some(id(1)),
            aws_account_id: some(ACCOUNT),
            aws_region: some(REGION),
            sip_rule_id: some("a-rule"),
            sip_media_application_id: some("an-application"),
            participants: vec![leg],
            ..Default::default()
        },
        ..Default::default()
    })
}
