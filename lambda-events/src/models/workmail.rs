//! Amazon WorkMail: rules that run a function.
//!
//! Source: Amazon WorkMail administrator guide, "Configuring AWS Lambda for Amazon WorkMail", read
//! 2026-11-26. Shown by the fixtures in `fixtures/workmail`.

use lambda_events_macros::model;

use crate::ResponseFor;

/// An email goes in or out. The answer of a rule that waits is a [`WorkMailResponse`]; of one that
/// does not, `()`.
///
/// Source: Amazon WorkMail administrator guide, "Lambda event data".
#[model(WorkMail)]
pub struct WorkMailEvent {
    /// `2018-10-10`; `2019-07-28` where the rule waits.
    #[key = "summaryVersion"]
    pub summary_version: Option<String>,
    /// From whom and to whom.
    #[key = "envelope"]
    #[required]
    pub envelope: WorkMailEnvelope,
    /// Who sent it for another.
    #[key = "sender"]
    pub sender: Option<WorkMailAddress>,
    /// The subject; at most 256 characters.
    #[key = "subject"]
    pub subject: Option<String>,
    /// The id by which WorkMail hands over the message.
    #[key = "messageId"]
    #[required]
    pub message_id: String,
    /// The id of the invocation: the same when it is tried again.
    #[key = "invocationId"]
    pub invocation_id: Option<String>,
    /// `INBOUND` or `OUTBOUND`.
    #[key = "flowDirection"]
    #[required]
    pub flow_direction: String,
    /// Whether something was left out, as more than 256 KB.
    #[key = "truncated"]
    pub truncated: Option<bool>,
}

impl ResponseFor<WorkMailEvent> for () {}
impl ResponseFor<WorkMailEvent> for WorkMailResponse {}

/// From whom and to whom.
///
/// Source: Amazon WorkMail administrator guide, "Lambda event data".
#[model]
pub struct WorkMailEnvelope {
    /// From whom.
    #[key = "mailFrom"]
    pub mail_from: WorkMailAddress,
    /// To whom.
    #[key = "recipients"]
    pub recipients: Vec<WorkMailAddress>,
}

/// An address.
///
/// Source: Amazon WorkMail administrator guide, "Lambda event data".
#[model]
pub struct WorkMailAddress {
    /// The address.
    #[key = "address"]
    pub address: String,
}

/// What is done with an email.
///
/// Source: Amazon WorkMail administrator guide, "Synchronous Run Lambda response schema".
#[model]
pub struct WorkMailResponse {
    /// One or more.
    #[key = "actions"]
    pub actions: Vec<WorkMailAction>,
}

/// What is done for some recipients, or for all others.
///
/// Source: Amazon WorkMail administrator guide, "Synchronous Run Lambda response schema".
#[model]
pub struct WorkMailAction {
    /// For whom.
    #[key = "recipients"]
    pub recipients: Option<Vec<String>>,
    /// Whether for all others.
    #[key = "allRecipients"]
    pub all_recipients: Option<bool>,
    /// What is done.
    #[key = "action"]
    pub action: WorkMailDisposition,
}

/// What is done.
///
/// Source: Amazon WorkMail administrator guide, "Synchronous Run Lambda response schema".
#[model]
pub struct WorkMailDisposition {
    /// `DEFAULT`, `DROP`, `BOUNCE`, `MOVE_TO_JUNK`, `BYPASS_SPAM_CHECK`.
    #[key = "type"]
    pub kind: String,
    /// Of `BOUNCE` only.
    #[key = "parameters"]
    pub parameters: Option<WorkMailParameters>,
}

/// How an email is sent back.
///
/// Source: Amazon WorkMail administrator guide, "Synchronous Run Lambda response schema".
#[model]
pub struct WorkMailParameters {
    /// What is said.
    #[key = "bounceMessage"]
    pub bounce_message: Option<String>,
}
