//! Amazon Lex: code hooks of bots, V2, and V1, which has ended.
//!
//! Source: Amazon Lex V2 developer guide, "Integrating an AWS Lambda function into your bot"; Amazon Lex V1
//! developer guide, "Lambda function input event and response format", read 2026-11-26. Shown by the
//! fixtures in `fixtures/lex-v2` and `fixtures/lex-v1`.

mod v1;

use lambda_events_macros::model;

use crate::{Map, Number, RawJson, ResponseFor, StringMap, codec::kinds::words};

pub use v1::*;

/// A bot asks what comes next, or that an intent be fulfilled. The answer is a [`LexResponse`].
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda input event format for Lex V2".
#[model(Lex)]
pub struct LexEvent {
    /// `1.0`.
    #[key = "messageVersion"]
    pub message_version: Option<String>,
    /// What is asked.
    #[key = "invocationSource"]
    pub invocation_source: LexInvocationSource,
    /// `DTMF`, `Speech` or `Text`.
    #[key = "inputMode"]
    pub input_mode: Option<String>,
    /// What the user's program takes: `audio/mpeg`, `text/plain; charset=utf-8`, `CustomPayload`,
    /// `ImageResponseCard`, `PlainText`, `SSML`.
    #[key = "responseContentType"]
    pub response_content_type: Option<String>,
    /// The id of the session.
    #[key = "sessionId"]
    pub session_id: String,
    /// What the user said.
    #[key = "inputTranscript"]
    pub input_transcript: String,
    /// Where in the conversation this is.
    #[key = "invocationLabel"]
    pub invocation_label: Option<String>,
    /// The bot.
    #[key = "bot"]
    #[required]
    pub bot: LexBot,
    /// What it may mean, the likeliest first.
    #[key = "interpretations"]
    pub interpretations: Vec<LexInterpretation>,
    /// What the bot would do next; of dialogs only.
    #[key = "proposedNextState"]
    pub proposed_next_state: Option<LexProposedState>,
    /// What the user's program gave; absent when it gave nothing.
    #[key = "requestAttributes"]
    pub request_attributes: StringMap,
    /// The state of the conversation.
    #[key = "sessionState"]
    #[required]
    pub session_state: LexSessionState,
    /// What was heard, the likeliest first.
    #[key = "transcriptions"]
    pub transcriptions: Vec<LexTranscription>,
}

impl ResponseFor<LexEvent> for LexResponse {}

words! {
    /// What is asked.
    ///
    /// Source: Amazon Lex V2 developer guide, "AWS Lambda input event format for Lex V2".
    pub enum LexInvocationSource {
        /// What comes next.
        #[word = "DialogCodeHook"]
        Dialog,
        /// That the intent be fulfilled.
        #[word = "FulfillmentCodeHook"]
        Fulfillment,
    }
}

/// A bot.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda input event format for Lex V2".
#[model]
pub struct LexBot {
    /// Its id.
    #[key = "id"]
    pub id: String,
    /// Its name.
    #[key = "name"]
    pub name: Option<String>,
    /// The id of its alias.
    #[key = "aliasId"]
    pub alias_id: Option<String>,
    /// The name of its alias.
    #[key = "aliasName"]
    pub alias_name: Option<String>,
    /// The language: `en_US`.
    #[key = "localeId"]
    pub locale_id: Option<String>,
    /// Its version.
    #[key = "version"]
    pub version: Option<String>,
}

/// What a user may mean.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda input event format for Lex V2".
#[model]
pub struct LexInterpretation {
    /// The intent.
    #[key = "intent"]
    pub intent: LexIntent,
    /// `Bedrock` or `Lex`.
    #[key = "interpretationSource"]
    pub interpretation_source: Option<String>,
    /// How sure that is, from 0 to 1.
    #[key = "nluConfidence"]
    pub nlu_confidence: Option<Number>,
    /// How the user feels, where the bot asks.
    #[key = "sentimentResponse"]
    pub sentiment_response: Option<LexSentiment>,
}

/// How a user feels.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda input event format for Lex V2".
#[model]
pub struct LexSentiment {
    /// `MIXED`, `NEGATIVE`, `NEUTRAL`, `POSITIVE`.
    #[key = "sentiment"]
    pub sentiment: Option<String>,
    /// How sure each is.
    #[key = "sentimentScore"]
    pub sentiment_score: Option<LexSentimentScore>,
}

