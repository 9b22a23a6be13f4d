//! Alexa: skills, and Smart Home.
//!
//! Source: Alexa Skills Kit, "Request and Response JSON Reference"; Smart Home Skill API, "Message
//! Reference", read 2026-11-26. Shown by the fixtures in `fixtures/alexa-skill` and
//! `fixtures/alexa-smart-home`.

use lambda_events_macros::model;

use crate::{Map, RawJson, ResponseFor};

/// A user says something to a skill. The answer is an [`AlexaSkillResponse`]. Check the
/// application's id.
///
/// Source: Alexa Skills Kit, "Request and Response JSON Reference", "Request Body Parameters".
#[model(AlexaSkill)]
pub struct AlexaSkillRequest {
    /// `1.0`.
    #[key = "version"]
    pub version: Option<String>,
    /// The session; absent of requests outside one.
    #[key = "session"]
    pub session: Option<AlexaSession>,
    /// The device, and what it does.
    #[key = "context"]
    pub context: Option<AlexaContext>,
    /// What is said.
    #[key = "request"]
    #[required]
    pub request: AlexaRequest,
}

impl ResponseFor<AlexaSkillRequest> for AlexaSkillResponse {}

impl AlexaSkillRequest {
    /// The id of the skill that is asked; none where the request has none.
    pub fn application_id(&self) -> Option<&str> {
        let of_context = self.context.as_ref().and_then(|context| context.system.as_ref());
        let application = of_context.and_then(|system| system.application.as_ref());
        let application = application.or_else(|| self.session.as_ref()?.application.as_ref())?;
        Some(&application.application_id)
    }
}

/// A session.
///
/// Source: Alexa Skills Kit, "Request and Response JSON Reference", "Session Object".
#[model]
pub struct AlexaSession {
    /// Whether it has just begun.
    #[key = "new"]
    pub new: bool,
    /// Its id.
    #[key = "sessionId"]
    pub session_id: String,
    /// The skill.
    #[key = "application"]
    pub application: Option<AlexaApplication>,
    /// What the function keeps between turns.
    #[key = "attributes"]
    pub attributes: Option<Map<RawJson>>,
    /// The user.
    #[key = "user"]
    pub user: Option<AlexaUser>,
}

/// A skill.
///
/// Source: Alexa Skills Kit, "Request and Response JSON Reference".
#[model]
pub struct AlexaApplication {
    /// Its id.
    #[key = "applicationId"]
    pub application_id: String,
}

/// A user.
///
/// Source: Alexa Skills Kit, "Request and Response JSON Reference".
#[model]
pub struct AlexaUser {
    /// The id.
    #[key = "userId"]
    pub user_id: String,
    /// The token of the linked account; absent without one.
    #[key = "accessToken"]
    pub access_token: Option<String>,
    /// What the user allows.
    #[key = "permissions"]
    pub permissions: Option<RawJson>,
}

/// A device, and what it does.
///
/// Source: Alexa Skills Kit, "Request and Response JSON Reference", "Context Object".
#[model]
pub struct AlexaContext {
    /// The device and the user.
    #[key = "System"]
    pub system: Option<AlexaSystem>,
    /// What it plays.
    #[key = "AudioPlayer"]
    pub audio_player: Option<RawJson>,
    /// Its display.
    #[key = "Viewport"]
    pub viewport: Option<RawJson>,
    /// Its displays.
    #[key = "Viewports"]
    pub viewports: Option<RawJson>,
    /// What its display shows.
    #[key = "Alexa.Presentation.APL"]
    pub apl: Option<RawJson>,
}

/// A device and its user.
///
/// Source: Alexa Skills Kit, "Request and Response JSON Reference", "System Object".
#[model]
pub struct AlexaSystem {
    /// The skill.
    #[key = "application"]
    pub application: Option<AlexaApplication>,
    /// The device.
    #[key = "device"]
    pub device: Option<RawJson>,
    /// Who speaks, where that is known.
    #[key = "person"]
    pub person: Option<RawJson>,
    /// The household or company.
    #[key = "unit"]
    pub unit: Option<RawJson>,
    /// The user.
    #[key = "user"]
    pub user: Option<AlexaUser>,
    /// Where the APIs of Alexa are.
    #[key = "apiEndpoint"]
    pub api_endpoint: Option<String>,
    /// The token for them.
    #[key = "apiAccessToken"]
    pub api_access_token: Option<String>,
}

