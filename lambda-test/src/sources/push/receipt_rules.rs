//! Receipt rules of Amazon SES, whose Lambda actions a mail goes through.
//!
//! Source: Amazon SES developer guide, "Invoke Lambda function action".

use std::{fmt, time::Duration};

use lambda_events::samples;
use serde_json::Value;

use crate::{
    kernel::Time,
    service::{Function, Lambda},
};

/// How long SES waits for a function that it invokes synchronously.
const PATIENCE: Duration = Duration::from_secs(30);

/// The receipt rules of Amazon SES, in their order: each rule has one Lambda action for some recipients.
///
/// [`Lambda::receipt_rules`] makes it.
///
/// ```
/// use lambda_test::Lambda;
/// use serde_json::{Value, json};
///
/// # lambda_test::block_on(async {
/// let lambda = Lambda::new();
/// let filter = lambda.stub("filter", |event: Value| {
///     let verdict = &event["Records"][0]["ses"]["receipt"]["spamVerdict"]["status"];
///     Ok(json!({"disposition": if verdict == "FAIL" { "STOP_RULE_SET" } else { "CONTINUE" }}))
/// });
/// let book = lambda.stub("book", |_: Value| Ok(()));
/// let rules = lambda.receipt_rules().request_response("example.com", &filter).event("orders@example.com", &book);
///
/// let mail = rules.receive("ada@example.org", "orders@example.com", "An order").await;
/// assert_eq!(mail.invoked, ["filter", "book"]);
/// let spam = rules.receive_spam("eve@example.org", "orders@example.com", "Win").await;
/// assert_eq!((spam.invoked, spam.is_stopped), (vec!["filter".to_owned()], true));
/// # });
/// ```
#[derive(Clone)]
pub struct ReceiptRules {
    rules: Vec<Rule>,
    region: String,
}

#[derive(Clone)]
struct Rule {
    /// An address, or a domain.
    recipient: String,
    function: Function,
    waits: bool,
}

/// What became of a mail that SES received.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedMail {
    /// The functions that were invoked, in their order.
    pub invoked: Vec<String>,
    /// Whether a function ended the evaluation of the rules: `STOP_RULE_SET`.
    pub is_stopped: bool,
}

impl<T: Time> Lambda<T> {
    /// Returns receipt rules of Amazon SES, of which there is none yet.
    pub fn receipt_rules(&self) -> ReceiptRules {
        ReceiptRules { rules: Vec::new(), region: self.place()[1].to_string() }
    }
}

impl ReceiptRules {
    /// Adds a rule for an address or a domain that invokes a function asynchronously: `Event`.
    pub fn event(self, recipient: &str, function: &Function) -> Self {
        self.add(recipient, function, false)
    }

    /// Adds a rule for an address or a domain that invokes a function synchronously, and follows its disposition: `CONTINUE`,
    /// `STOP_RULE` or `STOP_RULE_SET`. A function that fails lets the mail pass.
    pub fn request_response(self, recipient: &str, function: &Function) -> Self {
        self.add(recipient, function, true)
    }

    fn add(mut self, recipient: &str, function: &Function, waits: bool) -> Self {
        self.rules.push(Rule {
            recipient: recipient.to_owned(),
            function: function.clone(),
            waits,
        });
        self
    }

    /// Receives a mail that passed every check.
    pub async fn receive(&self, from: &str, to: &str, subject: &str) -> ReceivedMail {
        let event = samples::ses::email(from, to, subject);
        self.run(to, serde_json::to_value(&event).unwrap_or_default()).await
    }

    /// Receives a mail that SES takes for spam.
    pub async fn receive_spam(&self, from: &str, to: &str, subject: &str) -> ReceivedMail {
        let event = samples::ses::email(from, to, subject).spam();
        self.run(to, serde_json::to_value(&event).unwrap_or_default()).await
    }

    async fn run(&self, to: &str, event: Value) -> ReceivedMail {
        let mut mail = ReceivedMail { invoked: Vec::new(), is_stopped: false };
        let is_for = |recipient: &str| {
            let domain = to.rsplit('@').next().unwrap_or_default();
            recipient.is_empty() || recipient == to || recipient == domain
        };
        for rule in self.rules.iter().filter(|rule| is_for(&rule.recipient)) {
            let mut event = event.clone();
            let action = &mut event["Records"][0]["ses"]["receipt"]["action"];
            action["functionArn"] = rule.function.arn().to_string().into();
            action["invocationType"] = if rule.waits { "RequestResponse" } else { "Event" }.into();
            mail.invoked.push(rule.function.state.name.to_string());
            if !rule.waits {
                rule.function.invoke(&event).event().await;
                continue;
            }
            let mut invocation = rule.function.invoke(&event);
            let response = tokio::time::timeout(PATIENCE, invocation.response()).await;
            let value: Option<Value> =
                response.ok().and_then(|it| serde_json::from_slice(it.payload()).ok());
            // A rule has one action here, so that its end is that of its action.
            if value.is_some_and(|value| value["disposition"] == "STOP_RULE_SET") {
                mail.is_stopped = true;
                break;
            }
        }
        mail
    }
}

impl fmt::Debug for ReceiptRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceiptRules").field("region", &self.region).finish_non_exhaustive()
    }
}
