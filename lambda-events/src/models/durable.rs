//! Durable functions: executions that are invoked again and again, and go on where they were.
//!
//! These are the event and the answer of such an invocation; the work between, checkpoints and replay, is
//! that of an SDK for durable executions. What called the function is the input of the execution:
//! [`DurableEvent::input`].
//!
//! Source: AWS Lambda API reference, "CheckpointDurableExecution", "Operation", and AWS Lambda developer
//! guide, "Lambda durable functions", read 2026-11-26.

use lambda_events_macros::model;
use serde::de::DeserializeOwned;

use crate::{NotJson, Number, RawJson, ResponseFor, codec::kinds::words};

/// An execution begins, or goes on. The answer is a [`DurableResponse`].
///
/// Source: AWS Lambda developer guide, "Lambda durable functions", "How replay works".
#[model(Durable)]
pub struct DurableEvent {
    /// The ARN of the execution.
    #[key = "DurableExecutionArn"]
    #[required]
    pub durable_execution_arn: String,
    /// The token of the next checkpoint.
    #[key = "CheckpointToken"]
    #[required]
    pub checkpoint_token: String,
    /// What was done so far.
    #[key = "InitialExecutionState"]
    #[required]
    pub initial_execution_state: DurableState,
}

impl ResponseFor<DurableEvent> for DurableResponse {}

impl DurableEvent {
    /// The input of the execution: the event of what called the function, JSON as text; none where the
    /// execution has none.
    pub fn input_text(&self) -> Option<&str> {
        let first = self.initial_execution_state.operations.first()?;
        first.execution_details.as_ref()?.input_payload.as_deref()
    }

    /// The input of the execution: the event of what called the function.
    ///
    /// # Errors
    ///
    /// It does not fit the type; where there is none, null is read.
    pub fn input<T: DeserializeOwned>(&self) -> Result<T, NotJson> {
        serde_json::from_str(self.input_text().unwrap_or("null")).map_err(NotJson::from)
    }
}

/// What was done so far.
///
/// Source: AWS Lambda developer guide, "Lambda durable functions".
#[model]
pub struct DurableState {
    /// The operations; the first is the execution itself.
    #[key = "Operations"]
    #[required]
    pub operations: Vec<DurableOperation>,
    /// Where `GetDurableExecutionState` goes on; empty or absent where these are all.
    #[key = "NextMarker"]
    pub next_marker: Option<String>,
}

/// An operation.
///
/// Source: AWS Lambda API reference, "Operation".
#[model]
pub struct DurableOperation {
    /// Its id.
    #[key = "Id"]
    pub id: String,
    /// The operation that it belongs to; absent at the top.
    #[key = "ParentId"]
    pub parent_id: Option<String>,
    /// Its name, where the function gave one.
    #[key = "Name"]
    pub name: Option<String>,
    /// What it is.
    #[key = "Type"]
    pub kind: DurableOperationType,
    /// What kind of that, as its SDK calls it.
    #[key = "SubType"]
    pub sub_type: Option<String>,
    /// How it stands.
    #[key = "Status"]
    pub status: DurableStatus,
    /// When it began, in seconds since the Unix epoch.
    #[key = "StartTimestamp"]
    pub start_timestamp: Option<Number>,
    /// When it ended; absent while it goes on.
    #[key = "EndTimestamp"]
    pub end_timestamp: Option<Number>,
    /// Of `EXECUTION` only.
    #[key = "ExecutionDetails"]
    pub execution_details: Option<DurableExecutionDetails>,
    /// Of `CONTEXT` only.
    #[key = "ContextDetails"]
    pub context_details: Option<DurableResult>,
    /// Of `STEP` only.
    #[key = "StepDetails"]
    pub step_details: Option<DurableStepDetails>,
    /// Of `WAIT` only.
    #[key = "WaitDetails"]
    pub wait_details: Option<DurableWaitDetails>,
    /// Of `CALLBACK` only.
    #[key = "CallbackDetails"]
    pub callback_details: Option<DurableCallbackDetails>,
    /// Of `CHAINED_INVOKE` only.
    #[key = "ChainedInvokeDetails"]
    pub chained_invoke_details: Option<DurableResult>,
}

words! {
    /// What an operation is.
    ///
    /// Source: AWS Lambda API reference, "Operation".
    pub enum DurableOperationType {
        /// The execution itself.
        #[word = "EXECUTION"]
        Execution,
        /// A group of others.
        #[word = "CONTEXT"]
        Context,
        /// A step.
        #[word = "STEP"]
        Step,
        /// A wait.
        #[word = "WAIT"]
        Wait,
        /// A wait for somebody's word.
        #[word = "CALLBACK"]
        Callback,
        /// Another function is invoked.
        #[word = "CHAINED_INVOKE"]
        ChainedInvoke,
    }
}