/// What is said. Further fields depend on its kind, and are in `extra`.
///
/// Source: Alexa Skills Kit, "Request Types Reference".
#[model]
pub struct AlexaRequest {
    /// `LaunchRequest`, `IntentRequest`, `SessionEndedRequest`, `CanFulfillIntentRequest`, and
    /// those of interfaces: `AudioPlayer.PlaybackStarted`.
    #[key = "type"]
    #[required]
    pub kind: String,
    /// Its id.
    #[key = "requestId"]
    pub request_id: Option<String>,
    /// When, in RFC 3339.
    #[key = "timestamp"]
    pub timestamp: Option<String>,
    /// The language: `en-US`.
    #[key = "locale"]
    pub locale: Option<String>,
    /// The intent; of `IntentRequest` only.
    #[key = "intent"]
    pub intent: Option<AlexaIntent>,
    /// `STARTED`, `IN_PROGRESS`, `COMPLETED`; of intents with a dialog only.
    #[key = "dialogState"]
    pub dialog_state: Option<String>,
    /// Why it ended; of `SessionEndedRequest` only.
    #[key = "reason"]
    pub reason: Option<String>,
    /// The error that ended it; of `SessionEndedRequest` only.
    #[key = "error"]
    pub error: Option<RawJson>,
}

/// An intent.
///
/// Source: Alexa Skills Kit, "Request Types Reference", "Intent object".
#[model]
pub struct AlexaIntent {
    /// Its name.
    #[key = "name"]
    pub name: String,
    /// `NONE`, `CONFIRMED`, `DENIED`.
    #[key = "confirmationStatus"]
    pub confirmation_status: Option<String>,
    /// Its slots by name.
    #[key = "slots"]
    pub slots: Option<Map<AlexaSlot>>,
}

/// A slot.
///
/// Source: Alexa Skills Kit, "Request Types Reference", "Slot object".
#[model]
pub struct AlexaSlot {
    /// Its name.
    #[key = "name"]
    pub name: Option<String>,
    /// What the user said; absent where nothing was said.
    #[key = "value"]
    pub value: Option<String>,
    /// `NONE`, `CONFIRMED`, `DENIED`.
    #[key = "confirmationStatus"]
    pub confirmation_status: Option<String>,
    /// What it may mean.
    #[key = "resolutions"]
    pub resolutions: Option<RawJson>,
    /// The same, also of lists.
    #[key = "slotValue"]
    pub slot_value: Option<RawJson>,
    /// `USER` or `ALEXA`.
    #[key = "source"]
    pub source: Option<String>,
}

/// What a skill says.
///
/// Source: Alexa Skills Kit, "Request and Response JSON Reference", "Response Body Parameters".
#[model]
pub struct AlexaSkillResponse {
    /// `1.0`.
    #[key = "version"]
    pub version: String,
    /// What the function keeps between turns.
    #[key = "sessionAttributes"]
    pub session_attributes: Option<Map<RawJson>>,
    /// The name of the program.
    #[key = "userAgent"]
    pub user_agent: Option<String>,
    /// What it says.
    #[key = "response"]
    pub response: AlexaResponse,
}

impl AlexaSkillResponse {
    /// The answer that says this and ends the session.
    pub fn say(text: &str) -> Self {
        let speech = AlexaSpeech {
            kind: "PlainText".to_owned(),
            text: Some(text.to_owned()),
            ..Default::default()
        };
        let response = AlexaResponse {
            output_speech: Some(speech),
            should_end_session: Some(true),
            ..Default::default()
        };
        Self { version: "1.0".to_owned(), response, ..Default::default() }
    }
}

