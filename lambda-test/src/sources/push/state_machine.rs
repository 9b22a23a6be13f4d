//! Tasks of Step Functions: functions that a state machine calls, one after the other.
//!
//! Source: AWS Step Functions developer guide, "Invoke an AWS Lambda function with Step Functions".

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    kernel::Time,
    service::{Function, InvokeResponse, Lambda},
};

/// A state machine of Step Functions that is a chain of tasks: the output of each is the input of the next. Functions are
/// invoked synchronously, and a task that fails is not tried again unless [`retry`](Self::retry) is set.
///
/// [`Lambda::state_machine`] makes it.
#[derive(Clone)]
pub struct StateMachine<T: Time> {
    lambda: Lambda<T>,
    tasks: Vec<Task>,
}

#[derive(Clone, Debug)]
struct Task {
    /// An ARN, or a name.
    function: String,
    kind: Kind,
    retries: u32,
    interval: Duration,
    backoff_rate: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The resource is the function: the output is its response.
    Direct,
    /// The resource is `arn:aws:states:::lambda:invoke`: the output has the response in `Payload`.
    Service,
}

/// An execution of a [`StateMachine`] that is over.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Execution {
    /// The output of the last task. Absent where one failed.
    pub output: Option<Value>,
    /// The error of the task that failed. Absent where none did.
    pub error: Option<TaskError>,
    /// The events of tasks, and how the execution ended, as `GetExecutionHistory` has them; without ids and times.
    pub history: Vec<Value>,
}

/// Why a task failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskError {
    /// What retries and catchers compare: the error type of a function, or such as `Lambda.TooManyRequestsException`.
    pub error: String,
    /// The error of a function as JSON, or a message.
    pub cause: String,
}

impl<T: Time> Lambda<T> {
    /// Returns a state machine without tasks.
    ///
    /// ```
    /// use lambda_test::Lambda;
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = Lambda::new();
    /// let double = lambda.stub("double", |n: u64| Ok(2 * n));
    /// let execution = lambda.state_machine().task(&double).task(&double).start(&7).await;
    /// assert_eq!(execution.output, Some(28.into()));
    /// # });
    /// ```
    pub fn state_machine(&self) -> StateMachine<T> {
        StateMachine { lambda: self.clone(), tasks: Vec::new() }
    }
}

impl<T: Time> StateMachine<T> {
    /// Adds a task whose resource is the function: its output is the response.
    pub fn task(self, function: &Function) -> Self {
        let function = function.arn().to_string();
        self.add(function, Kind::Direct)
    }

    /// Adds a task whose resource is `arn:aws:states:::lambda:invoke`, with the function's name or ARN: its output has the
    /// response as `Payload`, with the metadata of the call.
    pub fn invoke(self, function: impl Into<String>) -> Self {
        self.add(function.into(), Kind::Service)
    }

    fn add(mut self, function: String, kind: Kind) -> Self {
        let (interval, backoff_rate) = (Duration::from_secs(1), 2.0);
        self.tasks.push(Task { function, kind, retries: 0, interval, backoff_rate });
        self
    }

    /// Tries the last task again, so often after any error: after this interval, which grows by the rate each time.
    pub fn retry(mut self, attempts: u32, interval: Duration, backoff_rate: f64) -> Self {
        if let Some(task) = self.tasks.last_mut() {
            (task.retries, task.interval, task.backoff_rate) = (attempts, interval, backoff_rate);
        }
        self
    }

    /// Runs the state machine with this input, and waits until it is over.
    ///
    /// # Panics
    ///
    /// Panics if the input has no form in JSON.
    pub async fn start(&self, input: &impl Serialize) -> Execution {
        let input = serde_json::to_value(input).expect("an input of a test has a form in JSON");
        let (mut value, mut history) = (input, Vec::new());
        for task in &self.tasks {
            let (mut retries, mut wait) = (0, task.interval);
            value = loop {
                match self.run(task, &value, &mut history).await {
                    Ok(output) => break output,
                    Err(_) if retries < task.retries => {
                        retries += 1;
                        tokio::time::sleep(wait).await;
                        wait = wait.mul_f64(task.backoff_rate.max(1.0));
                    }
                    Err(error) => {
                        let details = json!({"error": error.error, "cause": error.cause});
                        let failed = json!({"type": "ExecutionFailed", "executionFailedEventDetails": details});
                        history.push(failed);
                        return Execution { output: None, error: Some(error), history };
                    }
                }
            };
        }
        let details = json!({"output": value.to_string(), "outputDetails": {"truncated": false}});
        history
            .push(json!({"type": "ExecutionSucceeded", "executionSucceededEventDetails": details}));
        Execution { output: Some(value), error: None, history }
    }

