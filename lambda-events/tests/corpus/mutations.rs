//! One change of one value at a time, in every place of every fixture.

use serde_json::{Value, json};

use crate::{fixtures, promised::is_promised, tree::Tree, types};

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

/// What may stand in the place of a value, whatever it was.
fn others(of: &Value) -> Vec<Value> {
    let mut others = vec![Value::Null, json!({"a": [1.5]}), json!([]), json!(7), json!(-7.25)];
    others.extend([json!(true), json!("a new word"), json!("7"), json!(""), json!([null, {}])]);
    others.extend([json!([of]), json!({"S": of})]);
    others.retain(|other| other != of);
    others
}

/// The changes of the value at a pointer, and whether each takes away what may be promised.
fn changes(original: &Value, pointer: &str) -> Vec<(Value, bool)> {
    let mut changes = Vec::new();
    let at = original.pointer(pointer).expect("it is there");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = original.clone();
        change(changed.pointer_mut(pointer).expect("it is there"));
        changed
    };
    for other in others(at) {
        changes.push((with(&|value| *value = other.clone()), true));
    }
    if at.is_object() {
        let added = with(&|value| value["someNewField"] = json!({"a": [1.5], "b": null}));
        changes.push((added, false));
    }
    if at.is_array() {
        let pushed = with(&|value| {
            let list = value.as_array_mut().expect("a list");
            list.extend(list.first().cloned());
        });
        changes.push((pushed, false));
    }
    if let Some((parent, key)) = pointer.rsplit_once('/') {
        let mut dropped = original.clone();
        let key = key.replace("~1", "/").replace("~0", "~");
        if let Some(object) = dropped.pointer_mut(parent).and_then(Value::as_object_mut) {
            object.remove(&key);
            changes.push((dropped, true));
        }
    }
    changes
}

#[test]
fn every_change_is_read_and_written_back_unless_it_breaks_a_promise() {
    let (mut tried, mut refused) = (0, 0);
    let mut wrong = Vec::new();
    for fixture in fixtures::all() {
        let Some((ways, _)) = types::of(&fixture.folder, &fixture.file) else { continue };
        let original: Value = serde_json::from_str(&fixture.text).expect("fixtures are JSON");
        let mut all = Vec::new();
        pointers(&original, "", &mut all);
        for pointer in &all {
            let promised = is_promised(&fixture.folder, pointer);
            for (changed, takes) in changes(&original, pointer) {
                let text = changed.to_string();
                tried += 1;
                let may_refuse = takes && (promised || pointer.is_empty());
                let mut check = |way: &str, result: Result<String, String>, exact: bool| {
                    let problem = match result {
                        Err(_) if may_refuse => {
                            refused += 1;
                            return;
                        }
                        Err(error) => format!("is refused: {error}"),
                        Ok(written) if exact && Tree::of(&written) == Tree::of(&text) => return,
                        Ok(written) if !exact => match serde_json::from_str::<Value>(&written) {
                            Ok(value) if value == changed => return,
                            _ => format!("is written as {written}"),
                        },
                        Ok(written) => format!("is written as {written}"),
                    };
                    wrong.push(format!("{}{pointer} {way}: {text} {problem}", fixture.name()));
                };
                for (way, read) in ways.direct {
                    check(way, read(&text), true);
                }
                // Only an object can be flattened or tagged.
                for (way, read) in ways.buffered {
                    if changed.is_object() {
                        check(way, read(&text), false);
                    }
                }
            }
        }
    }
    println!("{tried} changes, {refused} refusals, each by a promise");
    wrong.truncate(20);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
