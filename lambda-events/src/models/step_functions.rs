//! AWS Step Functions: what a task may be told of its execution, and changes of executions through
//! EventBridge.
//!
//! What a task gets is its input, which is yours: take it as a type of your own. What AWS makes is the
//! context object, where the state machine puts it into the input, and the token of a task that waits.
//!
//! ```
//! use lambda_events::step_functions::StepFunctionsContext;
//!
//! #[derive(serde::Deserialize)]
//! struct Approval {
//!     order: String,
//!     context: StepFunctionsContext,
//! }
//!
//! let input: Approval = serde_json::from_str(
//!     r#"{"order": "1", "context": {"Execution": {"Id": "an-arn", "Name": "a"}, "Task": {"Token": "t"}}}"#,
//! )?;
//! assert_eq!(input.context.task.and_then(|task| task.token).as_deref(), Some("t"));
//! # assert_eq!(input.order, "1");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! Source: AWS Step Functions developer guide, "Accessing execution data from the Context object", read
//! 2026-11-26. Shown by the fixtures in `fixtures/stepfunctions`.

use lambda_events_macros::model;

use crate::{Millis, RawJson};

/// The context object.
///
/// Source: AWS Step Functions developer guide, "Accessing execution data from the Context object".
#[model]
pub struct StepFunctionsContext<I = RawJson> {
    /// The execution.
    #[key = "Execution"]
    pub execution: Option<StepFunctionsExecution<I>>,
    /// The state that it is in.
    #[key = "State"]
    pub state: Option<StepFunctionsState>,
    /// The state machine.
    #[key = "StateMachine"]
    pub state_machine: Option<StepFunctionsStateMachine>,
    /// The token of a task that waits; absent for others.
    #[key = "Task"]
    pub task: Option<StepFunctionsTask>,
    /// The item of a `Map` state; absent outside.
    #[key = "Map"]
    pub map: Option<StepFunctionsMap>,
}

/// An execution.
///
/// Source: AWS Step Functions developer guide, "Accessing execution data from the Context object".
#[model]
pub struct StepFunctionsExecution<I = RawJson> {
    /// Its ARN.
    #[key = "Id"]
    pub id: String,
    /// Its input.
    #[key = "Input"]
    pub input: Option<I>,
    /// When it began, in RFC 3339.
    #[key = "StartTime"]
    pub start_time: Option<String>,
    /// Its name.
    #[key = "Name"]
    pub name: String,
    /// Its role.
    #[key = "RoleArn"]
    pub role_arn: Option<String>,
    /// How often it was begun again.
    #[key = "RedriveCount"]
    pub redrive_count: Option<i64>,
    /// When it was begun again, in RFC 3339; absent if it was not.
    #[key = "RedriveTime"]
    pub redrive_time: Option<String>,
}

/// A state of an execution.
///
/// Source: AWS Step Functions developer guide, "Accessing execution data from the Context object".
#[model]
pub struct StepFunctionsState {
    /// Its name.
    #[key = "Name"]
    pub name: String,
    /// When it was entered, in RFC 3339.
    #[key = "EnteredTime"]
    pub entered_time: Option<String>,
    /// How often it was tried again.
    #[key = "RetryCount"]
    pub retry_count: Option<i64>,
}

/// A state machine.
///
/// Source: AWS Step Functions developer guide, "Accessing execution data from the Context object".
#[model]
pub struct StepFunctionsStateMachine {
    /// Its ARN.
    #[key = "Id"]
    pub id: String,
    /// Its name.
    #[key = "Name"]
    pub name: String,
}

/// A task that waits.
///
/// Source: AWS Step Functions developer guide, "Wait for a Callback with Task Token".
#[model]
pub struct StepFunctionsTask {
    /// What `SendTaskSuccess` is called with.
    #[key = "Token"]
    pub token: Option<String>,
}

/// Where a `Map` state is.
///
/// Source: AWS Step Functions developer guide, "Context object data for Map states".
#[model]
pub struct StepFunctionsMap {
    /// The item.
    #[key = "Item"]
    pub item: Option<StepFunctionsItem>,
}

/// An item of a `Map` state.
///
/// Source: AWS Step Functions developer guide, "Context object data for Map states".
#[model]
pub struct StepFunctionsItem<I = RawJson> {
    /// Its place.
    #[key = "Index"]
    pub index: i64,
    /// What it is.
    #[key = "Value"]
    pub value: Option<I>,
    /// Its key, of an object.
    #[key = "Key"]
    pub key: Option<String>,
    /// Where it comes from.
    #[key = "Source"]
    pub source: Option<String>,
}

/// The detail of a change of an execution: `EventBridgeEvent<StepFunctionsStatusChange>`.
///
/// Source: AWS Step Functions developer guide, "Automating Step Functions event delivery with
/// EventBridge".
#[model]
pub struct StepFunctionsStatusChange {
    /// The ARN of the execution.
    #[key = "executionArn"]
    pub execution_arn: String,
    /// The ARN of the state machine.
    #[key = "stateMachineArn"]
    pub state_machine_arn: String,
    /// The name of the execution.
    #[key = "name"]
    pub name: String,
    /// `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED`, `PENDING_REDRIVE`.
    #[key = "status"]
    pub status: String,
    /// When it began.
    #[key = "startDate"]
    pub start_date: Option<Millis>,
    /// When it ended; null while it goes on.
    #[key = "stopDate"]
    pub stop_date: Option<Millis>,
    /// Its input, as text; null if it is too large.
    #[key = "input"]
    pub input: Option<String>,
    /// Its output, as text; null while there is none.
    #[key = "output"]
    pub output: Option<String>,
    /// Whether the input is there.
    #[key = "inputDetails"]
    pub input_details: Option<RawJson>,
    /// Whether the output is there.
    #[key = "outputDetails"]
    pub output_details: Option<RawJson>,
    /// The error that ended it.
    #[key = "error"]
    pub error: Option<String>,
    /// Why.
    #[key = "cause"]
    pub cause: Option<String>,
    /// How often it was begun again.
    #[key = "redriveCount"]
    pub redrive_count: Option<i64>,
    /// When it was begun again; null if it was not.
    #[key = "redriveDate"]
    pub redrive_date: Option<Millis>,
    /// Whether it can be begun again.
    #[key = "redriveStatus"]
    pub redrive_status: Option<String>,
    /// Why not.
    #[key = "redriveStatusReason"]
    pub redrive_status_reason: Option<String>,
    /// The version; null without one.
    #[key = "stateMachineVersionArn"]
    pub state_machine_version_arn: Option<String>,
    /// The alias; null without one.
    #[key = "stateMachineAliasArn"]
    pub state_machine_alias_arn: Option<String>,
}
