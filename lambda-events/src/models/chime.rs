//! Amazon Chime SDK: SIP media applications.
//!
//! Source: Amazon Chime SDK developer guide, "Understanding AWS Lambda invocations in the Amazon Chime SDK
//! PSTN audio service", read 2026-11-26.

use lambda_events_macros::model;

use crate::{Map, RawJson, ResponseFor, StringMap};

/// Something happened in a call. The answer is a [`ChimeSipResponse`].
///
/// Source: Amazon Chime SDK developer guide, "Understanding AWS Lambda invocations".
#[model(ChimeSip)]
pub struct ChimeSipEvent {
    /// `1.0`.
    #[key = "SchemaVersion"]
    pub schema_version: Option<String>,
    /// The number of the invocation in the call.
    #[key = "Sequence"]
    pub sequence: Option<i64>,
    /// `NEW_INBOUND_CALL`, `NEW_OUTBOUND_CALL`, `RINGING`, `CALL_ANSWERED`, `ACTION_SUCCESSFUL`,
    /// `ACTION_FAILED`, `DIGITS_RECEIVED`, `HANGUP`, …
    #[key = "InvocationEventType"]
    #[required]
    pub invocation_event_type: String,
    /// The action that ended, and how.
    #[key = "ActionData"]
    pub action_data: Option<RawJson>,
    /// The call.
    #[key = "CallDetails"]
    #[required]
    pub call_details: ChimeCall,
    /// What was wrong with the last answer.
    #[key = "ErrorType"]
    pub error_type: Option<String>,
    /// What was wrong with it, in words.
    #[key = "ErrorMessage"]
    pub error_message: Option<String>,
}

impl ResponseFor<ChimeSipEvent> for ChimeSipResponse {}

/// A call.
///
/// Source: Amazon Chime SDK developer guide, "Understanding AWS Lambda invocations".
#[model]
pub struct ChimeCall {
    /// Its id.
    #[key = "TransactionId"]
    pub transaction_id: Option<String>,
    /// What the function keeps in the call.
    #[key = "TransactionAttributes"]
    pub transaction_attributes: StringMap,
    /// The account.
    #[key = "AwsAccountId"]
    pub aws_account_id: Option<String>,
    /// The region.
    #[key = "AwsRegion"]
    pub aws_region: Option<String>,
    /// The rule.
    #[key = "SipRuleId"]
    pub sip_rule_id: Option<String>,
    /// The application.
    #[key = "SipMediaApplicationId"]
    pub sip_media_application_id: Option<String>,
    /// Its legs.
    #[key = "Participants"]
    pub participants: Vec<ChimeParticipant>,
}

/// A leg of a call.
///
/// Source: Amazon Chime SDK developer guide, "Understanding AWS Lambda invocations".
#[model]
pub struct ChimeParticipant {
    /// Its id.
    #[key = "CallId"]
    pub call_id: String,
    /// `LEG-A` or `LEG-B`.
    #[key = "ParticipantTag"]
    pub participant_tag: Option<String>,
    /// The number that is called.
    #[key = "To"]
    pub to: Option<String>,
    /// The number that calls.
    #[key = "From"]
    pub from: Option<String>,
    /// `Inbound` or `Outbound`.
    #[key = "Direction"]
    pub direction: Option<String>,
    /// When it began, in milliseconds since the Unix epoch, as text.
    #[key = "StartTimeInMilliseconds"]
    pub start_time_in_milliseconds: Option<String>,
    /// `Connected` or `Disconnected`.
    #[key = "Status"]
    pub status: Option<String>,
    /// Headers of SIP.
    #[key = "SipHeaders"]
    pub sip_headers: Option<Map<String>>,
}

/// What is done in a call.
///
/// Source: Amazon Chime SDK developer guide, "Responding to invocations with action lists".
#[model]
pub struct ChimeSipResponse {
    /// `1.0`.
    #[key = "SchemaVersion"]
    pub schema_version: String,
    /// What is done, in this order: objects with `Type` and `Parameters`.
    #[key = "Actions"]
    pub actions: Vec<RawJson>,
    /// What the function keeps in the call.
    #[key = "TransactionAttributes"]
    pub transaction_attributes: Option<Map<String>>,
}
