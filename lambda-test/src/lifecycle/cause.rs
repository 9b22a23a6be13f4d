//! What X-Ray states of a failed invocation: what the runtime posted of it.
//!
//! Source: AWS X-Ray developer guide, "X-Ray segment documents", `cause`; how the service shortens one is from its open source.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// "At most 64 KiB."
const LARGEST: usize = 64 * 1024;

/// What is left of a text where nothing else fits.
const TEXT: usize = 30_720;

/// A cause, with those members alone that the service knows.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct Cause {
    exceptions: Option<Vec<Exception>>,
    working_directory: String,
    paths: Option<Vec<String>>,
    #[serde(skip_serializing_if = "String::is_empty")]
    message: String,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct Exception {
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stack: Vec<Frame>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct Frame {
    #[serde(skip_serializing_if = "String::is_empty")]
    path: String,
    #[serde(skip_serializing_if = "is_zero")]
    line: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    label: String,
}

fn is_zero(line: &u32) -> bool {
    *line == 0
}

/// Returns the cause that a runtime posted, as the service keeps it. Absent where it is ignored.
pub(super) fn posted(text: &str) -> Option<String> {
    let cause: Cause = serde_json::from_str(text).ok()?;
    let is_empty = cause.exceptions.as_ref().is_none_or(Vec::is_empty)
        && cause.paths.as_ref().is_none_or(Vec::is_empty)
        && cause.working_directory.is_empty()
        && cause.message.is_empty();
    if is_empty {
        return None;
    }
    // "The first 80 %, 60 %, 40 %, 20 % of exceptions and of paths, until it fits."
    let shortened = [5, 4, 3, 2, 1].into_iter().map(|fifths| cause.shortened(fifths).text());
    let fits = |text: &String| text.len() <= LARGEST;
    Some(shortened.into_iter().find(fits).unwrap_or_else(|| cause.texts_alone().text()))
}

/// Returns the cause that the service makes of the body of an error.
pub(super) fn of_error(error_type: &str, body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| body[name].as_str().unwrap_or(error_type);
    let cut = |text: &str| shorter(text, TEXT);
    let exception = json!({"type": cut(text("errorType")), "message": cut(text("errorMessage"))});
    json!({"working_directory": "/var/task", "exceptions": [exception], "paths": []}).to_string()
}

impl Cause {
    fn shortened(&self, fifths: usize) -> Self {
        fn first<T: Clone>(list: Option<&Vec<T>>, fifths: usize) -> Option<Vec<T>> {
            list.map(|list| list[..list.len() * fifths / 5].to_vec())
        }
        Self {
            exceptions: first(self.exceptions.as_ref(), fifths),
            working_directory: self.working_directory.clone(),
            paths: first(self.paths.as_ref(), fifths),
            message: self.message.clone(),
        }
    }

    fn texts_alone(&self) -> Self {
        Self {
            working_directory: shorter(&self.working_directory, TEXT),
            message: shorter(&self.message, TEXT),
            ..Self::default()
        }
    }

    fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Text of at most so many bytes, with `...` at its end where it was longer.
fn shorter(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    format!("{}...", crate::kernel::cut(text, most - 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, kept: Option<&str>) {
        assert_eq!(posted(text).as_deref(), kept, "{text}");
    }

    #[test]
    fn a_cause_is_kept_as_the_service_keeps_it() {
        for ignored in ["", "no JSON", "[]", "{}", r#"{"exceptions":[],"paths":[],"message":""}"#] {
            check(ignored, None);
        }
        check(
            r#"{"other":7,"message":"m"}"#,
            Some(r#"{"exceptions":null,"working_directory":"","paths":null,"message":"m"}"#),
        );
        check(
            r#"{"working_directory":"/w","paths":["a"],"exceptions":[{"type":"T","message":"","id":"1","stack":[{"path":"a","line":0,"label":"f"}]}]}"#,
            Some(
                r#"{"exceptions":[{"type":"T","stack":[{"path":"a","label":"f"}]}],"working_directory":"/w","paths":["a"]}"#,
            ),
        );
    }

    #[test]
    fn a_cause_that_is_too_large_loses_its_end() {
        let exception = |length| json!({"type": "T", "message": "x".repeat(length)});
        let kept = |cause: Value| -> Value {
            let text = posted(&cause.to_string()).expect("a cause");
            assert!(text.len() <= LARGEST, "{}", text.len());
            serde_json::from_str(&text).expect("JSON")
        };
        let ten: Vec<Value> = (0..10).map(|_| exception(10_000)).collect();
        let found = kept(json!({"exceptions": ten, "paths": ["a", "b", "c", "d", "e"]}));
        let lengths = ["exceptions", "paths"].map(|it| found[it].as_array().map(Vec::len));
        assert_eq!(lengths, [Some(6), Some(3)]);
        let found = kept(json!({"exceptions": [exception(70_000)], "message": "ü".repeat(20_000)}));
        // One of one is none of the first fifths.
        assert_eq!(found["exceptions"], json!([]));
        let found = kept(json!({"message": "ü".repeat(40_000), "working_directory": "/w"}));
        let message = found["message"].as_str().expect("text");
        assert!(message.ends_with("ü...") && message.len() <= TEXT);
        assert_eq!(
            (&found["exceptions"], &found["working_directory"]),
            (&Value::Null, &json!("/w"))
        );
    }

    #[test]
    fn an_error_without_a_cause_has_one_of_its_type_and_message() {
        let check = |body: &str, expected: [&str; 2]| {
            let cause: Value =
                serde_json::from_str(&of_error("Function.Bad", body.as_bytes())).expect("JSON");
            let exception = &cause["exceptions"][0];
            assert_eq!([&exception["type"], &exception["message"]], expected);
        };
        check(r#"{"errorType":"T","errorMessage":"m"}"#, ["T", "m"]);
        check("not JSON", ["Function.Bad", "Function.Bad"]);
    }
}
