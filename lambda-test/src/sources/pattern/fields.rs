//! The leaves of an event, by their paths. Pure.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::number::Written;

/// A value that is neither an object nor a list.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Leaf {
    Text(String),
    Number(Written),
    /// `null`, `true` or `false`.
    Word(&'static str),
}

/// In which lists something is, each by its number in the event, and where in each: in the order of the numbers.
pub(super) type Places = Vec<(u32, u32)>;

/// The leaves of an event by their paths, the names of keys joined by dots.
#[derive(Default)]
pub(super) struct Fields {
    leaves: BTreeMap<String, Vec<(Leaf, Places)>>,
    lists: u32,
}

impl Fields {
    pub(super) fn of(event: &Map<String, Value>) -> Self {
        let mut fields = Self::default();
        fields.object(event, &mut String::new(), &mut Places::new());
        fields
    }

    /// Returns the leaves with this path.
    pub(super) fn get(&self, path: &str) -> &[(Leaf, Places)] {
        self.leaves.get(path).map_or(&[], Vec::as_slice)
    }

    /// Returns every path with its leaves.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &[(Leaf, Places)])> {
        self.leaves.iter().map(|(path, leaves)| (path.as_str(), leaves.as_slice()))
    }

    fn object(&mut self, map: &Map<String, Value>, path: &mut String, places: &mut Places) {
        for (key, value) in map {
            let length = path.len();
            if length != 0 {
                path.push('.');
            }
            path.push_str(key);
            self.value(value, path, places);
            path.truncate(length);
        }
    }

    fn value(&mut self, value: &Value, path: &mut String, places: &mut Places) {
        let leaf = match value {
            Value::Object(map) => return self.object(map, path, places),
            Value::Array(items) => return self.list(items, path, places),
            Value::String(text) => Leaf::Text(text.clone()),
            Value::Number(number) => Leaf::Number(number.into()),
            Value::Null => Leaf::Word("null"),
            Value::Bool(true) => Leaf::Word("true"),
            Value::Bool(false) => Leaf::Word("false"),
        };
        self.leaves.entry(path.clone()).or_default().push((leaf, places.clone()));
    }

    /// Leaves that stand in a list themselves are in no place of it: all of them may match.
    fn list(&mut self, items: &[Value], path: &mut String, places: &mut Places) {
        let list = self.lists;
        self.lists += 1;
        for (place, item) in (0..).zip(items) {
            match item {
                Value::Object(_) | Value::Array(_) => {
                    places.push((list, place));
                    self.value(item, path, places);
                    places.pop();
                }
                leaf => self.value(leaf, path, places),
            }
        }
    }
}

/// Joins the places of two leaves, unless they are in different places of one list.
pub(super) fn joined(some: &Places, more: &Places) -> Option<Places> {
    let mut joined = some.clone();
    for (list, place) in more {
        match joined.binary_search_by_key(list, |(list, _)| *list) {
            Ok(at) if joined[at].1 != *place => return None,
            Ok(_) => {}
            Err(at) => joined.insert(at, (*list, *place)),
        }
    }
    Some(joined)
}
