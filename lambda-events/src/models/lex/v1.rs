//! V1, which has ended.

use lambda_events_macros::model;

use super::LexContext;
use crate::{Map, Number, RawJson, ResponseFor, StringMap};

/// A bot of V1 asks what comes next, or that an intent be fulfilled. The answer is a
/// [`LexV1Response`].
///
/// Source: Amazon Lex V1 developer guide, "Lambda function input event and response format".
#[model(LexV1)]
pub struct LexV1Event {
    /// `1.0`.
    #[key = "messageVersion"]
    pub message_version: Option<String>,
    /// `DialogCodeHook` or `FulfillmentCodeHook`.
    #[key = "invocationSource"]
    pub invocation_source: Option<String>,
    /// The id of the user.
    #[key = "userId"]
    pub user_id: Option<String>,
    /// What the function keeps between turns.
    #[key = "sessionAttributes"]
    pub session_attributes: StringMap,
    /// What the user's program gave.
    #[key = "requestAttributes"]
    pub request_attributes: StringMap,
    /// The bot.
    #[key = "bot"]
    #[required]
    pub bot: LexV1Bot,
    /// `Text` or `Voice`.
    #[key = "outputDialogMode"]
    pub output_dialog_mode: Option<String>,
    /// The intent.
    #[key = "currentIntent"]
    #[required]
    pub current_intent: LexV1Intent,
    /// What it may mean besides.
    #[key = "alternativeIntents"]
    pub alternative_intents: Option<Vec<LexV1Intent>>,
    /// What the user said.
    #[key = "inputTranscript"]
    pub input_transcript: Option<String>,
    /// The intents so far.
    #[key = "recentIntentSummaryView"]
    pub recent_intent_summary_view: Option<Vec<LexV1Summary>>,
    /// How the user feels, where the bot asks.
    #[key = "sentimentResponse"]
    pub sentiment_response: Option<LexV1Sentiment>,
    /// What Amazon Kendra answered.
    #[key = "kendraResponse"]
    pub kendra_response: Option<RawJson>,
    /// The contexts that hold.
    #[key = "activeContexts"]
    pub active_contexts: Option<Vec<LexContext>>,
}

impl ResponseFor<LexV1Event> for LexV1Response {}

/// A bot.
///
/// Source: Amazon Lex V1 developer guide, "Lambda function input event and response format".
#[model]
pub struct LexV1Bot {
    /// Its name.
    #[key = "name"]
    pub name: Option<String>,
    /// Its alias; null for `$LATEST`.
    #[key = "alias"]
    pub alias: Option<String>,
    /// Its version.
    #[key = "version"]
    pub version: Option<String>,
}

/// An intent.
///
/// Source: Amazon Lex V1 developer guide, "Lambda function input event and response format".
#[model]
pub struct LexV1Intent {
    /// Its name.
    #[key = "name"]
    pub name: String,
    /// How sure it is, from 0 to 1; null where that is not known.
    #[key = "nluIntentConfidenceScore"]
    pub nlu_intent_confidence_score: Option<Number>,
    /// Its slots by name; those without a value are null.
    #[key = "slots"]
    pub slots: StringMap,
    /// How their values were found.
    #[key = "slotDetails"]
    pub slot_details: Option<Map<LexV1SlotDetail>>,
    /// `None`, `Confirmed`, `Denied`.
    #[key = "confirmationStatus"]
    pub confirmation_status: Option<String>,
}

/// How the value of a slot was found.
///
/// Source: Amazon Lex V1 developer guide, "Lambda function input event and response format".
#[model]
pub struct LexV1SlotDetail {
    /// What it may be.
    #[key = "resolutions"]
    pub resolutions: Option<Vec<StringMap>>,
    /// What the user said.
    #[key = "originalValue"]
    pub original_value: Option<String>,
}

/// An intent of before.
///
/// Source: Amazon Lex V1 developer guide, "Lambda function input event and response format".
#[model]
pub struct LexV1Summary {
    /// Its name.
    #[key = "intentName"]
    pub intent_name: Option<String>,
    /// What the function called it.
    #[key = "checkpointLabel"]
    pub checkpoint_label: Option<String>,
    /// Its slots.
    #[key = "slots"]
    pub slots: StringMap,
    /// `None`, `Confirmed`, `Denied`.
    #[key = "confirmationStatus"]
    pub confirmation_status: Option<String>,
    /// What the bot did.
    #[key = "dialogActionType"]
    pub dialog_action_type: Option<String>,
    /// How it ended.
    #[key = "fulfillmentState"]
    pub fulfillment_state: Option<String>,
    /// The slot that was asked for.
    #[key = "slotToElicit"]
    pub slot_to_elicit: Option<String>,
}

