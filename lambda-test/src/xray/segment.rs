//! Segment documents of X-Ray.
//!
//! Source: AWS X-Ray developer guide, "X-Ray segment documents".

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A segment or a subsegment, with what it is and what was in it. As JSON it is its document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Segment {
    /// 16 hexadecimal digits.
    pub id: String,
    /// Its name: of the segments of a function that of the function.
    pub name: String,
    /// The trace. Absent in a subsegment that stands in its segment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// The segment that it was called by. Absent in the first one, and in what stands in its segment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// `subsegment`, where one was sent alone.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What it is a part of, such as `AWS::Lambda::Function`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// `aws` or `remote`: what a subsegment calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// When it began, in seconds since the Unix epoch.
    pub start_time: f64,
    /// When it ended. Absent while it is in progress.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<f64>,
    /// Whether it is not over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_progress: Option<bool>,
    /// Whether the caller was in error: 4xx.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub error: bool,
    /// Whether it was throttled: 429.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub throttle: bool,
    /// Whether it failed itself: 5xx, and a function that fails.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub fault: bool,
    /// What stands in it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub subsegments: Vec<Segment>,
    /// All other members: `http`, `aws`, `cause`, `annotations`, `metadata` and so on.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The year 10000, in seconds since the Unix epoch.
const LATEST: f64 = 253_402_300_800.0;

impl Segment {
    /// Returns how long it took, in seconds; 0 while it is in progress.
    pub fn duration(&self) -> f64 {
        self.end_time.map_or(0.0, |end| (end - self.start_time).max(0.0))
    }

    /// Returns the status of its HTTP response. Absent where it has none.
    pub fn status(&self) -> Option<u16> {
        let status = self.other.get("http")?.get("response")?.get("status")?.as_u64()?;
        u16::try_from(status).ok()
    }

    /// Returns the message of its first exception. Absent where it has none.
    pub fn error_message(&self) -> Option<&str> {
        self.other.get("cause")?.get("exceptions")?.get(0)?.get("message")?.as_str()
    }

    /// Returns a member that is text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.other.get(name)?.as_str()
    }

    /// Returns its annotations.
    pub(super) fn annotations(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.other.get("annotations").and_then(Value::as_object).into_iter().flatten()
    }

    /// Calls this with the segment and all that stands in it.
    pub(super) fn each<'a>(&'a self, visit: &mut impl FnMut(&'a Segment)) {
        visit(self);
        self.subsegments.iter().for_each(|inner| inner.each(visit));
    }

    /// Why X-Ray does not take a document. Source: "Segment fields".
    pub(super) fn refusal(&self) -> Option<&'static str> {
        let is_hex = |text: &str, digits: usize| {
            text.len() == digits && text.bytes().all(|it| it.is_ascii_hexdigit())
        };
        let is_trace = |text: &str| {
            let parts: Vec<&str> = text.split('-').collect();
            matches!(parts[..], ["1", time, rest] if is_hex(time, 8) && is_hex(rest, 24))
        };
        let is_name = |it: char| it.is_alphanumeric() || " _.:/%&#=+\\-@".contains(it);
        if !is_hex(&self.id, 16) {
            return Some("InvalidId");
        }
        if !self.trace_id.as_deref().is_some_and(is_trace) {
            return Some("InvalidTraceId");
        }
        if self.name.is_empty()
            || 200 < self.name.chars().count()
            || !self.name.chars().all(is_name)
        {
            return Some("InvalidName");
        }
        if self.end_time.is_some() == (self.in_progress == Some(true)) {
            return Some("InvalidEndTime");
        }
        let mut has_times = true;
        self.each(&mut |it| {
            let is_time = |time: f64| (0.0..LATEST).contains(&time);
            has_times &= is_time(it.start_time) && it.end_time.is_none_or(is_time);
        });
        (!has_times).then_some("InvalidTime")
    }
}

/// The members of an object.
pub(super) fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
