//! Invocations of durable executions.

use super::{Sample, TIME_MILLIS, arn, id, some};
use crate::{Number, durable::*};

/// An execution begins, with this event as its input.
pub fn begin<E: serde::Serialize>(input: &Sample<E>) -> Sample<DurableEvent> {
    let text = String::from_utf8(input.bytes()).unwrap_or_default();
    begin_with(&text)
}

pub(super) fn begin_with(input: &str) -> Sample<DurableEvent> {
    let execution = DurableOperation {
        id: id(1),
        kind: DurableOperationType::Execution,
        status: DurableStatus::Started,
        start_timestamp: Some(Number::from(TIME_MILLIS / 1000)),
        execution_details: Some(DurableExecutionDetails {
            input_payload: some(input),
            ..Default::default()
        }),
        ..Default::default()
    };
    Sample(DurableEvent {
        durable_execution_arn: arn(
            "lambda",
            "function:a-function:1/durable-execution/an-execution/00000000-0000-4000-8000-000000000001",
        ),
        checkpoint_token: "a-token".to_owned(),
        initial_execution_state: DurableState {
            operations: vec![execution],
            next_marker: some(""),
            ..Default::default()
        },
        ..Default::default()
    })
}