words! {
    /// How an operation stands.
    ///
    /// Source: AWS Lambda API reference, "Operation".
    pub enum DurableStatus {
        /// It has begun.
        #[word = "STARTED"]
        Started,
        /// It waits for its next try.
        #[word = "PENDING"]
        Pending,
        /// Its next try is due.
        #[word = "READY"]
        Ready,
        /// It succeeded.
        #[word = "SUCCEEDED"]
        Succeeded,
        /// It failed.
        #[word = "FAILED"]
        Failed,
        /// It was cancelled.
        #[word = "CANCELLED"]
        Cancelled,
        /// It took too long.
        #[word = "TIMED_OUT"]
        TimedOut,
        /// It was stopped.
        #[word = "STOPPED"]
        Stopped,
    }
}

/// What an execution began with.
///
/// Source: AWS Lambda API reference, "ExecutionDetails".
#[model]
pub struct DurableExecutionDetails {
    /// Its input, JSON as text.
    #[key = "InputPayload"]
    pub input_payload: Option<String>,
}

/// What an operation gave.
///
/// Source: AWS Lambda API reference, "ContextDetails" and "ChainedInvokeDetails".
#[model]
pub struct DurableResult {
    /// Its result, as its SDK wrote it; absent while there is none.
    #[key = "Result"]
    pub result: Option<String>,
    /// Why it failed.
    #[key = "Error"]
    pub error: Option<DurableError>,
    /// Whether those that belong to it come too.
    #[key = "ReplayChildren"]
    pub replay_children: Option<bool>,
}

/// How a step stands.
///
/// Source: AWS Lambda API reference, "StepDetails".
#[model]
pub struct DurableStepDetails {
    /// The number of its try.
    #[key = "Attempt"]
    pub attempt: Option<i64>,
    /// When its next try is due, in seconds since the Unix epoch.
    #[key = "NextAttemptTimestamp"]
    pub next_attempt_timestamp: Option<Number>,
    /// Its result; absent while there is none.
    #[key = "Result"]
    pub result: Option<String>,
    /// Why it failed.
    #[key = "Error"]
    pub error: Option<DurableError>,
}

/// How a wait stands.
///
/// Source: AWS Lambda API reference, "WaitDetails".
#[model]
pub struct DurableWaitDetails {
    /// When it is over, in seconds since the Unix epoch.
    #[key = "ScheduledEndTimestamp"]
    pub scheduled_end_timestamp: Option<Number>,
}

/// How a wait for somebody's word stands.
///
/// Source: AWS Lambda API reference, "CallbackDetails".
#[model]
pub struct DurableCallbackDetails {
    /// The id by which the word is given.
    #[key = "CallbackId"]
    pub callback_id: Option<String>,
    /// The word; absent while there is none.
    #[key = "Result"]
    pub result: Option<String>,
    /// Why there will be none.
    #[key = "Error"]
    pub error: Option<DurableError>,
}

/// Why something failed.
///
/// Source: AWS Lambda API reference, "ErrorObject".
#[model]
pub struct DurableError {
    /// Its kind.
    #[key = "ErrorType"]
    pub error_type: Option<String>,
    /// What happened.
    #[key = "ErrorMessage"]
    pub error_message: Option<String>,
    /// What the function says besides.
    #[key = "ErrorData"]
    pub error_data: Option<String>,
    /// Where.
    #[key = "StackTrace"]
    pub stack_trace: Option<Vec<String>>,
}

/// How an execution stands after an invocation.
///
/// Source: AWS Lambda developer guide, "Lambda durable functions".
#[model]
pub struct DurableResponse {
    /// How it stands.
    #[key = "Status"]
    pub status: DurableOutcome,
    /// The answer, JSON as text; of one that succeeded.
    #[key = "Result"]
    pub result: Option<String>,
    /// Why it failed; of one that failed.
    #[key = "Error"]
    pub error: Option<DurableError>,
}

impl DurableResponse {
    /// The execution has succeeded, with this answer.
    ///
    /// # Errors
    ///
    /// The answer has no form in JSON.
    pub fn succeeded<T: serde::Serialize + ?Sized>(answer: &T) -> Result<Self, serde_json::Error> {
        let result = RawJson::new(answer)?.as_str().to_owned();
        Ok(Self { status: DurableOutcome::Succeeded, result: Some(result), ..Self::default() })
    }

    /// The execution has failed, for this reason.
    pub fn failed(kind: impl Into<String>, message: impl Into<String>) -> Self {
        let error = DurableError {
            error_type: Some(kind.into()),
            error_message: Some(message.into()),
            ..Default::default()
        };
        Self { status: DurableOutcome::Failed, error: Some(error), ..Self::default() }
    }

    /// The execution waits, and is invoked again.
    pub fn pending() -> Self {
        Self { status: DurableOutcome::Pending, ..Self::default() }
    }
}

words! {
    /// How an execution stands after an invocation.
    ///
    /// Source: AWS Lambda developer guide, "Lambda durable functions".
    pub enum DurableOutcome {
        /// It has succeeded.
        #[word = "SUCCEEDED"]
        Succeeded,
        /// It has failed.
        #[word = "FAILED"]
        Failed,
        /// It waits, and is invoked again.
        #[word = "PENDING"]
        Pending,
    }
}
