//! Ends of asynchronous invocations.

use super::{Sample, TIME, arn, id, some};
use crate::{
    RawJson,
    destinations::{
        DestinationCondition, DestinationContext, DestinationEvent, DestinationResponse,
    },
};

fn record(condition: DestinationCondition, event: RawJson, tries: i64) -> DestinationEvent {
    DestinationEvent {
        version: some("1.0"),
        timestamp: some(TIME),
        request_context: DestinationContext {
            request_id: id(1),
            function_arn: arn("lambda", "function:a-function:$LATEST"),
            condition,
            approximate_invoke_count: tries,
            ..Default::default()
        },
        request_payload: Some(event),
        response_context: Some(DestinationResponse {
            status_code: Some(200),
            executed_version: some("$LATEST"),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// An invocation with this event had this answer.
pub fn success(event: RawJson, answer: RawJson) -> Sample<DestinationEvent> {
    let record = record(DestinationCondition::Success, event, 1);
    Sample(DestinationEvent { response_payload: Some(answer), ..record })
}

/// An invocation with this event failed three times, the last time with this error.
pub fn failure(event: RawJson, error: RawJson) -> Sample<DestinationEvent> {
    let mut record = record(DestinationCondition::RetriesExhausted, event, 3);
    if let Some(context) = &mut record.response_context {
        context.function_error = some("Unhandled");
    }
    Sample(DestinationEvent { response_payload: Some(error), ..record })
}
