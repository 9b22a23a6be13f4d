//! Reads the copies of what AWS answered, and compares values with them: see `tests/recorded/SOURCE.txt`.

use std::{fs, path::Path};

use serde_json::Value;

pub(crate) fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded").join(name);
    fs::read_to_string(path).expect("a copy of the recordings")
}

/// Every scenario.
pub(crate) fn all() -> String {
    [
        "invoke.txt",
        "errors.txt",
        "async.txt",
        "api.txt",
        "sqs.txt",
        "streams.txt",
        "events.txt",
        "push.txt",
    ]
    .map(read)
    .concat()
}

/// One scenario: what stands below its heading.
pub(crate) struct Scenario(String);

/// The scenario of this id.
pub(crate) fn scenario(id: &str) -> Scenario {
    let all = all();
    let start =
        all.find(&format!("\n## {id}\n")).unwrap_or_else(|| panic!("there is no scenario `{id}`"));
    let rest = &all[start + 4..];
    Scenario(rest[..rest.find("\n## ").unwrap_or(rest.len())].to_owned())
}

impl Scenario {
    /// Its id.
    pub(crate) fn id(&self) -> &str {
        self.0.lines().next().expect("a heading").trim_start_matches("## ")
    }

    /// The JSON in the block below this label.
    #[track_caller]
    pub(crate) fn block(&self, label: &str) -> Value {
        let (_, rest) = self.0.split_once(&format!("\n{label}:\n\n```json\n")).expect("a label");
        let (json, _) = rest.split_once("\n```").expect("an end");
        serde_json::from_str(json).expect("JSON")
    }

    /// The body within the text of what was recorded, between backticks: one, or two where it holds some.
    #[track_caller]
    pub(crate) fn body(&self) -> Value {
        let (_, recorded) = self.0.split_once("**Recorded.**").expect("what was recorded");
        let (_, rest) = recorded.split_once("body").expect("a body");
        let (_, rest) = rest.split_once('`').expect("its text");
        let (rest, end) = match rest.strip_prefix('`') {
            Some(rest) => (rest, " ``"),
            None => (rest, "`"),
        };
        let (text, _) = rest.split_once(end).expect("its end");
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// The line that begins so, or has these words first.
    #[track_caller]
    pub(crate) fn line(&self, words: &str) -> &str {
        let line = self.0.lines().find(|line| line.contains(words));
        line.unwrap_or_else(|| panic!("`{words}` is not in {}", self.0))
    }

    #[track_caller]
    pub(crate) fn says(&self, words: &str) {
        assert!(self.0.contains(words), "`{words}` is not in {}", self.0);
    }
}

/// Whether a value is as recorded, placeholders aside.
fn fits(seen: &Value, recorded: &Value) -> bool {
    match (seen, recorded) {
        (Value::Object(seen), Value::Object(recorded)) => {
            seen.len() == recorded.len()
                && recorded
                    .iter()
                    .all(|(key, value)| seen.get(key).is_some_and(|seen| fits(seen, value)))
        }
        (Value::Array(seen), Value::Array(recorded)) => {
            seen.len() == recorded.len()
                && seen.iter().zip(recorded).all(|(seen, value)| fits(seen, value))
        }
        (Value::String(seen), Value::String(recorded)) => text_fits(seen, recorded),
        // A number that differs from run to run.
        (Value::Number(_), Value::String(recorded)) => recorded.starts_with('<'),
        _ => seen == recorded,
    }
}

/// `<…>` stands for any text, and the account for ours.
fn text_fits(seen: &str, recorded: &str) -> bool {
    if ["date", "datetime", "timestamp"].contains(&recorded) {
        return seen.starts_with("2026-") && seen.ends_with('Z');
    }
    let recorded = recorded.replace("111111111111", "123456789012");
    let mut rest = seen;
    for (index, piece) in recorded.split('<').enumerate() {
        let literal = match (index, piece.split_once('>')) {
            (0, _) => piece,
            (_, Some((_, literal))) => literal,
            (_, None) => return seen == recorded,
        };
        let at = match index {
            0 if rest.starts_with(literal) => 0,
            0 => return false,
            _ if literal.is_empty() => {
                // The placeholder takes what is left, unless another one follows.
                rest.len()
            }
            _ => match rest.find(literal) {
                Some(at) => at,
                None => return false,
            },
        };
        rest = &rest[at + literal.len()..];
    }
    rest.is_empty()
}

#[track_caller]
pub(crate) fn check(seen: &Value, recorded: &Value) {
    assert!(fits(seen, recorded), "{seen:#} is not as recorded: {recorded:#}");
}

/// `<a:len(N)>`, N letters.
pub(crate) fn letters(text: &str) -> String {
    match text.split_once("<a:len(") {
        Some((before, rest)) => {
            let (count, rest) = rest.split_once(")>").expect("its end");
            let count = count.parse().expect("a number");
            format!("{before}{}{}", "a".repeat(count), letters(rest))
        }
        None => text.to_owned(),
    }
}
