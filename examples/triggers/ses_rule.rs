//! Decides about emails as the first action of a receipt rule, invoked as `RequestResponse`: spam, and
//! what others pretend to send in our name, goes no further.
//!
//! Run it here:
//!
//!     lambda-test sample ses/email | lambda-test invoke --example ses_rule --payload-file -

use std::process::ExitCode;

use lambda_events::ses::{
    SesDisposition, SesEvent, SesRecord, SesResponse, SesVerdict, SesVerdictStatus,
};
use lambda_runtime::{Bootstrap, Environment, Error, Runtime};

fn fails(verdict: &Option<SesVerdict>) -> bool {
    verdict.as_ref().is_some_and(|verdict| verdict.status == SesVerdictStatus::Fail)
}

/// Why an email goes no further; absent where it may.
fn objection(record: &SesRecord) -> Option<&'static str> {
    let receipt = &record.ses.receipt;
    if fails(&receipt.spam_verdict) {
        Some("spam")
    } else if fails(&receipt.virus_verdict) {
        Some("a virus")
    } else if fails(&receipt.dmarc_verdict) && receipt.dmarc_policy.as_deref() == Some("reject") {
        Some("not from whom it says")
    } else {
        None
    }
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async move |event: SesEvent| {
        let record = event.records.first().ok_or("an event of SES has one record")?;
        let disposition = match objection(record) {
            None => SesDisposition::Continue,
            Some(reason) => {
                environment.log(&format!("{}: {reason}", record.ses.mail.message_id));
                SesDisposition::StopRuleSet
            }
        };
        Ok::<_, Error>(SesResponse { disposition, ..Default::default() })
    }))
}

fn main() -> ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use lambda_events::samples::{Sample, ses};
    use lambda_test::Lambda;

    use super::*;

    #[lambda_test::test]
    async fn only_what_is_wanted_goes_on() {
        let email = || ses::email("jane@example.com", "orders@example.com", "An order");
        let forged = |mut event: Sample<SesEvent>| {
            let receipt = &mut event.records[0].ses.receipt;
            receipt.dmarc_policy = Some("reject".to_owned());
            receipt.dmarc_verdict =
                Some(SesVerdict { status: SesVerdictStatus::Fail, ..Default::default() });
            event
        };
        let rule = Lambda::new().function("rule", app).create();
        for (event, answer) in [
            (email(), r#"{"disposition":"CONTINUE"}"#),
            (email().spam(), r#"{"disposition":"STOP_RULE_SET"}"#),
            (forged(email()), r#"{"disposition":"STOP_RULE_SET"}"#),
        ] {
            assert_eq!(rule.invoke(&*event).await.payload(), answer);
        }
    }
}
