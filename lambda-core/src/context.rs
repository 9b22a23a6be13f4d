//! What a handler may know about its invocation besides the event.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};

use crate::{
    ClientContext, CognitoIdentity, Environment, FunctionArn, TraceHeader, Variables, WireError,
    wire::{Header, Headers},
};

/// What is known about an invocation: the headers of `next` joined with the function's variables.
///
/// The public fields are those of the context that Rust functions know; the methods say what they
/// mean. A context for a unit test is `Context::default()` with the fields set that matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Context {
    /// The id of the invocation; a retry of an asynchronous invocation has the same one.
    pub request_id: String,
    /// When the function times out, in milliseconds since the Unix epoch; 0 when the service did
    /// not say. Prefer [`Context::remaining_time`].
    pub deadline: u64,
    /// The ARN as invoked; empty when the service did not say. See [`Context::arn`].
    pub invoked_function_arn: String,
    /// The X-Ray trace header; absent when there is no trace. See [`Context::trace`].
    pub xray_trace_id: Option<String>,
    /// What a mobile application sent along; absent for other callers.
    pub client_context: Option<ClientContext>,
    /// The Cognito identity of the caller; absent for other credentials.
    pub identity: Option<CognitoIdentity>,
    /// The tenant; present for functions with tenant isolation only.
    pub tenant_id: Option<String>,
    /// The function's configuration.
    pub env_config: Arc<Config>,
    #[serde(skip)]
    arrival: Arrival,
}

/// The function's configuration, from the environment variables; empty or 0 where they are absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// The name of the function.
    pub function_name: String,
    /// The configured memory in MB.
    pub memory: i32,
    /// The version that runs: `$LATEST` or a number.
    pub version: String,
    /// The CloudWatch Logs stream of this environment.
    pub log_stream: String,
    /// The CloudWatch Logs group of the function.
    pub log_group: String,
}

impl Config {
    /// Reads the configuration from these variables.
    pub fn new(variables: &Variables) -> Self {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        Self {
            function_name: text(variables.function_name()),
            memory: variables.memory_mb().and_then(|mb| mb.try_into().ok()).unwrap_or_default(),
            version: text(variables.function_version()),
            log_stream: text(variables.log_stream()),
            log_group: text(variables.log_group()),
        }
    }

    /// Reads the configuration from the variables of this process.
    pub fn from_env() -> Self {
        Self::new(&Variables::from_process())
    }
}

/// How the invocation met its environment; no part of what a context is equal by.
#[derive(Clone, Debug, Default)]
struct Arrival {
    /// Absent in contexts that a test made.
    environment: Option<Environment>,
    cold_start: bool,
}

impl PartialEq for Arrival {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Arrival {}

impl Context {
    /// Reads the context of an invocation that arrived in this environment.
    ///
    /// Missing and empty headers are absent, and so is a client context or an identity of `null`.
    /// Text that is no UTF-8 is read with replacement characters, since it may not fail an
    /// invocation. A deadline that is no number is absent, and leaves a line in the log.
    ///
    /// # Errors
    ///
    /// The client context or the identity is no JSON object. The
    /// error belongs to this invocation alone.
    #[inline]
    pub fn new(
        request_id: String,
        headers: &Headers,
        env_config: Arc<Config>,
        environment: &Environment,
    ) -> Result<Self, WireError> {
        let deadline = match headers.text(Header::DeadlineMs) {
            None => 0,
            Some(text) => text.parse().unwrap_or_else(|_| garbled_deadline(&text, environment)),
        };
        Ok(Self {
            request_id,
            deadline,
            invoked_function_arn: headers
                .text(Header::FunctionArn)
                .map_or_else(String::new, |text| text.into_owned()),
            xray_trace_id: headers.text(Header::TraceId).map(|text| text.into_owned()),
            client_context: json(
                headers,
                Header::ClientContext,
                "header `lambda-runtime-client-context`",
            )?,
            identity: json(
                headers,
                Header::CognitoIdentity,
                "header `lambda-runtime-cognito-identity`",
            )?,
            tenant_id: headers.text(Header::TenantId).map(|text| text.into_owned()),
            env_config,
            arrival: Arrival { environment: Some(environment.clone()), cold_start: false },
        })
    }

    /// The same context, of the first invocation in its environment.
    #[doc(hidden)]
    pub fn with_cold_start(mut self, cold_start: bool) -> Self {
        self.arrival.cold_start = cold_start;
        self
    }

    /// The environment that the invocation arrived in; none in contexts that a test made.
    #[doc(hidden)]
    pub fn environment(&self) -> Option<&Environment> {
        self.arrival.environment.as_ref()
    }

    /// When the function times out. The Unix epoch when the service did not say.
    pub fn deadline(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
            .checked_add(Duration::from_millis(self.deadline))
            .unwrap_or(SystemTime::UNIX_EPOCH)
    }

    /// How much time is left until the function times out; zero once it has, and always the 900 s that
    /// a function may take at most when the service gave no deadline, or one that is no time.
    ///
    /// It asks the clock of the environment, so it is right in virtual time too.
    pub fn remaining_time(&self) -> Duration {
        if self.deadline == 0 {
            return UNLIMITED;
        }
        let now = match &self.arrival.environment {
            Some(environment) => environment.now(),
            #[expect(
                clippy::disallowed_methods,
                reason = "only a context made by hand, which knows no environment, comes here"
            )]
            None => SystemTime::now(),
        };
        let left = self.deadline().duration_since(now).unwrap_or_default();
        // Beyond that it is none of ours, and an instant it is added to could not hold it.
        left.min(Duration::from_secs(366 * 86_400))
    }

    /// Whether this is the first invocation in its execution environment.
    pub fn is_cold_start(&self) -> bool {
        self.arrival.cold_start
    }

    /// The ARN as invoked.
    ///
    /// # Errors
    ///
    /// The service sent none, or something else, as some emulators do.
    pub fn arn(&self) -> Result<FunctionArn, WireError> {
        self.invoked_function_arn.parse()
    }

    /// The trace header, taken apart; absent when there is no trace.
    pub fn trace(&self) -> Option<TraceHeader> {
        let Ok(header) = self.xray_trace_id.as_deref()?.parse();
        Some(header)
    }
}

/// It is an optional header, so it fails no invocation.
#[cold]
fn garbled_deadline(text: &str, environment: &Environment) -> u64 {
    let expected = "milliseconds since the Unix epoch";
    let error = WireError::new("header `lambda-runtime-deadline-ms`", text, expected);
    environment.log(&format!("{error}; this invocation has no deadline"));
    0
}

/// What is left where nobody says when the function times out: the longest that one may take.
const UNLIMITED: Duration = Duration::from_secs(900);

fn json<T: for<'de> Deserialize<'de>>(
    headers: &Headers,
    header: Header,
    name: &'static str,
) -> Result<Option<T>, WireError> {
    let Some(text) = headers.text(header) else { return Ok(None) };
    // What a caller says about itself stays out of messages.
    let refuse = |_| WireError::new(name, format!("{} bytes", text.len()), "a JSON object");
    serde_json::from_str(&text).map_err(refuse)
}
