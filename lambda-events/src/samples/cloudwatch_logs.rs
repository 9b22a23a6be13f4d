//! Log events of CloudWatch Logs.

use super::{ACCOUNT, Sample, TIME_MILLIS, some};
use crate::{
    Base64, Millis,
    cloudwatch_logs::{
        CloudWatchLogEvent, CloudWatchLogs, CloudWatchLogsData, CloudWatchLogsEvent,
        CloudWatchLogsMessageType,
    },
};

/// These lines, a millisecond apart, as CloudWatch Logs has them before it puts them into gzip.
pub fn logs<L: Into<String>>(lines: impl IntoIterator<Item = L>) -> CloudWatchLogs {
    let event = |(number, line): (usize, L)| CloudWatchLogEvent {
        id: format!("3695{number:052}"),
        timestamp: Millis::from_unix_millis(TIME_MILLIS + number as i64),
        message: line.into(),
        ..Default::default()
    };
    CloudWatchLogs {
        message_type: CloudWatchLogsMessageType::DataMessage,
        owner: some(ACCOUNT),
        log_group: some("/aws/lambda/a-function"),
        log_stream: some("2026/01/01/[$LATEST]00000000000000000000000000000001"),
        subscription_filters: vec!["a-filter".to_owned()],
        log_events: lines.into_iter().enumerate().map(event).collect(),
        ..Default::default()
    }
}

fn event(logs: &CloudWatchLogs) -> Sample<CloudWatchLogsEvent> {
    // Log events have a form in JSON, whatever is in them.
    let data = Base64(logs.encode().unwrap_or_default());
    Sample(CloudWatchLogsEvent {
        awslogs: CloudWatchLogsData { data, ..Default::default() },
        ..Default::default()
    })
}

/// These lines, straight to a function.
pub fn lines<L: Into<String>>(lines: impl IntoIterator<Item = L>) -> Sample<CloudWatchLogsEvent> {
    event(&logs(lines))
}

/// What CloudWatch Logs sends to check that it may.
pub fn control_message() -> Sample<CloudWatchLogsEvent> {
    event(&CloudWatchLogs {
        message_type: CloudWatchLogsMessageType::ControlMessage,
        owner: some("CloudwatchLogs"),
        log_group: some(""),
        log_stream: some(""),
        ..logs(["CWL CONTROL MESSAGE: Checking health of destination Lambda."])
    })
}
