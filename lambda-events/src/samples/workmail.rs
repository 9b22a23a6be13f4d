//! Emails of Amazon WorkMail.

use super::{Sample, id, some};
use crate::workmail::*;

/// An email goes in.
pub fn email(from: &str, to: &str, subject: &str) -> Sample<WorkMailEvent> {
    let address =
        |address: &str| WorkMailAddress { address: address.to_owned(), ..Default::default() };
    Sample(WorkMailEvent {
        summary_version: some("2018-10-10"),
        envelope: WorkMailEnvelope {
            mail_from: address(from),
            recipients: vec![address(to)],
            ..Default::default()
        },
        sender: Some(address(from)),
        subject: some(subject),
        message_id: id(1),
        invocation_id: Some(id(2)),
        flow_direction: "INBOUND".to_owned(),
        truncated: Some(false),
        ..Default::default()
    })
}
