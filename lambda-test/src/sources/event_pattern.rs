//! Event patterns as a test uses them.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use super::pattern::{Dialect, Pattern};
use crate::service::ServiceError;

/// What an event pattern may be long, on request; 2,048 without.
/// Source: Amazon EventBridge user guide, "Amazon EventBridge quotas".
const LONGEST: usize = 4096;

/// What an event must have for `TestEventPattern`.
const REQUIRED: [&str; 6] = ["id", "account", "source", "time", "region", "detail-type"];

/// An event pattern of EventBridge: which events a rule matches.
///
/// ```
/// use lambda_test::EventPattern;
/// use serde_json::json;
///
/// let pattern = EventPattern::parse(r#"{"detail": {"total": [{"numeric": [">", 100]}]}}"#)?;
/// assert!(pattern.matches(&json!({"detail": {"total": 101}})));
/// let why = pattern.why_not(&json!({"detail": {"total": 99}}));
/// assert_eq!(why.as_deref(), Some("detail.total"));
///
/// let error = EventPattern::parse(r#"{"total": 100}"#).expect_err("a value is not in a list");
/// assert!(error.message.contains(r#""total" must be an object or an array"#));
/// # Ok::<(), lambda_test::ServiceError>(())
/// ```
///
/// Source: Amazon EventBridge user guide, "Creating Amazon EventBridge event patterns".
#[derive(Clone, Debug, PartialEq)]
pub struct EventPattern {
    pub(super) pattern: Pattern,
    text: String,
}

impl EventPattern {
    /// Reads a pattern, which is JSON.
    ///
    /// # Errors
    ///
    /// `InvalidEventPatternException`, in the words of the service, with where it stopped.
    pub fn parse(text: &str) -> Result<Self, ServiceError> {
        let refused = |reason: String| {
            let message = format!("Event pattern is not valid. Reason: {reason}");
            ServiceError::of_source("InvalidEventPatternException", message)
        };
        if LONGEST < text.len() {
            return Err(refused(format!("it has {} bytes: at most {LONGEST} may be", text.len())));
        }
        match Pattern::parse(text, Dialect::EventBridge) {
            Ok(pattern) => Ok(Self { pattern, text: text.to_owned() }),
            Err(malformed) => Err(refused(malformed.message(text))),
        }
    }

    /// Returns whether an event matches, as `TestEventPattern` does: the event is JSON with `id`, `account`, `source`,
    /// `time`, `region` and `detail-type`.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse), and `ValidationException` where the event is none.
    pub fn test(pattern: &str, event: &str) -> Result<bool, ServiceError> {
        let event: Option<Map<String, Value>> = serde_json::from_str(event).ok();
        let event = event.filter(|event| REQUIRED.iter().all(|key| event.contains_key(*key)));
        let Some(event) = event else {
            let message = "Parameter Event is not valid.".to_owned();
            return Err(ServiceError::of_source("ValidationException", message));
        };
        Ok(Self::parse(pattern)?.pattern.matches(&event))
    }

    /// Returns whether an event matches. One that is not an object matches nothing.
    pub fn matches(&self, event: &impl Serialize) -> bool {
        object(event).is_some_and(|event| self.pattern.matches(&event))
    }

    /// Returns the first path of the pattern that the event does not match, such as `detail.total`; `detail.$or` where
    /// each of several alternatives fails. Absent where the event matches.
    pub fn why_not(&self, event: &impl Serialize) -> Option<String> {
        self.pattern.why_not(&object(event).unwrap_or_default())
    }
}

fn object(event: &impl Serialize) -> Option<Map<String, Value>> {
    match serde_json::to_value(event) {
        Ok(Value::Object(event)) => Some(event),
        _ => None,
    }
}

impl fmt::Display for EventPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