/// How a user feels.
///
/// Source: Amazon Lex V1 developer guide, "Lambda function input event and response format".
#[model]
pub struct LexV1Sentiment {
    /// `MIXED`, `NEGATIVE`, `NEUTRAL`, `POSITIVE`.
    #[key = "sentimentLabel"]
    pub sentiment_label: Option<String>,
    /// How sure each is, as text.
    #[key = "sentimentScore"]
    pub sentiment_score: Option<String>,
}

/// What a bot of V1 does next.
///
/// Source: Amazon Lex V1 developer guide, "Lambda function input event and response format".
#[model]
pub struct LexV1Response {
    /// What the function keeps between turns.
    #[key = "sessionAttributes"]
    pub session_attributes: StringMap,
    /// The intents so far.
    #[key = "recentIntentSummaryView"]
    pub recent_intent_summary_view: Option<Vec<LexV1Summary>>,
    /// The contexts that hold.
    #[key = "activeContexts"]
    pub active_contexts: Option<Vec<LexContext>>,
    /// What it does.
    #[key = "dialogAction"]
    pub dialog_action: LexV1DialogAction,
}

/// What a bot does next.
///
/// Source: Amazon Lex V1 developer guide, "Lambda function input event and response format".
#[model]
pub struct LexV1DialogAction {
    /// `Close`, `ConfirmIntent`, `Delegate`, `ElicitIntent`, `ElicitSlot`.
    #[key = "type"]
    pub kind: String,
    /// `Fulfilled` or `Failed`; with `Close` only.
    #[key = "fulfillmentState"]
    pub fulfillment_state: Option<String>,
    /// What it says.
    #[key = "message"]
    pub message: Option<LexV1Message>,
    /// The intent.
    #[key = "intentName"]
    pub intent_name: Option<String>,
    /// Its slots.
    #[key = "slots"]
    pub slots: StringMap,
    /// The slot that is asked for.
    #[key = "slotToElicit"]
    pub slot_to_elicit: Option<String>,
    /// Cards with buttons.
    #[key = "responseCard"]
    pub response_card: Option<LexV1Card>,
}

/// What a bot says.
///
/// Source: Amazon Lex V1 developer guide, "Lambda function input event and response format".
#[model]
pub struct LexV1Message {
    /// `PlainText`, `SSML`, `CustomPayload`.
    #[key = "contentType"]
    pub content_type: String,
    /// The words.
    #[key = "content"]
    pub content: String,
}

/// Cards with buttons.
///
/// Source: Amazon Lex V1 developer guide, "Lambda function input event and response format".
#[model]
pub struct LexV1Card {
    /// 1.
    #[key = "version"]
    pub version: Option<i64>,
    /// `application/vnd.amazonaws.card.generic`.
    #[key = "contentType"]
    pub content_type: Option<String>,
    /// The cards.
    #[key = "genericAttachments"]
    pub generic_attachments: Vec<LexV1Attachment>,
}

/// A card with buttons.
///
/// Source: Amazon Lex V1 developer guide, "Lambda function input event and response format".
#[model]
pub struct LexV1Attachment {
    /// Its title.
    #[key = "title"]
    pub title: Option<String>,
    /// What stands below.
    #[key = "subTitle"]
    pub sub_title: Option<String>,
    /// The URL of its image.
    #[key = "imageUrl"]
    pub image_url: Option<String>,
    /// The URL that it leads to.
    #[key = "attachmentLinkUrl"]
    pub attachment_link_url: Option<String>,
    /// Its buttons.
    #[key = "buttons"]
    pub buttons: Option<Vec<LexV1Button>>,
}

/// A button.
///
/// Source: Amazon Lex V1 developer guide, "Lambda function input event and response format".
#[model]
pub struct LexV1Button {
    /// What stands on it.
    #[key = "text"]
    pub text: String,
    /// What is sent when it is clicked.
    #[key = "value"]
    pub value: String,
}
