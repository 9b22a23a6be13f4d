//! CloudWatch Logs: subscription filters, straight to a function or through Kinesis or Firehose.
//!
//! Source: Amazon CloudWatch Logs user guide, "Real-time processing of log data with subscriptions", read
//! 2026-11-26. Shown by the fixtures in `fixtures/cloudwatch-logs`.

use lambda_events_macros::model;

use crate::{
    Base64, Millis, RawJson, ResponseFor,
    codec::kinds::words,
    gzip::{self, GzipError},
};

/// Log events that a filter let through, compressed. Lambda is invoked asynchronously, so there is
/// no answer.
///
/// Source: Amazon CloudWatch Logs user guide, "Example 2: Subscription filters with AWS Lambda".
#[model(CloudWatchLogs)]
pub struct CloudWatchLogsEvent {
    /// The log events.
    #[key = "awslogs"]
    #[required]
    pub awslogs: CloudWatchLogsData,
}

impl ResponseFor<CloudWatchLogsEvent> for () {}

impl CloudWatchLogsEvent {
    /// The log events.
    ///
    /// # Errors
    ///
    /// See [`LogsError`].
    pub fn logs(&self) -> Result<CloudWatchLogs, LogsError> {
        match self.awslogs.extra.get("data") {
            // What could not be read is kept aside.
            Some(_) if self.awslogs.data.is_empty() => Err(LogsError::Base64),
            _ => CloudWatchLogs::decode(&self.awslogs.data),
        }
    }
}

/// Log events, compressed.
///
/// Source: Amazon CloudWatch Logs user guide, "Example 2: Subscription filters with AWS Lambda".
#[model]
pub struct CloudWatchLogsData {
    /// The gzip of the JSON of a [`CloudWatchLogs`].
    #[key = "data"]
    pub data: Base64,
}

/// Log events that a filter let through.
///
/// In a record of Kinesis or of Firehose the same stands as gzip of JSON:
/// `CloudWatchLogs::decode(&record.kinesis.data)`, `CloudWatchLogs::decode(record.payload())`.
///
/// Source: Amazon CloudWatch Logs user guide, "Subscription filters".
#[model]
pub struct CloudWatchLogs {
    /// Whether these are log events.
    #[key = "messageType"]
    pub message_type: CloudWatchLogsMessageType,
    /// The account of the logs.
    #[key = "owner"]
    pub owner: Option<String>,
    /// The log group.
    #[key = "logGroup"]
    pub log_group: Option<String>,
    /// The log stream.
    #[key = "logStream"]
    pub log_stream: Option<String>,
    /// The names of the filters.
    #[key = "subscriptionFilters"]
    pub subscription_filters: Vec<String>,
    /// The log events.
    #[key = "logEvents"]
    pub log_events: Vec<CloudWatchLogEvent>,
    /// `LOG_GROUP_LEVEL_POLICY` or `ACCOUNT_LEVEL_POLICY`; absent in older events.
    #[key = "policyLevel"]
    pub policy_level: Option<String>,
}

/// Why a text is no log events.
#[derive(Debug)]
#[non_exhaustive]
pub enum LogsError {
    /// It is not compressed as it should be.
    Gzip(GzipError),
    /// The data are not base64.
    Base64,
    /// It is compressed, but is no log events.
    Json(serde_json::Error),
}

impl_display!(LogsError, |error, f| match error {
    LogsError::Gzip(error) => write!(f, "log events: {error}"),
    LogsError::Base64 => f.write_str("log events: `awslogs.data` is not valid base64"),
    LogsError::Json(error) => write!(f, "log events: {error}"),
});

impl_from!(LogsError::Gzip(GzipError));
impl_from!(LogsError::Json(serde_json::Error));

impl std::error::Error for LogsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Gzip(error) => Some(error),
            Self::Json(error) => Some(error),
            Self::Base64 => None,
        }
    }
}

impl CloudWatchLogs {
    /// Takes log events out of gzip, up to 64 MiB of them: a batch of CloudWatch Logs has one.
    ///
    /// # Errors
    ///
    /// See [`LogsError`].
    pub fn decode(gzip: &[u8]) -> Result<Self, LogsError> {
        Ok(serde_json::from_slice(&gzip::decode(gzip, gzip::MOST)?)?)
    }

    /// Puts log events into gzip, as CloudWatch Logs does.
    ///
    /// # Errors
    ///
    /// None for what was read or built as the docs of its fields say.
    pub fn encode(&self) -> Result<Vec<u8>, LogsError> {
        Ok(gzip::encode(&serde_json::to_vec(self)?))
    }

    /// Whether CloudWatch Logs only checks that it may send: there is nothing to do.
    pub fn is_control_message(&self) -> bool {
        self.message_type == CloudWatchLogsMessageType::ControlMessage
    }
}

words! {
    /// Whether a batch has log events.
    ///
    /// Source: Amazon CloudWatch Logs user guide, "Subscription filters".
    pub enum CloudWatchLogsMessageType {
        /// It has.
        #[word = "DATA_MESSAGE"]
        DataMessage,
        /// It only checks that the destination can be reached.
        #[word = "CONTROL_MESSAGE"]
        ControlMessage,
    }
}

/// One log event.
///
/// Source: Amazon CloudWatch Logs user guide, "Subscription filters".
#[model]
pub struct CloudWatchLogEvent {
    /// Its id, which stays the same when it is sent again.
    #[key = "id"]
    pub id: String,
    /// When it was logged.
    #[key = "timestamp"]
    pub timestamp: Millis,
    /// The line.
    #[key = "message"]
    pub message: String,
    /// What the filter's pattern took out of it; absent for patterns without fields.
    #[key = "extractedFields"]
    pub extracted_fields: Option<RawJson>,
}
