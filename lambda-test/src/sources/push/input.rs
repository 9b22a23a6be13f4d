//! What a target gets of an event: the event, a part of it, a constant, or a text with values of it. Pure.
//!
//! Source: Amazon EventBridge user guide, "Amazon EventBridge input transformation".

use std::collections::BTreeMap;

use serde_json::Value;

use super::json_path::JsonPath;

/// What a target gets.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Input {
    /// The event.
    #[default]
    Whole,
    /// This JSON.
    Constant(String),
    Path(JsonPath),
    Template(Template),
}

/// A text with placeholders.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Template {
    paths: BTreeMap<String, JsonPath>,
    text: String,
}

/// What an input is made of.
pub(super) struct Occurrence<'a> {
    /// The event in JSON, as a text and parsed.
    pub(super) text: &'a str,
    pub(super) event: &'a Value,
    pub(super) rule_arn: &'a str,
    pub(super) rule_name: &'a str,
    /// When the bus received the event, as an event has times.
    pub(super) received: &'a str,
}

/// Placeholders that each template has.
const PREDEFINED: [&str; 5] = [
    "aws.events.rule-arn",
    "aws.events.rule-name",
    "aws.events.event.ingestion-time",
    "aws.events.event",
    "aws.events.event.json",
];

impl Template {
    /// # Errors
    ///
    /// The name of a placeholder that is not known, or of a path that is not one.
    pub(super) fn parse(paths: &BTreeMap<String, String>, text: &str) -> Result<Self, String> {
        let mut parsed = BTreeMap::new();
        for (name, path) in paths {
            parsed.insert(name.clone(), JsonPath::parse(path).ok_or_else(|| name.clone())?);
        }
        let unknown = placeholders(text)
            .find(|(_, name)| !parsed.contains_key(*name) && !PREDEFINED.contains(name));
        match unknown {
            Some((_, name)) => Err(name.to_owned()),
            None => Ok(Self { paths: parsed, text: text.to_owned() }),
        }
    }

    fn render(&self, of: &Occurrence<'_>) -> String {
        let (mut rendered, mut done, mut is_quoted) = (String::new(), 0, false);
        for (at, name) in placeholders(&self.text) {
            let before = &self.text[done..at];
            is_quoted ^= quotes(before) % 2 == 1;
            rendered += before;
            done = at + name.len() + 2;
            rendered += &self.value(name, of, is_quoted);
        }
        rendered + &self.text[done..]
    }

    /// The value of a placeholder: within quotes a text, else JSON.
    fn value(&self, name: &str, of: &Occurrence<'_>, is_quoted: bool) -> String {
        let value = match name {
            "aws.events.rule-arn" => Some(of.rule_arn.into()),
            "aws.events.rule-name" => Some(of.rule_name.into()),
            "aws.events.event.ingestion-time" => Some(of.received.into()),
            "aws.events.event.json" => Some(of.event.clone()),
            "aws.events.event" => {
                let mut event = of.event.clone();
                event.as_object_mut().map(|event| event.remove("detail"));
                Some(event)
            }
            _ => self.paths.get(name).and_then(|path| path.get(of.event)),
        };
        match (value, is_quoted) {
            (None, true) => String::new(),
            (None, false) => "\"\"".to_owned(),
            (Some(value), false) => value.to_string(),
            (Some(value @ Value::String(_)), true) => {
                // As it stands in JSON, so that quotes around it still do.
                let text = value.to_string();
                text[1..text.len() - 1].to_owned()
            }
            // Quotes in it are left out.
            (Some(value), true) => value.to_string().replace('"', ""),
        }
    }
}

/// How many quotes a text has that are not escaped.
fn quotes(text: &str) -> usize {
    let (mut count, mut is_escaped) = (0, false);
    for character in text.chars() {
        count += usize::from(character == '"' && !is_escaped);
        is_escaped = character == '\\' && !is_escaped;
    }
    count
}

/// The placeholders of a text, each with where it begins.
fn placeholders(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('<').filter_map(|(at, _)| {
        let (name, _) = text[at + 1..].split_once('>')?;
        let is_name = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
        (!name.is_empty() && name.chars().all(is_name)).then_some((at, name))
    })
}

impl Input {
    /// Returns what the target gets.
    pub(super) fn of(&self, of: &Occurrence<'_>) -> String {
        match self {
            Self::Whole => of.text.to_owned(),
            Self::Constant(text) => text.clone(),
            Self::Path(path) => path.get(of.event).unwrap_or(Value::Null).to_string(),
            Self::Template(template) => template.render(of),
        }
    }
}