/// What a skill says.
///
/// Source: Alexa Skills Kit, "Request and Response JSON Reference", "Response object".
#[model]
pub struct AlexaResponse {
    /// What it says.
    #[key = "outputSpeech"]
    pub output_speech: Option<AlexaSpeech>,
    /// What the app shows.
    #[key = "card"]
    pub card: Option<RawJson>,
    /// What it says when there is no answer.
    #[key = "reprompt"]
    pub reprompt: Option<AlexaReprompt>,
    /// What the device does besides.
    #[key = "directives"]
    pub directives: Option<Vec<RawJson>>,
    /// Whether the session ends; null keeps it open without listening.
    #[key = "shouldEndSession"]
    pub should_end_session: Option<bool>,
    /// The answer of a call, in Alexa Conversations.
    #[key = "apiResponse"]
    pub api_response: Option<RawJson>,
}

/// Something said.
///
/// Source: Alexa Skills Kit, "Request and Response JSON Reference", "OutputSpeech object".
#[model]
pub struct AlexaSpeech {
    /// `PlainText` or `SSML`.
    #[key = "type"]
    pub kind: String,
    /// The words; of `PlainText`.
    #[key = "text"]
    pub text: Option<String>,
    /// The words; of `SSML`.
    #[key = "ssml"]
    pub ssml: Option<String>,
    /// `ENQUEUE`, `REPLACE_ALL`, `REPLACE_ENQUEUED`.
    #[key = "playBehavior"]
    pub play_behavior: Option<String>,
}

/// What is said when there is no answer.
///
/// Source: Alexa Skills Kit, "Request and Response JSON Reference", "Reprompt object".
#[model]
pub struct AlexaReprompt {
    /// What is said.
    #[key = "outputSpeech"]
    pub output_speech: Option<AlexaSpeech>,
    /// What the device does besides.
    #[key = "directives"]
    pub directives: Option<Vec<RawJson>>,
}

/// A directive to a Smart Home skill; of V2, which has ended, header and payload stand at the top.
/// The answer is an [`AlexaSmartHomeResponse`].
///
/// Source: Smart Home Skill API, "Message Reference".
#[model(AlexaSmartHome)]
pub struct AlexaSmartHomeRequest {
    /// The directive; of V3.
    #[key = "directive"]
    pub directive: Option<AlexaDirective>,
    /// The header; of V2.
    #[key = "header"]
    pub header: Option<AlexaHeader>,
    /// The payload; of V2.
    #[key = "payload"]
    pub payload: Option<RawJson>,
}

impl ResponseFor<AlexaSmartHomeRequest> for AlexaSmartHomeResponse {}

/// A directive.
///
/// Source: Smart Home Skill API, "Message Reference", "Directive object".
#[model]
pub struct AlexaDirective<P = RawJson> {
    /// What it is.
    #[key = "header"]
    #[required]
    pub header: AlexaHeader,
    /// The device, and the token; absent of discoveries.
    #[key = "endpoint"]
    pub endpoint: Option<RawJson>,
    /// What is to be done.
    #[key = "payload"]
    pub payload: P,
}

/// What a directive or an event is.
///
/// Source: Smart Home Skill API, "Message Reference", "Header object".
#[model]
pub struct AlexaHeader {
    /// The interface: `Alexa.PowerController`.
    #[key = "namespace"]
    pub namespace: String,
    /// What of it: `TurnOn`.
    #[key = "name"]
    pub name: String,
    /// Which of several.
    #[key = "instance"]
    pub instance: Option<String>,
    /// `3`; or `2`, `1`.
    #[key = "payloadVersion"]
    pub payload_version: Option<String>,
    /// Its id.
    #[key = "messageId"]
    pub message_id: Option<String>,
    /// What joins an answer to its directive.
    #[key = "correlationToken"]
    pub correlation_token: Option<String>,
}

/// The answer to a directive; of V2, header and payload stand at the top.
///
/// Source: Smart Home Skill API, "Message Reference", "Event object".
#[model]
pub struct AlexaSmartHomeResponse<P = RawJson> {
    /// The event; of V3.
    #[key = "event"]
    pub event: Option<AlexaDirective<P>>,
    /// The state of the device.
    #[key = "context"]
    pub context: Option<RawJson>,
    /// The header; of V2.
    #[key = "header"]
    pub header: Option<AlexaHeader>,
    /// The payload; of V2.
    #[key = "payload"]
    pub payload: Option<P>,
}
