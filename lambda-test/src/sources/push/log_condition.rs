//! Conditions in filter patterns: comparisons, joined by `&&` and `||`. Pure.

use serde_json::Value;

use super::{json_path::JsonPath, log_pattern::Term};
use crate::sources::pattern::wildcard;

/// A condition of what selectors name.
#[derive(Clone, Debug)]
pub(super) enum Condition<S> {
    All(Vec<Condition<S>>),
    Any(Vec<Condition<S>>),
    Compare(S, Comparison, Operand),
    IsNull(S),
    NotExists(S),
    Is(S, bool),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What a value is compared with.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    Number(f64),
    /// A text, with stars that stand for anything.
    Text(String),
    Matches(Term),
}

/// Longest first, so that `<=` is not `<`.
const COMPARISONS: [(&str, Comparison); 6] = [
    ("!=", Comparison::NotEqual),
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("=", Comparison::Equal),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
];

/// How deep parentheses may be.
const DEEPEST: usize = 20;

impl Condition<JsonPath> {
    /// Reads what stands between the braces.
    pub(super) fn of_json(text: &str) -> Option<Self> {
        Self::read(text, &|selector| JsonPath::parse(selector), 0)
    }
}

impl Condition<()> {
    /// Reads a condition of a field, in which its name stands before each comparison.
    pub(super) fn of_field(text: &str, name: &str) -> Option<Self> {
        Self::read(text, &|selector| (selector == name).then_some(()), 0)
    }
}

impl<S> Condition<S> {
    fn read(text: &str, selector: &dyn Fn(&str) -> Option<S>, depth: usize) -> Option<Self> {
        if DEEPEST < depth {
            return None;
        }
        let text = text.trim();
        for (operator, is_any) in [("||", true), ("&&", false)] {
            let parts = split_outside(text, operator)?;
            if 1 < parts.len() {
                let parts = parts.iter().map(|part| Self::read(part, selector, depth + 1));
                let parts: Vec<Self> = parts.collect::<Option<_>>()?;
                return Some(if is_any { Self::Any(parts) } else { Self::All(parts) });
            }
        }
        if let Some(inner) = text.strip_prefix('(') {
            return Self::read(inner.strip_suffix(')')?, selector, depth + 1);
        }
        Self::comparison(text, selector)
    }

    fn comparison(text: &str, selector: &dyn Fn(&str) -> Option<S>) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words[..] {
            [name, "IS", "NULL"] => return selector(name).map(Self::IsNull),
            [name, "NOT", "EXISTS"] => return selector(name).map(Self::NotExists),
            [name, "IS", truth @ ("TRUE" | "FALSE")] => {
                return selector(name).map(|it| Self::Is(it, truth == "TRUE"));
            }
            _ => {}
        }
        let at = text.find(['=', '!', '<', '>'])?;
        let (operator, comparison) =
            COMPARISONS.iter().find(|(operator, _)| text[at..].starts_with(operator))?;
        let operand = Operand::parse(text[at + operator.len()..].trim())?;
        Some(Self::Compare(selector(text[..at].trim())?, *comparison, operand))
    }

    pub(super) fn matches(&self, get: &dyn Fn(&S) -> Option<Value>) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.matches(get)),
            Self::Any(any) => any.iter().any(|one| one.matches(get)),
            Self::IsNull(selector) => get(selector).is_some_and(|value| value.is_null()),
            Self::NotExists(selector) => get(selector).is_none(),
            Self::Is(selector, truth) => get(selector) == Some(Value::Bool(*truth)),
            Self::Compare(selector, comparison, operand) => match get(selector) {
                // One of a list.
                Some(Value::Array(items)) => {
                    items.iter().any(|it| operand.compare(*comparison, it))
                }
                Some(value) => operand.compare(*comparison, &value),
                None => false,
            },
        }
    }
}

impl Operand {
    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        if text.starts_with('%') {
            return Term::parse(text).map(Self::Matches);
        }
        if let Some(inner) = text.strip_prefix('"') {
            return inner.strip_suffix('"').map(|it| Self::Text(it.replace("\\\"", "\"")));
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Some(Self::Number(number)),
            _ => Some(Self::Text(text.to_owned())),
        }
    }

    fn compare(&self, comparison: Comparison, value: &Value) -> bool {
        let equal = match self {
            Self::Number(number) => {
                let Some(value) = value.as_f64() else {
                    return comparison == Comparison::NotEqual;
                };
                match comparison {
                    Comparison::Less => return value < *number,
                    Comparison::LessOrEqual => return value <= *number,
                    Comparison::Greater => return value > *number,
                    Comparison::GreaterOrEqual => return value >= *number,
                    Comparison::Equal | Comparison::NotEqual => value == *number,
                }
            }
            Self::Text(pattern) => match value {
                Value::String(text) => like(pattern, text),
                Value::Number(number) => like(pattern, &number.to_string()),
                _ => false,
            },
            Self::Matches(Term::Regex(regex)) => {
                value.as_str().is_some_and(|text| regex.is_match(text))
            }
            Self::Matches(Term::Text(_)) => false,
        };
        match comparison {
            Comparison::Equal => equal,
            Comparison::NotEqual => !equal,
            _ => false,
        }
    }
}

/// Whether a text is as a pattern in which stars stand for anything.
fn like(pattern: &str, text: &str) -> bool {
    wildcard(&pattern.split('*').collect::<Vec<_>>(), text)
}

/// Splits at an operator that is outside of quotes, percent signs and parentheses. Nothing where those are not closed.
fn split_outside<'a>(text: &'a str, operator: &str) -> Option<Vec<&'a str>> {
    let (mut parts, mut begin, mut depth, mut within) = (Vec::new(), 0, 0_usize, None);
    for (at, character) in text.char_indices() {
        match (within, character) {
            (Some(end), _) if end == character => within = None,
            (Some(_), _) => {}
            (None, '"' | '%') => within = Some(character),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.checked_sub(1)?,
            (None, _) if depth == 0 && begin <= at && text[at..].starts_with(operator) => {
                parts.push(&text[begin..at]);
                begin = at + operator.len();
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    (depth == 0 && within.is_none()).then_some(parts)
}
