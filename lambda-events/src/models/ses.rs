//! Amazon SES: receipt rules with a Lambda action.
//!
//! Source: Amazon SES developer guide, "Example Lambda functions for email receiving" and "Contents of
//! notifications", read 2026-11-26. Shown by the fixtures in `fixtures/ses`.

use lambda_events_macros::model;

use crate::{ResponseFor, codec::kinds::words};

/// An email that came in, without its body: an S3 action before this one keeps that.
///
/// With the invocation type `RequestResponse` the answer is an [`SesResponse`]; with `Event` there
/// is none.
///
/// Source: Amazon SES developer guide, "Contents of notifications for Amazon SES email receiving".
#[model(Ses)]
pub struct SesEvent {
    /// The emails: one.
    #[key = "Records"]
    #[required]
    pub records: Vec<SesRecord>,
}

impl ResponseFor<SesEvent> for () {}
impl ResponseFor<SesEvent> for SesResponse {}

/// One email.
///
/// Source: Amazon SES developer guide, "Contents of notifications for Amazon SES email receiving".
#[model]
pub struct SesRecord {
    /// `aws:ses`.
    #[key = "eventSource"]
    pub event_source: Option<String>,
    /// `1.0`.
    #[key = "eventVersion"]
    pub event_version: Option<String>,
    /// The email and what the rules did with it.
    #[key = "ses"]
    #[required]
    pub ses: SesService,
}

/// The email and what the rules did with it.
///
/// Source: Amazon SES developer guide, "Contents of notifications for Amazon SES email receiving".
#[model]
pub struct SesService {
    /// The email.
    #[key = "mail"]
    pub mail: SesMail,
    /// What the rules did with it.
    #[key = "receipt"]
    pub receipt: SesReceipt,
    /// The email itself; only for notifications of SNS actions.
    #[key = "content"]
    pub content: Option<String>,
}

/// An email.
///
/// Source: Amazon SES developer guide, "Contents of notifications for Amazon SES email receiving",
/// mail object.
#[model]
pub struct SesMail {
    /// When it was received, in RFC 3339.
    #[key = "timestamp"]
    pub timestamp: Option<String>,
    /// The address of the envelope that it came from.
    #[key = "source"]
    pub source: Option<String>,
    /// The id that SES gave it: the key of the object that an S3 action writes.
    #[key = "messageId"]
    pub message_id: String,
    /// The addresses that it goes to, all of the envelope's.
    #[key = "destination"]
    pub destination: Vec<String>,
    /// Whether `headers` were cut: over 10 KB in notifications.
    #[key = "headersTruncated"]
    pub headers_truncated: bool,
    /// The headers in their order; names repeat.
    #[key = "headers"]
    pub headers: Vec<SesHeader>,
    /// The headers that most ask for.
    #[key = "commonHeaders"]
    pub common_headers: SesCommonHeaders,
}

/// A header of an email.
///
/// Source: Amazon SES developer guide, "Contents of notifications for Amazon SES email receiving",
/// mail object.
#[model]
pub struct SesHeader {
    /// Its name, as it came.
    #[key = "name"]
    pub name: String,
    /// Its value.
    #[key = "value"]
    pub value: String,
}

/// The headers that most ask for; each is absent when the email has none.
///
/// Source: Amazon SES developer guide, "Contents of notifications for Amazon SES email receiving",
/// commonHeaders object.
#[model]
pub struct SesCommonHeaders {
    /// Where failures go.
    #[key = "returnPath"]
    pub return_path: Option<String>,
    /// Who wrote it.
    #[key = "from"]
    pub from: Option<Vec<String>>,
    /// Who sent it.
    #[key = "sender"]
    pub sender: Option<Vec<String>>,
    /// Where answers go.
    #[key = "replyTo"]
    pub reply_to: Option<Vec<String>>,
    /// To whom.
    #[key = "to"]
    pub to: Option<Vec<String>>,
    /// To whom a copy goes.
    #[key = "cc"]
    pub cc: Option<Vec<String>>,
    /// To whom a hidden copy goes.
    #[key = "bcc"]
    pub bcc: Option<Vec<String>>,
    /// The id that its sender gave it.
    #[key = "messageId"]
    pub message_id: Option<String>,
    /// When it was written, as its sender wrote it.
    #[key = "date"]
    pub date: Option<String>,
    /// The subject.
    #[key = "subject"]
    pub subject: Option<String>,
}

