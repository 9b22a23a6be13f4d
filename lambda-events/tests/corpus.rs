//! Every fixture is read, written back the same, and stands every change of one field.

use std::{fs, path::Path};

use lambda_events::{BatchResponse, sqs::SqsEvent};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// Fields without which an object is refused, each with AWS's sentence.
const PROMISED: &[(&str, &str)] = &[
    (
        "Records",
        "Lambda polls the queue and invokes your function with an event that contains queue messages",
    ),
    ("messageId", "each failed message is identified by its messageId"),
];

/// Reads a text as the type of its file and writes it back.
fn round_trip(file: &str, text: &str) -> Result<Value, String> {
    fn of<T: DeserializeOwned + Serialize>(text: &str) -> Result<Value, String> {
        let model: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
        serde_json::to_value(&model).map_err(|error| error.to_string())
    }
    let folder = file.split('/').next().unwrap_or_default();
    match (folder, file.contains("/response-")) {
        ("sqs", false) => of::<SqsEvent>(text),
        ("sqs", true) => of::<BatchResponse>(text),
        (folder, _) => Err(format!("no type for the folder {folder}")),
    }
}

fn fixtures() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut fixtures = Vec::new();
    for folder in fs::read_dir(root).expect("the fixtures are there") {
        let folder = folder.expect("a folder").path();
        for file in folder.read_dir().into_iter().flatten() {
            let file = file.expect("a file").path();
            let text = fs::read_to_string(&file).expect("a text");
            let name = format!(
                "{}/{}",
                folder.file_name().expect("a name").to_string_lossy(),
                file.file_name().expect("a name").to_string_lossy()
            );
            fixtures.push((name, text));
        }
    }
    fixtures.sort();
    assert!(!fixtures.is_empty());
    fixtures
}

#[test]
fn every_fixture_is_read_and_written_back_the_same() {
    for (file, text) in fixtures() {
        let original: Value = serde_json::from_str(&text).expect("fixtures are JSON");
        match round_trip(&file, &text) {
            Ok(written) => {
                println!("{file} parsed exact");
                assert_eq!(written, original, "{file}");
            }
            Err(error) => panic!("{file} is refused: {error}"),
        }
    }
}

/// Every path to a value, as JSON pointers.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let key = key.replace('~', "~0").replace('/', "~1");
                pointers(value, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(array) => {
            for (index, value) in array.iter().enumerate() {
                pointers(value, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn parent<'a>(value: &'a mut Value, pointer: &str) -> Option<(&'a mut Value, String)> {
    let (parent, key) = pointer.rsplit_once('/')?;
    Some((value.pointer_mut(parent)?, key.replace("~1", "/").replace("~0", "~")))
}

#[test]
fn a_field_may_be_dropped_null_new_or_a_number_unless_it_is_promised() {
    for (file, text) in fixtures() {
        let original: Value = serde_json::from_str(&text).expect("fixtures are JSON");
        let mut all = Vec::new();
        pointers(&original, "", &mut all);
        for pointer in all {
            let name = pointer.rsplit('/').next().unwrap_or_default();
            let promised = PROMISED.iter().any(|(field, _)| *field == name);
            let mut changes = Vec::new();
            if original.pointer(&pointer).is_some_and(Value::is_object) {
                let mut added = original.clone();
                added.pointer_mut(&pointer).expect("it is there")["someNewField"] =
                    json!({"a": [1.50]});
                changes.push(("added", added));
            }
            let in_object =
                |value: &mut Value,
                 change: &dyn Fn(&mut serde_json::Map<String, Value>, String)| {
                    if let Some((Value::Object(object), key)) = parent(value, &pointer) {
                        change(object, key);
                    }
                };
            let mut dropped = original.clone();
            in_object(&mut dropped, &|object, key| drop(object.remove(&key)));
            let mut null = original.clone();
            in_object(&mut null, &|object, key| drop(object.insert(key, Value::Null)));
            if !promised {
                changes.extend([("dropped", dropped), ("null", null)]);
            }
            if original.pointer(&pointer).is_some_and(Value::is_string) {
                for number in [json!(7), json!(-7), json!(true)] {
                    let mut changed = original.clone();
                    *changed.pointer_mut(&pointer).expect("it is there") = number;
                    changes.push(("a number", changed));
                }
            }
            for (how, changed) in changes {
                match round_trip(&file, &changed.to_string()) {
                    Ok(written) => assert_eq!(written, changed, "{file}: {pointer} {how}"),
                    // The elements of a list are no fields.
                    Err(_) if name.parse::<usize>().is_ok() => {}
                    Err(error) => panic!("{file}: {pointer} {how} is refused: {error}"),
                }
            }
        }
    }
}

#[test]
fn what_is_promised_is_asked_for() {
    for text in
        ["{}", r#"{"Records":null}"#, r#"{"Records":[{}]}"#, r#"{"Records":[{"messageId":null}]}"#]
    {
        let error = serde_json::from_str::<SqsEvent>(text).expect_err(text);
        assert!(error.to_string().starts_with("missing field `"), "{error}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*") {
        let _ = serde_json::from_str::<SqsEvent>(&text);
    }
}