/// How sure each feeling is, from 0 to 1.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda input event format for Lex V2".
#[model]
pub struct LexSentimentScore {
    /// Mixed.
    #[key = "mixed"]
    pub mixed: Option<Number>,
    /// Bad.
    #[key = "negative"]
    pub negative: Option<Number>,
    /// Neither.
    #[key = "neutral"]
    pub neutral: Option<Number>,
    /// Good.
    #[key = "positive"]
    pub positive: Option<Number>,
}

/// An intent.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda input event format for Lex V2".
#[model]
pub struct LexIntent {
    /// Its name.
    #[key = "name"]
    pub name: String,
    /// Its slots by name; those without a value are null.
    #[key = "slots"]
    pub slots: Map<LexSlot>,
    /// `Failed`, `Fulfilled`, `FulfillmentInProgress`, `InProgress`, `ReadyForFulfillment`,
    /// `Waiting`.
    #[key = "state"]
    pub state: Option<String>,
    /// `Confirmed`, `Denied`, `None`.
    #[key = "confirmationState"]
    pub confirmation_state: Option<String>,
    /// What Amazon Kendra answered; of that intent only.
    #[key = "kendraResponse"]
    pub kendra_response: Option<RawJson>,
}

/// A slot.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda input event format for Lex V2".
#[model]
pub struct LexSlot {
    /// `Scalar` or `List`.
    #[key = "shape"]
    pub shape: Option<String>,
    /// Its value.
    #[key = "value"]
    pub value: Option<LexSlotValue>,
    /// Its values; of lists only.
    #[key = "values"]
    pub values: Option<Vec<LexSlot>>,
    /// Its parts; of composite slots only.
    #[key = "subSlots"]
    pub sub_slots: Option<RawJson>,
}

/// The value of a slot.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda input event format for Lex V2".
#[model]
pub struct LexSlotValue {
    /// What the user said.
    #[key = "originalValue"]
    pub original_value: Option<String>,
    /// What that means.
    #[key = "interpretedValue"]
    pub interpreted_value: Option<String>,
    /// What it may mean besides.
    #[key = "resolvedValues"]
    pub resolved_values: Option<Vec<String>>,
}

/// What a bot would do next.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda input event format for Lex V2".
#[model]
pub struct LexProposedState {
    /// The action.
    #[key = "dialogAction"]
    pub dialog_action: Option<LexDialogAction>,
    /// The intent.
    #[key = "intent"]
    pub intent: Option<LexIntent>,
    /// Which try of a question it is.
    #[key = "prompt"]
    pub prompt: Option<LexPrompt>,
}

/// A try of a question.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda input event format for Lex V2".
#[model]
pub struct LexPrompt {
    /// `Initial`, `Retry1`, …
    #[key = "attempt"]
    pub attempt: Option<String>,
}

/// What a bot does next.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda response format for Lex V2".
#[model]
pub struct LexDialogAction {
    /// `Close`, `ConfirmIntent`, `Delegate`, `ElicitIntent`, `ElicitSlot`.
    #[key = "type"]
    pub kind: String,
    /// The slot that is asked for.
    #[key = "slotToElicit"]
    pub slot_to_elicit: Option<String>,
    /// `Default`, `SpellByLetter`, `SpellByWord`.
    #[key = "slotElicitationStyle"]
    pub slot_elicitation_style: Option<String>,
    /// The part of it that is asked for.
    #[key = "subSlotToElicit"]
    pub sub_slot_to_elicit: Option<RawJson>,
}

/// The state of a conversation.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda response format for Lex V2".
#[model]
pub struct LexSessionState {
    /// The contexts that hold.
    #[key = "activeContexts"]
    pub active_contexts: Option<Vec<LexContext>>,
    /// What the function keeps between turns.
    #[key = "sessionAttributes"]
    pub session_attributes: StringMap,
    /// Words that slots are likely to have.
    #[key = "runtimeHints"]
    pub runtime_hints: Option<RawJson>,
    /// What the bot does next; needed in an answer.
    #[key = "dialogAction"]
    pub dialog_action: Option<LexDialogAction>,
    /// The intent.
    #[key = "intent"]
    pub intent: Option<LexIntent>,
    /// The id of the request.
    #[key = "originatingRequestId"]
    pub originating_request_id: Option<String>,
}

