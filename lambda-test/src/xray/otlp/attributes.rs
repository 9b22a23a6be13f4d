//! Attributes of spans and resources.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value as Kind};
use serde_json::{Map, Value, json};

/// Attributes by their names, of which those are taken out that have a place of their own.
pub(super) struct Attributes(BTreeMap<String, Value>);

impl Attributes {
    pub(super) fn of(attributes: &[KeyValue]) -> Self {
        let attribute =
            |it: &KeyValue| (it.key.clone(), it.value.as_ref().map_or(Value::Null, value));
        Self(attributes.iter().map(attribute).collect())
    }

    /// Returns the first of these that is there.
    pub(super) fn get(&self, names: &[&str]) -> Option<&Value> {
        names.iter().find_map(|name| self.0.get(*name))
    }

    pub(super) fn text(&self, names: &[&str]) -> Option<&str> {
        self.get(names)?.as_str()
    }

    /// Takes all of these out, and returns the first.
    pub(super) fn take(&mut self, names: &[&str]) -> Option<Value> {
        let mut first = None;
        for name in names {
            let taken = self.0.remove(*name);
            first = first.or(taken);
        }
        first
    }

    pub(super) fn rest(self) -> impl Iterator<Item = (String, Value)> {
        self.0.into_iter()
    }
}

/// A value as JSON.
fn value(of: &AnyValue) -> Value {
    match &of.value {
        Some(Kind::StringValue(text)) => json!(text),
        Some(Kind::BoolValue(flag)) => json!(flag),
        Some(Kind::IntValue(number)) => json!(number),
        Some(Kind::DoubleValue(number)) => json!(number),
        Some(Kind::ArrayValue(list)) => list.values.iter().map(value).collect(),
        Some(Kind::KvlistValue(list)) => {
            let member =
                |it: &KeyValue| (it.key.clone(), it.value.as_ref().map_or(Value::Null, value));
            Value::Object(list.values.iter().map(member).collect::<Map<_, _>>())
        }
        Some(Kind::BytesValue(bytes)) => bytes.iter().map(|byte| json!(byte)).collect(),
        _ => Value::Null,
    }
}
