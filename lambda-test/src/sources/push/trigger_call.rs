//! An event that a service sends, as that service does it.

use std::{fmt, time::Duration};

use lambda_events::Trigger;
use serde::Serialize;
use serde_json::Value;

use super::trigger_rules::{Call, call, is_cognito, refusal};
use crate::service::{Function, InvokeResponse};

/// What became of an event that was sent as its service does it: [`Function::trigger`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Triggered {
    /// The service. Absent for an event that is not of one that is known.
    pub trigger: Option<Trigger>,
    /// How often the function was invoked by the service itself; an asynchronous invocation is one.
    pub attempts: u32,
    /// What the service takes of the response: null where the invocation is asynchronous.
    pub response: Result<Value, TriggerError>,
}

/// Why the service did not get a response that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TriggerError {
    /// What the service's own caller sees: of Cognito such as `UserLambdaValidationException`; otherwise the error type of the
    /// function or of Lambda.
    pub error_type: String,
    /// The message.
    pub message: String,
}

impl Function {
    /// Sends an event as its service does: asynchronously or synchronously, as often as it tries, and waiting as long as it
    /// waits; the response is checked as it checks it. The event itself shows which service it is.
    ///
    /// It is for the services that have nothing of their own here, as Cognito, Config, Connect or Lex.
    ///
    /// ```
    /// use lambda_events::{cognito::CognitoPreSignUpEvent, samples};
    /// use lambda_runtime::{Error, Runtime};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let confirm = async |mut event: CognitoPreSignUpEvent| {
    ///     event.response.auto_confirm_user = true.into();
    ///     Ok::<_, Error>(event)
    /// };
    /// let function = lambda.function("confirm", Runtime::new(confirm)).create();
    /// let triggered = function.trigger(&samples::cognito::pre_sign_up("ada@example.com")).await;
    /// let response = triggered.response.expect("Cognito takes it");
    /// assert_eq!(response["response"]["autoConfirmUser"], true);
    /// # });
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the event has no form in JSON, or is one of an event source mapping: see [`Function::on`].
    pub async fn trigger(&self, event: &impl Serialize) -> Triggered {
        let bytes = serde_json::to_vec(event).expect("an event of a test has a form in JSON");
        let event: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let trigger = Trigger::detect(&bytes);
        match call(trigger) {
            Call::Mapping => panic!(
                "{} comes by an event source mapping: `function.on(&source).create()`",
                trigger.map_or("the event", Trigger::as_str)
            ),
            Call::Event => {
                let response = self.invoke(&event).event().response().await;
                let response = read(trigger, &event, &response).map(|_| Value::Null);
                Triggered { trigger, attempts: 1, response }
            }
            Call::Request { attempts, patience } => {
                self.ask(trigger, &event, attempts, patience).await
            }
        }
    }

    /// Invokes synchronously until the response is taken, or the attempts are used up.
    async fn ask(
        &self,
        trigger: Option<Trigger>,
        event: &Value,
        attempts: u32,
        patience: Duration,
    ) -> Triggered {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let mut invocation = self.invoke(event);
            let response = match tokio::time::timeout(patience, invocation.response()).await {
                Ok(response) => read(trigger, event, &response),
                Err(_) => Err(late(trigger, patience)),
            };
            if response.is_ok() || attempt == attempts {
                return Triggered { trigger, attempts: attempt, response };
            }
        }
    }
}

fn late(trigger: Option<Trigger>, patience: Duration) -> TriggerError {
    let error_type = match trigger.is_some_and(is_cognito) {
        true => "UnexpectedLambdaException",
        false => "Timeout",
    };
    let message = format!("the function did not respond within {} s", patience.as_secs());
    TriggerError { error_type: error_type.to_owned(), message }
}

/// Reads a response as the service does.
fn read(
    trigger: Option<Trigger>,
    event: &Value,
    response: &InvokeResponse,
) -> Result<Value, TriggerError> {
    let of_cognito = trigger.is_some_and(is_cognito);
    if let Some(error) = response.service_error() {
        let error_type = error.error_type.to_owned();
        return Err(TriggerError { error_type, message: error.message.clone() });
    }
    if let Some(error) = response.function_error() {
        let (error_type, message) = match of_cognito {
            true => {
                let source = event["triggerSource"].as_str().unwrap_or_default();
                let name = source.split('_').next().unwrap_or_default();
                let message = format!("{name} failed with error {}.", error.error_message);
                ("UserLambdaValidationException".to_owned(), message)
            }
            false => (error.error_type.clone(), error.error_message.clone()),
        };
        return Err(TriggerError { error_type, message });
    }
    if response.payload().is_empty() {
        return Ok(Value::Null);
    }
    let value: Result<Value, _> = serde_json::from_slice(response.payload());
    let why = match &value {
        Err(error) => Some(format!("the response is not JSON: {error}")),
        Ok(value) => trigger.and_then(|trigger| refusal(trigger, event, value)),
    };
    match (value, why) {
        (Ok(value), None) => Ok(value),
        (_, why) => {
            let error_type = match of_cognito {
                true => "InvalidLambdaResponseException",
                false => "InvalidResponse",
            };
            let message = why.unwrap_or_default();
            Err(TriggerError { error_type: error_type.to_owned(), message })
        }
    }
}

impl fmt::Display for TriggerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error_type, self.message)
    }
}

impl std::error::Error for TriggerError {}