/// A context.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda response format for Lex V2".
#[model]
pub struct LexContext {
    /// What it holds.
    #[key = "contextAttributes"]
    pub context_attributes: StringMap,
    /// Its name.
    #[key = "name"]
    pub name: String,
    /// What it holds; of V1 only.
    #[key = "parameters"]
    pub parameters: StringMap,
    /// For how long it holds.
    #[key = "timeToLive"]
    pub time_to_live: Option<LexTimeToLive>,
}

/// For how long a context holds.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda response format for Lex V2".
#[model]
pub struct LexTimeToLive {
    /// Seconds.
    #[key = "timeToLiveInSeconds"]
    pub time_to_live_in_seconds: Option<i64>,
    /// Turns of the conversation.
    #[key = "turnsToLive"]
    pub turns_to_live: Option<i64>,
}

/// What was heard.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda input event format for Lex V2".
#[model]
pub struct LexTranscription {
    /// The words.
    #[key = "transcription"]
    pub transcription: String,
    /// How sure they are, from 0 to 1.
    #[key = "transcriptionConfidence"]
    pub transcription_confidence: Option<Number>,
    /// The intent that they lead to.
    #[key = "resolvedContext"]
    pub resolved_context: Option<RawJson>,
    /// The slots that they fill.
    #[key = "resolvedSlots"]
    pub resolved_slots: Map<LexSlot>,
}

/// What a bot does next, and says.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda response format for Lex V2".
#[model]
pub struct LexResponse {
    /// The state of the conversation, with a dialog action.
    #[key = "sessionState"]
    pub session_state: LexSessionState,
    /// What it says; needed where it asks for an intent.
    #[key = "messages"]
    pub messages: Option<Vec<LexMessage>>,
    /// What the user's program gets.
    #[key = "requestAttributes"]
    pub request_attributes: StringMap,
}

impl LexResponse {
    /// The answer that the conversation is over, with the intent in this state: `Fulfilled`, `Failed`.
    pub fn close(intent: LexIntent, state: &str) -> Self {
        let intent = LexIntent { state: Some(state.to_owned()), ..intent };
        Self::action("Close", Some(intent))
    }

    /// The answer that the bot goes on as it would.
    pub fn delegate(intent: LexIntent) -> Self {
        Self::action("Delegate", Some(intent))
    }

    fn action(kind: &str, intent: Option<LexIntent>) -> Self {
        let dialog_action = LexDialogAction { kind: kind.to_owned(), ..Default::default() };
        let session_state =
            LexSessionState { dialog_action: Some(dialog_action), intent, ..Default::default() };
        Self { session_state, ..Default::default() }
    }

    /// The same, and the bot says this.
    pub fn say(mut self, text: &str) -> Self {
        let message = LexMessage {
            content: Some(text.to_owned()),
            content_type: "PlainText".to_owned(),
            ..Default::default()
        };
        self.messages.get_or_insert_default().push(message);
        self
    }
}

/// What a bot says.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda response format for Lex V2".
#[model]
pub struct LexMessage {
    /// `CustomPayload`, `ImageResponseCard`, `PlainText`, `SSML`.
    #[key = "contentType"]
    pub content_type: String,
    /// The words.
    #[key = "content"]
    pub content: Option<String>,
    /// A card with buttons.
    #[key = "imageResponseCard"]
    pub image_response_card: Option<LexCard>,
}

/// A card with buttons.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda response format for Lex V2".
#[model]
pub struct LexCard {
    /// Its title.
    #[key = "title"]
    pub title: String,
    /// What stands below.
    #[key = "subtitle"]
    pub subtitle: Option<String>,
    /// The URL of its image.
    #[key = "imageUrl"]
    pub image_url: Option<String>,
    /// Up to five buttons.
    #[key = "buttons"]
    pub buttons: Option<Vec<LexButton>>,
}

/// A button.
///
/// Source: Amazon Lex V2 developer guide, "AWS Lambda response format for Lex V2".
#[model]
pub struct LexButton {
    /// What stands on it.
    #[key = "text"]
    pub text: String,
    /// What is sent when it is clicked.
    #[key = "value"]
    pub value: String,
}
