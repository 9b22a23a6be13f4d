//! What is configured of a version of a function.

use std::{sync::Arc, time::Duration};

use lambda_core::{LogFormat, LogLevel, Variables};

use super::{ServiceError, constraint, defaults::HANDLER, resource_arn};
use crate::environment::{Logging, invalid_names, refused};

/// The configuration of a function that [`update_configuration`](crate::Function::update_configuration) changes: each
/// method as that of the same name of [`FunctionBuilder`](crate::FunctionBuilder).
#[derive(Clone, Debug)]
pub struct Configuration {
    pub(super) description: String,
    pub(super) memory_mb: u32,
    pub(crate) timeout: Duration,
    pub(super) handler: String,
    pub(super) logging: Logging,
    pub(super) log_group: Option<String>,
    pub(super) variables: Variables,
    /// The ARN of a queue or a topic.
    pub(super) dead_letter: Option<Arc<str>>,
    /// Whether its invocations are traced.
    pub(super) is_traced: bool,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            description: String::new(),
            memory_mb: 128,
            timeout: Duration::from_secs(3),
            handler: HANDLER.to_owned(),
            logging: Logging::default(),
            log_group: None,
            variables: Variables::default(),
            dead_letter: None,
            is_traced: false,
        }
    }
}

impl Configuration {
    /// Sets the description.
    pub fn description(&mut self, description: impl Into<String>) -> &mut Self {
        self.description = description.into();
        self
    }

    /// Sets the memory, 128 to 10,240 MB.
    pub fn memory_mb(&mut self, memory_mb: u32) -> &mut Self {
        self.memory_mb = memory_mb;
        self
    }

    /// Sets how long an invocation may take, 1 to 900 s.
    pub fn timeout(&mut self, timeout: Duration) -> &mut Self {
        self.timeout = timeout;
        self
    }

    /// Sets the handler: the variable `_HANDLER`.
    pub fn handler(&mut self, handler: impl Into<String>) -> &mut Self {
        self.handler = handler.into();
        self
    }

    /// Sets the format of the log.
    pub fn log_format(&mut self, format: LogFormat) -> &mut Self {
        self.logging.format = format;
        self
    }

    /// Sets the least severe level that the service keeps of the function's lines.
    pub fn application_log_level(&mut self, level: LogLevel) -> &mut Self {
        self.logging.application = Some(level);
        self
    }

    /// Sets the least severe level that the service writes of its own lines.
    pub fn system_log_level(&mut self, level: LogLevel) -> &mut Self {
        self.logging.system = Some(level);
        self
    }

    /// Sets the group of the log, `/aws/lambda/` and the name of the function unless set.
    pub fn log_group(&mut self, log_group: impl Into<String>) -> &mut Self {
        self.log_group = Some(log_group.into());
        self
    }

    /// Sets an environment variable.
    pub fn env(&mut self, name: impl Into<String>, value: impl Into<String>) -> &mut Self {
        self.variables.set(name, value);
        self
    }

    /// Removes an environment variable.
    pub fn without_env(&mut self, name: &str) -> &mut Self {
        self.variables.remove(name);
        self
    }

    /// Sets whether invocations are traced by X-Ray: the mode `Active`, in place of `PassThrough`. A function has the address of a
    /// daemon where it was created with active tracing, or [`Lambda::traces`](crate::Lambda::traces) was called before.
    pub fn active_tracing(&mut self, active: bool) -> &mut Self {
        self.is_traced = active;
        self
    }

    /// Sets the ARN of the queue or the topic that receives events which failed; an empty one is none.
    pub fn dead_letter(&mut self, arn: impl Into<Arc<str>>) -> &mut Self {
        self.dead_letter = Some(arn.into()).filter(|arn| !arn.is_empty());
        self
    }

    /// Returns the group of the log of a function that has this name.
    pub(super) fn log_group_of(&self, name: &str) -> String {
        self.log_group.clone().unwrap_or_else(|| format!("/aws/lambda/{name}"))
    }

    /// Returns which values are wrong by themselves.
    pub(super) fn violations(&self) -> Vec<String> {
        let mut violations = Vec::new();
        violations.extend(constraint::range("memorySize", self.memory_mb.into(), MEMORY_MB));
        violations.extend(constraint::range("timeout", self.timeout.as_secs_f64(), TIMEOUT_S));
        let names = invalid_names(&self.variables);
        violations.extend(constraint::keys("environment.variables", &names, VARIABLE));
        violations.extend(constraint::system_log_level(self.logging.system));
        if let Some(arn) = self.dead_letter.as_deref().filter(|arn| !resource_arn::is_any(arn)) {
            let name = "deadLetterConfig.targetArn";
            violations.push(constraint::pattern(name, arn, resource_arn::ANY));
        }
        violations
    }

    /// # Errors
    ///
    /// The service refuses a value.
    pub(super) fn check(&self) -> Result<(), ServiceError> {
        let violations = self.violations();
        if !violations.is_empty() {
            return Err(ServiceError::validation(&violations));
        }
        self.check_variables()
    }

    /// # Errors
    ///
    /// The service refuses the environment variables.
    pub(super) fn check_variables(&self) -> Result<(), ServiceError> {
        refused(&self.variables).map_or(Ok(()), |message| Err(ServiceError::invalid(message)))
    }
}

/// What the memory may be. Source: AWS Lambda API reference, "CreateFunction", `MemorySize`.
const MEMORY_MB: (u32, u32) = (128, 10_240);

/// What the timeout may be. Source: AWS Lambda API reference, "CreateFunction", `Timeout`.
const TIMEOUT_S: (u32, u32) = (1, 900);

/// What the name of a variable may be. Source: AWS Lambda API reference, "Environment", `Variables`.
const VARIABLE: &str = "[a-zA-Z]([a-zA-Z0-9_])+";
