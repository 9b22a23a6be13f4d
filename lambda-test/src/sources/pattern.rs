//! Patterns of events: what they are made of, and which values they match. Pure.
//!
//! Source: Amazon EventBridge user guide, "Comparison operators for use in event patterns"; AWS Lambda developer guide,
//! "Control which events Lambda sends to your function".

use serde_json::{Map, Value};

use super::alternative::Alternative;

/// A pattern: keys that must match, all of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pattern {
    keys: Vec<(String, Node)>,
    /// Of each of these one must match.
    choices: Vec<Vec<Pattern>>,
}

/// What a key must have.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Object(Pattern),
    /// One of these.
    Leaf(Vec<Alternative>),
}

/// A text is not a pattern. The service states nothing more of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct NotAPattern;

impl Pattern {
    /// # Errors
    ///
    /// The text is not a JSON object, or something in it is not a pattern.
    pub(super) fn parse(text: &str) -> Result<Self, NotAPattern> {
        match serde_json::from_str(text) {
            Ok(Value::Object(map)) => Self::of(map),
            _ => Err(NotAPattern),
        }
    }

    fn of(map: Map<String, Value>) -> Result<Self, NotAPattern> {
        if map.is_empty() {
            return Err(NotAPattern);
        }
        let (mut keys, mut choices) = (Vec::new(), Vec::new());
        for (key, value) in map {
            match (key.as_str(), value) {
                ("$or", Value::Array(items)) if is_choice(&items) => {
                    let items = items.into_iter().map(|item| match item {
                        Value::Object(map) => Self::of(map),
                        _ => Err(NotAPattern),
                    });
                    choices.push(items.collect::<Result<_, _>>()?);
                }
                (_, Value::Object(map)) => keys.push((key, Node::Object(Self::of(map)?))),
                (_, Value::Array(items)) => {
                    if items.is_empty() {
                        return Err(NotAPattern);
                    }
                    let alternatives = items.into_iter().map(Alternative::of);
                    keys.push((key, Node::Leaf(alternatives.collect::<Result<_, _>>()?)));
                }
                _ => {
                    return Err(NotAPattern);
                }
            }
        }
        Ok(Self { keys, choices })
    }

    /// Returns what a key must have.
    pub(super) fn key(&self, name: &str) -> Option<&Node> {
        self.keys.iter().find(|(key, _)| key == name).map(|(_, node)| node)
    }

    /// Returns the same without a key.
    pub(super) fn without(&self, name: &str) -> Self {
        let keys = self.keys.iter().filter(|(key, _)| key != name).cloned().collect();
        Self { keys, choices: self.choices.clone() }
    }

    pub(super) fn matches(&self, event: &Map<String, Value>) -> bool {
        self.why_not(event).is_none()
    }

    /// Returns the first key that does not match, as a path such as `body.total`; nothing where the event matches.
    pub(super) fn why_not(&self, event: &Map<String, Value>) -> Option<String> {
        let keys = self.keys.iter().find_map(|(key, node)| {
            let inner = node.why_not(event.get(key))?;
            Some(if inner.is_empty() { key.clone() } else { format!("{key}.{inner}") })
        });
        keys.or_else(|| {
            let fails = |choice: &Vec<Self>| !choice.iter().any(|pattern| pattern.matches(event));
            self.choices.iter().any(fails).then(|| "$or".to_owned())
        })
    }
}

/// `$or` is a choice where it has two objects or more; else it is a key of this name.
fn is_choice(items: &[Value]) -> bool {
    1 < items.len() && items.iter().all(Value::is_object)
}

impl Node {
    /// The path below this key that does not match, which is empty where it is the key itself.
    fn why_not(&self, value: Option<&Value>) -> Option<String> {
        match (self, value) {
            (Self::Object(pattern), Some(Value::Object(map))) => pattern.why_not(map),
            // One of the objects in a list.
            (Self::Object(pattern), Some(Value::Array(items))) => {
                let mut objects = items.iter().filter_map(Value::as_object);
                (!objects.any(|map| pattern.matches(map))).then(String::new)
            }
            // What is absent matches where it must be.
            (Self::Object(pattern), _) => pattern.why_not(&Map::new()),
            (Self::Leaf(alternatives), value) => {
                let matches = match value {
                    Some(Value::Array(items)) => {
                        let leaves: Vec<&Value> = items.iter().filter(|it| is_leaf(it)).collect();
                        alternatives.iter().any(|alternative| match leaves.is_empty() {
                            true => alternative.matches(None),
                            false => leaves.iter().any(|leaf| alternative.matches(Some(leaf))),
                        })
                    }
                    value => {
                        let leaf = value.filter(|value| is_leaf(value));
                        alternatives.iter().any(|alternative| alternative.matches(leaf))
                    }
                };
                (!matches).then(String::new)
            }
        }
    }
}

/// "`exists` works on leaf fields only."
fn is_leaf(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}
