//! Requests of Alexa.

use super::{Sample, TIME, id, some};
use crate::{Map, RawJson, alexa::*};

fn request(request: AlexaRequest) -> Sample<AlexaSkillRequest> {
    let application = Some(AlexaApplication {
        application_id: "amzn1.ask.skill.a-skill".to_owned(),
        ..Default::default()
    });
    let user =
        Some(AlexaUser { user_id: "amzn1.ask.account.somebody".to_owned(), ..Default::default() });
    Sample(AlexaSkillRequest {
        version: some("1.0"),
        session: Some(AlexaSession {
            new: true,
            session_id: "amzn1.echo-api.session.1".to_owned(),
            application: application.clone(),
            user: user.clone(),
            ..Default::default()
        }),
        context: Some(AlexaContext {
            system: Some(AlexaSystem {
                application,
                user,
                api_endpoint: some("https://api.amazonalexa.com"),
                ..Default::default()
            }),
            ..Default::default()
        }),
        request,
        ..Default::default()
    })
}

fn said(kind: &str) -> AlexaRequest {
    AlexaRequest {
        kind: kind.to_owned(),
        request_id: Some(id(1)),
        timestamp: some(TIME),
        locale: some("en-US"),
        ..Default::default()
    }
}

/// A user opens a skill.
pub fn launch() -> Sample<AlexaSkillRequest> {
    request(said("LaunchRequest"))
}

/// A user says an intent, with these slots.
pub fn intent(name: &str, slots: &[(&str, &str)]) -> Sample<AlexaSkillRequest> {
    let slots = slots.iter().map(|(name, value)| {
        let slot = AlexaSlot { name: some(*name), value: some(*value), ..Default::default() };
        (*name, slot)
    });
    let intent = AlexaIntent {
        name: name.to_owned(),
        confirmation_status: some("NONE"),
        slots: Some(slots.collect::<Map<_>>()),
        ..Default::default()
    };
    request(AlexaRequest { intent: Some(intent), ..said("IntentRequest") })
}

/// A directive of an interface to a device of a Smart Home.
pub fn directive(namespace: &str, name: &str) -> Sample<AlexaSmartHomeRequest> {
    let header = AlexaHeader {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        payload_version: some("3"),
        message_id: Some(id(1)),
        correlation_token: some("a-token"),
        ..Default::default()
    };
    let directive = AlexaDirective {
        header,
        endpoint: Some(RawJson::of("{\"endpointId\":\"a-device\"}")),
        payload: RawJson::of("{}"),
        ..Default::default()
    };
    Sample(AlexaSmartHomeRequest { directive: Some(directive), ..Default::default() })
}
