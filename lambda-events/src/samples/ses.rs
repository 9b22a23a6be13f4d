//! Events of Amazon SES.

use super::{Sample, TIME, arn, some};
use crate::ses::{
    SesAction, SesCommonHeaders, SesEvent, SesHeader, SesMail, SesReceipt, SesRecord, SesService,
    SesVerdict, SesVerdictStatus,
};

/// An email from one address to another, which passed every check.
pub fn email(from: &str, to: &str, subject: &str) -> Sample<SesEvent> {
    let header = |name: &str, value: &str| SesHeader {
        name: name.to_owned(),
        value: value.to_owned(),
        ..Default::default()
    };
    let pass = || Some(SesVerdict { status: SesVerdictStatus::Pass, ..Default::default() });
    let message_id = "<0000000000000001@example.com>";
    let date = "Thu, 1 Jan 2026 00:00:00 +0000";
    let mail = SesMail {
        timestamp: some(TIME),
        source: some(from),
        message_id: "o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1".to_owned(),
        destination: vec![to.to_owned()],
        headers: vec![
            header("From", from),
            header("To", to),
            header("Subject", subject),
            header("Message-ID", message_id),
            header("Date", date),
        ],
        common_headers: SesCommonHeaders {
            return_path: some(from),
            from: Some(vec![from.to_owned()]),
            to: Some(vec![to.to_owned()]),
            message_id: some(message_id),
            date: some(date),
            subject: some(subject),
            ..Default::default()
        },
        ..Default::default()
    };
    let receipt = SesReceipt {
        timestamp: some(TIME),
        processing_time_millis: 574,
        recipients: vec![to.to_owned()],
        spam_verdict: pass(),
        virus_verdict: pass(),
        spf_verdict: pass(),
        dkim_verdict: pass(),
        dmarc_verdict: pass(),
        action: Some(SesAction {
            kind: some("Lambda"),
            function_arn: Some(arn("lambda", "function:a-function")),
            invocation_type: some("Event"),
            ..Default::default()
        }),
        ..Default::default()
    };
    let record = SesRecord {
        event_source: some("aws:ses"),
        event_version: some("1.0"),
        ses: SesService { mail, receipt, ..Default::default() },
        ..Default::default()
    };
    Sample(SesEvent { records: vec![record], ..Default::default() })
}

impl Sample<SesEvent> {
    /// The same, but SES takes it for spam.
    pub fn spam(mut self) -> Self {
        for record in &mut self.records {
            let fail = SesVerdict { status: SesVerdictStatus::Fail, ..Default::default() };
            record.ses.receipt.spam_verdict = Some(fail);
        }
        self
    }
}
