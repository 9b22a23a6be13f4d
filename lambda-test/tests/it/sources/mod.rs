//! Queues and streams that invoke functions.

mod brokers;
mod buses;
mod kafka;
mod lifetime;
mod lints;
mod logs;
mod options;
mod properties;
mod pushing;
mod queues;
mod schedules;
mod streams;
mod triggers;

use std::{cell::RefCell, rc::Rc};

use lambda_runtime::{Error, Runtime};
use lambda_test::{Function, Lambda};
use serde_json::Value;

/// The events that a function has received.
type Events = Rc<RefCell<Vec<Value>>>;

/// A function that keeps its events, and responds so.
fn keeping(
    lambda: &Lambda,
    name: &str,
    respond: impl Fn(&Value) -> Result<Value, Error> + 'static,
) -> (Function, Events) {
    let events = Events::default();
    let (kept, respond) = (events.clone(), Rc::new(respond));
    let app = move || {
        let (kept, respond) = (kept.clone(), respond.clone());
        Runtime::new(async move |event: Value| {
            kept.borrow_mut().push(event.clone());
            respond(&event)
        })
    };
    (lambda.function(name, app).create(), events)
}

/// A response that is nothing.
#[expect(clippy::unnecessary_wraps, reason = "it is what a handler returns")]
fn nothing(_: &Value) -> Result<Value, Error> {
    Ok(Value::Null)
}

fn fails(_: &Value) -> Result<Value, Error> {
    Err("it fails".into())
}

/// A text of each record of each event.
fn of_records<'a>(events: &'a [Value], text: impl Fn(&'a Value) -> &'a str) -> Vec<Vec<&'a str>> {
    let of = |event: &'a Value| {
        event["Records"].as_array().expect("records").iter().map(&text).collect()
    };
    events.iter().map(of).collect()
}

/// The bodies of the messages of each event.
fn bodies(events: &[Value]) -> Vec<Vec<&str>> {
    of_records(events, |record| record["body"].as_str().expect("a body"))
}

/// The partition keys of the records of each event.
fn keys(events: &[Value]) -> Vec<Vec<&str>> {
    of_records(events, |record| record["kinesis"]["partitionKey"].as_str().expect("a key"))
}
