//! What is sent to destinations and dead-letter queues.
//!
//! Source: AWS Lambda developer guide, "Capturing records of Lambda asynchronous invocations" and "Adding a dead-letter
//! queue".

use std::{rc::Rc, sync::Arc};

use serde_json::{Value, json};

use super::{
    asynchronous::{Event, accept},
    bus_event::BusEvent,
    destination::{Message, MessageAttribute},
    dispatcher::{InvokeRequest, check},
    function_state::FunctionState,
    resource_arn,
};
use crate::kernel::{Clock, EventEnd, RecordKind};

/// "The first 1 KB of the error message."
const ERROR_MESSAGE: usize = 1024;

/// Sends the record of an event to a destination.
pub(super) fn send_record(function: &Rc<FunctionState>, event: &Event, end: EventEnd, arn: &str) {
    let record = record(function, event, end);
    let now = function.owner.clock.elapsed();
    let sent = match resource_arn::service(arn) {
        Some("lambda") => invoke(function, record, event.trace(function), arn),
        Some("events") => {
            send(function, arn, Message::new(now, bus_event(function, event, end, &record, arn)))
        }
        Some("s3") => {
            let prefix = format!("aws/lambda/async/{}", function.name);
            let key = Some(object_key(function.owner.clock, &prefix, &event.request_id));
            send(function, arn, Message { key, ..Message::new(now, record) })
        }
        service => {
            let trace_header = event.trace(function).filter(|_| service == Some("sqs"));
            send(function, arn, Message { trace_header, ..Message::new(now, record) })
        }
    };
    function.note(&event.request_id, delivered(arn.into(), sent));
}

/// What is noted of a record that was sent to a destination, or could not be.
pub(crate) fn delivered(destination: Arc<str>, is_sent: bool) -> RecordKind {
    match is_sent {
        true => RecordKind::RecordSent { destination },
        false => RecordKind::DestinationDeliveryFailed { destination },
    }
}

/// Sends an event that failed to a queue or a topic, as it is.
pub(super) fn send_dead_letter(function: &FunctionState, event: &Event, arn: &str) {
    let (code, text) = match &event.last {
        Some(last) => (200, error_message(last.response.as_ref().err().map(|it| &*it.payload))),
        None => (429, "Rate Exceeded.".to_owned()),
    };
    let body = String::from_utf8_lossy(event.payload()).into_owned();
    let attributes = [
        ("RequestID".to_owned(), MessageAttribute::text(&*event.request_id)),
        ("ErrorCode".to_owned(), MessageAttribute::number(code)),
        (
            "ErrorMessage".to_owned(),
            MessageAttribute::text(crate::kernel::cut(&text, ERROR_MESSAGE)),
        ),
    ];
    let message = Message::new(function.owner.clock.elapsed(), body);
    let message = Message { attributes: attributes.into(), ..message };
    let destination = arn.into();
    let kind = match send(function, arn, message) {
        true => RecordKind::DeadLetterSent { destination },
        false => RecordKind::DeadLetterFailed { destination },
    };
    function.note(&event.request_id, kind);
}

/// Returns whether there is such a destination.
fn send(function: &FunctionState, arn: &str, message: Message) -> bool {
    let inbox = function.registry.inbox(arn);
    inbox.is_some_and(|inbox| inbox.send(message).is_ok())
}

/// Invokes a function with the record. Returns whether it is taken.
fn invoke(function: &FunctionState, record: String, trace: Option<String>, arn: &str) -> bool {
    let caller = &function.account;
    let target = function.registry.target(caller, arn, None);
    let request = InvokeRequest { trace, ..InvokeRequest::json(record.into()) };
    let is_taken = check(&target, &request).is_ok();
    is_taken && accept(&target, request, &target.request_id()).is_ok()
}

fn error_message(payload: Option<&[u8]>) -> String {
    let payload: Option<Value> = payload.and_then(|payload| serde_json::from_slice(payload).ok());
    let message = payload.and_then(|payload| payload["errorMessage"].as_str().map(str::to_owned));
    message.unwrap_or_default()
}

/// The record, in which the payloads stand as they are.
fn record(function: &FunctionState, event: &Event, end: EventEnd) -> String {
    let clock = function.owner.clock;
    let context = json!({
        "requestId": &*event.request_id,
        "functionArn": function.qualified(event.qualified()),
        "condition": end.as_str(),
        "approximateInvokeCount": event.attempts.invoked,
    });
    let mut record = format!(
        r#"{{"version":"1.0","timestamp":"{}","requestContext":{context},"requestPayload":{}"#,
        clock.iso_at(clock.elapsed()),
        json_or_text(event.payload())
    );
    if let Some(last) = &event.last {
        let mut context = json!({"statusCode": 200, "executedVersion": &*last.version});
        let payload = match &last.response {
            Ok(payload) => payload,
            Err(failure) => {
                context["functionError"] = "Unhandled".into();
                &failure.payload
            }
        };
        let payload = json_or_text(payload);
        record += &format!(r#","responseContext":{context},"responsePayload":{payload}"#);
    }
    record + "}"
}

/// JSON as it is; anything else as a JSON string.
fn json_or_text(payload: &[u8]) -> String {
    let text = String::from_utf8_lossy(payload);
    match serde_json::from_str::<serde::de::IgnoredAny>(&text) {
        Ok(_) => text.into_owned(),
        Err(_) => Value::from(text).to_string(),
    }
}

/// The record as an event on a bus: `resources` has the bus and then the function.
fn bus_event(
    function: &FunctionState,
    event: &Event,
    end: EventEnd,
    record: &str,
    bus: &str,
) -> String {
    let clock = function.owner.clock;
    let how = if end == EventEnd::Success { "Success" } else { "Failure" };
    let event = BusEvent {
        version: "0",
        id: &function.random.borrow_mut().uuid(),
        detail_type: &format!("Lambda Function Invocation Result - {how}"),
        source: "lambda",
        account: &function.account.id,
        time: &clock.iso_seconds_at(clock.elapsed()),
        region: &function.account.region,
        resources: &[bus.to_owned(), function.qualified(event.qualified()).to_string()],
    };
    event.with_detail(record)
}

/// What a record in a bucket is named: `PREFIX/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-ID`.
pub(crate) fn object_key(clock: Clock, prefix: &str, id: &str) -> String {
    let now = clock.elapsed();
    let (date, time) = (clock.date_at(now), clock.iso_seconds_at(now));
    let time = time.trim_end_matches('Z').replace(':', ".");
    format!("{prefix}/{date}/{time}-{id}")
}
