//! JSON compared exactly: objects in any order, numbers by their texts.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

#[derive(Debug, PartialEq)]
pub(crate) enum Tree {
    Object(BTreeMap<String, Tree>),
    List(Vec<Tree>),
    Text(String),
    /// Anything else by its text, and a string that no text can hold.
    Token(String),
}

impl Tree {
    pub(crate) fn of(json: &str) -> Self {
        let raw: &RawValue = serde_json::from_str(json).expect("this is JSON");
        Self::of_raw(raw)
    }

    fn of_raw(raw: &RawValue) -> Self {
        let json = raw.get();
        match json.as_bytes()[0] {
            b'{' => {
                let object: BTreeMap<String, &RawValue> =
                    serde_json::from_str(json).expect("an object");
                Self::Object(
                    object.into_iter().map(|(key, raw)| (key, Self::of_raw(raw))).collect(),
                )
            }
            b'[' => {
                let list: Vec<&RawValue> = serde_json::from_str(json).expect("a list");
                Self::List(list.into_iter().map(Self::of_raw).collect())
            }
            b'"' => match serde_json::from_str(json) {
                Ok(text) => Self::Text(text),
                Err(_) => Self::Token(json.to_owned()),
            },
            _ => Self::Token(json.to_owned()),
        }
    }
}
