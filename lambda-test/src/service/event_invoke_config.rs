//! What is configured of asynchronous invocations, for a function or for a version or alias of it.

use std::{fmt, sync::Arc, time::Duration};

use super::{
    ServiceError, constraint, event_queue::Limits, function_state::FunctionState, resource_arn,
};

/// What the service does with asynchronous invocations: retries, the age of an event, destinations.
///
/// It is set for a function by [`FunctionBuilder`](crate::FunctionBuilder), and for a version or an alias by
/// [`Function::put_event_invoke_config`](crate::Function::put_event_invoke_config); an alias has not that of `$LATEST`.
/// Source: AWS Lambda API reference, "PutFunctionEventInvokeConfig".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventInvokeConfig {
    pub(super) maximum_retry_attempts: Option<u32>,
    pub(super) maximum_event_age: Option<Duration>,
    pub(super) on_success: Option<Arc<str>>,
    pub(super) on_failure: Option<Arc<str>>,
    /// When it was changed last, since the service began.
    pub(super) modified: Duration,
}

impl EventInvokeConfig {
    /// Configures nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how often an event is tried again after a function error, 0 to 2; 2 unless set.
    pub fn maximum_retry_attempts(mut self, retries: u32) -> Self {
        self.maximum_retry_attempts = Some(retries);
        self
    }

    /// Sets how long an event is kept, 60 s to 6 h; 6 h unless set.
    pub fn maximum_event_age(mut self, age: Duration) -> Self {
        self.maximum_event_age = Some(age);
        self
    }

    /// Sets the ARN that receives a record of each event that succeeded: a topic, an event bus, a bucket, or a
    /// function.
    pub fn on_success(mut self, arn: impl fmt::Display) -> Self {
        self.on_success = Some(arn.to_string().into());
        self
    }

    /// Sets the ARN that receives a record of each event that failed: a topic, an event bus, a bucket, or a
    /// function.
    pub fn on_failure(mut self, arn: impl fmt::Display) -> Self {
        self.on_failure = Some(arn.to_string().into());
        self
    }

    pub(super) fn limits(&self) -> Limits {
        let default = Limits::default();
        Limits {
            retries: self.maximum_retry_attempts.unwrap_or(default.retries),
            age: self.maximum_event_age.unwrap_or(default.age),
        }
    }

    /// Sets what the other one sets.
    pub(super) fn merge(&mut self, other: Self) {
        fn set<T>(to: &mut Option<T>, from: Option<T>) {
            if from.is_some() {
                *to = from;
            }
        }
        set(&mut self.maximum_retry_attempts, other.maximum_retry_attempts);
        set(&mut self.maximum_event_age, other.maximum_event_age);
        set(&mut self.on_success, other.on_success);
        set(&mut self.on_failure, other.on_failure);
    }

    /// # Errors
    ///
    /// The service refuses a value, or there is none.
    pub(super) fn check(&self, function: &FunctionState) -> Result<(), ServiceError> {
        let Self { maximum_retry_attempts, maximum_event_age, on_success, on_failure, .. } = self;
        let mut violations = Vec::new();
        if let Some(retries) = maximum_retry_attempts {
            let name = "maximumRetryAttempts";
            violations.extend(constraint::range(name, f64::from(*retries), (0, 2)));
        }
        if let Some(age) = maximum_event_age {
            let name = "maximumEventAgeInSeconds";
            violations.extend(constraint::range(name, age.as_secs_f64(), (60, 21_600)));
        }
        for (name, arn) in [("onFailure", on_failure), ("onSuccess", on_success)] {
            if let Some(arn) = arn.as_deref().filter(|arn| !resource_arn::is_destination(arn)) {
                let name = format!("destinationConfig.{name}.destination");
                violations.push(constraint::pattern(&name, arn, resource_arn::PATTERN));
            }
        }
        if !violations.is_empty() {
            return Err(ServiceError::validation(&violations));
        }
        if *self == (Self { modified: self.modified, ..Self::default() }) {
            let message = "You must specify at least one of error handling or destination setting.";
            return Err(ServiceError::invalid(message.to_owned()));
        }
        [on_success, on_failure]
            .into_iter()
            .flatten()
            .try_for_each(|arn| self.check_arn(arn, function))
    }

    fn check_arn(&self, arn: &str, function: &FunctionState) -> Result<(), ServiceError> {
        match resource_arn::service(arn) {
            Some("sqs" | "sns" | "events" | "s3") => Ok(()),
            Some("lambda") => {
                let unqualified: Vec<&str> = arn.splitn(8, ':').take(7).collect();
                let unqualified = unqualified.join(":");
                if unqualified == *function.unqualified {
                    let message = "You can't specify the function as a destination for itself.";
                    return Err(ServiceError::invalid(message.to_owned()));
                }
                if function.registry.find(&unqualified).is_none() {
                    let message = format!("The destination ARN {arn} is invalid.");
                    return Err(ServiceError::invalid(message));
                }
                Ok(())
            }
            _ => {
                let shown = |name: &str, arn: &Option<Arc<str>>| match arn {
                    Some(arn) => format!("{name}(destination={arn})"),
                    None => "null".to_owned(),
                };
                Err(ServiceError::invalid(format!(
                    "The provided destination config DestinationConfig(onSuccess={}, onFailure={}) \
                     is invalid.",
                    shown("OnSuccess", &self.on_success),
                    shown("OnFailure", &self.on_failure)
                )))
            }
        }
    }
}
