//! Turns of conversations with the bot `a-bot`.

use super::{Sample, some};
use crate::{Map, StringMap, lex::*};

/// A turn in which the user said this: what comes next?
pub fn dialog(intent: &str, transcript: &str) -> Sample<LexEvent> {
    Sample(event(LexInvocationSource::Dialog, intent, transcript))
}

/// An intent is to be fulfilled.
pub fn fulfillment(intent: &str) -> Sample<LexEvent> {
    Sample(event(LexInvocationSource::Fulfillment, intent, "yes"))
}

fn event(invocation_source: LexInvocationSource, intent: &str, transcript: &str) -> LexEvent {
    let intent = LexIntent {
        name: intent.to_owned(),
        state: some("InProgress"),
        confirmation_state: some("None"),
        ..Default::default()
    };
    LexEvent {
        message_version: some("1.0"),
        invocation_source,
        input_mode: some("Text"),
        response_content_type: some("text/plain; charset=utf-8"),
        session_id: "a-session".to_owned(),
        input_transcript: transcript.to_owned(),
        bot: LexBot {
            id: "UFIDGBA6DE".to_owned(),
            name: some("a-bot"),
            alias_id: some("TSTALIASID"),
            alias_name: some("TestBotAlias"),
            locale_id: some("en_US"),
            version: some("1"),
            ..Default::default()
        },
        interpretations: vec![LexInterpretation { intent: intent.clone(), ..Default::default() }],
        session_state: LexSessionState {
            intent: Some(intent),
            originating_request_id: Some(super::id(1)),
            ..Default::default()
        },
        transcriptions: vec![LexTranscription {
            transcription: transcript.to_owned(),
            ..Default::default()
        }],
        ..Default::default()
    }
}

impl Sample<LexEvent> {
    /// The same, and a slot has this value.
    pub fn slot(mut self, name: &str, value: &str) -> Self {
        let value = LexSlotValue {
            original_value: some(value),
            interpreted_value: some(value),
            resolved_values: Some(vec![value.to_owned()]),
            ..Default::default()
        };
        let slot = LexSlot { shape: some("Scalar"), value: Some(value), ..Default::default() };
        if let Some(intent) = &mut self.session_state.intent {
            intent.slots.insert(name, slot.clone());
        }
        if let Some(first) = self.interpretations.first_mut() {
            first.intent.slots.insert(name, slot);
        }
        self
    }
}

/// A turn with a bot of V1.
pub fn v1(intent: &str, slots: &[(&str, &str)]) -> Sample<LexV1Event> {
    Sample(LexV1Event {
        message_version: some("1.0"),
        invocation_source: some("DialogCodeHook"),
        user_id: some("somebody"),
        session_attributes: StringMap::from([("a", "b")]),
        bot: LexV1Bot {
            name: some("a-bot"),
            alias: some("$LATEST"),
            version: some("$LATEST"),
            ..Default::default()
        },
        output_dialog_mode: some("Text"),
        current_intent: LexV1Intent {
            name: intent.to_owned(),
            slots: slots.iter().copied().collect(),
            slot_details: Some(Map::default()),
            confirmation_status: some("None"),
            ..Default::default()
        },
        ..Default::default()
    })
}