    async fn run(
        &self,
        task: &Task,
        input: &Value,
        history: &mut Vec<Value>,
    ) -> Result<Value, TaskError> {
        let is_direct = task.kind == Kind::Direct;
        let common = json!({"resource": "invoke", "resourceType": "lambda"});
        let with = |name: &str, details: Value| {
            let mut all = if is_direct { json!({}) } else { common.clone() };
            for (key, value) in details.as_object().into_iter().flatten() {
                all[key] = value.clone();
            }
            let prefix = if is_direct { "lambdaFunction" } else { "task" };
            let mut event = json!({"type": format!("{}{name}", if is_direct { "LambdaFunction" } else { "Task" })});
            if !(is_direct && name == "Started") {
                event[format!("{prefix}{name}EventDetails")] = all;
            }
            event
        };
        history.push(match task.kind {
            Kind::Direct => with(
                "Scheduled",
                json!({"resource": task.function, "input": input.to_string(), "inputDetails": {"truncated": false}}),
            ),
            Kind::Service => {
                let parameters = json!({"FunctionName": task.function, "Payload": input});
                let region = self.lambda.place()[1].to_string();
                with("Scheduled", json!({"region": region, "parameters": parameters.to_string()}))
            }
        });
        history.push(with("Started", json!({})));
        // A call without a payload is one with an empty object.
        let is_absent = task.kind == Kind::Service && input.is_null();
        let input = if is_absent { &json!({}) } else { input };
        let response = self.lambda.invoke(&task.function, input).response().await;
        match read(&response, task.kind, self.lambda.now()) {
            Ok(output) => {
                let details =
                    json!({"output": output.to_string(), "outputDetails": {"truncated": false}});
                history.push(with("Succeeded", details));
                Ok(output)
            }
            Err(error) => {
                history.push(with("Failed", json!({"error": error.error, "cause": error.cause})));
                Err(error)
            }
        }
    }
}

/// What a task makes of a response.
fn read(response: &InvokeResponse, kind: Kind, now: SystemTime) -> Result<Value, TaskError> {
    if let Some(error) = response.service_error() {
        let cause = format!(
            "{} (Service: AWSLambda; Status Code: {}; Error Code: {}; Request ID: {}; Proxy: null)",
            error.message,
            error.status,
            error.error_type,
            response.request_id()
        );
        return Err(TaskError { error: format!("Lambda.{}", error.error_type), cause });
    }
    let payload = response.payload();
    if let Some(error) = response.function_error() {
        let cause = String::from_utf8_lossy(payload).into_owned();
        return Err(TaskError { error: error.error_type.clone(), cause });
    }
    let value: Value = serde_json::from_slice(payload).unwrap_or(Value::Null);
    if kind == Kind::Direct {
        return Ok(value);
    }
    let version = response.executed_version().unwrap_or_default();
    let length = payload.len().to_string();
    let now = Timestamp::try_from(now).unwrap_or_default();
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&now).unwrap_or_default();
    // The service makes a trace for each request, of which nothing more is seen.
    let digits = response.request_id().replace('-', "");
    let trace = format!(
        "Root=1-{:08x}-{};Sampled=0",
        now.as_second(),
        digits.get(..24).unwrap_or_default()
    );
    let single = json!({
        "Connection": "keep-alive",
        "Content-Length": length,
        "Content-Type": "application/json",
        "Date": date,
        "X-Amz-Executed-Version": version,
        "x-amzn-Remapped-Content-Length": "0",
        "x-amzn-RequestId": response.request_id(),
        "X-Amzn-Trace-Id": trace,
    });
    let listed = single.as_object().into_iter().flatten();
    let listed: Value = listed.map(|(key, value)| (key.clone(), json!([value]))).collect();
    Ok(json!({
        "ExecutedVersion": version,
        "Payload": value,
        "SdkHttpMetadata": {"AllHttpHeaders": listed, "HttpHeaders": single, "HttpStatusCode": response.status()},
        "SdkResponseMetadata": {"RequestId": response.request_id()},
        "StatusCode": response.status(),
    }))
}

impl<T: Time> fmt::Debug for StateMachine<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StateMachine").field("tasks", &self.tasks).finish_non_exhaustive()
    }
}
