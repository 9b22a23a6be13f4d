//! What the response to a batch means. Pure.
//!
//! Source: AWS Lambda developer guide, "Implementing partial batch responses".

use serde_json::Value;

/// What a function responded of a batch.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum BatchResult {
    AllSucceeded,
    AllFailed,
    /// These records failed, by their identifiers.
    Failed(Vec<Value>),
}

/// Reads a response where failures of single records are reported.
pub(super) fn read(payload: &[u8]) -> BatchResult {
    // "An empty response body from a custom runtime is success."
    if payload.is_empty() {
        return BatchResult::AllSucceeded;
    }
    match serde_json::from_slice(payload) {
        Ok(Value::Null) => BatchResult::AllSucceeded,
        Ok(Value::String(text)) if text.is_empty() => BatchResult::AllSucceeded,
        Ok(Value::Array(items)) if items.is_empty() => BatchResult::AllSucceeded,
        Ok(Value::Object(mut answer)) => match answer.remove("batchItemFailures") {
            None | Some(Value::Null) => BatchResult::AllSucceeded,
            Some(Value::Array(items)) if items.is_empty() => BatchResult::AllSucceeded,
            Some(Value::Array(items)) => of_items(items),
            Some(_) => BatchResult::AllFailed,
        },
        _ => BatchResult::AllFailed,
    }
}

fn of_items(items: Vec<Value>) -> BatchResult {
    let identifier = |mut item: Value| {
        let identifier = item.as_object_mut()?.remove("itemIdentifier")?;
        let is_empty = identifier.is_null() || identifier.as_str().is_some_and(str::is_empty);
        (!is_empty).then_some(identifier)
    };
    let identifiers: Option<Vec<Value>> = items.into_iter().map(identifier).collect();
    identifiers.map_or(BatchResult::AllFailed, BatchResult::Failed)
}

/// Whether a response names failures, which nobody reads unless failures of single records are reported.
pub(super) fn names_failures(payload: &[u8]) -> bool {
    // Most responses are short, and few have the word.
    let has_word = payload.windows(17).any(|word| word == b"batchItemFailures");
    has_word && matches!(read(payload), BatchResult::Failed(_))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Source: AWS Lambda developer guide, "Success and failure conditions".
    #[test]
    fn what_a_response_means() {
        #[track_caller]
        fn check(payload: &str, answer: BatchResult) {
            assert_eq!(read(payload.as_bytes()), answer, "{payload}");
        }
        for payload in [
            "",
            "null",
            r#""""#,
            "[]",
            "{}",
            r#"{"batchItemFailures":null}"#,
            r#"{"batchItemFailures":[]}"#,
            r#"{"state":{}}"#,
        ] {
            check(payload, BatchResult::AllSucceeded);
        }
        for payload in [
            "{",
            "7",
            "true",
            r#""done""#,
            "[1]",
            r#"{"batchItemFailures":"a"}"#,
            r#"{"batchItemFailures":["a"]}"#,
            r#"{"batchItemFailures":[{}]}"#,
            r#"{"batchItemFailures":[{"foo":"a"}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":""}]}"#,
        ] {
            check(payload, BatchResult::AllFailed);
        }
        let two = r#"{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":123}]}"#;
        check(two, BatchResult::Failed(vec![json!("a"), json!(123)]));
    }
}