/// What the rules did with an email.
///
/// Source: Amazon SES developer guide, "Contents of notifications for Amazon SES email receiving",
/// receipt object.
#[model]
pub struct SesReceipt {
    /// When the action was begun, in RFC 3339.
    #[key = "timestamp"]
    pub timestamp: Option<String>,
    /// Milliseconds from the receipt to the begin of the action.
    #[key = "processingTimeMillis"]
    pub processing_time_millis: u64,
    /// The recipients that matched the rule.
    #[key = "recipients"]
    pub recipients: Vec<String>,
    /// Whether it is spam.
    #[key = "spamVerdict"]
    pub spam_verdict: Option<SesVerdict>,
    /// Whether it has a virus.
    #[key = "virusVerdict"]
    pub virus_verdict: Option<SesVerdict>,
    /// Whether its sender may send from there.
    #[key = "spfVerdict"]
    pub spf_verdict: Option<SesVerdict>,
    /// Whether its signature holds.
    #[key = "dkimVerdict"]
    pub dkim_verdict: Option<SesVerdict>,
    /// Whether it is as its domain says; absent in older events.
    #[key = "dmarcVerdict"]
    pub dmarc_verdict: Option<SesVerdict>,
    /// What its domain asks for where that failed: `none`, `quarantine`, `reject`. Absent when it
    /// passed.
    #[key = "dmarcPolicy"]
    pub dmarc_policy: Option<String>,
    /// The action that runs.
    #[key = "action"]
    pub action: Option<SesAction>,
}

/// A verdict on an email.
///
/// Source: Amazon SES developer guide, "Contents of notifications for Amazon SES email receiving",
/// receipt object.
#[model]
pub struct SesVerdict {
    /// What was found.
    #[key = "status"]
    pub status: SesVerdictStatus,
}

words! {
    /// What was found.
    ///
    /// Source: Amazon SES developer guide, "Contents of notifications for Amazon SES email receiving",
    /// receipt object.
    pub enum SesVerdictStatus {
        /// It passed.
        #[word = "PASS"]
        Pass,
        /// It failed.
        #[word = "FAIL"]
        Fail,
        /// It could not be told for sure.
        #[word = "GRAY"]
        Gray,
        /// Something kept SES from checking it.
        #[word = "PROCESSING_FAILED"]
        ProcessingFailed,
        /// It is not checked.
        #[word = "DISABLED"]
        Disabled,
    }
}

/// An action of a rule; which fields it has depends on its type.
///
/// Source: Amazon SES developer guide, "Contents of notifications for Amazon SES email receiving",
/// action object.
#[model]
pub struct SesAction {
    /// `Lambda`, `S3`, `SNS`, `Bounce`, `Stop`, `WorkMail`.
    #[key = "type"]
    pub kind: Option<String>,
    /// The topic that is notified, too.
    #[key = "topicArn"]
    pub topic_arn: Option<String>,
    /// The function; `Lambda` only.
    #[key = "functionArn"]
    pub function_arn: Option<String>,
    /// `Event` or `RequestResponse`; `Lambda` only.
    #[key = "invocationType"]
    pub invocation_type: Option<String>,
    /// The bucket; `S3` only.
    #[key = "bucketName"]
    pub bucket_name: Option<String>,
    /// The prefix in it; `S3` only.
    #[key = "objectKeyPrefix"]
    pub object_key_prefix: Option<String>,
    /// The key in it; `S3` only.
    #[key = "objectKey"]
    pub object_key: Option<String>,
    /// The code of the reply; `Bounce` only.
    #[key = "smtpReplyCode"]
    pub smtp_reply_code: Option<String>,
    /// The extended code; `Bounce` only.
    #[key = "statusCode"]
    pub status_code: Option<String>,
    /// The text of the reply; `Bounce` only.
    #[key = "message"]
    pub message: Option<String>,
    /// Who sends it; `Bounce` only.
    #[key = "sender"]
    pub sender: Option<String>,
    /// The organization; `WorkMail` only.
    #[key = "organizationArn"]
    pub organization_arn: Option<String>,
}

/// What to do with the email next.
///
/// Source: Amazon SES developer guide, "Invoke Lambda function action".
#[model]
pub struct SesResponse {
    /// What to do.
    #[key = "disposition"]
    pub disposition: SesDisposition,
}

words! {
    /// What to do with an email next.
    ///
    /// Source: Amazon SES developer guide, "Invoke Lambda function action".
    pub enum SesDisposition {
        /// Go on with the next action.
        #[word = "CONTINUE"]
        Continue,
        /// Go on with the next rule.
        #[word = "STOP_RULE"]
        StopRule,
        /// Do nothing more with this email.
        #[word = "STOP_RULE_SET"]
        StopRuleSet,
    }
}
