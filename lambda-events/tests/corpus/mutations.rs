//! One change of one value at a time, in every place of every fixture: all of them in a release build, a tenth
//! in a debug build, always the same.

use std::sync::Mutex;

use serde_json::{Value, json};

use crate::{
    fixtures::{self, Fixture},
    required::{entries_are_asked, is_required, may_be_asked},
    tree::Tree,
    types,
};

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

/// What a change does to a value.
#[derive(Clone, Copy, PartialEq)]
enum Change {
    /// It is missing or null.
    Gone,
    /// It is another one.
    Other,
    /// There is something beside it.
    Added,
}

/// The changes of the value at a pointer.
fn changes(original: &Value, pointer: &str) -> Vec<(Value, Change)> {
    let mut changes = Vec::new();
    let at = original.pointer(pointer).expect("it is there");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = original.clone();
        change(changed.pointer_mut(pointer).expect("it is there"));
        changed
    };
    for other in others(at) {
        let change = if other.is_null() { Change::Gone } else { Change::Other };
        changes.push((with(&|value| *value = other.clone()), change));
    }
    if at.is_object() {
        let added = with(&|value| value["someNewField"] = json!({"a": [1.5], "b": null}));
        changes.push((added, Change::Added));
    }
    if at.is_array() {
        let pushed = with(&|value| {
            let list = value.as_array_mut().expect("a list");
            list.extend(list.first().cloned());
        });
        changes.push((pushed, Change::Added));
    }
    if let Some((parent, key)) = pointer.rsplit_once('/') {
        let mut dropped = original.clone();
        let key = key.replace("~1", "/").replace("~0", "~");
        if let Some(object) = dropped.pointer_mut(parent).and_then(Value::as_object_mut) {
            object.remove(&key);
            changes.push((dropped, Change::Gone));
        }
    }
    changes
}

/// Of how many changes one is tried.
const ONE_OF: u64 = if cfg!(debug_assertions) { 10 } else { 1 };

/// Whether a change is in the sample, by a fixed hash of where it is.
fn is_sampled(fixture: &str, pointer: &str, change: usize) -> bool {
    let bytes = fixture.bytes().chain(pointer.bytes()).chain(change.to_le_bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    (hash >> 32) % ONE_OF == 0
}

/// What was tried and refused, and what went wrong.
#[derive(Default)]
struct Tally {
    tried: u32,
    refused: u32,
    wrong: Vec<String>,
}

impl Tally {
    fn check(&mut self, changed: &Value, result: Result<String, String>, expect: Expect<'_>) {
        let problem = match result {
            Ok(_) if expect.must_refuse => "is not refused".to_owned(),
            Err(_) if expect.may_refuse => {
                self.refused += 1;
                return;
            }
            Err(error) => format!("is refused: {error}"),
            Ok(written) => {
                let same = match expect.tree {
                    Some(tree) => Tree::of(&written) == *tree,
                    None => serde_json::from_str::<Value>(&written).is_ok_and(|it| it == *changed),
                };
                if same {
                    return;
                }
                format!("is written as {written}")
            }
        };
        self.wrong.push(format!("{}: {changed} {problem}", expect.name));
    }

    fn of(fixture: &Fixture) -> Self {
        let mut tally = Self::default();
        let Some((ways, _)) = types::of(&fixture.folder, &fixture.file) else { return tally };
        let original: Value = serde_json::from_str(&fixture.text).expect("fixtures are JSON");
        // An answer promises nothing.
        let is_event = !fixture.file.starts_with("response-");
        let mut all = Vec::new();
        pointers(&original, "", &mut all);
        for pointer in &all {
            let required = is_event && is_required(&fixture.folder, pointer);
            let asked = required || is_event && may_be_asked(&fixture.folder, pointer);
            let entries = is_event && entries_are_asked(&fixture.folder, pointer);
            let changes = changes(&original, pointer).into_iter().enumerate();
            let sampled = changes.filter(|(at, _)| is_sampled(&fixture.name(), pointer, *at));
            for (_, (changed, change)) in sampled {
                let text = changed.to_string();
                let tree = Tree::of(&text);
                tally.tried += 1;
                let must_refuse = required && change == Change::Gone;
                let whole = pointer.is_empty() && change != Change::Added;
                let may_refuse = must_refuse
                    || whole
                    || asked && change == Change::Other
                    || entries && change == Change::Added;
                let expect = |way: &str, tree| Expect {
                    name: format!("{}{pointer} {way}", fixture.name()),
                    must_refuse,
                    may_refuse,
                    tree,
                };
                for (way, read) in ways.direct {
                    tally.check(&changed, read(&text), expect(way, Some(&tree)));
                }
                // Only an object can be flattened or tagged.
                for (way, read) in ways.buffered.into_iter().filter(|_| changed.is_object()) {
                    tally.check(&changed, read(&text), expect(way, None));
                }
            }
        }
        tally
    }
}

/// What is expected of a change, and what it is called.
struct Expect<'a> {
    name: String,
    must_refuse: bool,
    may_refuse: bool,
    /// Where the way is exact to the digit.
    tree: Option<&'a Tree>,
}

#[test]
fn every_change_is_read_and_written_back_unless_a_required_field_is_missing() {
    let fixtures = Mutex::new(fixtures::all());
    let total = Mutex::new(Tally::default());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(fixture) = { fixtures.lock().expect("no panic").pop() } {
                    let tally = Tally::of(&fixture);
                    let mut total = total.lock().expect("no panic");
                    total.tried += tally.tried;
                    total.refused += tally.refused;
                    total.wrong.extend(tally.wrong);
                }
            });
        }
    });
    let mut total = total.into_inner().expect("no panic");
    println!("{} changes, {} refusals, each by a promise", total.tried, total.refused);
    assert!(5_000 < total.tried, "{} changes are too few", total.tried);
    total.wrong.sort();
    total.wrong.truncate(20);
    assert!(total.wrong.is_empty(), "{}", total.wrong.join("\n"));
}
