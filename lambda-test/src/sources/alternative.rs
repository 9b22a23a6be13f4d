//! One alternative of a key in a pattern: a value, or an operator. Pure.
//!
//! Source: Amazon EventBridge user guide, "Comparison operators for use in event patterns".

use serde_json::Value;

use super::{cidr::Cidr, pattern::NotAPattern};

/// One alternative of a key.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Alternative {
    /// Null, a truth, or a text; a number as a float: 300 is the same as 300.0.
    Equals(Value),
    Number(f64),
    Text(Text),
    AnythingBut(Vec<Alternative>),
    /// Comparisons, all of which hold.
    Numeric(Vec<(Comparison, f64)>),
    Exists(bool),
    Cidr(Cidr),
}

/// What a text is like.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Text {
    Prefix(String),
    Suffix(String),
    /// In small letters, as are the two above where case is ignored.
    IgnoringCase(Box<Text>),
    Same(String),
    /// The parts between stars.
    Wildcard(Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Alternative {
    /// # Errors
    ///
    /// It is an operator that does not exist, or whose value is of another kind.
    pub(super) fn of(value: Value) -> Result<Self, NotAPattern> {
        match value {
            Value::Number(number) => Ok(Self::Number(number.as_f64().unwrap_or(f64::NAN))),
            Value::Object(map) => {
                let mut map = map.into_iter();
                match (map.next(), map.next()) {
                    (Some((operator, value)), None) => Self::operator(&operator, value),
                    _ => Err(NotAPattern),
                }
            }
            Value::Array(_) => Err(NotAPattern),
            other => Ok(Self::Equals(other)),
        }
    }

    fn operator(operator: &str, value: Value) -> Result<Self, NotAPattern> {
        match (operator, value) {
            ("exists", Value::Bool(exists)) => Ok(Self::Exists(exists)),
            ("numeric", Value::Array(items)) => numeric(&items).map(Self::Numeric),
            ("cidr", Value::String(text)) => Cidr::parse(&text).map(Self::Cidr).ok_or(NotAPattern),
            ("anything-but", value) => anything_but(value).map(Self::AnythingBut),
            (operator, value) => Text::operator(operator, value).map(Self::Text),
        }
    }

    /// Whether a leaf matches; absent where there is none.
    pub(super) fn matches(&self, leaf: Option<&Value>) -> bool {
        match (self, leaf) {
            (Self::Exists(exists), leaf) => *exists == leaf.is_some(),
            (_, None) => false,
            (Self::Equals(value), Some(leaf)) => value == leaf,
            (Self::Number(number), Some(leaf)) => leaf.as_f64() == Some(*number),
            (Self::Text(text), Some(leaf)) => leaf.as_str().is_some_and(|leaf| text.matches(leaf)),
            (Self::AnythingBut(all), leaf) => !all.iter().any(|one| one.matches(leaf)),
            (Self::Numeric(all), Some(leaf)) => leaf.as_f64().is_some_and(|leaf| {
                all.iter().all(|(comparison, number)| comparison.holds(leaf, *number))
            }),
            (Self::Cidr(range), Some(leaf)) => {
                leaf.as_str().is_some_and(|leaf| range.contains(leaf))
            }
        }
    }
}

/// What a leaf must not be: one kind of values, or a text that is like something.
fn anything_but(value: Value) -> Result<Vec<Alternative>, NotAPattern> {
    match value {
        Value::Object(map) => {
            let mut map = map.into_iter();
            let (Some((operator, value)), None) = (map.next(), map.next()) else {
                return Err(NotAPattern);
            };
            let values = match value {
                Value::Array(values) if !values.is_empty() => values,
                value => vec![value],
            };
            let of = |value: Value| match (operator.as_str(), &value) {
                ("prefix" | "suffix", Value::String(text)) if text.is_empty() => Err(NotAPattern),
                ("prefix" | "suffix" | "equals-ignore-case" | "wildcard", Value::String(_)) => {
                    Text::operator(&operator, value).map(Alternative::Text)
                }
                _ => Err(NotAPattern),
            };
            values.into_iter().map(of).collect()
        }
        Value::Array(values) => {
            let texts = values.iter().all(Value::is_string);
            if values.is_empty() || !(texts || values.iter().all(Value::is_number)) {
                return Err(NotAPattern);
            }
            values.into_iter().map(Alternative::of).collect()
        }
        value @ (Value::String(_) | Value::Number(_)) => Ok(vec![Alternative::of(value)?]),
        _ => Err(NotAPattern),
    }
}

fn numeric(items: &[Value]) -> Result<Vec<(Comparison, f64)>, NotAPattern> {
    let pairs = items.chunks(2).map(|pair| match pair {
        [Value::String(word), Value::Number(number)] => {
            Some((Comparison::parse(word)?, number.as_f64()?))
        }
        _ => None,
    });
    let pairs: Option<Vec<_>> = pairs.collect();
    match pairs.as_deref() {
        Some([_]) => {}
        // A range: from below, then from above.
        Some([(low, from), (high, to)]) if low.is_below() && high.is_above() && from < to => {}
        _ => return Err(NotAPattern),
    }
    Ok(pairs.unwrap_or_default())
}

impl Comparison {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "=" => Self::Equal,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    fn is_below(self) -> bool {
        matches!(self, Self::Greater | Self::GreaterOrEqual)
    }

    fn is_above(self) -> bool {
        matches!(self, Self::Less | Self::LessOrEqual)
    }

    fn holds(self, leaf: f64, number: f64) -> bool {
        match self {
            Self::Equal => leaf == number,
            Self::Less => leaf < number,
            Self::LessOrEqual => leaf <= number,
            Self::Greater => leaf > number,
            Self::GreaterOrEqual => leaf >= number,
        }
    }
}

impl Text {
    fn operator(operator: &str, value: Value) -> Result<Self, NotAPattern> {
        let of = match operator {
            "prefix" => Self::Prefix,
            "suffix" => Self::Suffix,
            "equals-ignore-case" => {
                |text: String| Self::IgnoringCase(Box::new(Self::Same(text.to_lowercase())))
            }
            "wildcard" => {
                |text: String| Self::Wildcard(text.split('*').map(str::to_owned).collect())
            }
            _ => return Err(NotAPattern),
        };
        match value {
            Value::String(text) if operator == "wildcard" && text.contains("**") => {
                Err(NotAPattern)
            }
            Value::String(text) => Ok(of(text)),
            // `{"prefix": {"equals-ignore-case": "a"}}`
            Value::Object(map) if matches!(operator, "prefix" | "suffix") && map.len() == 1 => {
                match map.into_iter().next() {
                    Some((inner, Value::String(text))) if inner == "equals-ignore-case" => {
                        Ok(Self::IgnoringCase(Box::new(of(text.to_lowercase()))))
                    }
                    _ => Err(NotAPattern),
                }
            }
            _ => Err(NotAPattern),
        }
    }

    fn matches(&self, leaf: &str) -> bool {
        match self {
            Self::Prefix(prefix) => leaf.starts_with(prefix.as_str()),
            Self::Suffix(suffix) => leaf.ends_with(suffix.as_str()),
            Self::Same(text) => leaf == text,
            Self::IgnoringCase(text) => text.matches(&leaf.to_lowercase()),
            Self::Wildcard(parts) => wildcard(parts, leaf),
        }
    }
}

/// The parts stand in the text in their order, the first at its begin and the last at its end.
fn wildcard(parts: &[String], text: &str) -> bool {
    let [first, between @ .., last] = parts else {
        return parts.first().is_some_and(|only| only == text);
    };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for part in between {
        let Some(at) = rest.find(part.as_str()) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last.as_str())
}
