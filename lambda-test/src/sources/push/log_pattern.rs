//! Filter patterns of log events: terms, JSON, and fields between blanks. Pure.
//!
//! Source: Amazon CloudWatch Logs user guide, "Filter pattern syntax for metric filters, subscription filters, filter log
//! events, and Live Tail".

use regex_lite::Regex;
use serde_json::Value;

use super::{json_path::JsonPath, log_condition::Condition};

/// A filter pattern.
#[derive(Clone, Debug)]
pub(super) enum LogPattern {
    /// All of the first, none of the second; where both are empty, one of the third.
    Terms {
        all: Vec<Term>,
        none: Vec<Term>,
        any: Vec<Term>,
    },
    Json(Condition<JsonPath>),
    /// A condition of fields by their numbers from the front, and from the back behind an ellipsis.
    Fields {
        fields: Vec<Option<Condition<()>>>,
        ellipsis: Option<usize>,
    },
}

/// A term, which a message contains.
#[derive(Clone, Debug)]
pub(super) enum Term {
    Text(String),
    Regex(Regex),
}

impl LogPattern {
    /// Returns nothing where it is not a pattern.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(inner) = text.strip_prefix('{') {
            return Condition::of_json(inner.strip_suffix('}')?).map(Self::Json);
        }
        if let Some(inner) = text.strip_prefix('[') {
            return fields(inner.strip_suffix(']')?);
        }
        let (mut all, mut none, mut any) = (Vec::new(), Vec::new(), Vec::new());
        for word in words(text)? {
            let (list, word) = match word.strip_prefix(['?', '-']) {
                Some(rest) if word.starts_with('?') => (&mut any, rest),
                Some(rest) => (&mut none, rest),
                None => (&mut all, word),
            };
            list.push(Term::parse(word)?);
        }
        Some(Self::Terms { all, none, any })
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        match self {
            Self::Terms { all, none, any } => {
                let has = |term: &Term| term.is_in(message);
                if !all.is_empty() || !none.is_empty() {
                    return all.iter().all(has) && !none.iter().any(has);
                }
                any.is_empty() || any.iter().any(has)
            }
            Self::Json(condition) => {
                let event: Option<Value> = serde_json::from_str(message).ok();
                event.is_some_and(|event| condition.matches(&|path| path.get(&event)))
            }
            Self::Fields { fields, ellipsis } => {
                let values = split(message);
                let fits = match ellipsis {
                    Some(_) => fields.len() <= values.len(),
                    None => fields.len() == values.len(),
                };
                let skipped = values.len().saturating_sub(fields.len());
                fits && fields.iter().enumerate().all(|(at, condition)| {
                    let at = if ellipsis.is_some_and(|it| it <= at) { at + skipped } else { at };
                    let value = || Some(number_or_text(values[at]));
                    condition.as_ref().is_none_or(|it| it.matches(&|()| value()))
                })
            }
        }
    }
}

impl Term {
    pub(super) fn parse(word: &str) -> Option<Self> {
        if let Some(inner) = word.strip_prefix('%') {
            return Regex::new(inner.strip_suffix('%')?).ok().map(Self::Regex);
        }
        let text = match word.strip_prefix('"') {
            Some(inner) => inner.strip_suffix('"')?.replace("\\\"", "\""),
            None => word.to_owned(),
        };
        (!text.is_empty()).then_some(Self::Text(text))
    }

    fn is_in(&self, message: &str) -> bool {
        match self {
            Self::Text(text) => message.contains(text.as_str()),
            Self::Regex(regex) => regex.is_match(message),
        }
    }
}

/// Splits at blanks that are not within quotes or percent signs.
fn words(text: &str) -> Option<Vec<&str>> {
    let (mut words, mut begin, mut within, mut is_escaped) = (Vec::new(), None, None, false);
    for (at, character) in text.char_indices() {
        if within.is_none() && character.is_whitespace() {
            words.extend(begin.take().map(|begin: usize| &text[begin..at]));
            continue;
        }
        begin.get_or_insert(at);
        match within {
            Some(end) if end == character && !is_escaped => within = None,
            None if character == '"' || character == '%' => within = Some(character),
            _ => {}
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    words.extend(begin.map(|begin| &text[begin..]));
    within.is_none().then_some(words)
}

/// The fields of a message: between blanks, or within brackets or quotes.
fn split(message: &str) -> Vec<&str> {
    let (mut values, mut rest) = (Vec::new(), message.trim_start());
    while let Some(first) = rest.chars().next() {
        let close = match first {
            '[' => Some(']'),
            '"' => Some('"'),
            _ => None,
        };
        let whole = close.and_then(|close| rest[1..].find(close));
        let (value, after) = match whole {
            Some(end) => (&rest[1..=end], &rest[end + 2..]),
            None => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
        };
        values.push(value);
        rest = after.trim_start();
    }
    values
}

fn number_or_text(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(number @ Value::Number(_)) => number,
        _ => text.into(),
    }
}

/// Reads the names and conditions between brackets, such as `ip, user, ..., status = 4*, bytes > 1000`.
fn fields(text: &str) -> Option<LogPattern> {
    let (mut fields, mut ellipsis) = (Vec::new(), None);
    for (at, field) in text.split(',').map(str::trim).enumerate() {
        if field == "..." {
            if ellipsis.replace(at).is_some() {
                return None;
            }
            continue;
        }
        let name = field.find(|it: char| !it.is_alphanumeric() && !"_-".contains(it));
        let (name, _) = field.split_at(name.unwrap_or(field.len()));
        if name.is_empty() {
            return None;
        }
        let condition = match field == name {
            true => None,
            false => Some(Condition::of_field(field, name)?),
        };
        fields.push(condition);
    }
    (!fields.is_empty()).then_some(LogPattern::Fields { fields, ellipsis })
}
