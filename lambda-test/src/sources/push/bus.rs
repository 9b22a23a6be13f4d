//! What an event bus does with what it receives.
//!
//! Source: Amazon EventBridge user guide and API reference.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    kept::attached,
    put_events,
    rule::{RuleBuilder, RuleInner},
};
use crate::{
    service::{Account, BusEvent, Destination, EventBus, Inbox, Message, ServiceError},
    sources::pattern::Index,
};

/// The rules of a bus.
pub(super) struct BusState {
    pub(super) bus: Rc<Destination>,
    pub(super) name: Arc<str>,
    /// By their names.
    pub(super) rules: RefCell<BTreeMap<Arc<str>, Rc<RuleInner>>>,
    index: RefCell<Index>,
    /// The rules with a pattern, by the numbers that the index has given them.
    indexed: RefCell<BTreeMap<usize, Rc<RuleInner>>>,
}

impl EventBus {
    pub(super) fn state(&self) -> Rc<BusState> {
        let bus = self.inner.clone();
        let make = || BusState {
            name: bus.arn.rsplit('/').next().unwrap_or_default().into(),
            bus,
            rules: RefCell::default(),
            index: RefCell::default(),
            indexed: RefCell::default(),
        };
        attached(&self.registry, &self.inner, make, BusState::receive)
    }

    /// Describes a rule of this name: events that it matches are sent to its targets.
    ///
    /// ```
    /// use lambda_events::eventbridge::EventBridgeEvent;
    /// use lambda_runtime::{Error, Runtime};
    /// use serde_json::json;
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let handle = async |event: EventBridgeEvent| Ok::<_, Error>(event.source.clone());
    /// let function = lambda.function("ship", Runtime::new(handle)).create();
    /// let bus = lambda.event_bus("shop");
    /// let rule = bus.rule("paid").pattern(&json!({"detail-type": ["Order paid"]})).create();
    /// rule.target(&function).create();
    ///
    /// bus.put("orders", "Order paid", &json!({"id": 7}));
    /// bus.put("orders", "Order cancelled", &json!({"id": 8}));
    /// lambda.until_idle().await;
    /// assert_eq!((bus.sent().len(), rule.matched()), (2, 1));
    /// # });
    /// ```
    pub fn rule(&self, name: impl Into<Arc<str>>) -> RuleBuilder {
        RuleBuilder::new(self.state(), name.into())
    }

    /// Puts an event, and returns its id.
    ///
    /// # Panics
    ///
    /// Panics if the detail has no form in JSON or is not an object, or the source or the type is empty.
    #[track_caller]
    pub fn put(&self, source: &str, detail_type: &str, detail: &impl Serialize) -> String {
        let detail = serde_json::to_string(detail).expect("an event of a test has a form in JSON");
        let entry = json!({"Source": source, "DetailType": detail_type, "Detail": detail});
        let response = self.put_events(&json!([entry]));
        let response = response.unwrap_or_else(|error| panic!("{}", error.message));
        let entry = &response["Entries"][0];
        match entry["EventId"].as_str() {
            Some(id) => id.to_owned(),
            None => panic!("{}", entry["ErrorMessage"].as_str().unwrap_or_default()),
        }
    }

    /// Puts up to ten entries with the members of the API's `PutEvents`: `Source`, `DetailType`, `Detail`, and perhaps `Time`,
    /// `Resources` and `TraceHeader`. Returns its response: `Entries`, each with its `EventId` or with `ErrorCode` and
    /// `ErrorMessage`, and `FailedEntryCount`.
    ///
    /// # Errors
    ///
    /// `ValidationException`, in the words of EventBridge: there are more than ten, or they are too large.
    ///
    /// # Panics
    ///
    /// Panics if the entries are not a list of objects.
    #[track_caller]
    pub fn put_events(&self, entries: &Value) -> Result<Value, ServiceError> {
        let Some(entries) = entries.as_array() else {
            panic!("the entries are {entries}: expected a list");
        };
        put_events::put(&self.state(), entries)
    }

    /// Returns the names of the rules that an event matches, which is JSON as their targets would receive it.
    pub fn matching_rules(&self, event: &impl Serialize) -> Vec<String> {
        let Ok(Value::Object(event)) = serde_json::to_value(event) else { return Vec::new() };
        self.state().matching(&event).iter().map(|rule| rule.name.to_string()).collect()
    }
}

impl BusState {
    pub(super) fn is_default(&self) -> bool {
        &*self.name == "default"
    }

    /// Returns the time in whole seconds, as events have it.
    pub(super) fn time(&self) -> String {
        let clock = self.bus.context.clock;
        clock.iso_seconds_at(clock.elapsed())
    }

    pub(super) fn rule_arn(&self, name: &str) -> String {
        let Account { id: account, region, .. } = &*self.bus.account;
        let path =
            if self.is_default() { name.to_owned() } else { format!("{}/{name}", self.name) };
        format!("arn:aws:events:{region}:{account}:rule/{path}")
    }

    /// Returns an event in JSON, in which the detail stands as it was written.
    pub(super) fn event(
        &self,
        id: &str,
        [source, detail_type]: [&str; 2],
        time: &str,
        resources: &[String],
        detail: &str,
    ) -> String {
        let Account { id: account, region, .. } = &*self.bus.account;
        let event =
            BusEvent { version: "0", id, detail_type, source, account, time, region, resources };
        event.with_detail(detail)
    }

    /// Sends an event to the bus.
    pub(super) fn send(&self, event: String, trace_header: Option<String>) {
        let message = Message::new(self.bus.context.clock.elapsed(), event);
        // A bus takes every message.
        let _ = self.bus.send(Message { trace_header, ..message });
    }

    /// Adds a rule in place of one with its name.
    pub(super) fn add(&self, rule: &Rc<RuleInner>) {
        self.remove(&rule.name);
        if let Some(pattern) = &rule.pattern {
            let number = self.index.borrow_mut().add(&pattern.pattern);
            self.indexed.borrow_mut().insert(number, rule.clone());
        }
        self.rules.borrow_mut().insert(rule.name.clone(), rule.clone());
    }

    pub(super) fn remove(&self, name: &str) {
        let Some(rule) = self.rules.borrow_mut().remove(name) else { return };
        rule.is_deleted.set(true);
        let mut indexed = self.indexed.borrow_mut();
        let number =
            indexed.iter().find(|(_, it)| Rc::ptr_eq(it, &rule)).map(|(number, _)| *number);
        if let Some(number) = number {
            indexed.remove(&number);
            self.index.borrow_mut().remove(number);
        }
    }

    fn matching(&self, event: &Map<String, Value>) -> Vec<Rc<RuleInner>> {
        let numbers = self.index.borrow_mut().matching(event);
        let indexed = self.indexed.borrow();
        let rules = numbers.iter().filter_map(|number| indexed.get(number));
        rules.filter(|rule| rule.is_enabled.get()).cloned().collect()
    }

    fn receive(&self, message: &Message) {
        let text = String::from_utf8_lossy(&message.body);
        // What is sent to a bus is an event.
        let Ok(event @ Value::Object(_)) = serde_json::from_str::<Value>(&text) else { return };
        let rules = event.as_object().map(|event| self.matching(event)).unwrap_or_default();
        for rule in rules {
            rule.matched.set(rule.matched.get() + 1);
            rule.send(self, &text, &event, message.trace_header.as_deref());
        }
    }
}
