//! The call `PutEvents`: which entries are events.
//!
//! Source: Amazon EventBridge API reference, "PutEvents"; Amazon EventBridge user guide, "Calculating PutEvents event entry
//! size".

use serde_json::{Value, json, value::RawValue};

use super::bus::BusState;
use crate::service::ServiceError;

/// "The total entry size must be less than 256 KB."
const LARGEST: usize = 256 * 1024;

/// How many entries a call may have.
const MOST: usize = 10;

/// Puts entries.
///
/// # Errors
///
/// There are too many, or they are too large: none is put.
pub(super) fn put(bus: &BusState, entries: &[Value]) -> Result<Value, ServiceError> {
    let validation = |message: String| ServiceError::of_source("ValidationException", message);
    if MOST < entries.len() {
        let shown: Vec<String> = entries.iter().map(shown).collect();
        return Err(validation(format!(
            "1 validation error detected: Value '[{}]' at 'entries' failed to satisfy constraint: Member must have length \
             less than or equal to {MOST}",
            shown.join(", ")
        )));
    }
    if LARGEST <= entries.iter().map(size).sum() {
        let message = "Total size of the entries in the request is over the limit.";
        return Err(validation(message.to_owned()));
    }
    let mut failed = 0;
    let put: Vec<Value> = entries
        .iter()
        .map(|entry| match put_one(bus, entry) {
            Ok(id) => json!({"EventId": id}),
            Err((code, message)) => {
                failed += 1;
                json!({"ErrorCode": code, "ErrorMessage": message})
            }
        })
        .collect();
    Ok(json!({"Entries": put, "FailedEntryCount": failed}))
}

fn put_one(bus: &BusState, entry: &Value) -> Result<String, (&'static str, String)> {
    let text = |name: &str| entry[name].as_str().filter(|text| !text.is_empty());
    let required = |name: &str| {
        text(name).ok_or_else(|| {
            let message =
                format!("Parameter {name} is not valid. Reason: {name} is a required argument.");
            ("InvalidArgument", message)
        })
    };
    let (source, detail_type) = (required("Source")?, required("DetailType")?);
    let detail = required("Detail")?;
    let is_object = detail.trim_start().starts_with('{');
    let detail: Option<&RawValue> = serde_json::from_str(detail).ok();
    let Some(detail) = detail.filter(|_| is_object) else {
        return Err(("MalformedDetail", "Detail is malformed.".to_owned()));
    };
    let resources = entry["Resources"].as_array().into_iter().flatten();
    let resources: Vec<String> =
        resources.filter_map(|it| it.as_str().map(str::to_owned)).collect();
    let (id, now) = (bus.bus.uuid(), bus.time());
    let time = text("Time").unwrap_or(&now);
    let event = bus.event(&id, [source, detail_type], time, &resources, detail.get());
    bus.send(event, text("TraceHeader").map(str::to_owned));
    Ok(id)
}

/// 14 bytes of the time, and those of all texts.
fn size(entry: &Value) -> usize {
    let text = |name: &str| entry[name].as_str().map_or(0, str::len);
    let time = if entry["Time"].is_null() { 0 } else { 14 };
    let resources = entry["Resources"].as_array().into_iter().flatten();
    let resources: usize = resources.filter_map(Value::as_str).map(str::len).sum();
    time + text("Source") + text("DetailType") + text("Detail") + resources
}

/// An entry as the service writes it in a message.
fn shown(entry: &Value) -> String {
    let text = |name: &str| entry[name].as_str().unwrap_or("null").to_owned();
    format!(
        "PutEventsRequestEntry(time={}, source={}, resources=null, detailType={}, detail={}, eventBusName={}, \
         traceHeader=null, kmsKeyIdentifier=null, internalMetadata=null)",
        text("Time"),
        text("Source"),
        text("DetailType"),
        text("Detail"),
        text("EventBusName"),
    )
}
