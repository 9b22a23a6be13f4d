//! Filter policies of subscriptions: which messages they receive. Pure.
//!
//! Source: Amazon SNS developer guide, "Subscription filter policies" and "Filter policy constraints".

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{
    service::{Message, MessageAttribute, ServiceError},
    sources::pattern::{Dialect, Pattern},
};

/// "The total combination of values must not exceed 150."
const COMBINATIONS: usize = 150;

/// "A filter policy can have a maximum of five keys."
const KEYS: usize = 5;

/// "The maximum size of a filter policy is 256 KB."
const LONGEST: usize = 256 * 1024;

/// What a filter policy looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Scope {
    #[default]
    Attributes,
    Body,
}

/// A filter policy that was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FilterPolicy {
    pattern: Pattern,
    scope: Scope,
}

impl FilterPolicy {
    /// Reads a policy, which is JSON.
    ///
    /// # Errors
    ///
    /// Why SNS refuses it, without the words for the call.
    pub(super) fn parse(text: &str, scope: Scope) -> Result<Self, String> {
        if LONGEST < text.len() {
            return Err("FilterPolicy: Filter policy is too large".to_owned());
        }
        let pattern = Pattern::parse(text, Dialect::Sns);
        let pattern =
            pattern.map_err(|malformed| format!("FilterPolicy: {}", malformed.message(text)))?;
        if scope == Scope::Attributes && pattern.is_nested() {
            return Err(
                "Filter policy scope MessageAttributes does not support nested filter policy"
                    .to_owned(),
            );
        }
        if KEYS < pattern.top.len() {
            let message = format!("FilterPolicy: Filter policy can not have more than {KEYS} keys");
            return Err(message);
        }
        if COMBINATIONS < pattern.combinations() {
            return Err("FilterPolicy: Filter policy is too complex".to_owned());
        }
        Ok(Self { pattern, scope })
    }

    /// Returns whether a message passes.
    pub(super) fn matches(&self, message: &Message) -> bool {
        self.why_not(message).is_none()
    }

    /// Returns the first key that the message does not match; nothing where it passes.
    pub(super) fn why_not(&self, message: &Message) -> Option<String> {
        match self.scope {
            Scope::Attributes => self.pattern.why_not(&values(&message.attributes)),
            Scope::Body => match serde_json::from_slice(&message.body) {
                Ok(Value::Object(body)) => self.pattern.why_not(&body),
                _ => Some("the message, which is not a JSON object".to_owned()),
            },
        }
    }
}

/// "SNS compares policy properties only with attributes that are `String`, `String.Array` or `Number`."
fn values(attributes: &BTreeMap<String, MessageAttribute>) -> Map<String, Value> {
    let value = |attribute: &MessageAttribute| match attribute.data_type.as_str() {
        "Number" => serde_json::from_str(&attribute.value).ok().filter(Value::is_number),
        "String.Array" => serde_json::from_str(&attribute.value).ok().filter(Value::is_array),
        "Binary" => None,
        _ => Some(Value::from(attribute.value.clone())),
    };
    let named = attributes.iter().filter_map(|(name, it)| Some((name.clone(), value(it)?)));
    named.collect()
}

/// What SNS answers to a call whose parameter is wrong.
pub(super) fn refused(why: &str) -> ServiceError {
    ServiceError::of_source("InvalidParameter", format!("Invalid parameter: {why}"))
}
