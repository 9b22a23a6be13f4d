//! Filter criteria of a mapping: which records reach the function. Pure.
//!
//! Source: AWS Lambda developer guide, "Control which events Lambda sends to your function".

use std::{borrow::Cow, sync::Arc};

use serde_json::{Map, Value};

use super::{
    kind::Kind,
    pattern::{Dialect, Pattern, Shape},
};
use crate::service::ServiceError;

/// What a pattern may be long.
const LONGEST: usize = 4096;

/// How many there may be, on request.
const MOST: usize = 10;

/// The patterns of a mapping, of which a record matches one.
#[derive(Clone, Debug, Default)]
pub(super) struct Filters {
    texts: Vec<Arc<str>>,
}

/// Patterns that were read.
pub(super) struct Matcher {
    kind: Kind,
    patterns: Vec<Pattern>,
}

impl Filters {
    pub(super) fn add(&mut self, pattern: String) {
        self.texts.push(pattern.into());
    }

    pub(super) fn clear(&mut self) {
        self.texts.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Returns the patterns as they were given.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|text| &**text)
    }

    /// # Errors
    ///
    /// There are too many, or one is too long.
    pub(super) fn check(&self) -> Result<(), ServiceError> {
        if MOST < self.texts.len() {
            return Err(ServiceError::validation(&[format!(
                "Value '{}' at 'filterCriteria.filters' failed to satisfy constraint: Member must have length less \
                 than or equal to {MOST}",
                self.texts.len()
            )]));
        }
        match self.texts.iter().any(|text| LONGEST < text.len()) {
            true => Err(refused()),
            false => Ok(()),
        }
    }

    /// # Errors
    ///
    /// "Invalid filter pattern definition.": a text is not a pattern, or not one of this kind of source.
    pub(super) fn matcher(&self, kind: Kind) -> Result<Matcher, ServiceError> {
        let patterns = self.texts.iter().map(|text| {
            let pattern = Pattern::parse(text, Dialect::EventBridge).map_err(|_| refused())?;
            // "Pattern refused at creation (must be JSON)."
            let is_plain = kind.data_key().and_then(|key| pattern.shape(key)) == Some(Shape::Leaf);
            if is_plain && kind.is_stream() { Err(refused()) } else { Ok(pattern) }
        });
        Ok(Matcher { kind, patterns: patterns.collect::<Result<_, _>>()? })
    }
}

fn refused() -> ServiceError {
    ServiceError::invalid("Invalid filter pattern definition.".to_owned())
}

impl Matcher {
    pub(super) fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether a record matches: its members, and its data as text.
    pub(super) fn matches(&self, record: &Map<String, Value>, data: Option<&str>) -> bool {
        self.why_not(record, data).is_none()
    }

    /// Returns the first key of each pattern that does not match; nothing where a pattern does.
    pub(super) fn why_not(
        &self,
        record: &Map<String, Value>,
        data: Option<&str>,
    ) -> Option<Vec<String>> {
        if self.patterns.is_empty() {
            return None;
        }
        self.patterns.iter().map(|pattern| self.why_not_one(pattern, record, data)).collect()
    }

    fn why_not_one(
        &self,
        pattern: &Pattern,
        record: &Map<String, Value>,
        data: Option<&str>,
    ) -> Option<String> {
        let (Some(key), Some(text)) = (self.kind.data_key(), data) else {
            return pattern.why_not(record);
        };
        let Some(shape) = pattern.shape(key) else { return pattern.why_not(record) };
        let json = serde_json::from_str::<Value>(text).ok().filter(Value::is_object);
        let wants_json = shape == Shape::Object;
        let pattern = if json.is_some() == wants_json {
            Cow::Borrowed(pattern)
        } else if self.kind.is_kafka() || self.kind == Kind::Broker {
            // "Only the metadata filter is applied."
            Cow::Owned(pattern.without(key))
        } else {
            return Some(format!(
                "{key} ({})",
                if wants_json {
                    "it is not JSON"
                } else {
                    "it is JSON, and the pattern is plain text"
                }
            ));
        };
        let mut record = record.clone();
        record.insert(key.to_owned(), json.unwrap_or_else(|| text.into()));
        pattern.why_not(&record)
    }
}
