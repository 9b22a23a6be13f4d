use lambda_events::ses::{SesDisposition, SesEvent, SesResponse, SesVerdictStatus};
use lambda_runtime::{Error, Runtime};
use lambda_test::Lambda;

/// Receipt rules of SES send a mail through functions: one that is invoked synchronously may stop it, one that is invoked
/// asynchronously may not.
#[lambda_test::test]
async fn receipt_rules() {
    let lambda = Lambda::new();
    let filter = Runtime::new(async |event: SesEvent| {
        let verdict = event.records[0].ses.receipt.spam_verdict.as_ref();
        let is_spam = verdict.is_some_and(|verdict| verdict.status == SesVerdictStatus::Fail);
        let disposition =
            if is_spam { SesDisposition::StopRuleSet } else { SesDisposition::Continue };
        Ok::<_, Error>(SesResponse { disposition, ..Default::default() })
    });
    let book = Runtime::new(async |event: SesEvent| {
        Ok::<_, Error>(event.records[0].ses.mail.common_headers.subject.clone())
    });
    let filter = lambda.function("filter", filter).create();
    let book = lambda.function("book", book).create();
    let rules = lambda.receipt_rules();
    let rules = rules.request_response("example.com", &filter).event("orders@example.com", &book);

    let mail = rules.receive("ada@example.org", "orders@example.com", "Two lamps").await;
    assert_eq!((mail.invoked.len(), mail.is_stopped), (2, false));
    let spam = rules.receive_spam("eve@example.org", "orders@example.com", "You win").await;
    assert_eq!((spam.invoked, spam.is_stopped), (vec!["filter".to_owned()], true));
}
